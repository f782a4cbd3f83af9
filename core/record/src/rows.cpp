// SPDX-License-Identifier: GPL-3.0-or-later
#include "names.h"

#include <ibot/record/rows.h>

namespace ibot::record {
namespace {

constexpr NameTable<CheckpointKind, 2> kCheckpointKinds{
    {{CheckpointKind::Full, "full"}, {CheckpointKind::TeacherSnapshot, "teacher_snapshot"}}};
constexpr NameTable<CheckpointState, 3> kCheckpointStates{{{CheckpointState::Present, "present"},
                                                           {CheckpointState::Removing, "removing"},
                                                           {CheckpointState::Removed, "removed"}}};
constexpr NameTable<EventLevel, 3> kEventLevels{
    {{EventLevel::Info, "info"}, {EventLevel::Warning, "warning"}, {EventLevel::Error, "error"}}};
constexpr NameTable<CommandKind, 7> kCommandKinds{{{CommandKind::Pause, "pause"},
                                                   {CommandKind::Resume, "resume"},
                                                   {CommandKind::Stop, "stop"},
                                                   {CommandKind::StopNow, "stop_now"},
                                                   {CommandKind::Checkpoint, "checkpoint"},
                                                   {CommandKind::Publish, "publish"},
                                                   {CommandKind::Extend, "extend"}}};

}  // namespace

std::string_view to_string(CheckpointKind kind) {
  return name_in(kCheckpointKinds, kind);
}
std::string_view to_string(CheckpointState state) {
  return name_in(kCheckpointStates, state);
}
std::string_view to_string(EventLevel level) {
  return name_in(kEventLevels, level);
}
std::string_view to_string(CommandKind kind) {
  return name_in(kCommandKinds, kind);
}
std::optional<CheckpointKind> parse_checkpoint_kind(std::string_view name) {
  return value_in(kCheckpointKinds, name);
}
std::optional<CheckpointState> parse_checkpoint_state(std::string_view name) {
  return value_in(kCheckpointStates, name);
}
std::optional<EventLevel> parse_event_level(std::string_view name) {
  return value_in(kEventLevels, name);
}
std::optional<CommandKind> parse_command_kind(std::string_view name) {
  return value_in(kCommandKinds, name);
}

}  // namespace ibot::record
