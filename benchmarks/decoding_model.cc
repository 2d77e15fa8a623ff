#include "benchmarks/decoding_model.h"

#include <torch/types.h>

#include <optional>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "base/program.h"
#include "base/status.h"
#include "lm/checkpoint/checkpoint.h"

ABSL_FLAG(std::string, stored, "float32",
          "The type in which the model's matrices lie in memory: float32, bfloat16 or "
          "float16.");
ABSL_FLAG(std::string, model_dir, "",
          "A model's folder, whose matrices stay as they are stored, in place of the random model.");

namespace benchmarks {
namespace {

lm::ModelConfig Config() {
  lm::ModelConfig config;
  config.vocab_size = 32000;
  config.hidden_size = 768;
  config.intermediate_size = 2432;
  config.num_layers = 12;
  config.num_heads = 12;
  config.num_kv_heads = 12;
  config.head_dim = 64;
  config.max_positions = 2048;
  config.tie_word_embeddings = true;
  return config;
}

lm::Decoder MakeModel() {
  const lm::Decoder model = lm::Decoder::Random(Config(), /*seed=*/1);
  const std::string stored = absl::GetFlag(FLAGS_stored);
  const torch::Dtype type =
      stored == "bfloat16" ? torch::kBFloat16 : (stored == "float16" ? torch::kFloat16 : torch::kFloat32);
  std::vector<lm::Parameter> parameters;
  for (const auto& [name, value] : model.parameters()) {
    parameters.push_back({name, lm::IsMatrix(model.config(), name) ? value.to(type) : value});
  }
  return {model.config(), parameters};
}

// Filled by Main, before anything is timed.
std::optional<lm::Decoder>& TheModel() {
  static std::optional<lm::Decoder> model;
  return model;
}

}  // namespace

const lm::Decoder& Model() { return *TheModel(); }

absl::Status PrepareModel(int64_t tokens) {
  const std::string folder = absl::GetFlag(FLAGS_model_dir);
  const std::string stored = absl::GetFlag(FLAGS_stored);
  if (stored != "float32" && stored != "bfloat16" && stored != "float16") {
    return absl::InvalidArgumentError("--stored: must be float32, bfloat16 or float16");
  }
  if (folder.empty()) {
    TheModel() = MakeModel();
    return absl::OkStatus();
  }
  lm::LoadOptions options;
  options.keep_stored = true;
  ASSIGN_OR_RETURN(TheModel(), lm::LoadModel(base::UserPath(folder), options));
  if (Model().config().max_positions >= tokens) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(folder, ": takes fewer than the ", tokens, " tokens of a text"));
}

double WeightBytes() {
  double bytes = 0;
  for (const lm::Parameter& parameter : Model().parameters()) bytes += parameter.value.nbytes();
  return bytes;
}

std::string Stored() {
  const torch::Dtype type = Model().head().scalar_type();
  const char* const name = type == torch::kBFloat16 ? "bfloat16" : (type == torch::kFloat16 ? "float16" : "float32");
  return absl::StrCat(name, ", ", static_cast<int64_t>(WeightBytes() / 1e6), " MB");
}

}  // namespace benchmarks
