#include "evaluation/extraction/solution.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "evaluation/numbers/word_set.h"

namespace evaluation {
namespace {

using ::absl::string_view;

constexpr string_view kAbbreviations[] = {"approx", "rs", "no",  "vs", "dr",  "mr",  "mrs", "ms",  "etc", "hrs", "lbs",
                                          "oz",     "ft", "min", "ca", "bzw", "fig", "eq",  "ans", "kr",  "rp"};

constexpr auto kSoftWords = MakeWordSet({"about",     "approximately",
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
                                         "now",       "simply",
                                         "kr",        "rp",
                                         "vnd",       "idr",
                                         "krw",       "jpy",
                                         "gbp",       "chf",
                                         "es",        "est",
                                         "ist",       "son",
                                         "sono",      "是",
                                         "为",        "為",
                                         "です"});

bool EndsSentence(string_view text, size_t at) {
  const char c = text[at];
  if (c == '\n') return true;
  if (c != '.' && c != '!' && c != '?') return false;
  size_t next = at + 1;
  while (next < text.size() && next < at + 4 && absl::StrContains("\")*]'", text.substr(next, 1))) ++next;
  if (next < text.size() && !absl::ascii_isspace(text[next])) return false;
  if (c != '.' || next > at + 1) return true;
  string_view before = text.substr(0, at);
  const string_view word = TakeLastWord(&before);
  // "i.e.", "Rs. 5".
  const bool initials = word.size() == 1 && absl::EndsWith(before, ".");
  return !initials &&
         std::find(std::begin(kAbbreviations), std::end(kAbbreviations), word) == std::end(kAbbreviations) &&
         !(word.size() == 1 && absl::EndsWith(before, " ") && at + 2 < text.size() &&
           absl::ascii_isdigit(text[at + 2]));
}

// "2. Add them" at the start of a line.
bool CountsItems(string_view text, const FoundNumber& number) {
  if (number.end + 2 >= text.size() || (text[number.end] != '.' && text[number.end] != ')')) return false;
  if (text[number.end + 1] != ' ' || text[number.end + 2] == '\n' || number.value > 30 || number.value < 1)
    return false;
  size_t begin = number.begin;
  while (begin > 0 && number.begin - begin < 12 && absl::StrContains(" #>-\t(", text.substr(begin - 1, 1))) --begin;
  return begin == 0 ? number.value == 1 : text[begin - 1] == '\n';
}

}  // namespace

bool IsWordByte(char c) { return absl::ascii_isalpha(c) || c == '\'' || static_cast<unsigned char>(c) >= 0x80; }

string_view TakeLastWord(string_view* text) {
  for (int blanks = 0; blanks < 4 && !text->empty() && (absl::ascii_isspace(text->back()) || text->back() == '{');
       ++blanks) {
    text->remove_suffix(1);
  }
  size_t begin = text->size();
  while (begin > 0 && text->size() - begin < 16 && IsWordByte((*text)[begin - 1])) --begin;
  const string_view word = text->substr(begin);
  text->remove_suffix(word.size());
  return word;
}

bool SaysNothing(string_view text) {
  for (size_t at = 0; at < text.size();) {
    if (absl::ascii_isdigit(text[at])) return false;
    if (!IsWordByte(text[at])) {
      ++at;
      continue;
    }
    size_t end = at;
    while (end < text.size() && IsWordByte(text[end])) ++end;
    if (!kSoftWords.Has(text.substr(at, end - at))) return false;
    at = end;
  }
  return true;
}

Solution ToSolution(PlainText plain) {
  Solution solution;
  solution.plain = std::move(plain);
  const string_view text = solution.plain.text;
  for (const FoundNumber& number : FindNumbers(text)) {
    if (!CountsItems(text, number)) solution.numbers.push_back(number);
  }
  size_t begin = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    if (!EndsSentence(text, at)) continue;
    solution.sentences.push_back({begin, at + 1});
    begin = at + 1;
  }
  if (begin < text.size()) solution.sentences.push_back({begin, text.size()});
  return solution;
}

size_t SentenceAt(const Solution& solution, size_t place) {
  return std::upper_bound(solution.sentences.begin(), solution.sentences.end(), place,
                          [](size_t p, const Stretch& s) { return p < s.end; }) -
         solution.sentences.begin();
}

}  // namespace evaluation
