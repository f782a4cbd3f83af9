// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "command.h"

#include <ibot/drawing/view_figures.h>
#include <ibot/protocol/message.h>
#include <ibot/protocol/server.h>
#include <ibot/protocol/views.h>

#include <string>
#include <vector>

// What the commands `ibot inspect <view>` share: their options, what they print and write.
namespace ibot::cli {

struct ViewOptions {
  protocol::NetworkChoice network;
  std::vector<std::string> images;
  std::int64_t size = 0;
  bool whole = false;
  protocol::TokenChoice tokens;
  std::string out, csv, npy;
  double scale = 2;  ///< px a unit, of a PNG
  bool json = false, dark = false, smooth = false;

  std::vector<protocol::PictureChoice> pictures() const;
  drawing::Look look() const {
    return {dark ? figure::Theme::Dark : figure::Theme::Light,
            smooth ? figure::Upsampling::Smooth : figure::Upsampling::Nearest};
  }
};

/// --weights, --step, ... and the run as first argument.
void add_network_options(CLI::App* command, ViewOptions& options);
/// --image (a file, or "probe:N" of the run), --size, --whole. `most`: how many pictures.
void add_picture_options(CLI::App* command, ViewOptions& options, int most);
/// --layer and --projection.
void add_token_options(CLI::App* command, ViewOptions& options);
/// --out, --scale, --json, --csv, --npy, --dark, --smooth.
void add_output_options(CLI::App* command, ViewOptions& options);

/// Another network beside that of the options: "RUN", "RUN@STEP", "@STEP" of the same run, "untrained", or a
/// safetensors file of the same recipe.
base::Result<protocol::NetworkChoice> network_beside(const ViewOptions& options, const std::string& text);
/// "ROW,COLUMN", from 0, or "cls".
base::Result<protocol::PatchPlace> parse_place(const std::string& text);

/// What progress there is, on a terminal's standard error.
class TerminalJob final : public protocol::Job {
 public:
  TerminalJob();
  ~TerminalJob() override;
  bool unwanted() const override { return false; }
  void progress(std::string_view what, std::int64_t done, std::int64_t total) override;

 private:
  bool terminal_;
  bool shown_ = false;
};

/// Writes what the options ask for of an answer: JSON (body and arrays but pixels) on standard output, CSV
/// (array, indices, value) and NPY files; the drawing, if `out` asks for one. An error if nothing is asked
/// for. `table`: the CSV instead, of answers that are no arrays.
base::Status write_view(const ViewOptions& options, const protocol::Message& message,
                        const std::function<base::Result<figure::Figure>()>& draw,
                        const std::string& table = {});
/// Says on standard error which pictures the answer is made without.
void report_left_out(const std::vector<protocol::LeftOut>& left_out);

/// At most so many decimals, without trailing zeros.
std::string rounded(double value, int decimals);

}  // namespace ibot::cli
