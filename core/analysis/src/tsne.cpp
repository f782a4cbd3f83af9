// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/analysis/tsne.h>
#include <ibot/base/text.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <thread>

namespace ibot::analysis {
namespace {

constexpr int kBisections = 100;
constexpr double kEntropyTolerance = 1e-5;
constexpr float kSmallest = 1e-37F;  // keeps logarithms of vanished probabilities finite
constexpr std::size_t kLanes = 8;

base::Error refusal(std::string message, std::string expected) {
  return {base::ErrorCode::InvalidArgument, "t-SNE: " + std::move(message), std::move(expected), ""};
}

// exp(-precision * distance) of one row, normalised, with the entropy ln(perplexity).
void conditional_row(const float* distances, std::size_t self, std::size_t count, double wanted,
                     std::vector<double>& row) {
  // Distances less the smallest one: the shift cancels, and nothing vanishes for large precisions.
  double nearest = INFINITY;
  for (std::size_t j = 0; j < count; ++j) {
    if (j != self) nearest = std::min(nearest, static_cast<double>(distances[j]));
  }
  double precision = 1, low = 0, high = INFINITY;
  for (int turn = 0; turn < kBisections; ++turn) {
    double sum = 0, weighed = 0;
    for (std::size_t j = 0; j < count; ++j) {
      const double away = distances[j] - nearest;
      row[j] = j == self ? 0 : std::exp(-precision * away);
      sum += row[j];
      weighed += row[j] * away;
    }
    const double entropy = std::log(sum) + precision * weighed / sum;
    for (double& value : row) value /= sum;
    const double excess = entropy - wanted;
    if (std::fabs(excess) <= kEntropyTolerance) break;
    if (excess > 0) {
      low = precision;
      precision = std::isinf(high) ? precision * 2 : (precision + high) / 2;
    } else {
      high = precision;
      precision = (precision + low) / 2;
    }
  }
}

// Calls work(first, last) over parts of [0, count) on some threads.
template <class Work>
void in_parts(std::size_t count, int threads, const Work& work) {
  const auto parts = static_cast<std::size_t>(std::max(1, threads));
  std::vector<std::thread> others;
  for (std::size_t part = 1; part < parts; ++part)
    others.emplace_back([&, part] { work(count * part / parts, count * (part + 1) / parts); });
  work(0, count / parts);
  for (std::thread& other : others) other.join();
}

// p_j|i of every point, then both directions together. Asks `wanted` now and then, on the calling thread.
base::Result<std::vector<float>> joined_probabilities(std::span<const float> squared_distances,
                                                      std::size_t points, double perplexity, int threads,
                                                      const std::function<bool()>& wanted) {
  std::vector<float> p(points * points, 0);
  std::atomic<bool> stopped = false;
  in_parts(points, threads, [&](std::size_t first, std::size_t last) {
    std::vector<double> row(points);
    for (std::size_t i = first; i < last && !stopped; ++i) {
      conditional_row(squared_distances.data() + i * points, i, points, std::log(perplexity), row);
      for (std::size_t j = 0; j < points; ++j) p[i * points + j] = static_cast<float>(row[j]);
      if (first == 0 && i % 16 == 0 && wanted && !wanted()) stopped = true;
    }
  });
  if (stopped) return base::Error{base::ErrorCode::Cancelled, "t-SNE was cancelled", "", ""};
  const auto share = static_cast<float>(1.0 / (2.0 * static_cast<double>(points)));
  for (std::size_t i = 0; i < points; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const float both = (p[i * points + j] + p[j * points + i]) * share;
      p[i * points + j] = both;
      p[j * points + i] = both;
    }
  }
  return p;
}

base::Status check_input(std::span<const float> squared_distances, std::size_t points, double perplexity) {
  if (points < 3 || points > TsneOptions::kMostPoints || squared_distances.size() != points * points) {
    return refusal(base::str(points, " points with ", squared_distances.size(), " distances"),
                   base::str("3 to ", TsneOptions::kMostPoints, " points and the square of distances"));
  }
  if (!(perplexity >= 1 && perplexity <= static_cast<double>(points - 1))) {
    return refusal(base::str("a perplexity of ", perplexity, " for ", points, " points"),
                   base::str("1 to ", points - 1));
  }
  for (const float distance : squared_distances) {
    if (!std::isfinite(distance)) return refusal("a distance is not finite", "finite tokens");
  }
  return {};
}

// What one point feels of all others: sums over j of p q' d, q'^2 d and q', with q' = 1 / (1 + |d|^2).
struct Forces {
  float pull_x = 0, pull_y = 0, push_x = 0, push_y = 0, mass = 0;
};

Forces forces_on(std::size_t i, const float* p, const float* x, const float* y, std::size_t count) {
  // Lanes that are added up at the end: a fixed order that the compiler can vectorise.
  float pull_x[kLanes] = {}, pull_y[kLanes] = {}, push_x[kLanes] = {}, push_y[kLanes] = {}, mass[kLanes] = {};
  const float at_x = x[i], at_y = y[i];
  const auto add = [&](std::size_t j, std::size_t lane) {
    const float dx = at_x - x[j];
    const float dy = at_y - y[j];
    const float near = 1.0F / (1.0F + dx * dx + dy * dy);
    const float pull = p[j] * near;
    const float push = near * near;
    pull_x[lane] += pull * dx;
    pull_y[lane] += pull * dy;
    push_x[lane] += push * dx;
    push_y[lane] += push * dy;
    mass[lane] += near;
  };
  std::size_t j = 0;
  for (; j + kLanes <= count; j += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) add(j + lane, lane);
  }
  for (; j < count; ++j) add(j, 0);
  Forces forces;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    forces.pull_x += pull_x[lane];
    forces.pull_y += pull_y[lane];
    forces.push_x += push_x[lane];
    forces.push_y += push_y[lane];
    forces.mass += mass[lane];
  }
  forces.mass -= 1;  // its own
  return forces;
}

