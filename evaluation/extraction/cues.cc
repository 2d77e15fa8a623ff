#include "evaluation/extraction/cues.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "evaluation/extraction/no_answer.h"
#include "evaluation/extraction/phrases.h"
#include "evaluation/numbers/plain_text.h"

namespace evaluation {
namespace {

using ::absl::string_view;

constexpr size_t kMaxConnector = 80;  // bytes between "answer" and what connects it with its number
constexpr int kMaxWordsBetween = 6;

bool IsLetter(char c) { return absl::ascii_isalpha(c) || static_cast<unsigned char>(c) >= 0x80; }

// Whether a character of Chinese, Japanese or Korean begins there: words have no blanks between them.
bool IsEastAsian(char c) { return static_cast<unsigned char>(c) >= 0xE3 && static_cast<unsigned char>(c) <= 0xED; }

string_view WordAt(string_view text, size_t at) {
  size_t end = at;
  while (end < text.size() && end - at < 24 && IsLetter(text[end])) ++end;
  return text.substr(at, end - at);
}

class Finder {
 public:
  explicit Finder(const Solution& solution) : solution_(solution), text_(solution.plain.text) {}

  Cues Find() {
    FindBoxes();
    bool line_start = true, text_before = false;
    for (size_t at = 0; at < text_.size(); ++at) {
      const char c = text_[at];
      if (c == '#' && absl::StartsWith(text_.substr(at), "####") && (at == 0 || text_[at - 1] != '#')) {
        size_t end = at;
        while (end < text_.size() && text_[end] == '#') ++end;
        AddCue(CueRank::kHashes, at, end);
      }
      const bool begins_word =
          IsLetter(c) && (at == 0 || !(IsLetter(text_[at - 1]) || text_[at - 1] == '_' || EndsTag(at)));
      if (begins_word || IsEastAsian(c)) Word(at, begins_word, line_start && text_before);
      if (c == '\n') {
        line_start = true;
      } else if (absl::ascii_isalnum(c)) {
        line_start = false;
        text_before = true;
      }
    }
    Finish();
    return std::move(found_);
  }

 private:
  void AddCue(CueRank rank, size_t begin, size_t end) {
    Cue cue;
    cue.rank = rank;
    cue.begin = begin;
    cue.scope = {end, text_.size()};
    found_.cues.push_back(cue);
  }

  // \boxed{...} with balanced braces; one that is not closed goes to the end of its line.
  void FindBoxes() {
    std::vector<size_t> open;  // places of braces; box_of tells those of a box
    std::vector<size_t> box_of;
    constexpr size_t kNoBox = string_view::npos;
    const auto close = [&](size_t end) {
      if (box_of.back() != kNoBox) boxes_[box_of.back()].scope.end = end;
      open.pop_back();
      box_of.pop_back();
    };
    for (size_t at = 0; at < text_.size(); ++at) {
      if (text_[at] == '{') {
        const bool boxes =
            at > 0 && (text_[at - 1] == kBoxMark || (at > 1 && text_[at - 1] == ' ' && text_[at - 2] == kBoxMark));
        open.push_back(at);
        box_of.push_back(boxes ? boxes_.size() : kNoBox);
        if (boxes) boxes_.push_back(BoxAt(at));
      } else if (text_[at] == '}' && !open.empty()) {
        close(at);
      } else if (text_[at] == kBoxMark && at + 1 < text_.size() && text_[at + 1] != '{' &&
                 !absl::StartsWith(text_.substr(at + 1), " {")) {
        Cue box = BoxAt(at);
        box.scope.end = std::min(text_.find_first_of(" \n$", at + 2), std::min(text_.size(), at + 32));
        boxes_.push_back(box);
      }
    }
    size_t line_end = text_.size(), searched = text_.size();
    while (!open.empty()) {
      const size_t found = text_.substr(open.back(), searched - open.back()).find('\n');
      if (found != string_view::npos) line_end = open.back() + found;
      searched = open.back();
      close(line_end);
    }
  }

