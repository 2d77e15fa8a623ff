#include "evaluation/extraction/default_rule.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/types/span.h"
#include "base/text.h"
#include "evaluation/extraction/number.h"

namespace evaluation {
namespace {

constexpr absl::string_view kTurns[] = {"q:", "question:", "problem:", "human:", "user:"};
constexpr absl::string_view kEnds[] = {"</s>", "<|"};

bool StartsWithAny(absl::string_view text, absl::Span<const absl::string_view> prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](absl::string_view prefix) { return absl::StartsWith(text, prefix); });
}

// Where a line begins, behind white space and Markdown's emphasis.
size_t SkipDecoration(absl::string_view text, size_t at) {
  while (at < text.size() && (text[at] == '*' || text[at] == ' ' || text[at] == '\t')) ++at;
  return at;
}

// `lower`: the text in lower case, which is as long.
absl::string_view WithoutRunOn(absl::string_view lower) {
  for (size_t at = 0; at < lower.size(); ++at) {
    const bool cut = (lower[at] == '<' && StartsWithAny(lower.substr(at), kEnds)) ||
                     (lower[at] == '\n' && !base::IsBlank(lower.substr(0, at)) &&
                      StartsWithAny(lower.substr(SkipDecoration(lower, at + 1)), kTurns));
    if (cut) return lower.substr(0, at);
  }
  return lower;
}

// A mark behind which a final answer stands.
struct Mark {
  absl::string_view text;
  bool number_first;   // the number comes before any word
  bool at_line_start;  // of a line that is not the text's first
};
constexpr Mark kMarks[] = {{"####", true, false},
                           {"\\boxed{", true, false},
                           {"answer is", false, false},
                           {"answer:", false, false},
                           {"a:", false, true}};

bool IsAt(const Mark& mark, absl::string_view text, size_t at) {
  if (!absl::StartsWith(text.substr(at), mark.text)) return false;
  if (!mark.at_line_start) return true;
  const size_t line_end = text.substr(0, at).rfind('\n');
  return line_end != absl::string_view::npos && !base::IsBlank(text.substr(0, line_end)) &&
         SkipDecoration(text, line_end + 1) == at;
}

// What a mark is about: the rest of its line, or the next line that is not blank; of that, the first sentence.
absl::string_view Scope(absl::string_view rest) {
  size_t end = rest.find('\n');
  const auto says_nothing = [](absl::string_view line) {
    return std::none_of(line.begin(), line.end(), absl::ascii_isalnum);
  };
  while (end != absl::string_view::npos && says_nothing(rest.substr(0, end))) end = rest.find('\n', end + 1);
  rest = rest.substr(0, end);
  for (size_t at = 0; at + 1 < rest.size(); ++at) {
    if ((rest[at] == '.' || rest[at] == '!' || rest[at] == '?') && absl::ascii_isspace(rest[at + 1]) &&
        !says_nothing(rest.substr(0, at))) {
      return rest.substr(0, at);
    }
  }
  return rest;
}

absl::optional<double> NumberBehind(const Mark& mark, absl::string_view rest) {
  const absl::string_view scope = Scope(rest);
  const std::vector<FoundNumber> numbers = FindNumbers(scope);
  if (numbers.empty()) return absl::nullopt;
  const absl::string_view before = scope.substr(0, numbers[0].begin);
  if (mark.number_first && std::any_of(before.begin(), before.end(), absl::ascii_isalpha)) return absl::nullopt;
  const size_t equals = scope.rfind('=');
  for (const FoundNumber& number : numbers) {
    if (equals != absl::string_view::npos && number.begin > equals) return number.value;
  }
  return numbers[0].value;
}

}  // namespace

absl::optional<double> DefaultAnswer(absl::string_view text) {
  const std::string all = absl::AsciiStrToLower(text);
  const absl::string_view lower = WithoutRunOn(all);
  for (size_t at = 0; at < lower.size(); ++at) {
    for (const Mark& mark : kMarks) {
      if (!IsAt(mark, lower, at)) continue;
      const absl::optional<double> value = NumberBehind(mark, lower.substr(at + mark.text.size()));
      if (value.has_value()) return value;
    }
  }
  const std::vector<FoundNumber> numbers = FindNumbers(lower);
  if (numbers.empty()) return absl::nullopt;
  return numbers.back().value;
}

}  // namespace evaluation
