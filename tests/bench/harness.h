// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "statistics.h"

#include <ibot/base/result.h>

#include <nlohmann/json.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace ibot::bench {

/// What one timed stretch of work did.
struct Measurement {
  double seconds = 0;                    ///< wall clock, the work alone
  double items = 0;                      ///< images, rows: what the rate counts
  std::map<std::string, double> stages;  ///< seconds by stage; need not add up to `seconds`
};

/// Resident memory of one side's process, in bytes.
struct MemoryUse {
  std::uint64_t before = 0;  ///< before the model was built
  std::uint64_t peak = 0;    ///< at its highest since the process started

  /// What the work took; 0 if nothing was measured.
  std::uint64_t added() const { return peak > before ? peak - before : 0; }
};

/// A figure printed beside the rate: {"GEMM rate in the same call", 372.1, "GF/s"}.
struct Note {
  std::string name;
  double value = 0;
  std::string unit;
};

/// One side of a comparison: something prepared that can do the same work again and again.
class Contender {
 public:
  virtual ~Contender() = default;
  virtual base::Result<Measurement> run(int iterations) = 0;
};

/// One benchmark: what is timed, on our side. A program is one such class and
///
///   int main(int argc, char** argv) {
///     StepBenchmark benchmark;
///     return ibot::bench::run_program(argc, argv, benchmark);
///   }
///
/// Calls come from one thread in the order add_options, prepare, settings, run (several times), memory,
/// notes.
class Benchmark : public Contender {
 public:
  /// Short name, also the reference's: "step", "data", "knn".
  virtual std::string name() const = 0;
  /// What is counted: "images".
  virtual std::string unit() const = 0;
  /// Own options beside the common ones.
  virtual void add_options(CLI::App&) {}
  /// Everything that the reference needs to do the same work; asked for after prepare().
  virtual nlohmann::json settings() const = 0;
  /// Builds model and inputs; not timed.
  virtual base::Status prepare() = 0;
  /// {0, 0} where memory is not compared.
  virtual MemoryUse memory() const { return {}; }
  virtual std::vector<Note> notes() const { return {}; }
};

/// How often the two sides take turns.
struct Rounds {
  int rounds = 5;      ///< pairs (ours, reference); the side that begins changes from round to round
  int iterations = 1;  ///< in each turn
  int warmup = 1;      ///< iterations of each side before the first round, not counted
};

/// All measurements of one side, in order.
struct Series {
  std::vector<Measurement> measurements;

  /// Items per second of each measurement.
  std::vector<double> rates() const;
  /// Median over the measurements of each stage's seconds per item.
  std::map<std::string, double> stage_seconds_per_item() const;
};

struct Comparison {
  Series ours;
  Series reference;  ///< empty without one

  /// rate of ours / rate of the reference, round by round: neighbours in time share the machine's mood.
  std::vector<double> ratios() const;
};

/// Alternates the two sides; `reference` may be null. Fails if a side fails or reports a time that is not
/// positive.
base::Result<Comparison> alternate(Contender& ours, Contender* reference, const Rounds& rounds);

/// Reads the command line, starts the reference (`--reference-cmd`), alternates, prints text and on demand
/// JSON. Returns the exit code of the program: 0, or base::exit_code of the failure, which is printed in
/// words.
int run_program(int argc, char** argv, Benchmark& benchmark);

}  // namespace ibot::bench
