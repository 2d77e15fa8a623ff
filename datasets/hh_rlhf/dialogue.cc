#include "datasets/hh_rlhf/dialogue.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/file.h"

namespace datasets {
namespace {

constexpr absl::string_view kHuman = "\n\nHuman:";
constexpr absl::string_view kAssistant = "\n\nAssistant:";
constexpr const char* kSubsets[] = {"harmless-base", "helpful-base", "helpful-online", "helpful-rejection-sampled"};

}  // namespace

absl::StatusOr<DialoguePair> SplitDialogues(absl::string_view chosen, absl::string_view rejected) {
  if (!absl::StartsWith(chosen, kHuman) || !absl::StartsWith(rejected, kHuman)) {
    return absl::InvalidArgumentError("a dialogue must begin with two line breaks and \"Human:\"");
  }
  const size_t shorter = std::min(chosen.size(), rejected.size());
  const size_t common =
      std::mismatch(chosen.begin(), chosen.begin() + shorter, rejected.begin()).first - chosen.begin();
  const size_t last = chosen.substr(0, common).rfind(kAssistant);
  if (last == absl::string_view::npos) {
    return absl::InvalidArgumentError(
        "the dialogues differ before the first \"Assistant:\": they have no common prompt");
  }
  const size_t end = last + kAssistant.size();
  return DialoguePair{std::string(chosen.substr(0, end)), std::string(chosen.substr(end)),
                      std::string(rejected.substr(end))};
}

absl::StatusOr<std::vector<Message>> DialogueMessages(absl::string_view text) {
  if (!absl::StartsWith(text, kHuman)) {
    return absl::InvalidArgumentError("a dialogue must begin with two line breaks and \"Human:\"");
  }
  std::vector<Message> messages;
  while (!text.empty()) {
    const bool human = absl::StartsWith(text, kHuman);
    text.remove_prefix(human ? kHuman.size() : kAssistant.size());
    const size_t end = std::min({text.find(kHuman), text.find(kAssistant), text.size()});
    messages.push_back({human ? "user" : "assistant", std::string(absl::StripAsciiWhitespace(text.substr(0, end)))});
    text.remove_prefix(end);
  }
  if (messages.back().content.empty()) messages.pop_back();
  return messages;
}

absl::Span<const char* const> HhRlhfSubsets() { return kSubsets; }

absl::StatusOr<std::string> FindHhRlhf(const std::string& folder, const std::string& subset, const std::string& split) {
  if (std::find(std::begin(kSubsets), std::end(kSubsets), subset) == std::end(kSubsets)) {
    return absl::InvalidArgumentError(
        absl::StrCat("HH-RLHF has no subset \"", subset, "\"; it has ", absl::StrJoin(kSubsets, ", ")));
  }
  if (split != "train" && split != "test") {
    return absl::InvalidArgumentError(absl::StrCat("HH-RLHF's splits are train and test, and not \"", split, "\""));
  }
  const std::string plain = absl::StrCat(folder, "/", subset, "/", split, ".jsonl");
  for (const std::string& path : {absl::StrCat(plain, ".gz"), plain}) {
    if (base::FileExists(path)) return path;
  }
  return absl::NotFoundError(
      absl::StrCat(plain, ".gz: no such file; it is in github.com/anthropics/hh-rlhf, under ", subset));
}

}  // namespace datasets
