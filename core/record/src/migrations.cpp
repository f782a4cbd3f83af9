// SPDX-License-Identifier: GPL-3.0-or-later
#include "migrations.h"

namespace ibot::record {
namespace {

constexpr const char* kVersion1 = R"sql(CREATE TABLE runs(
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  parent INTEGER REFERENCES runs(number) ON DELETE SET NULL,
  parent_step INTEGER,
  hash_config TEXT NOT NULL,
  hash_plugins TEXT NOT NULL,
  hash_data TEXT NOT NULL,
  hash_seed TEXT NOT NULL,
  hash_environment TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('created', 'preparing', 'running', 'paused', 'finishing', 'completed',
                                       'stopped', 'failed')),
  host TEXT NOT NULL DEFAULT '',
  pid INTEGER NOT NULL DEFAULT 0,
  process_mark TEXT NOT NULL DEFAULT '',
  heartbeat INTEGER NOT NULL DEFAULT 0,
  step INTEGER NOT NULL DEFAULT 0,
  planned_steps INTEGER NOT NULL,
  created INTEGER NOT NULL,
  started INTEGER,
  ended INTEGER,
  exit_reason TEXT NOT NULL DEFAULT '',
  error TEXT NOT NULL DEFAULT '',
  changed INTEGER NOT NULL
) STRICT;
CREATE INDEX runs_by_parent ON runs(parent);
CREATE INDEX runs_by_changed ON runs(changed);

CREATE TABLE hashed_texts(
  run INTEGER PRIMARY KEY REFERENCES runs(number) ON DELETE CASCADE,
  config TEXT NOT NULL,
  plugins TEXT NOT NULL,
  data TEXT NOT NULL,
  seed TEXT NOT NULL,
  environment TEXT NOT NULL
) STRICT;

CREATE TABLE plan_segments(
  run INTEGER NOT NULL REFERENCES runs(number) ON DELETE CASCADE,
  segment INTEGER NOT NULL,
  from_step INTEGER NOT NULL,
  to_step INTEGER NOT NULL,
  plan TEXT NOT NULL,
  hash TEXT NOT NULL,
  created INTEGER NOT NULL,
  PRIMARY KEY (run, segment)
) STRICT;

