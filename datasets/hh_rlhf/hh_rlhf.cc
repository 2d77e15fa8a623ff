#include "datasets/hh_rlhf/hh_rlhf.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "datasets/hh_rlhf/gzip.h"
#include "datasets/records/records.h"

namespace datasets {
namespace {

constexpr absl::string_view kHuman = "\n\nHuman:";
constexpr absl::string_view kAssistant = "\n\nAssistant:";

absl::StatusOr<PreferencePair> ParsePair(const base::JsonLine& line) {
  ASSIGN_OR_RETURN(const std::string chosen, GetText(line, "chosen"));
  ASSIGN_OR_RETURN(const std::string rejected, GetText(line, "rejected"));
  auto pair = SplitDialogues(chosen, rejected);
  if (!pair.ok()) return base::Annotate(pair.status(), line.where);
  return pair;
}

}  // namespace

absl::StatusOr<PreferencePair> SplitDialogues(absl::string_view chosen, absl::string_view rejected) {
  if (!absl::StartsWith(chosen, kHuman) || !absl::StartsWith(rejected, kHuman)) {
    return absl::InvalidArgumentError("a dialogue must begin with two line breaks and \"Human:\"");
  }
  if (chosen == rejected) return absl::InvalidArgumentError("the dialogues are equal: nothing is preferred");
  const size_t shorter = std::min(chosen.size(), rejected.size());
  const size_t common =
      std::mismatch(chosen.begin(), chosen.begin() + shorter, rejected.begin()).first - chosen.begin();
  const size_t last = chosen.substr(0, common).rfind(kAssistant);
  if (last == absl::string_view::npos) {
    return absl::InvalidArgumentError(
        "the dialogues differ before the first \"Assistant:\": they have no common prompt");
  }
  const size_t end = last + kAssistant.size();
  return PreferencePair{std::string(chosen.substr(0, end)), std::string(chosen.substr(end)),
                        std::string(rejected.substr(end))};
}

absl::StatusOr<std::vector<PreferencePair>> ReadHhRlhf(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, ReadGzipFile(path));
  ASSIGN_OR_RETURN(const std::vector<base::JsonLine> lines, base::ParseJsonLines(text, path));
  if (lines.empty()) return InvalidAt(path, "the file is empty; it needs at least one line");
  std::vector<PreferencePair> pairs;
  for (const base::JsonLine& line : lines) {
    ASSIGN_OR_RETURN(PreferencePair pair, ParsePair(line));
    pairs.push_back(std::move(pair));
  }
  return pairs;
}

}  // namespace datasets
