// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/file.h>
#include <ibot/test/temp_dir.h>
#include <ibot/weights/tensor_file.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

namespace ibot::weights {
namespace {

using ::testing::HasSubstr;

// A file with a truthful length in front of `header`, and `data_bytes` bytes of data behind it.
std::vector<std::byte> file_with(const std::string& header, std::size_t data_bytes) {
  std::vector<std::byte> file(8 + header.size() + data_bytes);
  const std::uint64_t length = header.size();
  std::memcpy(file.data(), &length, 8);
  std::memcpy(file.data() + 8, header.data(), header.size());
  return file;
}

template <class T>
std::span<const std::byte> bytes_of(const std::vector<T>& values) {
  return std::as_bytes(std::span(values));
}

TEST(Safetensors, RoundTrip) {
  const test::TempDir dir;
  const std::vector<float> weight{1, 2, 3, 4, 5, 6};
  const std::vector<double> scale{0.25};
  const std::vector<std::int64_t> steps{-1, 7};
  const std::vector<std::uint8_t> mask{0, 1, 1};
  const std::vector<TensorView> tensors{{"mask", DType::U8, {3}, bytes_of(mask)},
                                        {"weight", DType::F32, {2, 3}, bytes_of(weight)},
                                        {"scale", DType::F64, {}, bytes_of(scale)},
                                        {"steps", DType::I64, {2}, bytes_of(steps)},
                                        {"empty", DType::F32, {0, 3}, {}}};
  ASSERT_TRUE(write_safetensors(dir / "a.safetensors", tensors, {{"format", "pt"}}));

  const auto file = TensorFile::open_safetensors(dir / "a.safetensors");
  ASSERT_TRUE(file) << file.error().to_text();
  EXPECT_EQ(file->metadata().at("format"), "pt");
  ASSERT_EQ(file->tensors().size(), 5U);
  EXPECT_EQ(file->tensors().front().name, "empty");  // sorted
  EXPECT_EQ(to_doubles(*file->find("weight")), (std::vector<double>{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(file->find("weight")->shape, (std::vector<std::int64_t>{2, 3}));
  EXPECT_EQ(to_doubles(*file->find("scale")), std::vector<double>{0.25});
  EXPECT_TRUE(file->find("scale")->shape.empty());
  EXPECT_EQ(to_doubles(*file->find("steps")), (std::vector<double>{-1, 7}));
  EXPECT_EQ(to_doubles(*file->find("mask")), (std::vector<double>{0, 1, 1}));
  EXPECT_EQ(file->find("absent"), nullptr);
}

TEST(Safetensors, OrderOfTensorsChangesNoByte) {
  const test::TempDir dir;
  const std::vector<float> values{1, 2};
  std::vector<TensorView> tensors{{"b", DType::F32, {2}, bytes_of(values)},
                                  {"a", DType::F32, {1, 2}, bytes_of(values)}};
  ASSERT_TRUE(write_safetensors(dir / "one", tensors));
  std::swap(tensors[0], tensors[1]);
  ASSERT_TRUE(write_safetensors(dir / "two", tensors));
  const auto one = base::read_file(dir / "one").value();
  EXPECT_EQ(one, base::read_file(dir / "two").value());
  EXPECT_EQ(one.size() % 64, 16U);  // 16 bytes of data after a header that ends at a multiple of 64
}

TEST(Safetensors, HalfPrecisionIsConvertedExactly) {
  const std::vector<std::uint16_t> half{0x3c00, 0xc000, 0x0001, 0x7bff, 0x7c00, 0x8000};
  EXPECT_EQ(to_doubles({"h", DType::F16, {6}, bytes_of(half)}),
            (std::vector<double>{1, -2, 0x1p-24, 65504, HUGE_VAL, -0.0}));
  const std::vector<std::uint16_t> bfloat{0x3f80, 0xc040};
  EXPECT_EQ(to_doubles({"b", DType::BF16, {2}, bytes_of(bfloat)}), (std::vector<double>{1, -3}));
}

TEST(Safetensors, WriterRefusesWhatItCouldNotReadBack) {
  const test::TempDir dir;
  const std::vector<float> values{1, 2};
  const auto write = [&](const TensorView& tensor, int copies = 1) {
    const std::vector<TensorView> tensors(static_cast<std::size_t>(copies), tensor);
    return write_safetensors(dir / "x", tensors).error().message;
  };
  EXPECT_THAT(write({"a", DType::F32, {3}, bytes_of(values)}), HasSubstr("it has 8 bytes"));
  EXPECT_THAT(write({"a", DType::F32, {-2}, bytes_of(values)}), HasSubstr("it has 8 bytes"));
  EXPECT_THAT(write({"__metadata__", DType::F32, {2}, bytes_of(values)}), HasSubstr("reserved"));
  EXPECT_THAT(write({"a\xff", DType::F32, {2}, bytes_of(values)}), HasSubstr("not UTF-8"));
  EXPECT_THAT(write({"a", DType::F32, {2}, bytes_of(values)}, 2), HasSubstr("two tensors named \"a\""));
  EXPECT_FALSE(std::filesystem::exists(dir / "x"));
}

TEST(Safetensors, ReadsTheShortestFile) {
  const auto file = TensorFile::parse_safetensors(file_with("{}", 0));
  ASSERT_TRUE(file);
  EXPECT_TRUE(file->tensors().empty());
}

struct Lie {
  std::string name;
  std::string header;
  std::size_t data_bytes;
  std::string message;
};

void PrintTo(const Lie& lie, std::ostream* out) {
  *out << lie.name;
}

class SafetensorsLies : public ::testing::TestWithParam<Lie> {};

TEST_P(SafetensorsLies, HasItsOwnMessage) {
  const auto file = TensorFile::parse_safetensors(file_with(GetParam().header, GetParam().data_bytes));
  ASSERT_FALSE(file);
  EXPECT_THAT(file.error().to_text(), HasSubstr(GetParam().message));
}

std::string tensor(const std::string& fields) {
  return R"({"w":{)" + fields + "}}";
}

INSTANTIATE_TEST_SUITE_P(
    All, SafetensorsLies,
    ::testing::Values(
        Lie{"EmptyHeader", "", 0, "does not begin with {"}, Lie{"List", "[]", 0, "does not begin with {"},
        Lie{"NotJson", "{\"w\":", 0, "not valid JSON"}, Lie{"TrailingText", "{} x", 0, "not valid JSON"},
        Lie{"InvalidUtf8", "{\"\xff\":1}", 0, "not valid JSON"},
        Lie{"Deep", "{\"w\":" + std::string(200'000, '[') + std::string(200'000, ']') + "}", 0,
            "described by a list"},
        Lie{"DeepObjects", R"({"w":{"shape":{"a":{}}}})", 0, "shape is an object"},
        Lie{"DeepShape", tensor(R"("dtype":"F32","shape":[[1]],"data_offsets":[0,4])"), 4,
            "shape holds a list"},
        Lie{"NumberForTensor", R"({"w":3})", 0, "described by the number 3"},
        Lie{"UnknownField", tensor(R"("dtype":"F32","stride":[1])"), 0, "unknown field \"stride\""},
        Lie{"FieldTwice", tensor(R"("dtype":"F32","dtype":"F32")"), 0, "dtype occurs twice"},
        Lie{"MissingField", tensor(R"("dtype":"F32","shape":[1])"), 4, "data_offsets is missing"},
        Lie{"UnknownType", tensor(R"("dtype":"F8_E5M2","shape":[1],"data_offsets":[0,1])"), 1,
            "type \"F8_E5M2\""},
        Lie{"TypeIsNumber", tensor(R"("dtype":4)"), 0, "dtype is the number 4"},
        Lie{"NegativeSize", tensor(R"("dtype":"F32","shape":[-1],"data_offsets":[0,4])"), 4,
            "the shape holds -1"},
        Lie{"FractionalSize", tensor(R"("dtype":"F32","shape":[1.5],"data_offsets":[0,4])"), 4,
            "the number 1.5"},
        Lie{"SizeBeyond63Bits", tensor(R"("dtype":"U8","shape":[9223372036854775808],"data_offsets":[0,4])"),
            4, "sizes below 2^63"},
        Lie{"SizeBeyond64Bits", tensor(R"("dtype":"U8","shape":[99999999999999999999],"data_offsets":[0,4])"),
            4, "the number 99999999999999999999"},
        Lie{"ProductOverflows",
            tensor(R"("dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4])"), 4,
            "overflows 64 bits"},
        Lie{"ProductWrapsToFit",
            tensor(R"("dtype":"F32","shape":[4611686018427387905],"data_offsets":[0,4])"), 4,
            "overflows 64 bits"},
        Lie{"ManyDimensions",
            tensor(R"("dtype":"U8","shape":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1],"data_offsets":[0,1])"), 1,
            "more than 16 dimensions"},
        Lie{"NegativeOffset", tensor(R"("dtype":"F32","shape":[1],"data_offsets":[-4,0])"), 4,
            "data_offsets holds -4"},
        Lie{"OneOffset", tensor(R"("dtype":"F32","shape":[1],"data_offsets":[4])"), 4, "holds 1 numbers"},
        Lie{"ThreeOffsets", tensor(R"("dtype":"F32","shape":[1],"data_offsets":[0,4,8])"), 4,
            "more than two"},
        Lie{"EndBeforeBegin", tensor(R"("dtype":"F32","shape":[1],"data_offsets":[4,0])"), 4,
            "ends before it begins"},
        Lie{"BeyondTheFile", tensor(R"("dtype":"F32","shape":[2],"data_offsets":[0,8])"), 4,
            "beyond the data"},
        Lie{"FarBeyondTheFile",
            tensor(R"("dtype":"F32","shape":[1],"data_offsets":[18446744073709551610,18446744073709551614])"),
            4, "beyond the data"},
        Lie{"LengthLies", tensor(R"("dtype":"F32","shape":[2],"data_offsets":[0,4])"), 4, "holds 4 bytes"},
        Lie{"TrailingBytes", tensor(R"("dtype":"F32","shape":[1],"data_offsets":[0,4])"), 5,
            "1 bytes after the last"},
        Lie{"DataWithoutTensor", "{}", 3, "3 bytes after the last"},
        Lie{"Gap",
            R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}})",
            3, "bytes 1 to 2"},
        Lie{"Overlap",
            R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}})",
            3, "begins at byte 1, inside tensor \"a\""},
        Lie{"SameBytesTwice",
            R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})",
            1, "inside tensor \"a\""},
        Lie{"NameTwice",
            R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}})",
            2, "names the tensor \"a\" twice"},
        Lie{"MetadataNotText", R"({"__metadata__":{"epoch":3}})", 0, "\"epoch\" is the number 3"},
        Lie{"MetadataKeyTwice", R"({"__metadata__":{"a":"1","a":"2"}})", 0, "key \"a\" twice"},
        Lie{"MetadataNested", R"({"__metadata__":{"a":{}}})", 0, "\"a\" is an object"}),
    [](const auto& test_info) { return test_info.param.name; });

