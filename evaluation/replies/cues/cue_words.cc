#include "evaluation/replies/cues/cue_words.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"

namespace evaluation {
namespace {

using ::absl::string_view;

bool OnlyBehind(CueWord cue) {
  return cue == CueWord::kMeaning || cue == CueWord::kFailing || cue == CueWord::kWinning || cue == CueWord::kReason ||
         cue == CueWord::kQuestion;
}

// By the first word; the longest phrase first.
using Lexicon = absl::flat_hash_map<string_view, std::vector<std::pair<string_view, CueWord>>>;

void Add(const Phrases& phrases, size_t key_size, Lexicon* lexicon) {
  for (const string_view phrase : absl::StrSplit(phrases.phrases, '|')) {
    const size_t size = key_size > 0 ? key_size : std::min(phrase.size(), phrase.find(' '));
    (*lexicon)[phrase.substr(0, size)].emplace_back(phrase, phrases.cue);
  }
}

void SortByLength(Lexicon* lexicon) {
  for (auto& [word, phrases] : *lexicon) {
    std::stable_sort(phrases.begin(), phrases.end(),
                     [](const auto& a, const auto& b) { return a.first.size() > b.first.size(); });
  }
}

const Lexicon& SpacedLexicon(bool behind) {
  static const auto* const lexicons = [] {
    auto* all = new std::pair<Lexicon, Lexicon>;
    for (const Phrases& phrases : CueListsBehind()) Add(phrases, 0, &all->second);
    for (const Phrases& phrases : CueLists()) {
      Add(phrases, 0, &all->first);
      Add(phrases, 0, &all->second);
    }
    SortByLength(&all->first);
    SortByLength(&all->second);
    return all;
  }();
  return behind ? lexicons->second : lexicons->first;
}

constexpr size_t kCharacter = 3;  // bytes of a character of the scripts without spaces

const Lexicon& AnywhereLexicon(bool behind) {
  static const auto* const lexicons = [] {
    auto* all = new std::pair<Lexicon, Lexicon>;
    for (const Phrases& phrases : CueListsWithoutSpaces()) {
      if (OnlyBehind(phrases.cue)) Add(phrases, kCharacter, &all->second);
    }
    for (const Phrases& phrases : CueListsWithoutSpaces()) {
      if (OnlyBehind(phrases.cue)) continue;
      Add(phrases, kCharacter, &all->first);
      Add(phrases, kCharacter, &all->second);
    }
    SortByLength(&all->first);
    SortByLength(&all->second);
    return all;
  }();
  return behind ? lexicons->second : lexicons->first;
}

// What is written otherwise in `Words::text`: marks, and letters in upper case, by what they begin with.
constexpr std::pair<string_view, string_view> kRewritten[] = {
    {"\uff0c", " , "}, {"\u3001", " , "}, {"\uff1a", " : "}, {"\uff1b", " ; "}, {"\u2014", " - "}, {"\u2013", " - "},
    {"\uff08", " ; "}, {"\uff09", " ; "}, {"\u2192", " : "}, {"\u2019", "'"},   {"\u2018", ""},    {"\u201c", ""},
    {"\u201d", ""},    {"\u201e", ""},    {"\u00ab", ""},    {"\u00bb", ""},    {"\u300c", ""},    {"\u300d", ""},
    {"\u00bf", ""},    {"\u00a1", ""},    {"\u00a0", " "},   {"\u060c", " , "},
};

std::string Normalised(string_view clause) {
  std::string text;
  text.reserve(clause.size() + 8);
  const auto put = [&text](string_view piece) {
    for (const char c : piece) {
      if (c != ' ' || (!text.empty() && text.back() != ' ')) text += c;
    }
  };
  for (size_t i = 0; i < clause.size(); ++i) {
    const char c = clause[i];
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      if (absl::ascii_isalnum(c)) {
        text += absl::ascii_tolower(c);
      } else if (absl::ascii_isspace(c)) {
        put(" ");
      } else if (absl::StrContains(",:;=", c)) {
        put(c == '=' ? " : " : string_view(std::string{' ', c, ' '}));
      } else if (absl::StrContains("()[]{}|", c)) {
        put(" ; ");
      } else if (c == '-' && (i == 0 || absl::ascii_isspace(clause[i - 1]))) {
        put(" - ");
      } else if (!absl::StrContains("*_\"`#~><.!?", c)) {
        text += absl::ascii_tolower(c);
      }
      continue;
    }
    const string_view rest = clause.substr(i);
    const auto* const rewritten =
        !absl::StrContains("\xc2\xd8\xe2\xe3\xef", c)
            ? std::end(kRewritten)
            : std::find_if(std::begin(kRewritten), std::end(kRewritten),
                           [&](const auto& pair) { return absl::StartsWith(rest, pair.first); });
    if (rewritten != std::end(kRewritten)) {
      put(rewritten->second);
      i += rewritten->first.size() - 1;
      continue;
    }
    // Capitals of Latin-1 and Cyrillic.
    const auto next = rest.size() > 1 ? static_cast<unsigned char>(rest[1]) : 0;
    const bool is_pair = next >= 0x80 && next < 0xc0;
    if (byte == 0xc3 && is_pair && next <= 0x9e) {
      text += {c, static_cast<char>(next + 0x20)};
    } else if (byte == 0xd0 && is_pair && next >= 0x90 && next < 0xa0) {
      text += {c, static_cast<char>(next + 0x20)};
    } else if (byte == 0xd0 && is_pair && next >= 0xa0 && next < 0xb0) {
      text += {'\xd1', static_cast<char>(next - 0x20)};
    } else {
      text += c;
      continue;
    }
    ++i;
  }
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

bool EndsWord(string_view text, size_t at) { return at >= text.size() || text[at] == ' '; }

bool OfScriptWithoutSpaces(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0xe0 && byte <= 0xed && byte != 0xe1 && byte != 0xe2;
}

}  // namespace

string_view Words::At(size_t i) const {
  return string_view(text).substr(found[i].begin, found[i].end - found[i].begin);
}

Words FindCueWords(string_view clause, bool behind) {
  Words words;
  if (clause.empty() || clause == " ") return words;
  words.text = Normalised(clause);
  const string_view text = words.text;
  const auto longest = [&](const Lexicon& lexicon, string_view key, size_t at, bool whole) {
    std::pair<size_t, CueWord> best(0, CueWord::kWord);
    const auto entry = lexicon.find(key);
    if (entry == lexicon.end()) return best;
    for (const auto& [phrase, cue] : entry->second) {
      if (!absl::StartsWith(text.substr(at), phrase)) continue;
      if (whole && !EndsWord(text, at + phrase.size())) continue;
      return std::pair(phrase.size(), cue);
    }
    return best;
  };
  for (size_t at = 0; at < text.size();) {
    if (text[at] == ' ') {
      ++at;
      continue;
    }
    const size_t end = std::min(text.size(), text.find(' ', at));
    const string_view word = text.substr(at, end - at);
    if (word.size() == 1 && absl::StrContains(",:;-", word[0])) {
      words.found.push_back({CueWord::kMark, at, end});
      at = end;
      continue;
    }
    auto [size, cue] = longest(SpacedLexicon(behind), word, at, true);
    const bool negated = absl::EndsWith(word, "n't") || absl::StartsWith(word, "n'") || word == "isnt";
    if (size == 0 && negated) {
      size = word.size();
      cue = CueWord::kNegation;
    }
    if (size > 0) {
      words.found.push_back({cue, at, at + size});
      at += size;
      continue;
    }
    bool found_any = false;
    while (at < end) {
      if (OfScriptWithoutSpaces(text[at])) {
        const auto [part, part_cue] = longest(AnywhereLexicon(behind), text.substr(at, kCharacter), at, false);
        if (part > 0) {
          words.found.push_back({part_cue, at, at + part});
          at += part;
          found_any = true;
          continue;
        }
      }
      ++at;
    }
    if (!found_any) words.found.push_back({CueWord::kWord, end - word.size(), end});
  }
  return words;
}

}  // namespace evaluation
