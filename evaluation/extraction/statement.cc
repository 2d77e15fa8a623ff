#include "evaluation/extraction/statement.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"

namespace evaluation {
namespace {

using ::absl::string_view;

constexpr string_view kSoftWords[] = {"about",     "approximately",
                                      "around",    "roughly",
                                      "exactly",   "only",
                                      "just",      "x",
                                      "n",         "y",
                                      "the",       "a",
                                      "an",        "total",
                                      "of",        "so",
                                      "it",        "is",
                                      "therefore", "thus",
                                      "hence",     "nearly",
                                      "almost",    "equal",
                                      "to",        "be",
                                      "answer",    "usd",
                                      "rs",        "us",
                                      "eur",       "inr",
                                      "minus",     "final",
                                      "now",       "simply"};
// Between a word that weakens and its number.
constexpr string_view kPassedOver[] = {"the",     "these", "those", "all",  "about",   "only",  "just",
                                       "his",     "her",   "their", "its",  "my",      "our",   "your",
                                       "another", "be",    "equal", "to",   "exactly", "some",  "over",
                                       "simply",  "first", "other", "last", "next",    "either"};
// A number behind one of these tells of a part, a rate or a place in a row.
constexpr string_view kWeakening[] = {
    "from",     "at",    "for",      "in",      "per",    "by",      "with",   "after",   "on",    "out",
    "of",       "than",  "every",    "during",  "within", "across",  "among",  "between", "if",    "when",
    "day",      "step",  "question", "problem", "part",   "number",  "round",  "week",    "month", "year",
    "line",     "note",  "example",  "case",    "page",   "chapter", "method", "option",  "grade", "room",
    "exercise", "point", "no",       "over",    "under",  "before",  "until",  "each",    "or",    "por",
    "para",     "con",   "pour",     "avec",    "mit",    "aus",     "de",     "von",     "bei",   "f\xC3\xBCr"};
// "of" and "with" do not weaken behind these.
constexpr string_view kWholes[] = {"total",      "sum",     "average", "cost",    "profit", "price", "remainder",
                                   "amount",     "rest",    "value",   "length",  "area",   "speed", "distance",
                                   "weight",     "age",     "score",   "balance", "result", "mean",  "perimeter",
                                   "difference", "product", "answer",  "volume",  "loss"};
constexpr string_view kLeft[] = {"left", "up", "leaves", "remain", "remains", "her", "him", "them", "us", "ends"};
constexpr string_view kDeterminers[] = {"the", "her", "his", "their", "these", "those", "my", "our", "both", "all"};
// "to" and a verb behind another word tell of a purpose.
constexpr string_view kBeforeTo[] = {"",        "need",    "needs", "needed", "has",       "have",     "had",
                                     "able",    "going",   "wants", "want",   "wanted",    "ought",    "used",
                                     "plans",   "expects", "got",   "likely", "continues", "supposed", "required",
                                     "managed", "gets",    "able",  "starts", "able",      "hopes"};
constexpr string_view kReasons[] = {" because", " since ", ", as ", ", where ", " given that"};
constexpr string_view kRestatements[] = {"i.e.", "i.e,", "that is, ", "namely", "in other words"};

template <typename Texts>
bool IsAnyOf(string_view text, const Texts& texts) {
  return std::find(std::begin(texts), std::end(texts), text) != std::end(texts);
}

// What tells how likely a number is the one that a statement is about; less is likelier.
enum { kPlain, kInWords, kWeakened, kBracketed, kWeakWord, kDenied };

bool IsDenied(string_view before) {
  for (int words = 0; words < 4; ++words) {
    const string_view word = TakeLastWord(&before);
    if (word == "not" || word == "cannot" || absl::EndsWith(word, "n't") || word == "instead" || word == "rather")
      return true;
    if (word == "of" || word == "than" || IsAnyOf(word, kPassedOver)) continue;
    return false;
  }
  return false;
}

bool IsWeakened(string_view before, const FoundNumber& number, string_view behind) {
  if (number.is_ordinal) return true;
  string_view near = behind.substr(0, 28);
  near = near.substr(0, near.find_first_of(",.;"));
  if (near.size() > 4 && absl::StrContains(near, " than")) return true;
  if (absl::StartsWith(near, "% sure") || absl::StartsWith(near, "% certain") || absl::StartsWith(near, "% conf"))
    return true;
  string_view word = TakeLastWord(&before);
  if (word.empty() && (absl::EndsWith(before, "#") || absl::EndsWith(before, "/"))) return true;  // "#3", "hours / 120"
  for (int words = 0; words < 2 && IsAnyOf(word, kPassedOver); ++words) {
    if (IsAnyOf(word, kDeterminers)) return true;
    word = TakeLastWord(&before);
  }
  if (IsAnyOf(word, kDeterminers)) return true;
  const string_view earlier = TakeLastWord(&before);
  // "15 hours to clean 45 rooms", but not "she has to clean 45 rooms".
  if (earlier == "to" && !IsAnyOf(word, kSoftWords)) return !IsAnyOf(TakeLastWord(&before), kBeforeTo);
  // "after spending $2".
  if (absl::EndsWith(word, "ing") && IsAnyOf(earlier, kWeakening)) return true;
  if (!IsAnyOf(word, kWeakening)) return false;
  if (word == "of") return !IsAnyOf(earlier, kWholes);
  if (word == "with") return !IsAnyOf(earlier, kLeft);
  if (word == "for" && number.is_money) return absl::StrContains(near, " each") || absl::StrContains(near, " per ");
  return true;
}

// "for 2 tubs and": what follows shares the fate of the number before.
bool GoesOn(string_view before) { return TakeLastWord(&before) == "and"; }

// Whether a new clause begins there.
bool HasBreak(string_view text) {
  return absl::StrContains(text, ", ") || absl::StrContains(text, ";") || absl::StrContains(text, " so ") ||
         absl::StrContains(text, " and ");
}

struct Candidate {
  const FoundNumber* number;
  int level;
  bool is_bold;
};

// The numbers of a stretch with their levels; `equals`: behind its last '=' outside of brackets that a number follows.
std::vector<Candidate> CandidatesIn(const Solution& solution, const Stretch& stretch, size_t* equals) {
  const string_view text = solution.plain.text;
  const std::vector<size_t>& bold = solution.plain.bold;
  auto number = std::lower_bound(solution.numbers.begin(), solution.numbers.end(), stretch.begin,
                                 [](const FoundNumber& n, size_t place) { return n.begin < place; });
  auto emphasis = std::lower_bound(bold.begin(), bold.end(), stretch.begin);
  std::vector<Candidate> candidates;
  int depth = 0;
  size_t open_equals = stretch.begin;
  bool joined_to_weak = false;  // "for 2 tubs and 4 packets"
  *equals = stretch.begin;
  for (size_t at = stretch.begin; at < stretch.end; ++at) {
    if (number == solution.numbers.end() || number->end > stretch.end) break;
    if (number->begin == at) {
      const string_view before = text.substr(stretch.begin, at - stretch.begin), behind = text.substr(number->end);
      while (emphasis != bold.end() && *emphasis <= at) ++emphasis;
      const bool weak = IsWeakened(before, *number, behind) || (joined_to_weak && GoesOn(before));
      const bool one = number->in_words && number->value == 1;
      const int level = IsDenied(text.substr(0, at))                         ? kDenied
                        : absl::EndsWith(before, absl::string_view("\x04{")) ? kDenied
                        : number->in_words && (weak || one)                  ? kWeakWord
                        : depth > 0                                          ? kBracketed
                        : weak                                               ? kWeakened
                        : number->in_words                                   ? kInWords
                                                                             : kPlain;
      candidates.push_back({&*number, level, (emphasis - bold.begin()) % 2 == 1});
      if (depth == 0) *equals = open_equals;
      joined_to_weak = weak;
      at = std::max(at, number->end - 1);
      ++number;
      continue;
    }
    if (text[at] == '(') ++depth;
    if (text[at] == ')') depth = std::max(0, depth - 1);
    if (text[at] == '=' && depth == 0) open_equals = at;
  }
  return candidates;
}

absl::optional<double> Choose(const std::vector<Candidate>& candidates, Which which) {
  for (int level = kPlain; level < kDenied; ++level) {
    const Candidate* chosen = nullptr;
    for (const Candidate& candidate : candidates) {
      if (candidate.level != level) continue;
      if (which == Which::kFirst && chosen != nullptr) continue;
      if (which == Which::kLast && chosen != nullptr && chosen->is_bold && !candidate.is_bold) continue;
      chosen = &candidate;
    }
    if (chosen != nullptr) return chosen->number->value;
  }
  return absl::nullopt;
}

// The stretch up to a reason that follows a number, and from a restatement on that a number follows.
Stretch WithoutReasons(const Solution& solution, Stretch stretch) {
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
    if (!bracketed && has_number(begin, stretch.end)) stretch.begin = begin + restatement.size();
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

}  // namespace

bool SaysNothing(string_view text) {
  for (size_t at = 0; at < text.size();) {
    if (absl::ascii_isdigit(text[at])) return false;
    if (!IsWordByte(text[at])) {
      ++at;
      continue;
    }
    size_t end = at;
    while (end < text.size() && IsWordByte(text[end])) ++end;
    if (!IsAnyOf(text.substr(at, end - at), kSoftWords)) return false;
    at = end;
  }
  return true;
}

absl::optional<double> StatedNumber(const Solution& solution, const Stretch& stretch, Which which) {
  Stretch shorter = WithoutReasons(solution, stretch);
  if (which == Which::kLast) shorter.begin = std::max(shorter.begin, BeginOfLastNumbers(solution, shorter.end));
  size_t equals;
  std::vector<Candidate> candidates = CandidatesIn(solution, shorter, &equals);
  const string_view text = solution.plain.text;
  if (which == Which::kFirst) {
    // A number in words counts as much as one in digits where it comes at once.
    for (Candidate& candidate : candidates) {
      const string_view before = text.substr(shorter.begin, candidate.number->begin - shorter.begin);
      if (candidate.level == kInWords || candidate.level == kWeakWord) {
        if (candidate.number == candidates[0].number && SaysNothing(before)) candidate.level = kPlain;
      }
    }
  }
  if (equals > shorter.begin || (equals < text.size() && text[equals] == '=')) {
    std::vector<Candidate> behind;
    for (const Candidate& candidate : candidates) {
      if (candidate.number->begin >= equals) behind.push_back(candidate);
    }
    // What stands directly behind '=' is a result, whatever word it follows; another number of its clause is not.
    if (!behind.empty() && behind[0].level != kDenied) {
      const size_t result_end = behind[0].number->end;
      const bool has_more = which == Which::kLast &&
                            HasBreak(text.substr(result_end, behind.back().number->begin -
                                                                 std::min(result_end, behind.back().number->begin)));
      if (!has_more) return behind[0].number->value;
    }
    candidates = std::move(behind);
  }
  return Choose(candidates, which);
}

}  // namespace evaluation
