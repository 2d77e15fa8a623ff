#include "analysis/seeds/more_data.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "analysis/statistics/distributions.h"

namespace analysis {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kMost = 1e9;

// The header's expected square.
double SquaredHalfWidth(const CrossedParts& parts, double level, double seeds, double questions) {
  const double t = StudentCritical(level, seeds - 1), of_questions = StudentCritical(level, questions - 1);
  const double cell = parts.OfCell();
  const double of_means = seeds * parts.question.variance + cell;  // E MS_q
  const double factor = cell == 0 ? 1 : InteractionFactor(NormalCritical(level), t, cell / of_means);
  return of_questions * of_questions * (parts.question.variance + cell / seeds) / questions +
         t * t * (parts.seed.variance + (1 - factor) * cell / questions) / seeds;
}

// The least whole number from 0 to kMost of which `suffices` is true; it stays true from there on.
double Least(absl::FunctionRef<bool(double)> suffices) {
  if (suffices(0)) return 0;
  double low = 0, high = 1;
  while (!suffices(high)) {
    low = high;
    high *= 2;
    if (high > kMost) return kInfinity;
  }
  while (high - low > 1) {
    const double middle = std::floor((low + high) / 2);
    (suffices(middle) ? high : low) = middle;
  }
  return high;
}

MoreData More(const CrossedEstimate& crossed, double present, double wanted) {
  const double questions = crossed.estimate.n, level = crossed.estimate.level;
  if (crossed.seeds < 2 || questions < 2 || std::isnan(present)) return {};
  if (present <= wanted) return {0, 0};
  const double now = SquaredHalfWidth(crossed.parts, level, crossed.seeds, questions);
  if (!(now > 0)) return {};
  const double target = now * (wanted / present) * (wanted / present);
  const auto least = [&](double a_seed, double a_question) {
    return Least([&](double more) {
      return SquaredHalfWidth(crossed.parts, level, crossed.seeds + a_seed * more, questions + a_question * more) <=
             target;
    });
  };
  return {least(1, 0), least(0, 1)};
}

std::string Count(double number, const std::string& noun) {
  return absl::StrFormat("%.0f more %s%s", number, noun, number == 1 ? "" : "s");
}

}  // namespace

absl::StatusOr<MoreData> MoreForHalfWidth(const CrossedEstimate& crossed, double half_width) {
  if (!(half_width > 0) || std::isinf(half_width)) {
    return absl::InvalidArgumentError(absl::StrCat("the half width must be above 0 and finite, not ", half_width));
  }
  const Estimate& estimate = crossed.estimate;
  return More(crossed, std::max(estimate.value - estimate.low, estimate.high - estimate.value), half_width);
}

absl::StatusOr<MoreData> MoreToExclude(const CrossedEstimate& crossed, double null) {
  if (!std::isfinite(null)) {
    return absl::InvalidArgumentError(absl::StrCat("what the interval has to exclude must be finite, not ", null));
  }
  const Estimate& estimate = crossed.estimate;
  const double present = estimate.value > null ? estimate.value - estimate.low : estimate.high - estimate.value;
  const double wanted = std::abs(estimate.value - null);
  if (wanted == 0 && !std::isnan(present)) return MoreData{kInfinity, kInfinity};
  // An end on the null itself does not exclude it.
  return More(crossed, present, std::nextafter(wanted, 0));
}

std::string WhatHelps(const MoreData& more) {
  if (std::isnan(more.seeds) || std::isnan(more.questions)) return "not known: it takes two seeds and two questions";
  if (more.seeds == 0) return "enough as it is";
  const bool seeds = std::isfinite(more.seeds), questions = std::isfinite(more.questions);
  if (seeds && questions) return absl::StrCat(Count(more.seeds, "seed"), " or ", Count(more.questions, "question"));
  if (seeds) return absl::StrCat(Count(more.seeds, "seed"), "; more questions alone cannot");
  if (questions) return absl::StrCat(Count(more.questions, "question"), "; more seeds alone cannot");
  return "neither more seeds nor more questions alone";
}

}  // namespace analysis
