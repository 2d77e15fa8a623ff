#include "benchmarks/device/shapes.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "lm/config/layout.h"

namespace benchmarks {
namespace {

struct Shape {
  const char* name;
  int64_t hidden, intermediate, layers, heads, kv_heads, head_dim, vocabulary;
  bool tied;
};

constexpr Shape kShapes[] = {
    {"tiny", 64, 176, 2, 4, 2, 16, 512, true},
    {"1b", 2048, 8192, 16, 32, 8, 64, 128256, true},
    {"3b", 3072, 8192, 28, 24, 8, 128, 128256, true},
    {"8b", 4096, 14336, 32, 32, 8, 128, 128256, false},
};

}  // namespace

absl::StatusOr<lm::ModelConfig> ShapeOf(const std::string& size) {
  for (const Shape& shape : kShapes) {
    if (size != shape.name) continue;
    lm::ModelConfig config;
    config.vocab_size = shape.vocabulary;
    config.hidden_size = shape.hidden;
    config.intermediate_size = shape.intermediate;
    config.num_layers = shape.layers;
    config.num_heads = shape.heads;
    config.num_kv_heads = shape.kv_heads;
    config.head_dim = shape.head_dim;
    config.max_positions = 8192;
    config.tie_word_embeddings = shape.tied;
    return config;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("\"", size, "\" is no size; there are ", absl::StrJoin(ShapeNames(), ", ")));
}

std::vector<std::string> ShapeNames() {
  std::vector<std::string> names;
  for (const Shape& shape : kShapes) names.emplace_back(shape.name);
  return names;
}

lm::Decoder RandomOn(const lm::ModelConfig& config, const torch::Device& device, torch::Dtype matrices,
                     torch::Dtype norms) {
  const torch::NoGradGuard no_grad;
  torch::manual_seed(1);
  std::vector<lm::Parameter> parameters;
  for (const auto& [name, shape] : lm::ParameterShapes(config)) {
    const bool is_matrix = shape.size() == 2;
    torch::Tensor value = torch::empty(shape, torch::TensorOptions(device).dtype(is_matrix ? matrices : norms));
    is_matrix ? value.normal_(0, config.initializer_range) : value.fill_(1);
    parameters.push_back({name, std::move(value)});
  }
  return {config, std::move(parameters)};
}

}  // namespace benchmarks
