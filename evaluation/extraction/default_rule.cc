#include "evaluation/extraction/default_rule.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "evaluation/extraction/cues.h"
#include "evaluation/extraction/run_on.h"
#include "evaluation/extraction/statement.h"
#include "evaluation/numbers/plain_text.h"
#include "evaluation/replies/thinking.h"

namespace evaluation {
namespace {

using ::absl::string_view;
using Answer = absl::optional<Statement>;

// Words with which a remark begins that is not about the answer.
constexpr string_view kRemarks[] = {"note",      "this assumes", "assuming", "(assuming",    "let me know", "i hope",
                                    "feel free", "if you",       "check:",   "verification", "(note",       "hope this",
                                    "please",    "see ",         "source",   "explanation",  "p.s"};
// Behind one of these words or marks, more was to come: of a calculation, or of a sentence.
constexpr string_view kUnfinishedSums[] = {"by", "and", "plus", "minus", "=", "+", "*", "/", "-"};
constexpr string_view kUnfinishedWords[] = {"with", "is", "of", "the", "to", "from", "a", "an", "are", "that", "which"};

// Words with which a further step of a solution begins.
constexpr string_view kSteps[] = {"then", "next", "now", "after", "finally", "second", "third", "so", "thus", "to get"};

class Reader {
 public:
  explicit Reader(const Solution& solution)
      : solution_(solution), text_(solution.plain.text), cues_(FindCues(solution)) {
    if (solution_.numbers.empty()) return;
    const size_t equals = text_.substr(0, solution_.numbers.back().begin).rfind('=');
    if (equals != string_view::npos) last_equals_ = equals;
  }

  Answer Read() {
    // What stands before a correction does not count, if the correction comes to a number of its own; one that is only
    // about the number before ("Actually, that is 2 more than 16") is passed over.
    constexpr int kMostRemarks = 8;  // so that the time stays linear
    size_t to = text_.size();
    Answer remark;
    int remarks = 0;
    for (auto at = cues_.corrections.rbegin(); at != cues_.corrections.rend() && remarks < kMostRemarks; ++at) {
      if (FirstNumber({*at, to}) >= to) continue;
      const Answer corrected = ReadFrom(*at, to);
      if (!corrected.has_value()) break;
      if (!corrected->is_weak) return corrected;
      if (!remark.has_value()) remark = corrected;
      to = *at;
      ++remarks;
    }
    const Answer answer = ReadFrom(0, to);
    return answer.has_value() ? answer : remark;
  }

 private:
  // Of bytes from to to - 1.
  Answer ReadFrom(size_t from, size_t to) const {
    for (const CueRank rank : {CueRank::kHashes, CueRank::kBox, CueRank::kFinal, CueRank::kAnswer}) {
      for (auto cue = cues_.cues.rbegin(); cue != cues_.cues.rend() && cue->begin >= from; ++cue) {
        if (cue->rank != rank || cue->scope.begin >= to) continue;
        Cue within = *cue;
        within.scope.end = std::min(to, cue->scope.end);
        const Answer answer = NumberBehind(within);
        if (answer.has_value()) return answer;
      }
    }
    return LastStatement(from, to);
  }

  // Where the first number of a stretch begins; its end, where there is none.
  size_t FirstNumber(const Stretch& stretch) const {
    const auto number = std::lower_bound(solution_.numbers.begin(), solution_.numbers.end(), stretch.begin,
                                         [](const FoundNumber& n, size_t place) { return n.begin < place; });
    return number == solution_.numbers.end() ? stretch.end : std::min(stretch.end, number->begin);
  }

  static bool HasWithin(const std::vector<size_t>& places, const Stretch& stretch) {
    const auto at = std::lower_bound(places.begin(), places.end(), stretch.begin);
    return at != places.end() && *at < stretch.end;
  }

  Answer NumberBehind(const Cue& cue) const {
    const Stretch& scope = cue.scope;
    const size_t number = FirstNumber(scope);
    if (number >= scope.end || HasWithin(cues_.refusals, {cue.begin, scope.end})) return absl::nullopt;
    const string_view before = text_.substr(scope.begin, number - scope.begin);
    const bool number_first = SaysNothing(before);
    if (cue.rank == CueRank::kBox) return StatedNumber(solution_, scope, Which::kFirst);
    if (cue.rank == CueRank::kHashes) {
      return number_first || IsEquation(scope, number) ? StatedNumber(solution_, scope, Which::kFirst) : absl::nullopt;
    }
    const string_view scope_text = text_.substr(scope.begin, scope.end - scope.begin);
    const bool equation = absl::StrContains(scope_text, "=");
    if (cue.is_participle && !equation) return StatedNumber(solution_, scope, Which::kLast);
    // A heading above a solution of several steps gives no number itself.
    const bool is_sentence = !number_first || equation || HasTwoNumbers(scope);
    if (cue.is_heading && is_sentence && StepsFollow(scope.end)) return absl::nullopt;
    return StatedNumber(solution_, scope, number_first ? Which::kFirst : Which::kLast);
  }

