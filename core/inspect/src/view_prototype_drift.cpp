// SPDX-License-Identifier: GPL-3.0-or-later
#include "views_state.h"

#include <ibot/base/clock.h>
#include <ibot/base/text.h>

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <span>

namespace ibot::inspect {
namespace {

using Moment = PrototypeMoment;
using MomentPointer = std::shared_ptr<Moment>;

double mean_cosine(const Moment& a, const Moment& b) {
  return std::clamp((a.vectors * b.vectors).sum(1).mean().item<double>(), -1.0, 1.0);
}

double share(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

// Of the patches that had the prototype before, those that have it still.
double kept_share(const std::vector<std::int32_t>& before, const std::vector<std::int32_t>& now,
                  std::int64_t prototype) {
  std::int64_t had = 0, has = 0;
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (before[i] != prototype) continue;
    ++had;
    has += now[i] == prototype ? 1 : 0;
  }
  return share(has, had);
}

base::Status check_fit(const Moment& first, const Moment& other) {
  if (first.vectors.sizes() != other.vectors.sizes()) {
    return base::Error{base::ErrorCode::Incompatible,
                       base::str(other.seen.name, " has ", other.vectors.size(0), " prototypes of ",
                                 other.vectors.size(1), " numbers"),
                       base::str(first.vectors.size(0), " of ", first.vectors.size(1),
                                 ", as the first moment: prototypes drift within one run"),
                       "Compare runs by the overlap of their prototypes"};
  }
  if (first_difference(*first.gallery, *other.gallery) >= 0) {
    return base::Error{base::ErrorCode::Incompatible, "the pictures have changed while they were looked at",
                       "the same pictures at every moment", "Ask again"};
  }
  return {};
}

void tell(const std::vector<MomentPointer>& ready, const Moment& last, std::int64_t prototype,
          protocol::PrototypeDriftReply& reply) {
  for (std::size_t i = 0; i < ready.size(); ++i) {
    const Moment& now = *ready[i];
    const auto& labels = now.gallery->assignment();
    const auto& counts = now.gallery->counts();
    const auto prototypes = static_cast<std::int64_t>(counts.size());
    reply.moments.push_back(now.seen);
    reply.patches = now.gallery->patches();
    reply.used.push_back(
        share(prototypes - std::count(counts.begin(), counts.end(), std::int64_t{0}), prototypes));
    reply.as_last.push_back(analysis::same_share(labels, last.gallery->assignment()));
    reply.cosine_last.push_back(mean_cosine(now, last));
    if (prototype >= 0) {
      reply.own_share.push_back(share(counts[static_cast<std::size_t>(prototype)], now.gallery->patches()));
      const double cosine = (now.vectors[prototype] * last.vectors[prototype]).sum().item<double>();
      reply.own_cosine_last.push_back(std::clamp(cosine, -1.0, 1.0));
    }
    if (i == 0) continue;
    const auto& before = ready[i - 1]->gallery->assignment();
    reply.stays.push_back(analysis::same_share(before, labels));
    reply.stays_chance.push_back(std::min(1.0, analysis::same_share_by_chance(before, labels)));
    reply.cosine.push_back(mean_cosine(*ready[i - 1], now));
    if (prototype >= 0) reply.own_stays.push_back(kept_share(before, labels, prototype));
  }
}

}  // namespace

base::Result<protocol::PrototypeDriftReply> Views::prototype_drift(
    const protocol::PrototypeDriftRequest& request, protocol::Job& job) {
  return guarded([&]() -> base::Result<protocol::PrototypeDriftReply> {
    const at::NoGradGuard no_grad;
    const base::Stopwatch watch;
    ViewSession& session = state_->session;
    const std::size_t count = request.moments.size();
    if (count < 2 || count > protocol::PrototypeDriftRequest::kMostMoments) {
      return base::Error{base::ErrorCode::InvalidArgument, base::str(count, " moments"),
                         base::str("2 to ", protocol::PrototypeDriftRequest::kMostMoments), ""};
    }
    const GalleryChoice choice{request.folder, request.split, request.pictures, request.size};
    IBOT_TRY(const NetworkPointer owner, session.network(request.moments.front()));
    // What was looked at before needs no network any more.
    const auto moment_of = [&](const protocol::NetworkChoice& chosen) -> base::Result<MomentPointer> {
      IBOT_TRY(const FoundNetwork found, find_network(session.sources(), chosen));
      const std::string name = base::str(found.key, "#", owner->seen.run, "#", choice.folder, "#",
                                         choice.split, "#", choice.pictures, "#", choice.size);
      if (const MomentPointer* kept = state_->courses.find(name)) return *kept;
      IBOT_TRY(const NetworkPointer network, session.network_at(found));
      auto made = std::make_shared<Moment>();
      made->seen = network->seen;
      made->vectors = prototype_vectors(*network);
      IBOT_TRY(made->gallery, state_->gallery(choice, *owner, *network));
      return state_->courses.put(name, std::move(made), 1);
    };
    std::vector<std::size_t> order = {count - 1};
    for (std::size_t i = 0; i + 1 < count; ++i) order.push_back(i);
    protocol::PrototypeDriftReply reply;
    std::vector<MomentPointer> moments(count);
    bool late = false;
    for (const std::size_t i : order) {
      IBOT_TRY(moments[i], moment_of(request.moments[i]));
      PrototypeGallery& gallery = *moments[i]->gallery;
      reply.total = static_cast<std::int64_t>(count) * gallery.total();
      while (!late && gallery.seen() < gallery.total()) {
        if (job.unwanted()) return cancelled_view();
        IBOT_TRY(const NetworkPointer network, session.network(request.moments[i]));
        gallery.look(session, *network);
        late =
            request.milliseconds > 0 && watch.seconds() * 1000 >= static_cast<double>(request.milliseconds);
        if (gallery.seen() % 16 == 0) job.progress("pictures", reply.seen + gallery.seen(), reply.total);
      }
      reply.seen += gallery.seen();
      if (late) break;
    }
    const Moment& last = *moments.back();
    reply.last = last.seen;
    std::vector<MomentPointer> ready;
    for (const MomentPointer& each : moments) {
      const bool whole = each && each->gallery->seen() == each->gallery->total();
      if (!whole || last.gallery->seen() < last.gallery->total()) break;
      if (const base::Status fits = check_fit(last, *each); !fits) {
        state_->galleries.clear();
        state_->courses.clear();
        return fits.error();
      }
      ready.push_back(each);
    }
    if (request.prototype >= last.vectors.size(0)) {
      return base::Error{base::ErrorCode::InvalidArgument, base::str("prototype ", request.prototype),
                         base::str("0 to ", last.vectors.size(0) - 1), ""};
    }
    tell(ready, last, request.prototype, reply);
    return reply;
  });
}

}  // namespace ibot::inspect
