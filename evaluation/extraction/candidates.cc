#include "evaluation/extraction/candidates.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "evaluation/numbers/plain_text.h"
#include "evaluation/numbers/word_set.h"

namespace evaluation {
namespace {

using ::absl::string_view;

// Between a word that weakens and its number.
constexpr auto kPassedOver =
    MakeWordSet({"the",     "these", "those", "all",    "about", "only",    "just", "his",   "her",
                 "their",   "its",   "my",    "our",    "your",  "another", "be",   "equal", "to",
                 "exactly", "some",  "over",  "simply", "first", "other",   "last", "next",  "either"});
// A number behind one of these tells of a part, a rate or a place in a row.
constexpr auto kWeakening =
    MakeWordSet({"from",   "at",     "for",   "in",    "per",      "by",      "with",      "after",  "on",
                 "out",    "of",     "than",  "every", "during",   "within",  "across",    "among",  "between",
                 "if",     "when",   "day",   "step",  "question", "problem", "part",      "number", "round",
                 "week",   "month",  "year",  "line",  "note",     "example", "case",      "page",   "chapter",
                 "method", "option", "grade", "room",  "exercise", "point",   "no",        "over",   "under",
                 "before", "until",  "each",  "or",    "por",      "twice",   "para",      "con",    "pour",
                 "avec",   "mit",    "aus",   "de",    "von",      "bei",     "f\xC3\xBCr"});
// "of" and "with" do not weaken behind these.
constexpr auto kWholes =
    MakeWordSet({"total",  "sum",    "average",   "cost",       "profit",   "price",  "remainder", "amount", "rest",
                 "value",  "length", "area",      "speed",      "distance", "weight", "age",       "score",  "balance",
                 "result", "mean",   "perimeter", "difference", "product",  "answer", "volume",    "loss"});
constexpr auto kLeft = MakeWordSet({"left", "up", "leaves", "remain", "remains", "her", "him", "them", "us", "ends"});
constexpr auto kDeterminers = MakeWordSet({"the", "her", "his", "their", "these", "those", "my", "our", "both", "all"});
// "to" and a verb behind another word tell of a purpose.
constexpr auto kBeforeTo = MakeWordSet(
    {"",         "need",    "needs", "needed", "has",    "have",    "had",   "able",   "going",     "wants",
     "want",     "wanted",  "ought", "used",   "plans",  "expects", "got",   "likely", "continues", "supposed",
     "required", "managed", "gets",  "able",   "starts", "able",    "hopes", "mean",   "meant"});
// Behind a comma, these tell what came of it: "she sells 9 eggs, earning $18". Others tell how: "selling 9 eggs".
constexpr auto kResulting = MakeWordSet(
    {"making",   "leaving",   "giving",    "totaling",  "totalling", "resulting", "bringing",  "yielding", "getting",
     "equaling", "equalling", "being",     "earning",   "costing",   "coming",    "netting",   "reaching", "amounting",
     "meaning",  "producing", "saving",    "ending",    "having",    "needing",   "remaining", "summing",  "adding",
     "taking",   "finding",   "obtaining", "averaging", "owing",     "paying"});
// Between two numbers, words that calculate with them.
constexpr auto kOperators = MakeWordSet({"times", "plus", "minus", "x"});
constexpr auto kComparatives = MakeWordSet({"more", "less", "fewer", "greater", "smaller", "larger"});
// Before a number, words that calculate with it.
constexpr auto kMultiples = MakeWordSet({"twice", "double", "triple", "thrice"});
constexpr auto kFoldings = MakeWordSet({"sum", "product", "difference", "quotient"});
constexpr size_t kMaxJoint = 40;  // bytes between two numbers that an operator joins

bool IsDenied(string_view before) {
  bool compared = false;  // "rather than 12" and "instead of 12" deny it, "or rather 12" does not
  for (int words = 0; words < 4; ++words) {
    const string_view word = TakeLastWord(&before);
    if (word == "not" || word == "cannot" || absl::EndsWith(word, "n't")) return true;
    if (word == "instead" || word == "rather") return compared;
    if (word == "of" || word == "than") {
      compared = true;
    } else if (!kPassedOver.Has(word)) {
      return false;
    }
  }
  return false;
}

bool IsWeakened(string_view before, const FoundNumber& number, string_view behind) {
  if (number.is_ordinal) return true;
  string_view near = behind.substr(0, 28);
  near = near.substr(0, near.find_first_of(",.;="));
  if (near.size() > 4 && absl::StrContains(near, " than")) return true;
  if (absl::StartsWith(near, "% sure") || absl::StartsWith(near, "% certain") || absl::StartsWith(near, "% conf"))
    return true;
  string_view word = TakeLastWord(&before);
  if (word.empty() && (absl::EndsWith(before, "#") || absl::EndsWith(before, "/"))) return true;  // "#3", "hours / 120"
  for (int words = 0; words < 2 && kPassedOver.Has(word); ++words) {
    if (kDeterminers.Has(word)) return true;
    word = TakeLastWord(&before);
  }
  if (kDeterminers.Has(word)) return true;
  const string_view earlier = TakeLastWord(&before);
  // "15 hours to clean 45 rooms", but not "she has to clean 45 rooms".
  if (earlier == "to" && !SaysNothing(word)) return !kBeforeTo.Has(TakeLastWord(&before));
  // "after spending $2".
  if (absl::EndsWith(word, "ing") && kWeakening.Has(earlier)) return true;
  // ", selling 9 eggs".
  if (absl::EndsWith(word, "ing") && earlier.empty() && absl::EndsWith(before, ",") && !kResulting.Has(word)) {
    return true;
  }
  if (earlier == "having" && absl::EndsWith(before, ", ")) return true;  // ", having sold 9 eggs"
  if (!kWeakening.Has(word)) return false;
  if (word == "of") return !kWholes.Has(earlier);
  if (word == "with") return !kLeft.Has(earlier);
  if (word == "for" && number.is_money) return absl::StrContains(near, " each") || absl::StrContains(near, " per ");
  return true;
}

// "for 2 tubs and": what follows shares the fate of the number before.
bool GoesOn(string_view before) { return TakeLastWord(&before) == "and"; }

string_view WithoutSpacesBehind(string_view text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == kNarrowSpace)) text.remove_suffix(1);
  return text;
}

