#include "benchmarks/harness/workload.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/random.h"
#include "baselines/dpo/objective.h"
#include "baselines/sft/objective.h"
#include "sami/objective.h"

namespace benchmarks {
namespace {

const char* SizeName(ModelSize size) {
  return size == ModelSize::kTiny ? "tiny" : size == ModelSize::kSmall ? "small" : "medium";
}

// Prompts of a query, and the responses that each scores.
struct Counts {
  int64_t prompts, responses;
};

Counts CountsOf(const Workload& workload) {
  switch (workload.method) {
    case Method::kSami:
      return {workload.n, workload.n};
    case Method::kDpo:
      return {1, 2};
    case Method::kSft:
      return {1, 1};
  }
  SAMI_CHECK(false);
}

}  // namespace

std::string Workload::name() const {
  const std::string lengths =
      absl::StrCat("/prompt:", prompt_tokens, "/response:", response_tokens, "/vocab:", vocab_size, "/", SizeName(size),
                   layers > 0 ? absl::StrCat("/layers:", layers) : "");
  if (method == Method::kSami) return absl::StrCat("sami/n:", n, lengths);
  return absl::StrCat(method == Method::kDpo ? "dpo" : "sft", lengths);
}

lm::ModelConfig Workload::Model() const {
  lm::ModelConfig config;
  config.vocab_size = vocab_size;
  config.hidden_size = size == ModelSize::kTiny ? 64 : size == ModelSize::kSmall ? 256 : 512;
  config.intermediate_size = size == ModelSize::kTiny ? 176 : size == ModelSize::kSmall ? 688 : 1376;
  config.num_layers = layers > 0 ? layers : size == ModelSize::kTiny ? 2 : size == ModelSize::kSmall ? 4 : 8;
  config.head_dim = size == ModelSize::kTiny ? 32 : 64;
  config.num_heads = config.num_kv_heads = config.hidden_size / config.head_dim;
  config.max_positions = prompt_tokens + response_tokens;
  return config;
}

Examples MakeExamples(const Workload& workload, int64_t count, uint64_t seed) {
  Examples examples;
  for (int64_t i = 0; i < count; ++i) {
    base::RandomStream stream(seed, "benchmarks/example", i);
    const auto text = [&](int64_t tokens) {
      lm::TokenIds ids(tokens);
      for (int32_t& id : ids) id = static_cast<int32_t>(stream.Below(workload.vocab_size));
      return ids;
    };
    const int64_t prompt = workload.prompt_tokens, response = workload.response_tokens;
    if (workload.method == Method::kSami) {
      training::ContrastiveExample example;
      for (int64_t k = 0; k < workload.n; ++k) example.prompts.push_back(text(prompt));
      for (int64_t k = 0; k < workload.n; ++k) example.responses.push_back(text(response));
      examples.sami.push_back(std::move(example));
    } else if (workload.method == Method::kDpo) {
      examples.dpo.push_back({text(prompt), text(response), text(response)});
    } else {
      examples.sft.push_back({text(prompt), text(response)});
    }
  }
  const auto references = torch::tensor({-7.0, -7.5}, torch::kFloat64) * static_cast<double>(workload.response_tokens);
  examples.references_N2 = references.repeat({count, 1});
  return examples;
}

std::unique_ptr<training::Objective> MakeObjective(const Workload& workload, const Examples& examples) {
  const int64_t max_tokens = workload.prompt_tokens + workload.response_tokens;
  auto objective = workload.method == Method::kSami ? sami::MakeSamiObjective(examples.sami, max_tokens)
                   : workload.method == Method::kDpo
                       ? dpo::MakeDpoObjective({}, examples.dpo, examples.references_N2, max_tokens)
                       : sft::MakeSftObjective({}, examples.sft, max_tokens);
  SAMI_CHECK_OK(objective.status());
  return *std::move(objective);
}

double MinimalFlops(const Workload& workload) { return MinimalFlops(workload, workload.Model(), /*passes=*/3); }

double MinimalFlops(const Workload& workload, const lm::ModelConfig& config, double passes) {
  const auto [prompts, responses] = CountsOf(workload);
  const double P = workload.prompt_tokens, R = workload.response_tokens, D = config.hidden_size;
  const double tokens = P + responses * (R - 1);
  const double seen = P * (P + 1) / 2 + responses * (R - 1) * (P + R / 2);
  const double scored = responses * R;
  const double queries = config.num_heads * config.head_dim, keys = config.num_kv_heads * config.head_dim;
  const double weights = config.num_layers * D * (2 * queries + 2 * keys + 3.0 * config.intermediate_size);
  return passes * prompts *
         (2 * tokens * weights + 4 * queries * seen * config.num_layers + 2 * scored * D * config.vocab_size);
}

double NaiveBytes(const Workload& workload) {
  const lm::ModelConfig config = workload.Model();
  const auto [prompts, responses] = CountsOf(workload);
  const double T = workload.prompt_tokens + workload.response_tokens;
  const double logits_of_pass = responses * T * config.vocab_size;
  const double by_token = config.num_heads * T * 2 + 12 * config.hidden_size + 4 * config.intermediate_size;
  return 4 * ((prompts + 2) * logits_of_pass + prompts * responses * T * config.num_layers * by_token);
}

}  // namespace benchmarks
