#include "lm/sampling.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"

namespace lm {

int32_t LargestLogit(absl::Span<const float> logits) {
  SAMI_CHECK(!logits.empty());
  size_t best = 0;
  bool numbers = true;
  for (size_t i = 0; i < logits.size(); ++i) {
    numbers &= !std::isnan(logits[i]);
    if (logits[i] > logits[best]) best = i;
  }
  return numbers && std::isfinite(logits[best]) ? static_cast<int32_t>(best) : -1;
}

std::vector<TokenProbability> SamplingDistribution(absl::Span<const float> logits, double temperature, double top_p) {
  SAMI_CHECK(temperature > 0 && top_p > 0 && top_p <= 1) << temperature << ' ' << top_p;
  const double largest = *std::max_element(logits.begin(), logits.end());
  std::vector<TokenProbability> tokens(logits.size());
  double total = 0;
  for (size_t i = 0; i < logits.size(); ++i) {
    tokens[i] = {static_cast<int32_t>(i), std::exp((logits[i] - largest) / temperature)};
    total += tokens[i].probability;
  }
  if (top_p < 1) {
    // Together, tokens below this have less than 1 - top_p, so none of them is kept: few are left to sort. The factor
    // is for rounding.
    const double threshold = 0.999 * (1 - top_p) * total / logits.size();
    tokens.erase(std::remove_if(tokens.begin(), tokens.end(),
                                [=](const TokenProbability& token) { return token.probability < threshold; }),
                 tokens.end());
    std::sort(tokens.begin(), tokens.end(), [](const TokenProbability& a, const TokenProbability& b) {
      return a.probability != b.probability ? a.probability > b.probability : a.id < b.id;
    });
    size_t kept = 0;
    double mass = 0;
    while (kept < tokens.size() && mass < top_p * total) mass += tokens[kept++].probability;
    tokens.resize(kept);
    total = mass;
  }
  for (TokenProbability& token : tokens) token.probability /= total;
  return tokens;
}

int32_t SampleToken(absl::Span<const float> logits, double temperature, double top_p, base::RandomStream& stream) {
  const int32_t largest = LargestLogit(logits);
  if (temperature == 0 || largest < 0) return largest;
  double left = stream.Uniform();
  for (const TokenProbability& token : SamplingDistribution(logits, temperature, top_p)) {
    left -= token.probability;
    if (left < 0) return token.id;
  }
  return largest;  // the probabilities' sum was rounded to less than the number drawn
}

}  // namespace lm
