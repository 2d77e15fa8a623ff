#include "evaluation/extraction/run_on.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "evaluation/replies/run_on.h"

namespace evaluation {
namespace {

using ::absl::string_view;

constexpr string_view kTurns[] = {"q:", "question", "problem", "instruction", "exercise",
                                  "q1", "q2",       "q3",      "###question"};
constexpr string_view kReplies[] = {"a:", "answer", "solution", "assistant", "response", "ai:", "bot:"};

bool StartsWithAny(string_view text, const string_view* begin, const string_view* end) {
  return std::any_of(begin, end, [&](string_view prefix) { return absl::StartsWith(text, prefix); });
}

size_t SkipDecoration(string_view text, size_t at) {
  while (at < text.size() && absl::StrContains("*# \t>", text.substr(at, 1))) ++at;
  return at;
}

// "Question:", "Question 2:", "### Question" at the start of a line.
bool OpensTurn(string_view line) {
  if (!OpensUsersTurn(line) && !StartsWithAny(line, std::begin(kTurns), std::end(kTurns))) return false;
  size_t at = 0;
  while (at < line.size() && (absl::ascii_isalnum(line[at]) || line[at] == ' ') && at < 20) ++at;
  return at >= line.size() || line[at] == ':' || line[at] == '\n' || line[at] == '.' || line[at] == ')';
}

}  // namespace

size_t LengthWithoutRunOn(string_view plain) {
  const size_t first = SkipDecoration(plain, std::min(plain.size(), plain.find_first_not_of(" \t\n")));
  bool in_own_question = OpensTurn(plain.substr(first));
  bool number_before = false;
  for (size_t at = 0; at < plain.size(); ++at) {
    if (absl::ascii_isdigit(plain[at])) number_before = true;
    if ((plain[at] == '<' || plain[at] == '[') && number_before && IsControlToken(plain.substr(at))) return at;
    if (plain[at] != '\n') continue;
    const string_view line = plain.substr(SkipDecoration(plain, at + 1));
    if (in_own_question && StartsWithAny(line, std::begin(kReplies), std::end(kReplies))) {
      in_own_question = number_before = false;
    }
    if (!in_own_question && number_before && OpensTurn(line)) return at;
  }
  return plain.size();
}

}  // namespace evaluation