// Whether only a unit stands there: no mark behind which something else begins.
bool IsUnit(string_view text) { return text.find_first_of(",.;:!?=\n+*\"") == string_view::npos; }

bool IsPart(const FoundNumber& number, string_view behind) {
  const double size = std::abs(number.value);
  return absl::StartsWith(behind, "%") || absl::StartsWith(behind, " %") || absl::StartsWith(behind, " percent") ||
         (behind.empty() && size > 0 && size < 1);
}

// How the first number is joined to the second. O(kMaxJoint).
Joint JointOf(string_view text, const FoundNumber& first, const FoundNumber& second) {
  if (second.begin < first.end || second.begin - first.end > kMaxJoint) return Joint::kNone;
  string_view between = text.substr(first.end, second.begin - first.end);
  if (between == "(" || between == " (") {
    // "2(9)", "2 (4 + 5)"
    const string_view behind = text.substr(second.end, 2);
    const bool closes = between == "(" && absl::StartsWith(behind, ")");
    return closes || behind.find_first_of("+*") != string_view::npos ? Joint::kOperator : Joint::kNone;
  }
  if (between == "-") return Joint::kHyphen;
  while (!between.empty() &&
         (absl::StrContains(" ({[$\x06\x04", between.substr(between.size() - 1)) || between.back() == kNarrowSpace)) {
    between.remove_suffix(1);
  }
  if (between.empty()) return Joint::kNone;
  const char last = between.back();
  if (absl::StrContains("*+/^-", string_view(&last, 1))) {
    between.remove_suffix(1);
    // A dash that is spoken on both sides, or part of a longer one, may also be one of thought.
    if (last == '-' && (!absl::EndsWith(between, " ") || !absl::StartsWith(text.substr(second.begin - 1), " "))) {
      return Joint::kNone;
    }
    return IsUnit(between) ? Joint::kOperator : Joint::kNone;
  }
  string_view rest = between;
  string_view word = TakeLastWord(&rest);
  if (kOperators.Has(word)) return IsUnit(rest) ? Joint::kOperator : Joint::kNone;
  if (word == "by") {
    const string_view done = TakeLastWord(&rest);
    return done == "divided" || done == "multiplied" ? Joint::kOperator : Joint::kNone;
  }
  if (word == "and") {
    string_view before = text.substr(0, first.begin);
    const string_view of = TakeLastWord(&before);
    return (of == "of" || of == "between") && IsUnit(rest) && kFoldings.Has(TakeLastWord(&before)) ? Joint::kOperator
                                                                                                   : Joint::kNone;
  }
  if (kDeterminers.Has(word)) word = TakeLastWord(&rest);
  rest = WithoutSpacesBehind(rest);
  if (word == "of") return IsPart(first, rest) && IsUnit(rest) ? Joint::kOperator : Joint::kNone;
  if (word == "than") return kComparatives.Has(TakeLastWord(&rest)) && IsUnit(rest) ? Joint::kOperator : Joint::kNone;
  return Joint::kNone;
}

// Whether a word or sign before a number calculates with it: "twice 9", "\sqrt{324}".
bool IsCalculatedWith(string_view before) {
  if (absl::StrContains(before, "\x04")) return true;
  before = WithoutSpacesBehind(before);
  if (before.empty()) return false;
  if (absl::StrContains("+*/^", before.substr(before.size() - 1))) return true;
  const string_view word = TakeLastWord(&before);
  return kMultiples.Has(word) || kOperators.Has(word);
}

