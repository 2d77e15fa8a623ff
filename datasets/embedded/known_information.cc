#include "datasets/embedded/known_information.h"

#include <cmath>

#include "base/check.h"

namespace embedded {
namespace {

double Entropy(double p) { return p == 0 || p == 1 ? 0 : -p * std::log(p) - (1 - p) * std::log1p(-p); }

}  // namespace

double KnownInformation(double when_asked, double when_antithesis) {
  SAMI_CHECK(when_asked >= 0 && when_asked <= 1 && when_antithesis >= 0 && when_antithesis <= 1);
  return Entropy((when_asked + when_antithesis) / 2) - (Entropy(when_asked) + Entropy(when_antithesis)) / 2;
}

}  // namespace embedded
