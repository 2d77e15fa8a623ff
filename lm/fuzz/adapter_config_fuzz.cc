// Any bytes as PEFT's adapter_config.json: refused in one line, or read as an adapter whose modules have a rank and a
// finite scale.
#include <cmath>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "base/check.h"
#include "base/fuzz/one_line_error.h"
#include "lm/checkpoint/peft/adapter_config.h"

namespace lm {
namespace {

constexpr char kWhere[] = "adapter_config.json";

void TestAdapterConfig(absl::string_view json) {
  const auto config = ParsePeftConfig(json, kWhere);
  if (!config.ok()) return base::CheckOneLineError(config.status(), kWhere);
  SAMI_CHECK(config->rank > 0 && std::isfinite(config->alpha));
  for (const auto& [first, last] : config->layer_replication) SAMI_CHECK(first >= 0 && first < last);
  for (const char* module : {"model.layers.0.self_attn.q_proj", "lm_head", ""}) {
    const auto scale = ScaleOf(*config, module);
    if (!scale.ok()) {
      SAMI_CHECK(absl::IsInvalidArgument(scale.status())) << scale.status().ToString();
      continue;
    }
    SAMI_CHECK(scale->rank > 0 && std::isfinite(scale->scale)) << scale->rank << ' ' << scale->scale;
  }
}

}  // namespace
}  // namespace lm

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  lm::TestAdapterConfig(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
