// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/protocol/views.h>

#include <optional>

namespace ibot::protocol {

/// The pattern layout: for the patch prototypes of a head, the patches of a data set that each answers
/// strongest to. Works for `milliseconds` and answers with what it has seen so far; what it has stays, so
/// that asking again goes on: cards appear early and nothing else waits long.
struct IBOT_API PrototypesRequest {
  static constexpr std::string_view kMethod = "prototypes";
  static constexpr std::int64_t kMostCards = 64, kMostStrongest = 16, kMostPictures = 20'000;

  NetworkChoice network = {};
  std::string folder = {};           ///< any data set; empty: the run's own
  std::string split = {};            ///< of that data set; empty: "val" where there is one, else all
  std::int64_t pictures = 500;       ///< of the data set, evenly spread
  std::int64_t size = 0;             ///< px, as PictureChoice::size
  std::int64_t milliseconds = 1000;  ///< of work for this answer; 0: until all are seen
  std::int64_t first = 0;            ///< card, in the order of use
  std::int64_t cards = 24;
  std::int64_t strongest = 8;                 ///< patches a card
  std::optional<PictureChoice> picture = {};  ///< where prototypes fire in this picture
  std::int64_t prototype = -1;                ///< and how strongly this one does
  /// Overlap of its assignments with those of this network, on the same pictures: those of `network`'s data
  /// set, at its size.
  std::optional<NetworkChoice> beside = {};

  Message to_message() const;
  static base::Result<PrototypesRequest> from_message(const Message& message);
  bool operator==(const PrototypesRequest&) const = default;
};

struct IBOT_API PrototypesReply {
  struct Card {
    std::int64_t prototype = 0;
    std::int64_t count = 0;                  ///< patches whose largest logit it has
    std::vector<PatchMatch> strongest = {};  ///< by logit; `picture` counts in the data set
    bool operator==(const Card&) const = default;
  };
  /// The prototype of the other network that a card's is paired with; -1: no patch has both.
  struct Partner {
    std::int64_t prototype = -1;
    std::int64_t count = 0;     ///< patches of it
    std::int64_t together = 0;  ///< of these, patches of the card's prototype
    bool operator==(const Partner&) const = default;
  };
  SeenNetwork network = {};
  std::int64_t seen = 0, total = 0;  ///< pictures; seen < total: ask again
  std::int64_t patches = 0;
  std::int64_t size = 0;                  ///< px, side of the squares in which the pictures were seen
  std::vector<std::int64_t> counts = {};  ///< [prototypes]
  std::int64_t dead = 0;                  ///< prototypes that no patch has chosen
  std::vector<Card> cards = {};
  int side = 0;  ///< px, of a crop: the patch in the middle third
  /// [cards, most, side, side, 3], `most` the request's `strongest`; black where a card has fewer.
  std::vector<std::uint8_t> crops = {};
  int most = 0;
  std::optional<SeenPicture> picture = {};
  std::vector<std::int64_t> chosen =
      {};                            ///< [rows, columns] of that picture: prototype with the largest logit
  std::vector<float> strength = {};  ///< [rows, columns]: logit of the asked prototype; may be empty
  /// Share of patches whose two prototypes belong together when prototypes of both networks are paired by
  /// the best assignment (Hungarian); -1: not asked for. `overlap_chance`: of the same counts at random.
  double overlap = -1, overlap_chance = -1;
  std::optional<SeenNetwork> beside = {};
  std::vector<Partner> partners = {};            ///< [cards], or empty: nothing beside
  std::vector<std::uint8_t> partner_crops = {};  ///< as `crops`, of the partners

  Message to_message() const;
  static base::Result<PrototypesReply> from_message(const Message& message);
  bool operator==(const PrototypesReply&) const = default;
};

/// How prototypes drift over a training: how many patches keep their prototype from one kept moment to the
/// next, and how far the prototypes' weight vectors turn. Works for `milliseconds`, as PrototypesRequest: the
/// last moment first, then the others in order.
struct IBOT_API PrototypeDriftRequest {
  static constexpr std::string_view kMethod = "prototype_drift";
  static constexpr std::size_t kMostMoments = 20;

