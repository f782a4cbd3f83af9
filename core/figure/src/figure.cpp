// SPDX-License-Identifier: GPL-3.0-or-later
#include "figure_drawing.h"

#include <ibot/base/file.h>
#include <ibot/base/text.h>

#include <cairo-svg.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <span>

namespace ibot::figure {
namespace {

using base::Error;
using base::ErrorCode;
using base::str;

constexpr int kMaxSide = 32767;

cairo_status_t append_bytes(void* closure, const unsigned char* data, unsigned int length) {
  auto& bytes = *static_cast<std::vector<std::byte>*>(closure);
  const auto piece = std::as_bytes(std::span(data, length));
  bytes.insert(bytes.end(), piece.begin(), piece.end());
  return CAIRO_STATUS_SUCCESS;
}

cairo_status_t append_text(void* closure, const unsigned char* data, unsigned int length) {
  static_cast<std::string*>(closure)->append(reinterpret_cast<const char*>(data), length);
  return CAIRO_STATUS_SUCCESS;
}

base::Status checked(cairo_status_t status, std::string_view what) {
  if (status == CAIRO_STATUS_SUCCESS) return {};
  const ErrorCode code = status == CAIRO_STATUS_NO_MEMORY ? ErrorCode::OutOfMemory : ErrorCode::Internal;
  return Error{code, str("cannot draw ", what, ": ", cairo_status_to_string(status)), "", ""};
}

cairo_status_t replay(const std::vector<std::function<void(cairo_t*)>>& commands, cairo_surface_t* target,
                      double scale) {
  const Context context(cairo_create(target));
  cairo_scale(context.get(), scale, scale);
  for (const auto& command : commands) command(context.get());
  return cairo_status(context.get());
}

// cairo numbers the parts of an SVG through the life of the process. Numbered anew, equal drawings are equal
// bytes.
std::string renumber(const std::string& svg) {
  std::map<std::string, std::string> names;
  std::string result;
  result.reserve(svg.size());
  for (std::size_t position = 0;;) {
    const std::size_t mark = svg.find_first_of("\"(", position);
    if (mark == std::string::npos) return result.append(svg, position);
    std::size_t begin = mark + 1;
    const bool defines = mark >= 4 && svg.compare(mark - 4, 5, " id=\"") == 0;
    const bool refers = begin < svg.size() && svg[begin] == '#';
    if (refers) ++begin;
    result.append(svg, position, begin - position);
    position = begin;
    if (!defines && !refers) continue;
    position = std::min(svg.find_first_of("\")", begin), svg.size());
    result += names.try_emplace(svg.substr(begin, position - begin), str("i", names.size())).first->second;
  }
}

std::string escape_xml(std::string_view text) {
  std::string escaped;
  for (const char letter : text) {
    switch (letter) {
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '&':
        escaped += "&amp;";
        break;
      default:
        escaped += letter;
    }
  }
  return escaped;
}

}  // namespace

Figure::Figure(std::unique_ptr<Drawing> drawing) : drawing_(std::move(drawing)) {}
Figure::Figure(Figure&&) noexcept = default;
Figure& Figure::operator=(Figure&&) noexcept = default;
Figure::~Figure() = default;

int Figure::width() const {
  return drawing_->width;
}

int Figure::height() const {
  return drawing_->height;
}

base::Result<std::vector<std::byte>> Figure::to_png(double scale) const {
  const double width_px = std::floor(width() * scale), height_px = std::floor(height() * scale);
  if (!(scale >= 0.25 && scale <= 8) || width_px > kMaxSide || height_px > kMaxSide) {
    return Error{
        ErrorCode::InvalidArgument,
        str("cannot draw a figure of ", width(), " x ", height(), " units at ", scale, " pixels a unit"),
        str("a scale from 0.25 to 8, and at most ", kMaxSide, " pixels a side"), ""};
  }
  const Surface surface(cairo_image_surface_create(CAIRO_FORMAT_RGB24, static_cast<int>(width_px),
                                                   static_cast<int>(height_px)));
  IBOT_CHECK_OK(checked(cairo_surface_status(surface.get()), "a PNG"));
  IBOT_CHECK_OK(checked(replay(drawing_->commands, surface.get(), scale), "a PNG"));
  std::vector<std::byte> bytes;
  IBOT_CHECK_OK(checked(cairo_surface_write_to_png_stream(surface.get(), append_bytes, &bytes), "a PNG"));
  return bytes;
}

base::Result<std::string> Figure::to_svg() const {
  std::string svg;
  {
    const Surface surface(cairo_svg_surface_create_for_stream(append_text, &svg, width(), height()));
    IBOT_CHECK_OK(checked(cairo_surface_status(surface.get()), "an SVG"));
    cairo_svg_surface_set_document_unit(surface.get(), CAIRO_SVG_UNIT_PX);
    IBOT_CHECK_OK(checked(replay(drawing_->commands, surface.get(), 1), "an SVG"));
    cairo_surface_finish(surface.get());
    IBOT_CHECK_OK(checked(cairo_surface_status(surface.get()), "an SVG"));
  }
  svg = renumber(svg);
  if (const std::size_t root = svg.find("<svg"); root != std::string::npos && !drawing_->title.empty()) {
    const std::size_t end = svg.find('>', root);
    svg.insert(end + 1, "\n<title>" + escape_xml(drawing_->title) + "</title>");
  }
  return svg;
}

base::Status Figure::save(const std::filesystem::path& path, double scale) const {
  const std::string ending = path.extension().string();
  if (ending == ".png") {
    IBOT_TRY(const auto bytes, to_png(scale));
    return base::write_file_atomically(path, bytes);
  }
  if (ending == ".svg") {
    IBOT_TRY(const std::string svg, to_svg());
    return base::write_file_atomically(path, svg);
  }
  return Error{ErrorCode::InvalidArgument, "cannot save a figure as " + path.string(),
               "a name that ends in .png or .svg", ""};
}

}  // namespace ibot::figure
