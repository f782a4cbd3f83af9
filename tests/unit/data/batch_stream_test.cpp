// SPDX-License-Identifier: GPL-3.0-or-later
#include "data_files.h"

#include <ibot/base/random.h>
#include <ibot/data/batch_stream.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <set>
#include <thread>

namespace ibot::data {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::int64_t kForever = std::numeric_limits<std::int64_t>::max();

// Numbered pictures without files.
class NumberedPictures : public Dataset {
 public:
  explicit NumberedPictures(std::int64_t size) {
    for (std::int64_t i = 0; i < size; ++i)
      listing_.add("p" + std::to_string(i) + ".jpg", 1, static_cast<std::int32_t>(i));
  }
  std::int64_t size() const override { return listing_.size(); }
  Sample sample(std::int64_t index) const override { return listing_.sample(index); }
  const std::vector<std::string>& class_names() const override { return listing_.classes; }
  base::Result<std::vector<std::byte>> read_bytes(std::int64_t) const override {
    return std::vector<std::byte>{};
  }
  std::filesystem::path file_path(std::int64_t) const override { return {}; }
  std::string description() const override { return "numbered pictures"; }
  const std::vector<std::string>& notes() const override { return notes_; }

 private:
  Listing listing_;
  std::vector<std::string> notes_;
};

// Two global and three local crops of 2x2 pixels, drawn from the job's key; `before` may fail, throw or wait.
class DrawnPixels : public SampleRenderer {
 public:
  using Before = std::function<base::Status(const SampleJob&, const std::stop_token&, const Batch&)>;
  explicit DrawnPixels(Before before) : before_(std::move(before)) {}

  void shape(Batch& batch) const override {
    const auto images = static_cast<std::size_t>(batch.images);
    batch.global = {2, 2, std::vector<std::uint8_t>(2 * images * 12)};
    batch.local = {3, 2, std::vector<std::uint8_t>(3 * images * 12)};
    batch.mask_rows = batch.mask_cols = 1;
    batch.masks.assign(2 * images, 0);
  }

  base::Status render(const SampleJob& job, const std::stop_token& stop, Batch& batch) override {
    if (before_) IBOT_CHECK_OK(before_(job, stop, batch));
    for (CropGroup* group : {&batch.global, &batch.local}) {
      for (int crop = 0; crop < group->crops; ++crop) {
        base::RandomStream random(7, base::Purpose::Test, static_cast<std::uint64_t>(job.epoch), job.sample,
                                  static_cast<std::uint64_t>(crop));
        auto* pixels = group->pixels.data() + (crop * batch.images + job.item) * 12;
        for (int i = 0; i < 12; ++i) pixels[i] = static_cast<std::uint8_t>(random.next_u32());
      }
    }
    return {};
  }

 private:
  Before before_;
};

base::Status unreadable(const SampleJob&) {
  return base::Error{base::ErrorCode::Corrupt, "the file is cut off", "", ""};
}

class BatchStreamTest : public testing::Test {
 protected:
  BatchStream stream(int workers, std::int64_t first_step = 0, std::int64_t end_step = kForever,
                     DrawnPixels::Before before = {}, int slots = 3) {
    StreamOptions options;
    options.workers = workers;
    options.slots = slots;
    options.first_step = first_step;
    options.end_step = end_step;
    return BatchStream(
        pictures, Sampler::create({pictures.size(), 4, 1, 0, 1}).value(),
        [before] { return std::make_unique<DrawnPixels>(before); }, options);
  }

  // Everything of some steps, as one text.
  static std::string bytes_of(BatchStream stream) {
    std::string bytes;
    while (const BatchLease batch = stream.next()) {
      bytes += "step " + std::to_string(batch->step) + " epoch " + std::to_string(batch->epoch) + ":";
      for (const std::uint64_t sample : batch->samples) bytes += std::to_string(sample) + ",";
      for (const std::int64_t label : batch->labels) bytes += std::to_string(label) + ",";
      bytes.append(batch->global.pixels.begin(), batch->global.pixels.end());
      bytes.append(batch->local.pixels.begin(), batch->local.pixels.end());
    }
    return bytes;
  }

