// SPDX-License-Identifier: GPL-3.0-or-later
#include "parts_files.h"

#include <ibot/base/file.h>
#include <ibot/base/hash.h>
#include <ibot/base/text.h>
#include <ibot/data/parts_dataset.h>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <utility>
#include <vector>

namespace ibot::data {

namespace {

using base::ErrorCode;
using nlohmann::ordered_json;

constexpr std::string_view kManifestName = "parts.json";
constexpr std::uint64_t kManifestLimit = 1 << 16;

// Proof of what this build draws, whatever its version constant says.
std::string first_scene_hash(const PartsOptions& options) {
  const PartsScene scene = PartsGenerator(static_cast<std::uint64_t>(options.seed), options.size).draw(0);
  base::Sha256 hash;
  hash.update(std::as_bytes(std::span(scene.picture.data(), scene.picture.bytes())));
  hash.update(std::as_bytes(std::span(scene.mask)));
  return hash.hex();
}

ordered_json manifest_of(const PartsOptions& options, bool complete) {
  ordered_json manifest;
  manifest["kind"] = "parts";
  manifest["generator_version"] = kPartsGeneratorVersion;
  manifest["seed"] = options.seed;
  manifest["size"] = options.size;
  manifest["train"] = options.train;
  manifest["val"] = options.val;
  manifest["val_starts_at"] = kPartsValidationStart;
  manifest["format"] = options.format;
  if (options.format == "jpeg") manifest["jpeg_quality"] = options.jpeg_quality;
  for (const std::string& name : parts_class_names()) manifest["classes"].push_back(name);
  for (const std::string& name : parts_part_names()) manifest["parts"].push_back(name);
  manifest["first_scene_sha256"] = first_scene_hash(options);
  manifest["complete"] = complete;
  return manifest;
}

base::Error occupied(const std::filesystem::path& folder, std::string_view why) {
  return {ErrorCode::AlreadyExists,
          base::str("cannot draw into ", base::quote_untrusted(folder.string(), 300), ": ", why),
          "an empty folder, or one drawn with the same options by the same version",
          "Choose another folder, or remove this one first"};
}

// Nothing if the folder may be filled; otherwise what speaks against it.
base::Status check_manifest(const std::filesystem::path& folder, const ordered_json& wanted) {
  std::error_code error;
  if (!std::filesystem::exists(folder, error)) return {};
  if (!std::filesystem::is_directory(folder, error)) return occupied(folder, "it is no folder");
  const std::filesystem::path path = folder / kManifestName;
  if (!std::filesystem::exists(path, error)) {
    const bool empty =
        std::filesystem::directory_iterator(folder, error) == std::filesystem::directory_iterator();
    if (!empty || error) return occupied(folder, base::str("it is not empty and has no ", kManifestName));
    return {};
  }
  IBOT_TRY(const std::string text, base::read_text_file(path, kManifestLimit));
  const ordered_json found = ordered_json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!found.is_object()) return occupied(folder, base::str("its ", kManifestName, " cannot be read"));
  for (const auto& [key, value] : wanted.items()) {
    if (key == "complete") continue;
    const auto there = found.find(key);
    if (there == found.end() || *there != value) {
      const std::string seen = there == found.end() ? "missing"
                               : there->is_string() ? base::quote_untrusted(there->get<std::string>())
                               : there->is_number() ? there->dump()
                                                    : base::quote_untrusted(there->dump());
      return occupied(folder, base::str("its ", key, " is ", seen, ", not ", value.dump()));
    }
  }
  return {};
}

// Hands out scenes to threads, counts them, and keeps the first failure.
class Work {
 public:
  Work(std::int64_t total, const std::stop_token& stop) : total_(total), stop_(stop) {}

  std::optional<std::int64_t> next() {
    if (stop_.stop_requested() || failed_) return std::nullopt;
    const std::int64_t index = next_++;
    return index < total_ ? std::optional(index) : std::nullopt;
  }
  void finish(bool drawn) { (drawn ? drawn_ : kept_)++; }
  void fail(base::Error error) {
    const std::lock_guard lock(mutex_);
    if (!error_) error_ = std::move(error);
    failed_ = true;
  }
  void leave() {
    const std::lock_guard lock(mutex_);
    ++left_;
    done_.notify_all();
  }
  // On the caller's thread, until all workers have left.
  void watch(int workers, const PartsProgress& progress) {
    std::unique_lock lock(mutex_);
    while (!done_.wait_for(lock, std::chrono::milliseconds(100), [&] { return left_ == workers; })) {
      lock.unlock();
      if (progress) progress(drawn_ + kept_, total_);
      lock.lock();
    }
  }
  base::Result<PartsReport> result() const {
    if (error_) return *error_;
    if (drawn_ + kept_ < total_) {
      return base::Error{ErrorCode::Cancelled,
                         base::str("drawing was stopped after ", base::format_count(drawn_ + kept_), " of ",
                                   base::format_count(total_), " scenes"),
                         "", "Start it again: it goes on where it stopped"};
    }
    return PartsReport{drawn_, kept_};
  }

