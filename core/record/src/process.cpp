// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/text.h>
#include <ibot/record/process.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

namespace ibot::record {
namespace {

std::string host_name() {
  char name[256] = {};
  if (::gethostname(name, sizeof name - 1) != 0) return "unknown";
  return name;
}

std::string boot_id() {
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string id;
  std::getline(file, id);
  return id;
}

std::string pid_namespace() {
  std::error_code ignored;
  return std::filesystem::read_symlink("/proc/self/ns/pid", ignored).string();
}

// Field 22 of /proc/<pid>/stat, or nullopt if the process is gone or a zombie. The command name (field 2)
// stands in parentheses and may itself hold spaces and parentheses, so fields are counted from the last one.
std::optional<std::string> start_ticks(std::int64_t pid) {
  std::ifstream file(base::str("/proc/", pid, "/stat"));
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  const std::size_t name_end = line.rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream fields(line.substr(name_end + 1));
  std::string field;
  fields >> field;
  if (field == "Z" || field == "X") return std::nullopt;
  for (int i = 4; i <= 22; ++i) fields >> field;
  if (!fields) return std::nullopt;
  return field;
}

std::string mark_prefix() {
  static const std::string prefix = boot_id() + "/" + pid_namespace() + "/";
  return prefix;
}

}  // namespace

ProcessIdentity process_with_pid(std::int64_t pid) {
  ProcessIdentity process{host_name(), pid, ""};
  if (const auto ticks = start_ticks(pid)) process.start_mark = mark_prefix() + *ticks;
  return process;
}

ProcessIdentity current_process() {
  return process_with_pid(::getpid());
}

std::string to_text(const ProcessIdentity& process) {
  return base::str(process.pid, ",", process.start_mark, ",", process.host);
}

std::optional<ProcessIdentity> parse_process(std::string_view text) {
  const std::size_t mark = text.find(',');
  const std::size_t host = mark == std::string_view::npos ? mark : text.find(',', mark + 1);
  if (host == std::string_view::npos) return std::nullopt;
  const auto pid = base::parse_int(text.substr(0, mark));
  if (!pid) return std::nullopt;
  return ProcessIdentity{std::string(text.substr(host + 1)), *pid,
                         std::string(text.substr(mark + 1, host - mark - 1))};
}

Aliveness judge_process(const ProcessIdentity& process) {
  if (process.host != host_name()) return Aliveness::Unknown;
  const auto mark = base::split(process.start_mark, '/');
  const auto here = base::split(mark_prefix(), '/');
  if (mark.size() != 3 || here.size() != 3) return Aliveness::Unknown;
  // After a restart of the machine no earlier process lives, whatever has its pid now.
  if (mark[0] != here[0]) return mark[0].empty() || here[0].empty() ? Aliveness::Unknown : Aliveness::Gone;
  if (mark[1] != here[1]) return Aliveness::Unknown;
  const auto ticks = start_ticks(process.pid);
  return ticks && *ticks == mark[2] ? Aliveness::Alive : Aliveness::Gone;
}

}  // namespace ibot::record
