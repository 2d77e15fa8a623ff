#include "sami/semantics.h"

#include <algorithm>

namespace sami {

using ::sami_harness::SamiConfig;

std::vector<Span> ScoredSpans(SamiConfig::Semantics semantics, const lm::TokenIds& prompt, const lm::TokenIds& response,
                              int32_t eos) {
  const int64_t size = response.size();
  if (semantics == SamiConfig::DEFAULT) return {{0, size}};
  bool kept = semantics == SamiConfig::SAMI_REF || std::count(prompt.begin(), prompt.end(), eos) > 0;
  std::vector<Span> spans;
  for (int64_t t = 0; t < size; ++t) {
    if (response[t] == eos) {
      if (kept) continue;
      kept = true;
    }
    if (!spans.empty() && spans.back().end == t) {
      ++spans.back().end;
    } else {
      spans.push_back({t, t + 1});
    }
  }
  return spans;
}

bool FollowedByPad(SamiConfig::Semantics semantics, const lm::TokenIds& prompt, const lm::TokenIds& response,
                   int32_t eos, bool padded) {
  return semantics == SamiConfig::SAMI_EXT && padded && std::count(prompt.begin(), prompt.end(), eos) == 0 &&
         std::count(response.begin(), response.end(), eos) == 0;
}

sami_harness::TrainingConfig EffectiveTraining(const SamiConfig& config) {
  sami_harness::TrainingConfig training = config.training();
  if (config.semantics() == SamiConfig::DEFAULT) return training;
  training.set_divide_by_full_batch(true);
  training.mutable_optimizer()->set_decay_norms(true);
  if (config.semantics() == SamiConfig::SAMI_REF) training.mutable_optimizer()->set_max_grad_norm(0);
  return training;
}

}  // namespace sami
