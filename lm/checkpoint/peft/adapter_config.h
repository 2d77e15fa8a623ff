// PEFT's adapter_config.json of LoRA adapters: what it says about merging. No torch.
//
// A field is known, or null, false or empty; any other is refused: PEFT might compute something else by it.
#ifndef LM_CHECKPOINT_PEFT_ADAPTER_CONFIG_H_
#define LM_CHECKPOINT_PEFT_ADAPTER_CONFIG_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace lm {

struct PeftConfig {
  std::string base_model;  // "base_model_name_or_path"; may be empty
  int64_t rank = 8;
  double alpha = 8;
  bool rank_stabilized = false;  // use_rslora: scale = alpha / sqrt(rank) instead of alpha / rank
  bool dora = false;             // use_dora: magnitude and direction apart (Liu et al., arXiv:2402.09353)
  // Of modules whose name a regular expression matches, the first that does; in the file's order.
  std::vector<std::pair<std::string, double>> rank_pattern, alpha_pattern;
  std::vector<std::string> targets;  // as written: names, one regular expression, or "all-linear"
  bool targets_is_list = true;
  // What training began from, where that is not the base's own weights: their best approximation of the rank was taken
  // out (PiSSA, Meng et al., arXiv:2404.02948), or the rank's part of their QR decomposition (OLoRA, Buyukakyuz,
  // arXiv:2406.01775).
  enum class Residual { kNone, kPissa, kOlora } residual = Residual::kNone;
  // Ranges of the base's layers, [first, last), that the adapted model has one after the other.
  std::vector<std::pair<int64_t, int64_t>> layer_replication;
  // Rows of a module, "embed_tokens" as a rule, that were trained by themselves.
  std::map<std::string, std::vector<int64_t>> trainable_tokens;
};

// kUnimplemented names a field by which PEFT would compute what we do not, or cannot merge; kInvalidArgument one that
// is missing or wrong. `where` names the file.
absl::StatusOr<PeftConfig> ParsePeftConfig(absl::string_view json, absl::string_view where);

// The rank of a module and what its B A is multiplied by. kInvalidArgument for a pattern that is no regular expression.
struct ModuleScale {
  int64_t rank;
  double scale;
};
absl::StatusOr<ModuleScale> ScaleOf(const PeftConfig& config, const std::string& module);

}  // namespace lm

#endif  // LM_CHECKPOINT_PEFT_ADAPTER_CONFIG_H_