TEST(Safetensors, LyingHeaderLength) {
  auto file = file_with("{}", 0);
  std::uint64_t length = 3;
  std::memcpy(file.data(), &length, 8);
  EXPECT_THAT(TensorFile::parse_safetensors(file).error().message, HasSubstr("has 10 bytes in all"));
  length = ~std::uint64_t{0};
  std::memcpy(file.data(), &length, 8);
  EXPECT_THAT(TensorFile::parse_safetensors(file).error().message, HasSubstr("18446744073709551615"));
}

TEST(Safetensors, CutAtEveryByteIsRefused) {
  const test::TempDir dir;
  const std::vector<float> values{1, 2, 3};
  const std::vector<TensorView> tensors{{"a", DType::F32, {2}, std::as_bytes(std::span(values).first(2))},
                                        {"b", DType::F32, {3}, bytes_of(values)}};
  ASSERT_TRUE(write_safetensors(dir / "whole", tensors, {{"k", "v"}}));
  const auto whole = base::read_file(dir / "whole").value();
  ASSERT_TRUE(TensorFile::parse_safetensors(whole));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto cut =
        TensorFile::parse_safetensors({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)});
    ASSERT_FALSE(cut) << "accepted the first " << size << " of " << whole.size() << " bytes";
    EXPECT_EQ(cut.error().code, base::ErrorCode::Corrupt);
  }
}

TEST(Safetensors, OpenNamesTheFile) {
  const test::TempDir dir;
  EXPECT_EQ(TensorFile::open_safetensors(dir / "missing").error().code, base::ErrorCode::NotFound);
  ASSERT_TRUE(base::write_file_atomically(dir / "text.safetensors", std::string_view("hello, I am a text")));
  EXPECT_THAT(TensorFile::open_safetensors(dir / "text.safetensors").error().message,
              HasSubstr("text.safetensors"));
}

}  // namespace
}  // namespace ibot::weights
