// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/data/dataset.h>

#include <string>
#include <utility>
#include <vector>

namespace ibot::inspect {

/// A data set of one picture that lies in memory, under an id of the caller's choice.
class OnePicture final : public data::Dataset {
 public:
  OnePicture(std::string path, std::uint64_t id, std::vector<std::byte> bytes)
      : path_(std::move(path)), id_(id), bytes_(std::move(bytes)) {}

  std::int64_t size() const override { return 1; }
  data::Sample sample(std::int64_t) const override { return {id_, path_, {}, -1, bytes_.size()}; }
  const std::vector<std::string>& class_names() const override { return none_; }
  base::Result<std::vector<std::byte>> read_bytes(std::int64_t) const override { return bytes_; }
  std::filesystem::path file_path(std::int64_t) const override { return path_; }
  std::string description() const override { return "one picture: " + path_; }
  const std::vector<std::string>& notes() const override { return none_; }

 private:
  std::string path_;
  std::uint64_t id_;
  std::vector<std::byte> bytes_;
  std::vector<std::string> none_;
};

}  // namespace ibot::inspect
