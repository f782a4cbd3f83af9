// SPDX-License-Identifier: GPL-3.0-or-later
#include "view_options.h"

#include <ibot/base/file.h>
#include <ibot/base/text.h>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iostream>

namespace ibot::cli {
namespace {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorCode;
using protocol::Array;

constexpr std::string_view kProbe = "probe:";  // a picture of the run instead of a file

// Pictures are no numbers to be read.
bool is_picture(const Array& array) {
  return array.name == "pixels" || array.name == "crops" || array.name == "partner_crops";
}

std::vector<double> numbers_of(const Array& array) {
  std::vector<double> numbers;
  switch (array.type) {
    case Array::Type::U8: {
      const auto values = array.u8();
      numbers.assign(values.begin(), values.end());
      break;
    }
    case Array::Type::F32: {
      const auto values = protocol::f32_values(array);
      numbers.assign(values.begin(), values.end());
      break;
    }
    case Array::Type::I64:
      for (const std::int64_t value : protocol::i64_values(array))
        numbers.push_back(static_cast<double>(value));
      break;
  }
  return numbers;
}

std::string csv_of(const protocol::Message& message) {
  std::size_t rank = 1;
  for (const Array& array : message.arrays) {
    if (!is_picture(array)) rank = std::max(rank, array.shape.size());
  }
  std::string csv = "array";
  for (std::size_t i = 0; i < rank; ++i) csv += base::str(",index", i);
  csv += ",value\n";
  for (const Array& array : message.arrays) {
    if (is_picture(array)) continue;
    std::vector<std::int64_t> index(array.shape.size(), 0);
    for (const double value : numbers_of(array)) {
      csv += array.name;
      for (std::size_t i = 0; i < rank; ++i) csv += i < index.size() ? base::str(",", index[i]) : ",";
      csv += "," + base::format_number(value) + "\n";
      for (std::size_t i = index.size(); i > 0; --i) {
        if (++index[i - 1] < array.shape[i - 1]) break;
        index[i - 1] = 0;
      }
    }
  }
  return csv;
}

// NumPy's format 1.0.
std::string npy_of(const Array& array) {
  const char* type = array.type == Array::Type::U8 ? "|u1" : array.type == Array::Type::F32 ? "<f4" : "<i8";
  std::string shape;
  for (const std::int64_t side : array.shape) shape += base::str(side, ", ");
  std::string header = base::str("{'descr': '", type, "', 'fortran_order': False, 'shape': (", shape, "), }");
  constexpr std::size_t kBefore = 10;
  while ((kBefore + header.size() + 1) % 64 != 0) header += ' ';
  header += '\n';
  std::string file = "\x93NUMPY";
  file += '\x01';
  file += '\0';
  file += static_cast<char>(header.size() % 256);
  file += static_cast<char>(header.size() / 256);
  file += header;
  file.append(reinterpret_cast<const char*>(array.bytes.data()), array.bytes.size());
  return file;
}

}  // namespace

std::vector<protocol::PictureChoice> ViewOptions::pictures() const {
  std::vector<protocol::PictureChoice> choices;
  for (const std::string& image : images) {
    const bool probed = image.starts_with(kProbe);
    choices.push_back(
        {.file = probed ? "" : image,
         .probe = probed ? image.substr(kProbe.size()) : "",
         .size = size,
         .fit = whole ? protocol::PictureChoice::Fit::Whole : protocol::PictureChoice::Fit::Crop});
  }
  return choices;
}

void add_network_options(CLI::App* command, ViewOptions& options) {
  protocol::NetworkChoice& network = options.network;
  CLI::Option* run = command->add_option("run", network.run, "Id, name or the beginning of an id");
  CLI::Option* step = command->add_option("--step", network.step, "A saved step; the newest if left out");
  CLI::Option* which =
      command->add_option("--network", network.network, "teacher or student")->capture_default_str();
  command->add_flag("--untrained", network.untrained, "The network before its first step")->excludes(step);
  // What would be dropped without a word is refused: a figure of other weights than those that were named.
  CLI::Option* weights = command->add_option("--weights", network.weights, "safetensors instead of a run")
                             ->excludes(run)
                             ->excludes(step)
                             ->excludes(which);
  command
      ->add_option("--recipe", network.recipe,
                   "What network the weights are of; a Vision Transformer if left out")
      ->needs(weights);
  command
      ->add_option("--mean", network.mean,
                   "Of all channels, for such weights; the file's or ImageNet's if left out")
      ->check(CLI::Range(0.0, 1.0))
      ->needs(weights);
  command->add_option("--std", network.std, "The same")->check(CLI::Range(0.0, 1.0))->needs(weights);
  add_workspace_option(command, network.workspace);
}

void add_picture_options(CLI::App* command, ViewOptions& options, int most) {
  command
      ->add_option("--image,--images", options.images,
                   most > 1 ? "Pictures: files, or probe:1, probe:2, ... of the run"
                            : "A file, or probe:1, probe:2, ... of the run")
      ->required()
      ->expected(1, most);
  command
      ->add_option("--size", options.size,
                   "Side in px at which pictures are seen; twice the global crop if left out")
      ->check(CLI::Range(1, 4096));
  command->add_flag("--whole", options.whole, "The whole picture instead of the square in its middle");
}

void add_token_options(CLI::App* command, ViewOptions& options) {
  command->add_option("--layer", options.tokens.layer, "Layer, from 1; the last if left out")
      ->check(CLI::PositiveNumber);
  command->add_flag("--projection", options.tokens.projection,
                    "What the head makes of the tokens, rather than the tokens");
}

void add_output_options(CLI::App* command, ViewOptions& options) {
  command->add_option("-o,--out", options.out, "PNG or SVG to write")->check(output_path());
  command->add_option("--scale", options.scale, "Of a PNG: 2 for print and dense screens, 1 for small files")
      ->check(CLI::Range(0.25, 8.0))
      ->capture_default_str();
  command->add_option("--csv", options.csv, "Numbers as CSV: array, indices, value")->check(output_path());
  command->add_option("--npy", options.npy, "Folder for the arrays as NPY files")->check(output_path());
  command->add_flag("--json", options.json, "Numbers on standard output");
  command->add_flag("--dark", options.dark, "Dark theme");
  command->add_flag("--smooth", options.smooth, "Smooth instead of nearest");
}

base::Result<protocol::NetworkChoice> network_beside(const ViewOptions& options, const std::string& text) {
  protocol::NetworkChoice choice = options.network;
  if (text == "untrained") {
    choice.untrained = true;
    return choice;
  }
  choice.untrained = false;
  choice.step = protocol::NetworkChoice::kNewest;
  if (text.ends_with(".safetensors")) {
    choice.run.clear();
    choice.weights = text;
    return choice;
  }
  const std::size_t at = text.rfind('@');
  if (at != std::string::npos) {
    const auto step = base::parse_int(text.substr(at + 1));
    if (!step || *step < 0) {
      return Error{ErrorCode::InvalidArgument, "--beside " + base::quote_untrusted(text),
                   "RUN, RUN@STEP, @STEP, untrained or a safetensors file", ""};
    }
    choice.step = *step;
  }
  if (at != 0) choice.run = text.substr(0, at);
  choice.weights.clear();
  return choice;
}

base::Result<protocol::PatchPlace> parse_place(const std::string& text) {
  if (text == "cls") return protocol::PatchPlace{};
  const std::vector<std::string> parts = base::split(text, ',');
  const auto row = base::parse_int(parts.front());
  const auto column = base::parse_int(parts.back());
  if (parts.size() != 2 || !row || !column || *row < 0 || *column < 0 || *row > 4096 || *column > 4096) {
    return Error{ErrorCode::InvalidArgument, "the patch " + base::quote_untrusted(text),
                 "ROW,COLUMN counted from 0, or cls", ""};
  }
  return protocol::PatchPlace{static_cast<int>(*row), static_cast<int>(*column)};
}

TerminalJob::TerminalJob() : terminal_(::isatty(STDERR_FILENO) != 0) {}

TerminalJob::~TerminalJob() {
  if (shown_) std::cerr << "\r\033[K" << std::flush;
}

void TerminalJob::progress(std::string_view what, std::int64_t done, std::int64_t total) {
  if (!terminal_) return;
  shown_ = true;
  std::cerr << "\r\033[K" << what << ' ' << done << " of " << total << std::flush;
}

base::Status write_view(const ViewOptions& options, const protocol::Message& message,
                        const std::function<base::Result<figure::Figure>()>& draw, const std::string& table) {
  if (options.out.empty() && !options.json && options.csv.empty() && options.npy.empty()) {
    return Error{ErrorCode::InvalidArgument, "nothing to write",
                 "--out FILE.png or .svg, --json, --csv FILE or --npy FOLDER", ""};
  }
  if (options.json) {
    nlohmann::json json = message.body;
    for (const Array& array : message.arrays) {
      if (!is_picture(array)) json[array.name] = {{"shape", array.shape}, {"values", numbers_of(array)}};
    }
    print_json(json);
  }
  if (!options.csv.empty())
    IBOT_CHECK_OK(base::write_file_atomically(options.csv, table.empty() ? csv_of(message) : table));
  if (!options.npy.empty()) {
    std::error_code ignored;
    fs::create_directories(options.npy, ignored);
    for (const Array& array : message.arrays)
      IBOT_CHECK_OK(
          base::write_file_atomically(fs::path(options.npy) / (array.name + ".npy"), npy_of(array)));
  }
  if (options.out.empty()) return {};
  IBOT_TRY(const figure::Figure drawing, draw());
  IBOT_CHECK_OK(drawing.save(options.out, options.scale));
  if (!options.json) print(options.out);
  return {};
}

void report_left_out(const std::vector<protocol::LeftOut>& left_out) {
  // The reason names the picture.
  for (const protocol::LeftOut& each : left_out) std::cerr << "left out: " << each.why << '\n';
}

std::string rounded(double value, int decimals) {
  const double steps = std::pow(10.0, decimals);
  return base::format_number(std::round(value * steps) / steps);
}

}  // namespace ibot::cli