  static Cue BoxAt(size_t at) {
    Cue cue;
    cue.rank = CueRank::kBox;
    cue.begin = at;
    cue.scope = {at + 1, at + 1};
    return cue;
  }

  void Word(size_t at, bool begins_word, bool begins_later_line) {
    const string_view rest = text_.substr(at);
    // One character in the middle of a word tells nothing.
    if (!begins_word && PhraseLength(rest) == 3) return;
    if (begins_later_line && (absl::StartsWith(rest, "a:") || absl::StartsWith(rest, "a :"))) {
      AddCue(CueRank::kAnswer, at, at + rest.find(':') + 1);
      found_.cues.back().is_heading = true;
      return;
    }
    switch (PhraseAt(rest)) {
      case Phrase::kFinalAnswer:
        return Connect(CueRank::kFinal, at);
      case Phrase::kAnswer:
        if (SaysNoAnswer(rest)) found_.refusals.push_back(at);
        if (final_answer_end_ <= at) Connect(CueRank::kAnswer, at);
        return;
      case Phrase::kCorrection:
        if (BeginsCorrection(at)) found_.corrections.push_back(at);
        return;
      case Phrase::kCorrectionToNumber:
        if (NumberFollows(at) && BeginsCorrection(at)) found_.corrections.push_back(at);
        return;
      case Phrase::kCorrectionAnywhere:
        found_.corrections.push_back(at);
        return;
      case Phrase::kRefusal:
        found_.refusals.push_back(at);
        return;
      case Phrase::kCannotBe: {
        const size_t next = rest.find_first_not_of(' ', PhraseLength(rest));
        if (next < rest.size() && IsParticiple(WordAt(rest, next))) found_.refusals.push_back(at);
        return;
      }
      case Phrase::kConclusion:
        if (BeginsClause(at)) found_.conclusions.push_back(at);
        return;
      case Phrase::kNone:
        if (SaysNoAnswer(rest) || AnswersNothing(text_.substr(0, at), rest)) found_.refusals.push_back(at);
        return;
    }
  }

  // "</answer>".
  bool EndsTag(size_t at) const { return at > 1 && text_[at - 1] == '/' && text_[at - 2] == '<'; }

  // Behind a mark or a line end, or at the beginning.
  bool BeginsClause(size_t at) const {
    size_t begin = at;
    while (begin > 0 && at - begin < 6 && absl::StrContains(" \"'*(-", text_.substr(begin - 1, 1))) --begin;
    return begin == 0 || absl::StrContains(".,;:!?\n", text_.substr(begin - 1, 1));
  }

  // Behind what begins a clause or a dash; in brackets or directly behind a number, where a number follows, too.
  bool BeginsCorrection(size_t at) const {
    if (BeginsClause(at)) return true;
    size_t begin = at;
    while (begin > 0 && at - begin < 6 && absl::StrContains(" \"'*-", text_.substr(begin - 1, 1))) --begin;
    const string_view between = text_.substr(begin, at - begin);
    if (absl::StrContains(between, " -") || absl::StrContains(between, "--")) return true;
    const char before = begin > 0 ? text_[begin - 1] : ' ';
    return (before == '(' || before == '[' || absl::ascii_isdigit(before)) && NumberFollows(at);
  }

  // Whether a number comes directly behind the phrase, or behind "it is".
  bool NumberFollows(size_t at) const {
    const size_t begin = at + PhraseLength(text_.substr(at));
    const auto number = std::lower_bound(solution_.numbers.begin(), solution_.numbers.end(), begin,
                                         [](const FoundNumber& n, size_t place) { return n.begin < place; });
    return number != solution_.numbers.end() && number->begin - begin < 32 &&
           SaysNothing(text_.substr(begin, number->begin - begin));
  }

