// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/protocol/views.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ibot::protocol {

/// Lengths of patch tokens before the final norm, and how many stand out.
struct IBOT_API NormsRequest {
  static constexpr std::string_view kMethod = "norms";
  static constexpr std::size_t kMostPictures = 64;

  NetworkChoice network = {};
  std::vector<PictureChoice> pictures = {};
  std::int64_t layer = 0;
  double factor = 6;  ///< an outlier is longer than median + factor * 1.4826 * median absolute deviation
  bool pixels = false;
  /// Pictures that cannot be read are left out of the answer and named, rather than its end.
  bool leave_out = false;

  Message to_message() const;
  static base::Result<NormsRequest> from_message(const Message& message);
  bool operator==(const NormsRequest&) const = default;
};

struct IBOT_API NormsReply {
  SeenNetwork network = {};
  std::vector<SeenPicture> pictures = {};
  std::int64_t layer = 0;
  std::vector<std::vector<float>> norms = {};  ///< [pictures][rows * columns]
  double median = 0, threshold = 0;            ///< over all pictures
  std::int64_t outliers = 0, patches = 0;
  std::vector<LeftOut> left_out = {};

  double rate() const {
    return patches > 0 ? static_cast<double>(outliers) / static_cast<double>(patches) : 0;
  }
  Message to_message() const;
  static base::Result<NormsReply> from_message(const Message& message);
  bool operator==(const NormsReply&) const = default;
};

/// Linear CKA between layers of two networks, or of one. Refused where the two sides' pictures differ: their
/// pixels or their patch grids.
struct IBOT_API CkaRequest {
  static constexpr std::string_view kMethod = "cka";
  static constexpr std::size_t kMostPictures = 64;

  struct Side {
    NetworkChoice network = {};
    std::vector<PictureChoice> pictures = {};
    bool operator==(const Side&) const = default;
  };
  Side first = {}, second = {};
  bool cls = false;        ///< of CLS tokens, one a picture, rather than of patch tokens
  bool leave_out = false;  ///< as NormsRequest; on both sides the same ones

  Message to_message() const;
  static base::Result<CkaRequest> from_message(const Message& message);
  bool operator==(const CkaRequest&) const = default;
};

struct IBOT_API CkaReply {
  SeenNetwork first = {}, second = {};
  std::int64_t samples = 0;        ///< tokens of each layer
  std::vector<float> values = {};  ///< [first.depth, second.depth], 0 to 1
  std::vector<LeftOut> left_out = {};
  std::int64_t pictures = 0;     ///< that were seen
  std::int64_t longer_side = 0;  ///< px, of the largest

  Message to_message() const;
  static base::Result<CkaReply> from_message(const Message& message);
  bool operator==(const CkaReply&) const = default;
};

/// How well what networks show agrees with masks of objects or parts. Long: says how far it is.
struct IBOT_API AgreementRequest {
  static constexpr std::string_view kMethod = "agreement";
  static constexpr std::size_t kMostNetworks = 16;
  static constexpr std::size_t kMostNamed = 20;

  std::vector<NetworkChoice> networks = {};
  std::string pictures = {};  ///< folder, searched in depth
  /// Folder with a file of the same name for each picture: PNG, each colour but black a region, or YOLO
  /// polygons (TXT), each line a region.
  std::string masks = {};
  std::int64_t limit = 200;  ///< pictures, evenly spread
  std::int64_t size = 0;     ///< px, as PictureChoice::size
  PictureChoice::Fit fit = PictureChoice::Fit::Whole;
  TokenChoice tokens = {};
  double least_area = 0.02;  ///< share of the view; smaller regions are left out
  double mass = 0.6;         ///< of the attention that is compared
  std::int64_t clusters = 64;
  std::int64_t seed = 0;

  Message to_message() const;
  static base::Result<AgreementRequest> from_message(const Message& message);
  bool operator==(const AgreementRequest&) const = default;
};

/// All figures in [0, 1]; means over regions unless said otherwise.
struct IBOT_API AgreementReply {
  struct Figures {
    SeenNetwork network = {};
    /// IoU of a region with the similarity to the patch in its middle, cut where it fits best. One threshold
    /// for all regions of a picture, the best for that picture.
    double click_iou = 0;
    /// Largest Jaccard index over heads of the last layer's CLS attention, its `mass`, with the picture's
    /// regions together; mean over pictures (DINO's table).
    double attention_jaccard = 0;
    double purity = 0;  ///< of k-means clusters of the patches on regions, by the region's colour or class
    double nmi = 0;     ///< the same
    /// Of mutual best matches between neighbouring pictures of a folder, both ends on a region: share that
    /// joins regions of one colour or class, and the share if the same ends were joined at random; -1: none.
    double matches = -1, matches_chance = -1;
    std::int64_t longer_side = 0;  ///< px, of the largest picture as it was seen; 0: not known
    bool operator==(const Figures&) const = default;
  };
  std::int64_t pictures = 0, regions = 0, patches = 0;
  double box_iou = 0;  ///< IoU of a region with a box of its area in the middle of the picture
  std::vector<Figures> networks = {};
  std::int64_t unreadable = 0;         ///< pictures, or their masks, that the figures are made without
  std::vector<LeftOut> left_out = {};  ///< the first kMostNamed of them

  Message to_message() const;
  static base::Result<AgreementReply> from_message(const Message& message);
  bool operator==(const AgreementReply&) const = default;
};

// How figures of agreement are kept in a record, as evaluations.

inline constexpr std::string_view kAgreementProtocol = "mask_agreement";

/// One figure: `network` is "teacher", "student", "untrained" (at step 0), or "centred_box", which stands for
/// what a box in the middle reaches.
struct NamedFigure {
  std::string network, metric;
  std::int64_t step = 0;
  double value = 0;
  bool operator==(const NamedFigure&) const = default;
};
/// The figures of one of an answer's networks. Precondition: there is that network.
IBOT_API std::vector<NamedFigure> named_figures(const AgreementReply& reply, std::size_t network);
/// The other way; false: no figure has this name.
IBOT_API bool set_figure(AgreementReply::Figures& figures, std::string_view metric, double value);

/// All that figures depend on but their network, as JSON with one order, and with it what there was to see
/// (pictures, regions, patches, what could not be read): figures of another question, or of folders that have
/// changed, are told apart by it.
IBOT_API std::string agreement_settings(const AgreementRequest& request, const AgreementReply& seen);
/// Whether such settings are those of this question; what there was to see then, as the counts of an answer.
IBOT_API std::optional<AgreementReply> seen_under(std::string_view settings_json,
                                                  const AgreementRequest& request);

}  // namespace ibot::protocol
