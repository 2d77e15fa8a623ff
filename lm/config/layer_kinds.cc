#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "lm/config/config_reader.h"

namespace lm {
namespace {

using base::Json;

constexpr char kWindow[] = "sliding_window";
constexpr char kUse[] = "use_sliding_window";
constexpr char kLayerTypes[] = "layer_types";

// One whole number a layer, at least.
absl::StatusOr<std::vector<int64_t>> Numbers(const Fields& fields, const char* key, const Json& value,
                                             int64_t at_least) {
  const std::string expected = absl::StrCat("a list of at least ", at_least, " integers >= 0");
  if (!value.is_array() || static_cast<int64_t>(value.size()) < at_least) return fields.Wrong(key, expected);
  std::vector<int64_t> numbers;
  for (const Json& element : value) {
    if (!element.is_number_unsigned()) return fields.Wrong(key, expected);
    numbers.push_back(static_cast<int64_t>(std::min<uint64_t>(element.get<uint64_t>(), INT32_MAX)));
  }
  return numbers;
}

// SmolLM3: of "no_rope_layers" 1 means that there are positions; without the list each n-th layer has none.
absl::Status ParseNope(const Fields& fields, ModelConfig* config) {
  ASSIGN_OR_RETURN(const int64_t interval, fields.SizeOr("no_rope_layer_interval", 4));
  const Json* list = fields.Find("no_rope_layers");
  if (list == nullptr) {
    for (int64_t i = 0; i < config->num_layers; ++i) config->layers[i].rotates = (i + 1) % interval != 0;
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const std::vector<int64_t> rotates, Numbers(fields, "no_rope_layers", *list, config->num_layers));
  for (int64_t i = 0; i < config->num_layers; ++i) config->layers[i].rotates = rotates[i] != 0;
  return absl::OkStatus();
}

// Qwen3-MoE: each decoder_sparse_step-th layer has experts, but for those in mlp_only_layers.
absl::Status ParseSparseStep(const Fields& fields, ModelConfig* config) {
  ASSIGN_OR_RETURN(const int64_t step, fields.SizeOr("decoder_sparse_step", 1));
  std::vector<int64_t> dense;
  if (const Json* list = fields.Find("mlp_only_layers"); list != nullptr) {
    ASSIGN_OR_RETURN(dense, Numbers(fields, "mlp_only_layers", *list, 0));
  }
  for (int64_t i = 0; i < config->num_layers; ++i) {
    config->layers[i].has_experts =
        config->num_experts > 0 && (i + 1) % step == 0 && std::find(dense.begin(), dense.end(), i) == dense.end();
  }
  const std::vector<LayerKind>& layers = config->layers;
  const auto has_experts = [](const LayerKind& layer) { return layer.has_experts; };
  if (std::any_of(layers.begin(), layers.end(), has_experts)) return absl::OkStatus();
  return fields.Invalid("mlp_only_layers", "and \"decoder_sparse_step\" leave no layer with experts");
}

// The window that config.json gives, whether or not a layer has it; 0: none.
absl::StatusOr<int64_t> ParseWindow(const Fields& fields, const FamilyTraits& traits) {
  if (traits.windows == WindowRule::kNone) {
    if (fields.Find(kWindow) != nullptr) return fields.Unsupported(kWindow, "null");
    return 0;
  }
  const bool asks_for_use = traits.windows == WindowRule::kEveryLayerIfUsed ||
                            traits.windows == WindowRule::kFromMaxWindowLayers ||
                            traits.windows == WindowRule::kLayersWithoutRope;
  const int64_t fallback = fields.IsWrittenAsNull(kWindow) ? 0 : traits.window;
  ASSIGN_OR_RETURN(const int64_t window, fields.SizeOr(kWindow, fallback));
  if (!asks_for_use) return window;
  ASSIGN_OR_RETURN(const bool uses, fields.BoolOr(kUse, false));
  return uses ? window : 0;
}

absl::Status ApplyRule(const Fields& fields, const FamilyTraits& traits, ModelConfig* config) {
  int64_t first = 0, pattern = 1;
  if (traits.windows == WindowRule::kFromMaxWindowLayers) {
    // Absent, as transformers has it; 0 is a layer's number, too.
    const Json* value = fields.Find("max_window_layers");
    if (value != nullptr && !value->is_number_unsigned()) return fields.Wrong("max_window_layers", "an integer >= 0");
    first = value == nullptr ? 28 : static_cast<int64_t>(std::min<uint64_t>(value->get<uint64_t>(), INT32_MAX));
  }
  if (traits.windows == WindowRule::kPattern) {
    ASSIGN_OR_RETURN(pattern, fields.SizeOr("sliding_window_pattern", 6));
  }
  for (int64_t i = 0; i < config->num_layers; ++i) {
    LayerKind& layer = config->layers[i];
    switch (traits.windows) {
      case WindowRule::kNone:
        break;
      case WindowRule::kEveryLayer:
      case WindowRule::kEveryLayerIfUsed:
        layer.slides = true;
        break;
      case WindowRule::kFromMaxWindowLayers:
        layer.slides = i >= first;
        break;
      case WindowRule::kEvenLayers:
        layer.slides = i % 2 == 0;
        break;
      case WindowRule::kPattern:
        layer.slides = (i + 1) % pattern != 0;
        break;
      case WindowRule::kThreeOfFour:
        layer.slides = (i + 1) % 4 != 0;
        break;
      case WindowRule::kLayersWithoutRope:
        layer.slides = !layer.rotates;
        break;
    }
    layer.slides = layer.slides && config->sliding_window > 0;
  }
  return absl::OkStatus();
}

// layer_types, which says it layer by layer, wins where the family's class reads it; elsewhere it must not contradict.
absl::Status ApplyLayerTypes(const Fields& fields, const FamilyTraits& traits, const Json& types, ModelConfig* config) {
  if (!types.is_array() || static_cast<int64_t>(types.size()) != config->num_layers) {
    return fields.Wrong(kLayerTypes, absl::StrCat("a list of num_hidden_layers, ", config->num_layers, ", texts"));
  }
  for (int64_t i = 0; i < config->num_layers; ++i) {
    const bool slides = types[i] == "sliding_attention";
    if (!slides && types[i] != "full_attention") {
      return fields.Unsupported(kLayerTypes, "\"full_attention\" and \"sliding_attention\"");
    }
    if (slides && config->sliding_window == 0) {
      return fields.Unsupported(kLayerTypes, traits.windows == WindowRule::kNone
                                                 ? absl::StrCat("\"full_attention\" in a ", traits.name, " model")
                                                 : "\"full_attention\" where no sliding_window is used");
    }
    if (!traits.reads_layer_types && slides != config->layers[i].slides) {
      return fields.Unsupported(kLayerTypes, absl::StrCat("what sliding_window says of every layer, since a ",
                                                          traits.name, " model of transformers does not read it"));
    }
    config->layers[i].slides = slides;
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ParseLayers(const Fields& fields, const FamilyTraits& traits, ModelConfig* config) {
  config->layers.assign(config->num_layers, {false, true, config->num_experts > 0});
  if (traits.has_nope_layers) RETURN_IF_ERROR(ParseNope(fields, config));
  if (traits.has_sparse_step) RETURN_IF_ERROR(ParseSparseStep(fields, config));
  ASSIGN_OR_RETURN(config->sliding_window, ParseWindow(fields, traits));
  RETURN_IF_ERROR(ApplyRule(fields, traits, config));
  if (const Json* types = fields.Find(kLayerTypes); types != nullptr) {
    RETURN_IF_ERROR(ApplyLayerTypes(fields, traits, *types, config));
  }
  const auto is = [&](bool LayerKind::*member, bool value) {
    return [member, value](const LayerKind& layer) { return layer.*member == value; };
  };
  const std::vector<LayerKind>& layers = config->layers;
  if (std::none_of(layers.begin(), layers.end(), is(&LayerKind::slides, true))) config->sliding_window = 0;
  // Models whose layers are alike need no list.
  const bool alike = std::all_of(layers.begin(), layers.end(), is(&LayerKind::rotates, true)) &&
                     std::all_of(layers.begin(), layers.end(), is(&LayerKind::slides, config->sliding_window > 0)) &&
                     std::all_of(layers.begin(), layers.end(), is(&LayerKind::has_experts, config->num_experts > 0));
  if (alike) config->layers.clear();
  return absl::OkStatus();
}

}  // namespace lm