// "3x", "3 x": a letter that stands for a number, and no unit.
bool IsCoefficient(string_view behind) {
  behind = absl::StripPrefix(behind, " ");
  return !behind.empty() && absl::ascii_isalpha(behind[0]) && !absl::StrContains("acghklms", behind.substr(0, 1)) &&
         (behind.size() == 1 || !IsWordByte(behind[1]));
}

}  // namespace

Candidates CandidatesIn(const Solution& solution, const Stretch& stretch) {
  const string_view text = solution.plain.text;
  const std::vector<size_t>& bold = solution.plain.bold;
  auto number = std::lower_bound(solution.numbers.begin(), solution.numbers.end(), stretch.begin,
                                 [](const FoundNumber& n, size_t place) { return n.begin < place; });
  auto emphasis = std::lower_bound(bold.begin(), bold.end(), stretch.begin);
  Candidates found;
  int depth = 0;
  size_t open_equals = string_view::npos;
  bool joined_to_weak = false;  // "for 2 tubs and 4 packets"
  Joint joint_before = Joint::kNone;
  for (size_t at = stretch.begin; at < stretch.end; ++at) {
    if (number == solution.numbers.end() || number->end > stretch.end) break;
    if (number->begin == at) {
      const string_view before = text.substr(stretch.begin, at - stretch.begin), behind = text.substr(number->end);
      while (emphasis != bold.end() && *emphasis <= at) ++emphasis;
      const auto next = std::next(number);
      const Joint joint =
          next == solution.numbers.end() || next->end > stretch.end ? Joint::kNone : JointOf(text, *number, *next);
      const bool operand = joint == Joint::kOperator || joint_before == Joint::kOperator;
      const bool weak = IsWeakened(before, *number, behind) || (joined_to_weak && GoesOn(before));
      const bool one = number->in_words && number->value == 1;
      const CandidateLevel level = IsDenied(text.substr(0, at))                         ? kDenied
                                   : absl::EndsWith(before, absl::string_view("\x04{")) ? kDenied
                                   : number->in_words && (weak || one)                  ? kWeakWord
                                   : depth > 0                                          ? kBracketed
                                   : weak                                               ? kWeakened
                                   : number->in_words                                   ? kInWords
                                   : operand                                            ? kOperand
                                                                                        : kPlain;
      found.numbers.push_back({&*number, level, (emphasis - bold.begin()) % 2 == 1, operand, joint});
      if (depth == 0 && open_equals != string_view::npos) {
        found.equals.push_back(open_equals);
        open_equals = string_view::npos;
      }
      joined_to_weak = weak;
      joint_before = joint;
      at = std::max(at, number->end - 1);
      ++number;
      continue;
    }
    if (text[at] == '(') ++depth;
    if (text[at] == ')') depth = std::max(0, depth - 1);
    if (text[at] == '=' && depth == 0) open_equals = at;
  }
  return found;
}

Expression ExpressionAt(const Solution& solution, const Candidates& candidates, size_t first, size_t begin) {
  const std::vector<Candidate>& numbers = candidates.numbers;
  if (first >= numbers.size()) return {first, first};
  const string_view text = solution.plain.text;
  const size_t place = numbers[first].number->begin;
  size_t end = first;
  while (numbers[end].joint != Joint::kNone) ++end;
  const bool calculated = place > begin && IsCalculatedWith(text.substr(begin, std::min(place - begin, kMaxJoint)));
  return {first, end > first || calculated ? end + 1 : first};
}

bool IsPlainSide(const Solution& solution, const Candidates& candidates, size_t index, size_t equals) {
  const string_view text = solution.plain.text;
  const Candidate& candidate = candidates.numbers[index];
  if (candidate.level != kPlain && candidate.level != kInWords) return false;
  if (index > 0 && candidates.numbers[index - 1].joint != Joint::kNone) return false;
  const size_t end = candidate.number->end;
  if (equals < end || equals - end > kMaxJoint) return false;
  const string_view between = text.substr(end, equals - end);
  if (between.find_first_of(".;:!?\n+*/()^") != string_view::npos || IsCoefficient(between)) return false;
  const size_t near = candidate.number->begin - std::min(candidate.number->begin, kMaxJoint);
  string_view before = WithoutSpacesBehind(text.substr(near, candidate.number->begin - near));
  if (IsCalculatedWith(before)) return false;
  // "x - 3 = 9 * 2", but not the dash of a list.
  return !absl::ConsumeSuffix(&before, "-") || WithoutSpacesBehind(before).empty() || absl::EndsWith(before, "\n");
}

}  // namespace evaluation