CREATE TABLE metric_names(
  number INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE metrics(
  run INTEGER NOT NULL REFERENCES runs(number) ON DELETE CASCADE,
  name INTEGER NOT NULL REFERENCES metric_names(number),
  step INTEGER NOT NULL,
  time INTEGER NOT NULL,
  value REAL,
  PRIMARY KEY (run, name, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE metric_last(
  run INTEGER NOT NULL REFERENCES runs(number) ON DELETE CASCADE,
  name INTEGER NOT NULL REFERENCES metric_names(number),
  step INTEGER NOT NULL,
  time INTEGER NOT NULL,
  value REAL,
  PRIMARY KEY (run, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE metric_coarse(
  run INTEGER NOT NULL REFERENCES runs(number) ON DELETE CASCADE,
  name INTEGER NOT NULL REFERENCES metric_names(number),
  width INTEGER NOT NULL,
  first_step INTEGER NOT NULL,
  finite INTEGER NOT NULL,
  non_finite INTEGER NOT NULL,
  min REAL,
  max REAL,
  mean REAL,
  PRIMARY KEY (run, name, width, first_step)
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoints(
  run INTEGER NOT NULL REFERENCES runs(number) ON DELETE CASCADE,
  step INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('full', 'teacher_snapshot')),
  path TEXT NOT NULL,
  size INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  reason TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('present', 'removing', 'removed')),
  created INTEGER NOT NULL,
  PRIMARY KEY (run, step, kind)
) STRICT;

CREATE TABLE probes(
  run INTEGER NOT NULL REFERENCES runs(number) ON DELETE CASCADE,
  image TEXT NOT NULL,
  position INTEGER NOT NULL,
  source TEXT NOT NULL,
  image_file BLOB NOT NULL,
  PRIMARY KEY (run, image)
) STRICT;

CREATE TABLE probe_snapshots(
  run INTEGER NOT NULL,
  kind TEXT NOT NULL,
  image TEXT NOT NULL,
  step INTEGER NOT NULL,
  time INTEGER NOT NULL,
  meta TEXT NOT NULL,
  data BLOB NOT NULL,
  PRIMARY KEY (run, kind, image, step),
  FOREIGN KEY (run, image) REFERENCES probes(run, image) ON DELETE CASCADE
) STRICT;

CREATE TABLE events(
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  run INTEGER NOT NULL REFERENCES runs(number) ON DELETE CASCADE,
  step INTEGER NOT NULL,
  time INTEGER NOT NULL,
  level TEXT NOT NULL CHECK (level IN ('info', 'warning', 'error')),
  kind TEXT NOT NULL,
  text TEXT NOT NULL,
  data TEXT
) STRICT;
CREATE INDEX events_by_run ON events(run, number);

CREATE TABLE commands(
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  run INTEGER NOT NULL REFERENCES runs(number) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('pause', 'resume', 'stop', 'stop_now', 'checkpoint', 'publish', 'extend')),
  arguments TEXT,
  created INTEGER NOT NULL,
  taken INTEGER,
  done INTEGER,
  succeeded INTEGER NOT NULL DEFAULT 0,
  result TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX commands_open ON commands(run, number) WHERE done IS NULL;

CREATE TABLE evaluations(
  run INTEGER NOT NULL REFERENCES runs(number) ON DELETE CASCADE,
  step INTEGER NOT NULL,
  protocol TEXT NOT NULL,
  network TEXT NOT NULL,
  metric TEXT NOT NULL,
  settings TEXT NOT NULL,
  value REAL,
  time INTEGER NOT NULL,
  PRIMARY KEY (run, protocol, network, metric, step, settings)
) STRICT;

CREATE TABLE tags(
  run INTEGER NOT NULL REFERENCES runs(number) ON DELETE CASCADE,
  tag TEXT NOT NULL,
  PRIMARY KEY (run, tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX runs_by_tag ON tags(tag, run);

CREATE TABLE notes(
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  run INTEGER NOT NULL REFERENCES runs(number) ON DELETE CASCADE,
  time INTEGER NOT NULL,
  step INTEGER,
  text TEXT NOT NULL
) STRICT;
CREATE INDEX notes_by_run ON notes(run, number);

CREATE TABLE log_tail(
  run INTEGER NOT NULL REFERENCES runs(number) ON DELETE CASCADE,
  line INTEGER NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (run, line)
) STRICT, WITHOUT ROWID;
)sql";

// What people make of runs. Beside `runs`, whose rows are rewritten with every heartbeat.
constexpr const char* kVersion2 = R"sql(CREATE TABLE run_labels(
  run INTEGER PRIMARY KEY REFERENCES runs(number) ON DELETE CASCADE,
  colour INTEGER NOT NULL,
  folder TEXT NOT NULL DEFAULT '',
  trashed INTEGER
) STRICT;
INSERT INTO run_labels(run, colour) SELECT number, row_number() OVER (ORDER BY created, number) - 1 FROM runs;

CREATE TABLE deleted_runs(
  id TEXT PRIMARY KEY,
  deleted INTEGER NOT NULL,
  files_left INTEGER NOT NULL,
  changed INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX deleted_runs_by_changed ON deleted_runs(changed);
)sql";

// At most one open item a run, and one running item a device: whatever a program does wrong, the file refuses
// it.
constexpr const char* kVersion3 = R"sql(CREATE TABLE queue_items(
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  run INTEGER NOT NULL REFERENCES runs(number) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  device TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
  attempts INTEGER NOT NULL DEFAULT 0,
  most_attempts INTEGER NOT NULL,
  before_host TEXT NOT NULL DEFAULT '',
  before_pid INTEGER NOT NULL DEFAULT 0,
  before_mark TEXT NOT NULL DEFAULT '',
  added INTEGER NOT NULL,
  started INTEGER,
  ended INTEGER,
  reason TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE UNIQUE INDEX queue_open ON queue_items(run) WHERE state IN ('waiting', 'running');
CREATE UNIQUE INDEX queue_running ON queue_items(device) WHERE state = 'running';
CREATE INDEX queue_waiting ON queue_items(device, position) WHERE state = 'waiting';
CREATE INDEX queue_by_run ON queue_items(run);

CREATE TABLE queue_workers(
  device TEXT PRIMARY KEY,
  host TEXT NOT NULL,
  pid INTEGER NOT NULL,
  process_mark TEXT NOT NULL,
  heartbeat INTEGER NOT NULL,
  started INTEGER NOT NULL,
  stopping INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
)sql";

// Named sets of runs. `settled` says when it was fixed how they are judged.
constexpr const char* kVersion4 = R"sql(CREATE TABLE studies(
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  question TEXT NOT NULL,
  notes TEXT NOT NULL,
  metric TEXT NOT NULL,
  better TEXT NOT NULL CHECK (better IN ('', 'higher', 'lower')),
  rule TEXT NOT NULL,
  baseline INTEGER REFERENCES runs(number) ON DELETE SET NULL,
  settled INTEGER,
  created INTEGER NOT NULL,
  changed INTEGER NOT NULL
) STRICT;
CREATE INDEX studies_by_baseline ON studies(baseline);

CREATE TABLE study_runs(
  study INTEGER NOT NULL REFERENCES studies(number) ON DELETE CASCADE,
  run INTEGER NOT NULL REFERENCES runs(number) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  PRIMARY KEY (study, run)
) STRICT, WITHOUT ROWID;
CREATE INDEX study_runs_by_run ON study_runs(run);

CREATE TABLE study_levels(
  study INTEGER NOT NULL,
  run INTEGER NOT NULL,
  factor TEXT NOT NULL,
  level TEXT NOT NULL,
  PRIMARY KEY (study, run, factor),
  FOREIGN KEY (study, run) REFERENCES study_runs(study, run) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
)sql";

constexpr const char* kMigrations[] = {kVersion1, kVersion2, kVersion3, kVersion4};

}  // namespace

std::span<const char* const> migrations() {
  return kMigrations;
}

}  // namespace ibot::record