 private:
  const std::int64_t total_;
  const std::stop_token& stop_;
  std::atomic<std::int64_t> next_ = 0;
  std::atomic<std::int64_t> drawn_ = 0;
  std::atomic<std::int64_t> kept_ = 0;
  std::atomic<bool> failed_ = false;
  std::mutex mutex_;
  std::condition_variable done_;
  int left_ = 0;
  std::optional<base::Error> error_;
};

base::Result<PartsReport> draw_all(const PartsFiles& files, const PartsOptions& options,
                                   const PartsProgress& progress, const std::stop_token& stop, int threads) {
  const PartsGenerator generator(static_cast<std::uint64_t>(options.seed), options.size);
  const std::int64_t total = options.train + options.val;
  Work work(total, stop);
  const auto run = [&] {
    try {
      while (const auto number = work.next()) {
        const base::Result<bool> drawn = files.write_if_missing(generator, *number);
        if (!drawn) {
          work.fail(drawn.error());
          break;
        }
        work.finish(*drawn);
      }
    } catch (const base::Exception& exception) {
      work.fail(exception.error());
    } catch (const std::exception& exception) {
      work.fail({ErrorCode::Internal, base::str("drawing failed: ", exception.what()), "", ""});
    }
    work.leave();
  };
  if (threads <= 0) threads = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  threads = static_cast<int>(std::min<std::int64_t>(threads, std::max<std::int64_t>(total, 1)));
  {
    std::vector<std::jthread> workers;
    for (int i = 0; i < threads; ++i) workers.emplace_back(run);
    work.watch(threads, progress);
  }
  IBOT_TRY(const PartsReport report, work.result());
  if (progress) progress(total, total);
  return report;
}

// All files of the file system that holds the folder: one call instead of two for each of thousands of files.
base::Status sync_all(const std::filesystem::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return base::error_from_errno(errno, base::str("open ", folder.string()));
  const int failed = ::syncfs(descriptor) == 0 ? 0 : errno;
  ::close(descriptor);
  if (failed != 0) return base::error_from_errno(failed, base::str("sync ", folder.string()));
  return {};
}

base::Status check_options(const PartsOptions& o) {
  const auto wrong = [](std::string message, std::string expected) {
    return base::Error{ErrorCode::InvalidArgument, "parts: " + std::move(message), std::move(expected), ""};
  };
  if (o.train < 0 || o.val < 0 || o.train > PartsOptions::kMaximumScenes ||
      o.val > PartsOptions::kMaximumScenes) {
    return wrong(base::str(o.train, " training and ", o.val, " validation scenes"),
                 base::str("0 to ", base::format_count(PartsOptions::kMaximumScenes), " of each"));
  }
  if (o.size < PartsGenerator::kMinimumSize || o.size > PartsGenerator::kMaximumSize) {
    return wrong(base::str("size is ", o.size),
                 base::str(PartsGenerator::kMinimumSize, " to ", PartsGenerator::kMaximumSize, " px"));
  }
  if (o.format != "jpeg" && o.format != "png")
    return wrong("format is " + base::quote_untrusted(o.format), "jpeg or png");
  if (o.jpeg_quality < 1 || o.jpeg_quality > 100)
    return wrong(base::str("jpeg_quality is ", o.jpeg_quality), "1 to 100");
  return {};
}

}  // namespace

void PartsOptions::describe(params::Describer& d, PartsOptions& o) {
  d.field("train", o.train)
      .between(0, static_cast<double>(kMaximumScenes))
      .unit("scenes")
      .help("Scenes to train on. More of them take longer to draw and are harder to learn by heart.");
  d.field("val", o.val)
      .between(0, static_cast<double>(kMaximumScenes))
      .unit("scenes")
      .help("Scenes held back for evaluation. Their number does not change the training scenes.");
  d.field("size", o.size)
      .between(PartsGenerator::kMinimumSize, PartsGenerator::kMaximumSize)
      .unit("px")
      .help("Side of the square pictures.");
  d.field("seed", o.seed).at_least(0).help("Another seed draws other scenes of the same kinds.");
  d.field("format", o.format)
      .choices({"jpeg", "png"})
      .advanced()
      .help("png keeps every pixel and takes four times the space.");
  d.field("jpeg_quality", o.jpeg_quality)
      .between(1, 100)
      .advanced()
      .applies_when("format=jpeg")
      .help("Quality of the JPEG files.");
}

base::Result<PartsReport> write_parts_dataset(const std::filesystem::path& folder,
                                              const PartsOptions& options, const PartsProgress& progress,
                                              const std::stop_token& stop, int threads) {
  IBOT_CHECK_OK(check_options(options));
  const ordered_json unfinished = manifest_of(options, false);
  IBOT_CHECK_OK(check_manifest(folder, unfinished));
  const PartsFiles files(folder, options);
  IBOT_CHECK_OK(files.prepare());
  const std::filesystem::path manifest = folder / kManifestName;
  // Until all is there, the folder says that it is not.
  std::error_code error;
  if (!std::filesystem::exists(manifest, error)) {
    IBOT_CHECK_OK(base::write_file_atomically(manifest, unfinished.dump(2) + "\n"));
  }
  IBOT_TRY(const PartsReport report, draw_all(files, options, progress, stop, threads));
  if (report.drawn > 0) IBOT_CHECK_OK(sync_all(folder));
  const std::string finished = manifest_of(options, true).dump(2) + "\n";
  const base::Result<std::string> present = base::read_text_file(manifest, kManifestLimit);
  if (!present || *present != finished) IBOT_CHECK_OK(base::write_file_atomically(manifest, finished));
  return report;
}

}  // namespace ibot::data