// Coordinates apart, as the loops want them.
struct Plane {
  explicit Plane(std::size_t count) : x(count), y(count) {}
  std::vector<float> x, y;
};

// The gradient [M, 2] at `plane`; returns the normalisation of Q.
double gradient_at(std::span<const float> p, const Plane& plane, std::span<float> gradient, double scale,
                   int threads, std::vector<Forces>& forces) {
  const std::size_t count = plane.x.size();
  forces.resize(count);
  in_parts(count, threads, [&](std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i)
      forces[i] = forces_on(i, p.data() + i * count, plane.x.data(), plane.y.data(), count);
  });
  double mass = 0;
  for (const Forces& each : forces) mass += each.mass;
  for (std::size_t i = 0; i < count && !gradient.empty(); ++i) {
    gradient[2 * i] = static_cast<float>(4 * (scale * forces[i].pull_x - forces[i].push_x / mass));
    gradient[2 * i + 1] = static_cast<float>(4 * (scale * forces[i].pull_y - forces[i].push_y / mass));
  }
  return mass;
}

double divergence(std::span<const float> p, const Plane& plane, double mass, int threads) {
  const std::size_t count = plane.x.size();
  std::vector<double> of_row(count, 0);
  in_parts(count, threads, [&](std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i) {
      for (std::size_t j = 0; j < count; ++j) {
        const float share = p[i * count + j];
        if (i == j || share <= 0) continue;
        const double dx = static_cast<double>(plane.x[i]) - plane.x[j];
        const double dy = static_cast<double>(plane.y[i]) - plane.y[j];
        const double q = 1 / ((1 + dx * dx + dy * dy) * mass);
        of_row[i] += share * std::log(std::max<double>(share, kSmallest) / std::max<double>(q, kSmallest));
      }
    }
  });
  double sum = 0;
  for (const double each : of_row) sum += each;
  return sum;
}

