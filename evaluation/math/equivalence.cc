#include "evaluation/math/equivalence.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "evaluation/math/expression.h"
#include "evaluation/math/latex/latex.h"
#include "evaluation/math/spelling.h"
#include "evaluation/math/units.h"
#include "evaluation/replies/thinking.h"

namespace evaluation {
namespace {

using ::absl::string_view;

constexpr size_t kMaxLength = 10000;
constexpr string_view kCues[] = {"####", "answer is", "answer:"};

}  // namespace

const char* EquivalenceName(const Equivalence& equivalence) {
  if (equivalence.as_text) return equivalence.equal ? "equal as text" : "unequal as text";
  return equivalence.equal ? "equal" : "unequal";
}

Equivalence Equivalent(string_view a, string_view b) {
  if (std::max(a.size(), b.size()) > kMaxLength) return {a == b, true};
  std::vector<LatexToken> of_a = ReadLatex(a), of_b = ReadLatex(b);
  const absl::optional<MathReading> left = ReadMath(of_a), right = ReadMath(of_b);
  if (!left.has_value() || !right.has_value()) {
    return {SameSpelling(SpellingOf(std::move(of_a)), SpellingOf(std::move(of_b))), true};
  }
  // Names and units are texts: "x = 5" and "y = 5" may be meant alike.
  const bool is_like = NamesAgree(left->name, right->name) && UnitsAgree(left->units, right->units);
  const bool is_equal = left->value == right->value;
  return {is_equal && is_like, is_equal && !is_like};
}

absl::optional<std::string> MathAnswer(string_view response) {
  const std::string said = WithoutThinking(response).text;
  if (absl::optional<std::string> boxed = LastBoxed(said)) return boxed;
  const std::string lower = absl::AsciiStrToLower(said);
  size_t begin = 0;
  for (const string_view cue : kCues) {
    const size_t at = string_view(lower).rfind(cue);
    if (at != std::string::npos) begin = std::max(begin, at + cue.size());
  }
  if (begin == 0) return absl::nullopt;
  const string_view rest = string_view(said).substr(begin);
  string_view answer = rest.substr(0, rest.find('\n'));
  while (!answer.empty() && (answer[0] == ':' || answer[0] == '*' || absl::ascii_isspace(answer[0])))
    answer.remove_prefix(1);
  while (!answer.empty() && (answer.back() == '*' || absl::ascii_isspace(answer.back()))) answer.remove_suffix(1);
  if (answer.empty()) return absl::nullopt;
  return std::string(answer);
}

}  // namespace evaluation