  // From "answer" to what connects it with a number.
  void Connect(CueRank rank, size_t begin) {
    size_t at = begin + PhraseLength(text_.substr(begin));
    if (rank == CueRank::kFinal) final_answer_end_ = at;
    const size_t limit = std::min(text_.size(), at + kMaxConnector);
    int words = 0;
    bool connected = false, heading = false, participle = false;
    while (at < limit) {
      const char c = text_[at];
      const string_view rest = text_.substr(at);
      if (c == ':' || c == '=' || c == '>') {
        connected = heading = true;
        ++at;
      } else if (c == '(' && !connected && rest.substr(0, 40).find(')') != string_view::npos &&
                 rest.substr(0, rest.find(')')).find_first_of("0123456789\n") == string_view::npos) {
        at += rest.find(')') + 1;
      } else if (!connected && absl::StartsWith(rest, "- ") && absl::EndsWith(text_.substr(0, at), " ")) {
        connected = heading = true;
        at += 2;
      } else if (c == '\n') {
        // A heading has its line for itself.
        if (connected || words > 0 || !StandsAlone(begin)) break;
        connected = heading = true;
        ++at;
      } else if (IsLetter(c)) {
        const string_view word = WordAt(text_, at);
        if (const size_t length = ConnectorLength(rest); length > 0) {
          connected = true;
          at += length;
          if (IsParticiple(WordAt(text_, std::min(text_.size(), text_.find_first_not_of(' ', at))))) participle = true;
        } else if (connected || ++words > kMaxWordsBetween) {
          break;
        } else {
          at += word.size();
        }
      } else if (c == ' ' || c == '\t' || c == '"' || c == '\'' || c == ']' || c == ')' || c == '|' ||
                 c == kNarrowSpace) {
        ++at;
      } else {
        break;
      }
    }
    if (!connected) return;
    AddCue(rank, begin, at);
    found_.cues.back().is_heading = heading;
    found_.cues.back().is_participle = participle;
  }

  // Nothing but decoration and "final", "the", "correct" before it on its line.
  bool StandsAlone(size_t begin) const {
    size_t line = begin;
    while (line > 0 && begin - line < 24 && text_[line - 1] != '\n') --line;
    return (line == 0 || text_[line - 1] == '\n') && SaysNothing(text_.substr(line, begin - line));
  }

  // Scopes end with their statement, where the next cue begins at the latest.
  void Finish() {
    std::vector<Cue>& cues = found_.cues;
    cues.insert(cues.end(), boxes_.begin(), boxes_.end());
    std::stable_sort(cues.begin(), cues.end(), [](const Cue& a, const Cue& b) { return a.begin < b.begin; });
    for (size_t i = 0; i < cues.size(); ++i) {
      Cue& cue = cues[i];
      if (cue.rank == CueRank::kBox) continue;
      const size_t next = i + 1 < cues.size() ? cues[i + 1].begin : text_.size();
      // The sentence or, of a line without words, the next that has some.
      size_t sentence = SentenceAt(solution_, cue.scope.begin);
      size_t end = cue.scope.begin;
      for (int tries = 0; tries < 4 && sentence < solution_.sentences.size() && end < next; ++tries, ++sentence) {
        const size_t begin = std::max(cue.scope.begin, solution_.sentences[sentence].begin);
        end = std::min(solution_.sentences[sentence].end, std::max(begin, next));
        const string_view sentence_text = text_.substr(begin, end - begin);
        if (std::any_of(sentence_text.begin(), sentence_text.end(),
                        [](char c) { return absl::ascii_isalnum(c) || static_cast<unsigned char>(c) >= 0x80; })) {
          break;
        }
      }
      cue.scope.end = std::max(cue.scope.begin, end);
    }
  }

  const Solution& solution_;
  const string_view text_;
  Cues found_;
  std::vector<Cue> boxes_;
  size_t final_answer_end_ = 0;
};

}  // namespace

Cues FindCues(const Solution& solution) { return Finder(solution).Find(); }

}  // namespace evaluation
