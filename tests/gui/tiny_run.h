// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>

namespace ibot::gui_test {

/// Writes `count` small pictures of many colours into a folder, which it makes.
void make_pictures(const std::filesystem::path& folder, int count);

/// Writes the recipe of experiments/smoke on these pictures, with one thread and one data worker, and without
/// probe pictures. `more`: further lines of YAML.
void write_tiny_recipe(const std::filesystem::path& file, const std::filesystem::path& pictures,
                       const std::string& more = "");

/// Ends, for good, what still trains or works off a queue in a workspace: processes that outlive a test which
/// failed half-way. Nothing where there is none.
void end_processes(const std::filesystem::path& workspace);

}  // namespace ibot::gui_test
