#include "evaluation/extraction/statement.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "evaluation/extraction/candidates.h"

namespace evaluation {
namespace {

using ::absl::string_view;

constexpr string_view kReasons[] = {" because", " since ", ", as ", ", where ", " given that"};
constexpr string_view kRestatements[] = {"i.e.", "i.e,", "that is, ", "that is to say", "namely", "in other words"};

// Between a calculation and what it comes to: "75% of 24, which is 18".
constexpr string_view kResults[] = {"which ",   "that ", " or ", " so ",  "i.e",    ", making",
                                    ", giving", " is ",  ":",    "equal", "namely", " total"};

// Whether a new clause begins there.
bool HasBreak(string_view text) {
  return absl::StrContains(text, ", ") || absl::StrContains(text, ";") || absl::StrContains(text, " so ") ||
         absl::StrContains(text, " and ");
}

Statement StatementOf(const Candidate& candidate) {
  return {candidate.number->value, candidate.level >= kWeakened || candidate.is_operand};
}

absl::optional<Statement> Choose(const std::vector<Candidate>& candidates, Which which) {
  for (int level = kPlain; level < kDenied; ++level) {
    const Candidate* chosen = nullptr;
    for (const Candidate& candidate : candidates) {
      if (candidate.level != level) continue;
      if (which == Which::kFirst && chosen != nullptr) continue;
      if (which == Which::kLast && chosen != nullptr && chosen->is_bold && !candidate.is_bold) continue;
      chosen = &candidate;
    }
    if (chosen != nullptr) return StatementOf(*chosen);
  }
  return absl::nullopt;
}

// What a calculation comes to, where that is said behind it.
absl::optional<Statement> ResultBehind(string_view text, const Candidates& found, const Expression& expression) {
  const size_t begin = found.numbers[expression.end - 1].number->end;
  for (size_t i = expression.end; i < found.numbers.size(); ++i) {
    const Candidate& candidate = found.numbers[i];
    const string_view between = text.substr(begin, candidate.number->begin - begin);
    // "or" weakens a number elsewhere.
    const bool is_other_name = candidate.level == kWeakened && absl::EndsWith(between, " or ");
    if (candidate.level != kPlain && !is_other_name) continue;
    if (std::none_of(std::begin(kResults), std::end(kResults),
                     [&](string_view word) { return absl::StrContains(between, word); })) {
      return absl::nullopt;
    }
    return Statement{candidate.number->value, false};
  }
  return absl::nullopt;
}

// The last side of an equation that is a number alone, before the last '='.
const Candidate* PlainSide(const Solution& solution, const Candidates& found, size_t first) {
  for (size_t side = found.equals.size(); side > 0; --side) {
    const size_t equals = found.equals[side - 1];
    while (first > 0 && found.numbers[first - 1].number->begin > equals) --first;
    if (first == 0) return nullptr;
    if (IsPlainSide(solution, found, first - 1, equals)) return &found.numbers[first - 1];
  }
  return nullptr;
}

// The stretch up to a reason that follows a number, and from a restatement on that a number follows; `restated`
// gets the place of that one's words, else the beginning of the stretch.
Stretch WithoutReasons(const Solution& solution, Stretch stretch, size_t* restated) {
  *restated = stretch.begin;
  const string_view text = string_view(solution.plain.text).substr(0, stretch.end);
  const auto has_number = [&](size_t begin, size_t end) {
    const auto number = std::lower_bound(solution.numbers.begin(), solution.numbers.end(), begin,
                                         [](const FoundNumber& n, size_t place) { return n.begin < place; });
    return number != solution.numbers.end() && number->end <= end;
  };
  for (const string_view restatement : kRestatements) {
    const size_t at = text.substr(stretch.begin).rfind(restatement);
    if (at == string_view::npos) continue;
    const size_t begin = stretch.begin + at;
    const string_view before = text.substr(stretch.begin, at);
    const bool bracketed =
        std::count(before.begin(), before.end(), '(') > std::count(before.begin(), before.end(), ')');
    if (bracketed || !has_number(begin, stretch.end)) continue;
    *restated = begin;
    stretch.begin = begin + restatement.size();
  }
  for (const string_view reason : kReasons) {
    const size_t at = text.substr(0, stretch.end).find(reason, stretch.begin);
    if (at < stretch.end && has_number(stretch.begin, at)) stretch.end = at;
  }
  return stretch;
}

// No statement of people has more numbers: where the last of them begin, before `end`.
size_t BeginOfLastNumbers(const Solution& solution, size_t end) {
  constexpr size_t kMost = 500;
  const auto behind = std::lower_bound(solution.numbers.begin(), solution.numbers.end(), end,
                                       [](const FoundNumber& n, size_t place) { return n.begin < place; });
  const size_t count = behind - solution.numbers.begin();
  return count <= kMost ? 0 : solution.numbers[count - kMost].begin;
}

// The number of a stretch without reasons and restatements.
absl::optional<Statement> NumberOf(const Solution& solution, const Stretch& stretch, Which which) {
  const string_view text = solution.plain.text;
  Candidates found = CandidatesIn(solution, stretch);
  std::vector<Candidate>& candidates = found.numbers;
  if (candidates.empty()) return absl::nullopt;
  if (which == Which::kFirst) {
    // A number in words counts as much as one in digits where it comes at once.
    const string_view before = text.substr(stretch.begin, candidates[0].number->begin - stretch.begin);
    if ((candidates[0].level == kInWords || candidates[0].level == kWeakWord) && SaysNothing(before)) {
      candidates[0].level = kPlain;
    }
  }
  size_t begin = stretch.begin, first = 0;
  if (!found.equals.empty()) {
    begin = found.equals.back() + 1;
    while (candidates[first].number->begin < begin) ++first;
  }
  const Expression expression = ExpressionAt(solution, found, first, begin);
  const bool calculates = expression.first < expression.end;
  if (found.equals.empty()) {
    if (which == Which::kFirst && calculates) {
      if (const auto result = ResultBehind(text, found, expression)) return result;
    }
    return Choose(candidates, which);
  }
  // What stands directly behind '=' is a result, whatever word it follows; another number of its clause is not. Of a
  // calculation the result stands before.
  const Candidate* side = calculates ? PlainSide(solution, found, first) : nullptr;
  Candidate result = side != nullptr ? *side : candidates[first];
  if (side != nullptr) result.level = kPlain;
  const size_t rest = side != nullptr ? expression.end : first + 1;
  const size_t result_end = candidates[rest - 1].number->end;
  std::vector<Candidate> behind = {result};
  behind.insert(behind.end(), candidates.begin() + rest, candidates.end());
  if (result.level != kDenied) {
    const size_t last = behind.size() == 1 ? result_end : behind.back().number->begin;
    const bool has_more =
        which == Which::kLast && last > result_end && HasBreak(text.substr(result_end, last - result_end));
    if (!has_more) {
      if (calculates && side == nullptr) {
        if (const auto stated = ResultBehind(text, found, expression)) return stated;
        return Statement{result.number->value, true};
      }
      return Statement{result.number->value, false};
    }
  }
  return Choose(behind, which);
}

}  // namespace

absl::optional<Statement> StatedNumber(const Solution& solution, const Stretch& stretch, Which which) {
  size_t restated;
  Stretch shorter = WithoutReasons(solution, stretch, &restated);
  const size_t least = which == Which::kLast ? BeginOfLastNumbers(solution, shorter.end) : 0;
  shorter.begin = std::max(shorter.begin, least);
  const absl::optional<Statement> stated = NumberOf(solution, shorter, which);
  // "18, i.e. 9 * 2".
  if (restated <= stretch.begin || (stated.has_value() && !stated->is_weak)) return stated;
  const absl::optional<Statement> before = NumberOf(solution, {std::max(stretch.begin, least), restated}, which);
  return before.has_value() ? before : stated;
}

}  // namespace evaluation
