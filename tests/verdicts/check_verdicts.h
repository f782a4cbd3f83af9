// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

// Computes every verdict of a comparison again, from the values that `ibot compare --format csv` exported.
//
// Shares no code with the program: its own reading of CSV, Student's t by integrating the density, Holm's
// correction and sign flips written from their definitions. A verdict on which both agree does not hang on
// one implementation.
namespace ibot::verdicts {

struct Report {
  int variants = 0;                   ///< whose verdict was computed again
  std::vector<std::string> mistakes;  ///< what differs, a sentence each
};

/// Reads the whole of a CSV export. What cannot be read is a mistake.
Report check(std::istream& csv);

/// P(|T| >= |t|) with `degrees` degrees of freedom, by Simpson's rule over the density in the angle of
/// t = sqrt(degrees) tan(angle).
double two_sided_p(double t, int degrees);

}  // namespace ibot::verdicts
