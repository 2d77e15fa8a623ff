// Any bytes as a config.json: refused in one line, or read as a model that can be, which survives a rewriting.
#include <cmath>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "base/check.h"
#include "base/fuzz/one_line_error.h"
#include "lm/config/config.h"

namespace lm {
namespace {

constexpr char kWhere[] = "config.json";

// What config.h promises of every config that was read.
void CheckSizes(const ModelConfig& config) {
  SAMI_CHECK(config.vocab_size > 0 && config.hidden_size > 0 && config.intermediate_size > 0);
  SAMI_CHECK(config.num_layers > 0 && config.num_heads > 0 && config.num_kv_heads > 0 && config.head_dim > 0);
  SAMI_CHECK(config.num_heads % config.num_kv_heads == 0 && config.head_dim % 2 == 0 && config.max_positions > 0);
  SAMI_CHECK(std::isfinite(config.norm_eps) && std::isfinite(config.rope.theta) && config.rope.theta > 0);
  SAMI_CHECK(RotaryDim(config) > 0 && RotaryDim(config) <= config.head_dim && RotaryDim(config) % 2 == 0);
  SAMI_CHECK(config.layers.empty() || static_cast<int64_t>(config.layers.size()) == config.num_layers);
  SAMI_CHECK(std::isfinite(AttentionScale(config)) && AttentionScale(config) > 0 && ExpertSize(config) > 0);
  for (const Rope* rope : {&config.rope, config.sliding_rope ? &*config.sliding_rope : &config.rope}) {
    SAMI_CHECK(std::isfinite(rope->theta) && rope->theta > 0);
    SAMI_CHECK(!rope->scaling || RopeAttentionFactor(*rope->scaling) > 0);
  }
  SAMI_CHECK(config.experts_per_token <= config.num_experts && config.sliding_window >= 0);
  SAMI_CHECK(config.bos_id >= -1 && config.bos_id < config.vocab_size);
  SAMI_CHECK(config.pad_id >= -1 && config.pad_id < config.vocab_size);
  for (const int32_t id : config.eos_ids) SAMI_CHECK(id >= 0 && id < config.vocab_size);
}

void TestConfig(absl::string_view json) {
  const auto config = ParseModelConfig(json, kWhere);
  if (!config.ok()) return base::CheckOneLineError(config.status(), kWhere);
  CheckSizes(*config);
  const std::string text = ModelConfigToJson(*config);
  const auto copy = ParseModelConfig(text, kWhere);
  SAMI_CHECK(copy.ok()) << copy.status().ToString() << "\n" << text;
  SAMI_CHECK(ModelConfigToJson(*copy) == text) << text << "\n" << ModelConfigToJson(*copy);
}

}  // namespace
}  // namespace lm

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  lm::TestConfig(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
