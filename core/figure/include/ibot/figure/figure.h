// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace ibot::figure {

/// A finished drawing that can be saved more than once. The same drawing gives the same bytes on one machine.
///
///   IBOT_TRY(const Figure figure, draw_attention(content));
///   IBOT_CHECK_OK(figure.save("attention.png"));
class IBOT_API Figure {
 public:
  Figure(Figure&&) noexcept;
  Figure& operator=(Figure&&) noexcept;
  ~Figure();

  /// Size in pixels at scale 1.
  int width() const;
  int height() const;

  /// `scale` pixels a unit: 2 for print and dense screens. Errors: InvalidArgument (scale not in [0.25, 8],
  /// or a picture beyond 32,767 pixels a side), OutOfMemory.
  base::Result<std::vector<std::byte>> to_png(double scale = 2) const;
  /// Text becomes outlines, so that it looks the same without our fonts.
  base::Result<std::string> to_svg() const;
  /// By the name's ending, .png or .svg, whole or not at all. Errors: InvalidArgument (another ending), those
  /// of to_png() and of base::AtomicFile.
  base::Status save(const std::filesystem::path& path, double scale = 2) const;

 private:
  friend class Canvas;
  struct Drawing;
  explicit Figure(std::unique_ptr<Drawing> drawing);
  std::unique_ptr<Drawing> drawing_;
};

}  // namespace ibot::figure