  std::vector<NetworkChoice> moments = {};  ///< of one run, ascending by step; at least two
  std::string folder = {}, split = {};      ///< as PrototypesRequest, the first moment's
  std::int64_t pictures = 100;
  std::int64_t size = 0;
  std::int64_t milliseconds = 1000;
  std::int64_t prototype = -1;  ///< one prototype's own course, too

  Message to_message() const;
  static base::Result<PrototypeDriftRequest> from_message(const Message& message);
  bool operator==(const PrototypeDriftRequest&) const = default;
};

/// All shares in [0, 1]. Of the moments that are ready from the first on, M of them, [M]; what is told from
/// the moment before [M - 1], beginning with the second.
struct IBOT_API PrototypeDriftReply {
  std::vector<SeenNetwork> moments = {};  ///< [M]
  SeenNetwork last = {};                  ///< the last one that was asked for
  std::int64_t seen = 0, total = 0;       ///< pictures of all moments; seen < total: ask again
  std::int64_t patches = 0;               ///< of one moment
  std::vector<double> used = {};          ///< [M] share of the prototypes that some patch chooses
  std::vector<double> stays = {};         ///< [M - 1] patches that have the prototype that they had before
  std::vector<double> stays_chance = {};  ///< [M - 1] the same of the same counts at random
  std::vector<double> as_last = {};       ///< [M] patches that have the prototype of the last moment
  /// Cosine of a prototype's weight vector with itself at the moment before and at the last one; mean over
  /// prototypes.
  std::vector<double> cosine = {};       ///< [M - 1]
  std::vector<double> cosine_last = {};  ///< [M]
  /// Of the asked prototype alone; empty: none was asked for.
  std::vector<double> own_share = {};        ///< [M] patches that have it
  std::vector<double> own_stays = {};        ///< [M - 1] of its patches before, those that still have it
  std::vector<double> own_cosine_last = {};  ///< [M]

  Message to_message() const;
  static base::Result<PrototypeDriftReply> from_message(const Message& message);
  bool operator==(const PrototypeDriftReply&) const = default;
};

/// What the student predicts for masked patches, against the teacher, who sees them. Needs a full checkpoint
/// of a run, or `stand_in`.
struct IBOT_API PredictionRequest {
  static constexpr std::string_view kMethod = "prediction";

  NetworkChoice network = {};  ///< `network` is ignored: both are looked at
  PictureChoice picture = {};
  int rows = 0, columns = 0;            ///< of `mask`; 0: one is drawn by the run's masking plugin
  std::vector<std::uint8_t> mask = {};  ///< [rows, columns], 1 = masked
  std::int64_t seed = 0, epoch = 0;     ///< of a drawn mask
  bool pixels = false;
  /// Where a compact snapshot is all that is kept, the teacher's network stands in for the student, with the
  /// student's mask token, which snapshots carry; Unsupported if it lacks one.
  bool stand_in = false;

  Message to_message() const;
  static base::Result<PredictionRequest> from_message(const Message& message);
  bool operator==(const PredictionRequest&) const = default;
};

/// Grids are [rows, columns]; what is asked of masked patches alone is -1 or 0 elsewhere.
struct IBOT_API PredictionReply {
  SeenNetwork network = {};
  SeenPicture picture = {};
  std::vector<std::uint8_t> mask = {};
  std::vector<std::int64_t> student = {};       ///< prototype that the student gives most to
  std::vector<std::int64_t> teacher = {};       ///< the same of the teacher, for every patch
  std::vector<float> student_probability = {};  ///< of its choice
  std::vector<float> teacher_probability = {};
  std::vector<float> cosine = {};  ///< of both projections, masked patches
  /// Patch (row * columns + column) whose teacher projection is most similar to the student's prediction.
  std::vector<std::int64_t> nearest = {};
  double agreement = 0;      ///< share of masked patches with the same prototype
  double cross_entropy = 0;  ///< nats, teacher's distribution against the student's, masked patches
  double uniform = 0;        ///< nats: the same if the student knew nothing, ln of the prototypes
  double distance = 0;       ///< patches: mean distance of `nearest` from the patch itself
  bool stand_in = false;     ///< the teacher's network stood in for the student

  Message to_message() const;
  static base::Result<PredictionReply> from_message(const Message& message);
  bool operator==(const PredictionReply&) const = default;
};

}  // namespace ibot::protocol
