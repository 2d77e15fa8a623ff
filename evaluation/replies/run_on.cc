#include "evaluation/replies/run_on.h"

#include <algorithm>

#include "absl/strings/match.h"

namespace evaluation {
namespace {

using ::absl::string_view;

// The bars of some templates are full width.
constexpr string_view kTokens[] = {"</s>", "<|",           "<\uff5c", "<end_of_", "<start_of_", "<eos",
                                   "<eot", "</assistant>", "[eos]",   "[inst]",   "[/inst]",    "<s>"};
// The last ones are the headings of judges' prompts.
constexpr string_view kUsers[] = {
    "human:", "user:", "instruction:", "[user question]", "[question]", "[the start of assistant"};

bool StartsWithAny(string_view text, const string_view* begin, const string_view* end) {
  return std::any_of(begin, end, [&](string_view prefix) { return absl::StartsWithIgnoreCase(text, prefix); });
}

// "`</s>`"
bool IsMentioned(string_view text, size_t at) {
  constexpr size_t kLongest = 32;
  if (at == 0 || !absl::StrContains("`\"'", text[at - 1])) return false;
  const size_t end = text.substr(at, kLongest).find_first_of(">]");
  return end != string_view::npos && at + end + 1 < text.size() && text[at + end + 1] == text[at - 1];
}

}  // namespace

bool IsControlToken(string_view text) {
  // Few brackets open one.
  if (text.size() < 2 || !absl::StrContains("/|\xef"
                                            "eEsSiI",
                                            text[1]))
    return false;
  return StartsWithAny(text, std::begin(kTokens), std::end(kTokens));
}

bool OpensUsersTurn(string_view line) { return StartsWithAny(line, std::begin(kUsers), std::end(kUsers)); }

size_t FindRunOn(string_view text, size_t from) {
  for (size_t at = text.find_first_of("<[\n", from); at != string_view::npos; at = text.find_first_of("<[\n", at + 1)) {
    if (text[at] == '\n') {
      const string_view line = text.substr(at + 1);
      const size_t word = line.find_first_not_of("*# \t>");
      if (word != string_view::npos && OpensUsersTurn(line.substr(word))) return at;
    } else if (IsControlToken(text.substr(at)) && !IsMentioned(text, at)) {
      return at;
    }
  }
  return text.size();
}

}  // namespace evaluation