  bool HasTwoNumbers(const Stretch& stretch) const {
    const size_t first = FirstNumber(stretch);
    return first < stretch.end && FirstNumber({first + 1, stretch.end}) < stretch.end;
  }

  // "#### x + y = 18": no words before the sign.
  bool IsEquation(const Stretch& scope, size_t number) const {
    const string_view before = text_.substr(scope.begin, number - scope.begin);
    return absl::StrContains(before, "=") && !absl::StrContains(before, ":") && before.size() < 40;
  }

  // Whether an equation or a conclusion with a number stands behind.
  bool StepsFollow(size_t begin) const {
    if (solution_.numbers.empty()) return false;
    const size_t last = solution_.numbers.back().begin;
    return last >= begin && (last_equals_ >= begin || HasWithin(cues_.conclusions, {begin, last}));
  }

  bool IsRemark(size_t sentence) const {
    const Stretch& stretch = solution_.sentences[sentence];
    size_t at = stretch.begin;
    while (at < stretch.end && !absl::ascii_isalnum(text_[at])) ++at;
    if (at > stretch.begin && text_[at - 1] == '(' && at < stretch.end && absl::ascii_isalpha(text_[at])) return true;
    return BeginsWith(sentence, kRemarks);
  }

  template <size_t n>
  bool EndsIn(const string_view (&words)[n]) const {
    const string_view end = absl::StripTrailingAsciiWhitespace(text_);
    for (const string_view word : words) {
      if (!absl::EndsWith(end, word)) continue;
      const size_t at = end.size() - word.size();
      if (!absl::ascii_isalpha(word[0]) || at == 0 || !absl::ascii_isalnum(end[at - 1])) return true;
    }
    return false;
  }

  // Whether a sentence begins with one of the words. O(1).
  template <size_t n>
  bool BeginsWith(size_t sentence, const string_view (&words)[n]) const {
    const Stretch& stretch = solution_.sentences[sentence];
    size_t at = stretch.begin;
    while (at < stretch.end && !absl::ascii_isalnum(text_[at])) ++at;
    return std::any_of(std::begin(words), std::end(words),
                       [&](string_view word) { return absl::StartsWith(text_.substr(at), word); });
  }

  // Without a cue: the last statement with a number that is no remark. Of a text that breaks off, what stands before
  // the sentence that is not whole, or before its last comma where it was no calculation; nothing, where it was a
  // further step.
  Answer LastStatement(size_t from, size_t to) const {
    size_t sentences = std::min(solution_.sentences.size(), SentenceAt(solution_, to) + 1);
    const bool whole = to < text_.size();
    // "27 is her age, and" goes on with another clause, "42 and" with a sum.
    const bool in_clause = absl::EndsWith(absl::StripTrailingAsciiWhitespace(text_), ", and");
    const bool in_sum = !whole && !in_clause && EndsIn(kUnfinishedSums);
    if (in_sum || (!whole && (in_clause || EndsIn(kUnfinishedWords)))) {
      if (sentences == 0 || BeginsWith(sentences - 1, kSteps)) return absl::nullopt;
      --sentences;
      Stretch clause = solution_.sentences[sentences];
      const size_t comma = text_.substr(0, clause.end).rfind(", ");
      clause.begin = std::max(clause.begin, from);
      clause.end = comma == string_view::npos ? 0 : comma;
      if (!in_sum && clause.begin < clause.end && FirstNumber(clause) < clause.end) {
        return StatedNumber(solution_, clause, Which::kLast);
      }
    }
    const auto refusals_end = std::lower_bound(cues_.refusals.begin(), cues_.refusals.end(), to);
    if (refusals_end != cues_.refusals.begin()) {
      const size_t refusal = SentenceAt(solution_, refusals_end[-1]);
      from = std::max(from, solution_.sentences[refusal].end);
    }
    Answer remark;
    for (size_t i = sentences; i > 0; --i) {
      Stretch stretch = solution_.sentences[i - 1];
      if (stretch.end <= from) break;
      stretch.begin = std::max(stretch.begin, from);
      stretch.end = std::min(stretch.end, to);
      if (FirstNumber(stretch) >= stretch.end) continue;
      const Answer answer = StatedNumber(solution_, stretch, Which::kLast);
      if (!answer.has_value()) continue;
      if (!IsRemark(i - 1)) return answer;
      if (!remark.has_value()) remark = answer;
    }
    return remark;
  }

  const Solution& solution_;
  const string_view text_;
  const Cues cues_;
  size_t last_equals_ = 0;  // before the last number
};

}  // namespace

absl::optional<double> DefaultAnswer(string_view text) {
  const Said said = WithoutThinking(text);
  PlainText plain = ToPlainText(said.text);
  plain.text.resize(LengthWithoutRunOn(plain.text));
  while (!plain.bold.empty() && plain.bold.back() > plain.text.size()) plain.bold.pop_back();
  const Solution solution = ToSolution(std::move(plain));
  const Answer answer = Reader(solution).Read();
  if (!answer.has_value()) return absl::nullopt;
  return answer->value;
}

}  // namespace evaluation
