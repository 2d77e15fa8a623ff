// A test model's adapter.
#ifndef LM_TESTING_ADAPTED_MODEL_H_
#define LM_TESTING_ADAPTED_MODEL_H_

#include <cstdint>

#include "absl/strings/match.h"
#include "base/random.h"
#include "base/testing.h"
#include "lm/model/adapter.h"
#include "lm/model/decoder.h"

namespace lm {

inline AdapterConfig Everywhere() {
  AdapterConfig config;
  config.rank = 3;
  config.alpha = 6;
  config.targets = {"q_proj", "v_proj", "o_proj", "gate_proj", "down_proj"};
  return config;
}

// An adapter that is no longer at its start: B is random too.
inline Decoder Adapted(Decoder model, const AdapterConfig& config = Everywhere()) {
  EXPECT_OK(AddAdapter(config, /*seed=*/5, model));
  for (const auto& [name, value] : model.adapter()) {
    base::RandomStream stream(1, "lm/adapter_test/" + name);
    if (!absl::EndsWith(name, kAdapterB)) continue;
    torch::Tensor b = value;
    for (int64_t i = 0; i < b.numel(); ++i) b.view({-1})[i] = 0.3 * stream.Normal();
  }
  return model;
}

}  // namespace lm

#endif  // LM_TESTING_ADAPTED_MODEL_H_
