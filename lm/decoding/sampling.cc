#include "lm/decoding/sampling.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "absl/strings/str_cat.h"
#include "base/check.h"

namespace lm {
namespace {

// Weights in proportion to probabilities, and their sum.
struct Weights {
  std::vector<TokenProbability> tokens;
  double total;
};

template <typename Drop>
void Erase(Weights& weights, Drop drop) {
  weights.tokens.erase(std::remove_if(weights.tokens.begin(), weights.tokens.end(), drop), weights.tokens.end());
}

void AddUp(Weights& weights) {
  weights.total = 0;
  for (const TokenProbability& token : weights.tokens) weights.total += token.probability;
}

void CutToTopK(int64_t top_k, absl::Span<const float> logits, Weights& weights) {
  std::vector<float> largest(logits.begin(), logits.end());
  std::nth_element(largest.begin(), largest.begin() + top_k - 1, largest.end(), std::greater<float>());
  const float least = largest[top_k - 1];
  Erase(weights, [&](const TokenProbability& token) { return logits[token.id] < least; });
  AddUp(weights);
}

void CutToTopP(double top_p, Weights& weights) {
  // Together, tokens below this have less than 1 - top_p, so none of them is kept: few are left to sort. The factor
  // is for rounding.
  const double threshold = 0.999 * (1 - top_p) * weights.total / weights.tokens.size();
  Erase(weights, [=](const TokenProbability& token) { return token.probability < threshold; });
  std::vector<TokenProbability>& tokens = weights.tokens;
  std::sort(tokens.begin(), tokens.end(), [](const TokenProbability& a, const TokenProbability& b) {
    return a.probability != b.probability ? a.probability > b.probability : a.id < b.id;
  });
  size_t kept = 0;
  double mass = 0;
  while (kept < tokens.size() && mass < top_p * weights.total) mass += tokens[kept++].probability;
  tokens.resize(kept);
  weights.total = mass;
}

}  // namespace

absl::Status CheckSamplingOptions(const SamplingOptions& options) {
  const auto check = [](bool ok, const char* name, double value, const char* range) {
    return ok ? absl::OkStatus() : absl::InvalidArgumentError(absl::StrCat(name, " ", value, ": must be ", range));
  };
  const auto [temperature, top_k, top_p, min_p, penalty] = options;
  absl::Status status = check(temperature >= 0 && std::isfinite(temperature), "temperature", temperature, ">= 0");
  status.Update(check(top_k >= 0, "top_k", top_k, ">= 0 (0: no cut)"));
  status.Update(check(top_p > 0 && top_p <= 1, "top_p", top_p, "in (0, 1]"));
  status.Update(check(min_p >= 0 && min_p <= 1, "min_p", min_p, "in [0, 1]"));
  status.Update(check(penalty > 0 && std::isfinite(penalty), "repetition_penalty", penalty, "> 0"));
  return status;
}

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

void PenalizeRepetition(double penalty, absl::Span<const int32_t> text, absl::Span<float> logits) {
  std::vector<int32_t> ids(text.begin(), text.end());
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  for (const int32_t id : ids) logits[id] *= logits[id] < 0 ? penalty : 1 / penalty;
}

std::vector<TokenProbability> SamplingDistribution(absl::Span<const float> logits, const SamplingOptions& options) {
  SAMI_CHECK(options.temperature > 0 && CheckSamplingOptions(options).ok());
  const double largest = *std::max_element(logits.begin(), logits.end());
  Weights weights = {std::vector<TokenProbability>(logits.size()), 0};
  for (size_t i = 0; i < logits.size(); ++i) {
    weights.tokens[i] = {static_cast<int32_t>(i), std::exp((logits[i] - largest) / options.temperature)};
  }
  AddUp(weights);
  if (options.top_k > 0 && options.top_k < logits.size()) CutToTopK(options.top_k, logits, weights);
  if (options.top_p < 1) CutToTopP(options.top_p, weights);
  if (options.min_p > 0) {
    // The most probable token's weight is e^0.
    Erase(weights, [&](const TokenProbability& token) { return token.probability < options.min_p; });
    AddUp(weights);
  }
  for (TokenProbability& token : weights.tokens) token.probability /= weights.total;
  return std::move(weights.tokens);
}

int32_t SampleToken(absl::Span<const float> logits, const SamplingOptions& options, base::RandomStream& stream) {
  const int32_t largest = LargestLogit(logits);
  if (options.temperature == 0 || largest < 0) return largest;
  double left = stream.Uniform();
  for (const TokenProbability& token : SamplingDistribution(logits, options)) {
    left -= token.probability;
    if (left < 0) return token.id;
  }
  return largest;  // the probabilities' sum was rounded to less than the number drawn
}

}  // namespace lm