  test::QuietLog quiet;
  NumberedPictures pictures{30};
};

TEST_F(BatchStreamTest, TheNumberOfWorkersChangesNoByte) {
  const std::string one = bytes_of(stream(1, 0, 20));
  EXPECT_GT(one.size(), 20u * 5 * 4 * 12);
  EXPECT_EQ(bytes_of(stream(2, 0, 20)), one);
  EXPECT_EQ(bytes_of(stream(5, 0, 20)), one);
}

TEST_F(BatchStreamTest, BeginsAnywhere) {
  EXPECT_EQ(bytes_of(stream(2, 0, 9)) + bytes_of(stream(2, 9, 20)), bytes_of(stream(2, 0, 20)));
}

TEST_F(BatchStreamTest, EndsWithAnEmptyLease) {
  BatchStream two = stream(2, 5, 7);
  EXPECT_EQ(two.next()->step, 5);
  EXPECT_EQ(two.next()->step, 6);
  EXPECT_FALSE(two.next());
  EXPECT_FALSE(two.next());
  EXPECT_EQ(two.statistics().batches, 2);
  EXPECT_FALSE(stream(1, 3, 3).next());
}

TEST_F(BatchStreamTest, LeasesMayEndInAnyOrder) {
  BatchStream many = stream(2, 0, 6);
  BatchLease first = many.next(), second = many.next(), third = many.next();
  second = BatchLease();
  first = BatchLease();
  EXPECT_EQ(third->step, 2);
  EXPECT_EQ(many.next()->step, 3);
  EXPECT_EQ(many.next()->step, 4);
  third = many.next();
  EXPECT_EQ(third->step, 5);
}

TEST_F(BatchStreamTest, FillsNoMoreThanItsSlots) {
  std::atomic<std::int64_t> handed_out = 0;
  std::atomic<bool> too_far = false;
  BatchStream ahead = stream(3, 0, 30, [&](const SampleJob&, const std::stop_token&, const Batch& batch) {
    if (batch.step >= handed_out + 3) too_far = true;
    return base::Status();
  });
  for (int step = 0; step < 30; ++step) {
    const BatchLease batch = ahead.next();
    EXPECT_EQ(batch->step, step);
    ++handed_out;  // its slot comes free when the lease ends, after this
  }
  EXPECT_FALSE(too_far);
}

TEST_F(BatchStreamTest, SubstitutesUnreadablePicturesDeterministically) {
  std::set<std::uint64_t> bad;
  for (const std::int64_t index : {3, 4, 5, 17, 28}) bad.insert(pictures.sample(index).id);
  const auto some_fail = [&](const SampleJob& job, const std::stop_token&, const Batch&) {
    return bad.contains(job.sample) ? unreadable(job) : base::Status();
  };
  const std::string one = bytes_of(stream(1, 0, 14, some_fail));
  EXPECT_EQ(bytes_of(stream(5, 0, 14, some_fail)), one);
  EXPECT_EQ(bytes_of(stream(2, 0, 7, some_fail)) + bytes_of(stream(2, 7, 14, some_fail)), one)
      << "a resumed run knows of no bad picture and must choose the same substitutes";

  BatchStream counted = stream(2, 0, 14, some_fail);
  int substitutes = 0;
  Sampler sampler = Sampler::create({30, 4, 1, 0, 1}).value();
  while (const BatchLease batch = counted.next()) {
    const std::vector<std::int64_t> asked = sampler.samples_of_step(batch->step);
    for (std::size_t i = 0; i < asked.size(); ++i) {
      EXPECT_FALSE(bad.contains(batch->samples[i]));
      EXPECT_EQ(pictures.sample(batch->labels[i]).id, batch->samples[i]) << "the label is the substitute's";
      if (bad.contains(pictures.sample(asked[i]).id)) {
        ++substitutes;
      } else {
        EXPECT_EQ(batch->labels[i], asked[i]);
      }
    }
  }
  const StreamStatistics statistics = counted.statistics();
  EXPECT_GT(substitutes, 0);
  EXPECT_EQ(statistics.substituted, substitutes);
  EXPECT_EQ(statistics.bad_pictures, 5);
  ASSERT_EQ(statistics.bad.size(), 5u);
  EXPECT_EQ(statistics.bad[3].path, "p17.jpg");
  EXPECT_EQ(statistics.bad[3].reason, "the file is cut off");
}

TEST_F(BatchStreamTest, GivesUpWhereNothingCanBeRead) {
  BatchStream none = stream(
      2, 0, 5, [](const SampleJob& job, const std::stop_token&, const Batch&) { return unreadable(job); });
  try {
    none.next();
    FAIL() << "expected an exception";
  } catch (const base::Exception& exception) {
    EXPECT_EQ(exception.error().code, base::ErrorCode::Corrupt);
    EXPECT_THAT(exception.error().message, HasSubstr("no readable picture"));
  }
}

TEST_F(BatchStreamTest, CarriesAnExceptionToTheConsumerOfItsStep) {
  BatchStream broken =
      stream(3, 0, 10, [](const SampleJob& job, const std::stop_token&, const Batch& batch) -> base::Status {
        if (batch.step == 2 && job.item > 0) throw std::runtime_error("item " + std::to_string(job.item));
        return {};
      });
  EXPECT_EQ(broken.next()->step, 0);
  EXPECT_EQ(broken.next()->step, 1);
  for (int again = 0; again < 2; ++again) {
    try {
      broken.next();
      FAIL() << "expected an exception";
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(), "item 1") << "the first of the batch, whichever worker was faster";
    }
  }
}

TEST_F(BatchStreamTest, CancelWakesTheConsumerWhileWorkersAreBusy) {
  std::mutex mutex;
  std::condition_variable_any busy;
  int waiting = 0;
  BatchStream endless =
      stream(2, 0, kForever, [&](const SampleJob&, std::stop_token stop, const Batch&) -> base::Status {
        std::unique_lock lock(mutex);
        ++waiting;
        busy.notify_all();
        busy.wait(lock, stop, [] { return false; });
        return base::Error{base::ErrorCode::Cancelled, "stopped", "", ""};
      });
  std::thread canceller([&] {
    {
      std::unique_lock lock(mutex);
      busy.wait(lock, [&] { return waiting == 2; });
    }
    endless.cancel();
  });
  for (int again = 0; again < 2; ++again) {
    try {
      endless.next();
      ADD_FAILURE() << "expected an exception";
    } catch (const base::Exception& exception) {
      EXPECT_EQ(exception.error().code, base::ErrorCode::Cancelled);
    }
  }
  canceller.join();
  EXPECT_EQ(endless.statistics().bad_pictures, 0) << "a cancelled picture is not a bad one";
}

TEST_F(BatchStreamTest, MayBeLeftWithBatchesWaiting) {
  for (int round = 0; round < 20; ++round) {
    BatchStream left = stream(3);
    for (int taken = 0; taken < round % 3; ++taken) EXPECT_TRUE(left.next());
  }
}

}  // namespace
}  // namespace ibot::data
