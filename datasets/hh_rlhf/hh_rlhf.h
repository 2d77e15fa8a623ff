// Anthropic's HH-RLHF: pairs of dialogues of which people preferred one. Bai et al. 2022, arXiv:2204.05862.
//
//   {"chosen": "\n\nHuman: ...\n\nAssistant: ...", "rejected": "\n\nHuman: ...\n\nAssistant: ..."}, gzipped JSON Lines
//
// The texts hold offensive content.
#ifndef DATASETS_HH_RLHF_HH_RLHF_H_
#define DATASETS_HH_RLHF_HH_RLHF_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "datasets/preference/preference.h"

namespace datasets {

// Splits two dialogues into what they share and two completions: the prompt is their longest common beginning that ends
// in "\n\nAssistant:", so prompt + chosen and prompt + rejected are the dialogues. Where the dialogues part before
// their last turns, as a few do, the completions hold the further turns. kInvalidArgument when a dialogue does not
// begin with "\n\nHuman:", when they share no such beginning, or when they are equal.
absl::StatusOr<PreferencePair> SplitDialogues(absl::string_view chosen, absl::string_view rejected);

// A gzipped or plain JSONL file, in its order. kInvalidArgument, with file:line, for a malformed line, a missing or
// mistyped key, or dialogues that cannot be split; and for a damaged file or one without pairs.
absl::StatusOr<std::vector<PreferencePair>> ReadHhRlhf(const std::string& path);

}  // namespace datasets

#endif  // DATASETS_HH_RLHF_HH_RLHF_H_
