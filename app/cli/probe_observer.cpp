// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe_observer.h"

#include <ibot/base/file.h>
#include <ibot/base/hash.h>
#include <ibot/base/text.h>
#include <ibot/image/decode.h>
#include <ibot/image/encode.h>
#include <ibot/image/resize.h>
#include <ibot/inspect/patch_views.h>

#include <algorithm>

namespace ibot::cli {
namespace {

struct Pinned {
  std::string id, source;
  image::Image picture;
};

class ProbeObserver final : public train::Observer {
 public:
  ProbeObserver(const plan::Plan& plan, std::vector<Pinned> pinned)
      : every_(plan.probes().every_steps),
        wanted_side_(2 * plan.crops().global.size),
        options_{.seed = static_cast<std::uint64_t>(plan.run().seed)},
        pinned_(std::move(pinned)) {}

  bool wants(const train::Moment& moment) const override {
    return moment.final || moment.stopping || moment.step % every_ == 0;
  }

  base::Status observe(const train::Moment& moment, train::RunSink& sink) override {
    if (pictures_.empty()) {
      cut_squares(moment.model.networks.teacher->patch_size());
      IBOT_CHECK_OK(sink.probe_pictures(probes_));
    }
    IBOT_TRY(const auto views, inspect::look_at_patches(*moment.model.networks.teacher,
                                                        moment.model.networks.teacher_head.get(),
                                                        moment.model.normalisation, pictures_, options_));
    std::vector<train::ProbeBlob> blobs;
    for (std::size_t i = 0; i < views.size(); ++i) {
      for (inspect::ProbeArray& array : inspect::to_arrays(views[i], "teacher", options_.clusters)) {
        blobs.push_back({.step = moment.step,
                         .kind = std::move(array.kind),
                         .image = probes_[i].image,
                         .meta_json = std::move(array.meta_json),
                         .data = std::move(array.data)});
      }
    }
    return sink.probes(blobs);
  }

 private:
  // One side for all, a multiple of the patch.
  void cut_squares(std::int64_t patch) {
    std::int64_t side = wanted_side_;
    for (const Pinned& one : pinned_)
      side = std::min<std::int64_t>(side, std::min(one.picture.width(), one.picture.height()));
    const auto whole = static_cast<int>(std::max(side / patch, std::int64_t{1}) * patch);
    image::Resizer resizer;
    for (const Pinned& one : pinned_) {
      image::Image square;
      resizer.resize(one.picture,
                     image::evaluation_request(one.picture.width(), one.picture.height(), whole, whole),
                     square);
      probes_.push_back({.image = one.id, .source = one.source, .file = image::encode_png(square)});
      pictures_.push_back(std::move(square));
    }
    pinned_.clear();
  }

  std::int64_t every_, wanted_side_;
  inspect::PatchViewOptions options_;
  std::vector<Pinned> pinned_;  // until the first look
  std::vector<train::ProbePicture> probes_;
  std::vector<image::Image> pictures_;
};

}  // namespace

base::Result<std::unique_ptr<train::Observer>> make_probe_observer(const plan::Plan& plan,
                                                                   const data::Dataset& dataset,
                                                                   const std::vector<std::int64_t>& order) {
  const train::ProbeOptions options = plan.probes();
  std::vector<Pinned> pinned;
  for (const std::string& file : options.pinned) {
    IBOT_TRY(const std::vector<std::byte> bytes, base::read_file(file));
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    Pinned one{.id = "file-" + base::sha256_hex(text).substr(0, 16), .source = file, .picture = {}};
    if (const auto status = image::decode(bytes, one.picture); !status) {
      base::Error error = status.error();
      error.message = "probe picture " + base::quote_untrusted(file) + ": " + error.message;
      return error;
    }
    const bool twice =
        std::any_of(pinned.begin(), pinned.end(), [&](const Pinned& other) { return other.id == one.id; });
    if (!twice) pinned.push_back(std::move(one));
  }
  if (options.pinned.empty()) {
    for (const std::int64_t index : order) {
      if (static_cast<std::int64_t>(pinned.size()) >= options.pictures) break;
      const data::Sample sample = dataset.sample(index);
      Pinned one{
          .id = base::str("sample-", sample.id), .source = dataset.file_path(index).string(), .picture = {}};
      const auto bytes = dataset.read_bytes(index);
      // An unreadable one is reported when it is trained on; the next takes its place here.
      if (!bytes || !image::decode(*bytes, one.picture)) continue;
      pinned.push_back(std::move(one));
    }
  }
  if (pinned.empty()) return std::unique_ptr<train::Observer>();
  return std::unique_ptr<train::Observer>(std::make_unique<ProbeObserver>(plan, std::move(pinned)));
}

}  // namespace ibot::cli
