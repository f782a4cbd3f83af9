// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>

// The few distribution functions that comparisons need. Written here and not taken from Boost.Math, whose
// headers cost 140 MB of every setup for these three functions; tests hold them against SciPy to 1e-10.
// Pure, any thread.
namespace ibot::compare {

/// Regularised incomplete beta function I_x(a, b): the continued fraction of NIST DLMF 8.17.22 by the
/// modified Lentz method, on the side of the symmetry I_x(a, b) = 1 - I_{1-x}(b, a) where it converges fast.
/// `y` is 1 - x, given apart because the difference would lose what is small. a, b in (0, 5000], x in [0, 1];
/// NaN otherwise. Relative error below 1e-10.
IBOT_API double incomplete_beta(double a, double b, double x, double y);

/// P(|T| >= |t|) of Student's t with `degrees` > 0 degrees of freedom, at most 10,000: I_{d/(d + t^2)}(d/2,
/// 1/2). NaN where t or degrees make no sense.
IBOT_API double student_t_p(double t, double degrees);

/// The t with P(T <= t) = probability; probability in (0, 1), NaN otherwise.
IBOT_API double student_t_quantile(double probability, double degrees);

}  // namespace ibot::compare
