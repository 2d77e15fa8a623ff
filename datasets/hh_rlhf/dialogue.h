// Anthropic's HH-RLHF: pairs of dialogues of which people preferred one. Bai et al. 2022, arXiv:2204.05862.
//
//   {"chosen": "\n\nHuman: ...\n\nAssistant: ...", "rejected": "\n\nHuman: ...\n\nAssistant: ..."}, gzipped JSON Lines
//
// Pairs are read by ReadPreferencePairs (datasets/preference/preference.h), prompts by ReadHhRlhfQueries
// (datasets/queries/sources.h); here is what both know of the texts. They hold offensive content.
#ifndef DATASETS_HH_RLHF_DIALOGUE_H_
#define DATASETS_HH_RLHF_DIALOGUE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "datasets/records/messages.h"

namespace datasets {

struct DialoguePair {
  std::string prompt;  // ends in "\n\nAssistant:"
  std::string chosen;  // goes on from there: prompt + chosen is the dialogue; may be empty
  std::string rejected;
};

// Splits two dialogues into what they share and two completions: the prompt is their longest common beginning that ends
// in "\n\nAssistant:". Where the dialogues part before their last turns, as a few do, the completions hold the further
// turns. Of equal dialogues it is all up to the last turn. kInvalidArgument when a dialogue does not begin with
// "\n\nHuman:" or when they share no such beginning.
absl::StatusOr<DialoguePair> SplitDialogues(absl::string_view chosen, absl::string_view rejected);

// The turns of a dialogue or a prompt as messages: Human is the user; contents without surrounding white space. A turn
// at the end without content, as of a prompt's "\n\nAssistant:", is no message. kInvalidArgument when the text does not
// begin with "\n\nHuman:".
absl::StatusOr<std::vector<Message>> DialogueMessages(absl::string_view text);

// The subsets' names, which are their folders': "harmless-base", "helpful-base", ...
absl::Span<const char* const> HhRlhfSubsets();

// <folder>/<subset>/<split>.jsonl.gz, or the same unpacked; split is "train" or "test". kInvalidArgument for another
// subset or split, kNotFound when there is no such file.
absl::StatusOr<std::string> FindHhRlhf(const std::string& folder, const std::string& subset, const std::string& split);

}  // namespace datasets

#endif  // DATASETS_HH_RLHF_DIALOGUE_H_