Plane plane_of(std::span<const float> y) {
  Plane plane(y.size() / 2);
  for (std::size_t i = 0; i < plane.x.size(); ++i) {
    plane.x[i] = y[2 * i];
    plane.y[i] = y[2 * i + 1];
  }
  return plane;
}

// Around the origin, with a standard deviation of 1e-4 along the first axis.
void prepare_start(Plane& plane) {
  constexpr double kDeviation = 1e-4;
  const auto count = static_cast<double>(plane.x.size());
  double scale = 0;
  for (std::vector<float>* axis : {&plane.x, &plane.y}) {
    double mean = 0;
    for (const float value : *axis) mean += value / count;
    double variance = 0;
    for (float& value : *axis) {
      value = static_cast<float>(value - mean);
      variance += static_cast<double>(value) * value / count;
    }
    if (axis == &plane.x) scale = variance > 0 ? kDeviation / std::sqrt(variance) : 1;
    for (float& value : *axis) value = static_cast<float>(value * scale);
  }
}

}  // namespace

base::Result<std::vector<float>> joint_probabilities(std::span<const float> squared_distances,
                                                     std::size_t points, double perplexity) {
  IBOT_CHECK_OK(check_input(squared_distances, points, perplexity));
  return joined_probabilities(squared_distances, points, perplexity, 1, {});
}

double tsne_objective(std::span<const float> p, std::span<const float> y, std::span<float> gradient,
                      double scale, int threads) {
  const Plane plane = plane_of(y);
  std::vector<Forces> forces;
  const double mass = gradient_at(p, plane, gradient, scale, threads, forces);
  return divergence(p, plane, mass, threads);
}

base::Result<TsneResult> tsne(std::span<const float> squared_distances, std::span<const float> start,
                              const TsneOptions& options, const TsneProgress& progress) {
  const std::size_t count = start.size() / 2;
  IBOT_CHECK_OK(check_input(squared_distances, count, options.perplexity));
  IBOT_TRY(const std::vector<float> p,
           joined_probabilities(squared_distances, count, options.perplexity, options.threads,
                                [&] { return !progress || progress(0); }));
  Plane plane = plane_of(start);
  prepare_start(plane);
  const double rate = options.learning_rate > 0
                          ? options.learning_rate
                          : std::max(static_cast<double>(count) / options.exaggeration / 4, 50.0);
  std::vector<float> gradient(2 * count), velocity(2 * count, 0), gain(2 * count, 1);
  std::vector<Forces> forces;
  for (int iteration = 0; iteration < options.iterations; ++iteration) {
    const bool early = iteration < options.exaggerated;
    gradient_at(p, plane, gradient, early ? options.exaggeration : 1, options.threads, forces);
    const float momentum = early ? 0.5F : 0.8F;
    for (std::size_t i = 0; i < 2 * count; ++i) {
      // A step that goes on in its direction grows, one that turns back shrinks (Jacobs 1988).
      gain[i] = velocity[i] * gradient[i] < 0 ? gain[i] + 0.2F : std::max(gain[i] * 0.8F, 0.01F);
      velocity[i] = momentum * velocity[i] - static_cast<float>(rate) * gain[i] * gradient[i];
      (i % 2 == 0 ? plane.x : plane.y)[i / 2] += velocity[i];
    }
    if (progress && !progress(iteration + 1))
      return base::Error{base::ErrorCode::Cancelled, "t-SNE was cancelled", "", ""};
  }
  TsneResult result;
  result.points.resize(2 * count);
  for (std::size_t i = 0; i < count; ++i) {
    result.points[2 * i] = plane.x[i];
    result.points[2 * i + 1] = plane.y[i];
  }
  result.objective = tsne_objective(p, result.points, {}, 1, options.threads);
  return result;
}

}  // namespace ibot::analysis
