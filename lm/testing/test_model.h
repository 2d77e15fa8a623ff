// Test models and texts, small and random, for the tests of this room.
#ifndef LM_TESTING_TEST_MODEL_H_
#define LM_TESTING_TEST_MODEL_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "base/random.h"
#include "lm/model/decoder.h"
#include "lm/tokenizer/text/tokens.h"

namespace lm {

// Awkward on purpose: nothing equals anything else, so that no transposed or mixed-up weight fits by chance.
inline ModelConfig TinyConfig(bool tied = true) {
  ModelConfig config;
  config.vocab_size = 29;
  config.hidden_size = 14;
  config.intermediate_size = 20;
  config.num_layers = 2;
  config.num_heads = 4;
  config.num_kv_heads = 2;
  config.head_dim = 6;
  config.max_positions = 64;
  config.initializer_range = 0.5;  // large enough for attention and gates to matter
  config.tie_word_embeddings = tied;
  return config;
}

inline Decoder TinyModel(torch::Dtype dtype, bool tied = true, uint64_t seed = 1) {
  const Decoder random = Decoder::Random(TinyConfig(tied), seed);
  std::vector<Parameter> parameters;
  for (const Parameter& parameter : random.parameters()) {
    // Norms that are not 1, so that a forgotten one is noticed.
    const bool norm = parameter.value.dim() == 1;
    const torch::Tensor value = norm ? torch::linspace(0.5, 1.5, parameter.value.numel()) : parameter.value;
    parameters.push_back({parameter.name, value.to(dtype)});
  }
  return Decoder(random.config(), std::move(parameters));
}

inline TokenIds RandomTokens(int64_t length, base::RandomStream& stream, int64_t vocab_size = 29) {
  TokenIds ids(length);
  for (int32_t& id : ids) id = static_cast<int32_t>(stream.Below(vocab_size));
  return ids;
}

// A row of its own, in one segment, from position 0.
inline DecoderInput PlainInput(const TokenIds& ids) {
  const torch::Tensor ids_BT = torch::tensor(ids).to(torch::kInt64).unsqueeze(0);
  return {ids_BT, torch::arange(static_cast<int64_t>(ids.size())).unsqueeze(0), torch::zeros_like(ids_BT)};
}

}  // namespace lm

#endif  // LM_TESTING_TEST_MODEL_H_
