#include "evaluation/python/treebank_words.h"

#include <algorithm>
#include <array>
#include <utility>

namespace ifeval {
namespace {

bool StartsWith(View text, size_t at, View prefix) { return text.compare(at, prefix.size(), prefix) == 0; }

// What the published tokenizer does is a sequence of replacements, each over the whole text, in which spaces set tokens
// apart; the order is part of the definition ("x." is seen by other rules when "." has spaces around it). One function
// a replacement, or a family of them. Most find nothing to replace: those give the text back as it came.

bool HasAny(View text, View characters) { return text.find_first_of(characters) != View::npos; }

Text Reserved(View text) {
  Text empty;
  empty.reserve(text.size() + text.size() / 8);
  return empty;
}

// Spaces around each of the characters.
Text Pad(Text text, View characters) {
  if (!HasAny(text, characters)) return text;
  Text padded = Reserved(text);
  for (const char32_t c : text) {
    if (IsOneOf(c, characters)) {
      padded += U' ';
      padded += c;
      padded += U' ';
    } else {
      padded += c;
    }
  }
  return padded;
}

// Spaces around each run of at least `least` of the character.
Text PadRuns(Text text, char32_t character, size_t least) {
  if (text.find(character) == Text::npos) return text;
  Text padded = Reserved(text);
  for (size_t i = 0; i < text.size();) {
    size_t end = i;
    while (At(text, end) == character) ++end;
    if (end - i >= least) {
      padded += U' ';
      padded.append(text, i, end - i);
      padded += U' ';
    } else {
      end = std::max(end, i + 1);
      padded.append(text, i, end - i);
    }
    i = end;
  }
  return padded;
}

// Every occurrence of a text by another.
Text Replace(Text text, View old, View by) {
  if (text.find(old) == Text::npos) return text;
  Text replaced = Reserved(text);
  const std::vector<View> pieces = Split(text, old);
  for (size_t i = 0; i < pieces.size(); ++i) {
    if (i > 0) replaced += by;
    replaced += pieces[i];
  }
  return replaced;
}

// " or '' behind a space or an opening bracket opens: ``.
Text OpenQuotes(Text text) {
  if (!HasAny(text, U"\"'")) return text;
  Text opened = Reserved(text);
  for (size_t i = 0; i < text.size(); ++i) {
    opened += text[i];
    if (!IsOneOf(text[i], U" ([{<")) continue;
    const size_t length = At(text, i + 1) == '"' ? 1 : StartsWith(text, i + 1, U"''") ? 2 : 0;
    if (length > 0) opened += U" `` ";
    i += length;
  }
  return opened;
}

// An apostrophe before a word of one letter that no clitic begins with: apart.
Text PartApostrophes(Text text) {
  if (text.find(U'\'') == Text::npos) return text;
  Text parted = Reserved(text);
  for (size_t i = 0; i < text.size(); ++i) {
    parted += text[i];
    if (text[i] != '\'' || i + 1 >= text.size() || !IsWord(text[i + 1]) || IsWord(At(text, i + 2))) continue;
    if (!IsOneOf(Fold(text[i + 1]), U"mtsdn")) parted += U' ';
  }
  return parted;
}

// A colon or comma, with spaces around it at the text's end, with one before it where no digit follows. What follows
// takes no part in the next such pair: of ",," the second stays.
Text PadCommas(Text text) {
  if (!HasAny(text, U":,")) return text;
  Text padded = Reserved(text);
  for (size_t i = 0; i < text.size(); ++i) {
    const bool mark = IsOneOf(text[i], U":,");
    if (mark && i + 1 < text.size() && !IsDecimal(text[i + 1])) {
      padded += U' ';
      padded += text[i];
      padded += U' ';
      padded += text[++i];
    } else {
      padded += text[i];
    }
  }
  const size_t line_end = !padded.empty() && padded.back() == '\n' ? 1 : 0;
  if (padded.size() > line_end && IsOneOf(padded[padded.size() - 1 - line_end], U":,")) {
    const size_t mark = padded.size() - 1 - line_end;
    padded = padded.substr(0, mark) + U' ' + padded[mark] + U' ' + padded.substr(mark + 1);
  }
  return padded;
}

// The text's final point, with what closes behind it, set apart: `between` comes between the two.
Text PartFinalPoint(Text text, View closers, View between) {
  const size_t point = text.rfind('.');
  if (point == View::npos || point == 0 || text[point - 1] == '.') return text;
  size_t end = point + 1;
  while (end < text.size() && IsOneOf(text[end], closers)) ++end;
  if (!IsBlank(View(text).substr(end))) return text;
  Text parted(text, 0, point);
  parted += U" .";
  parted += between;
  parted.append(text, point + 1, end - point - 1);
  return parted += U' ';
}

// An apostrophe behind another character and before a space: apart.
Text PartClosingApostrophes(Text text) {
  if (text.find(U'\'') == Text::npos) return text;
  Text parted = Reserved(text);
  for (size_t i = 0; i < text.size(); ++i) {
    parted += text[i];
    if (text[i] != '\'' && At(text, i + 1) == '\'' && At(text, i + 2) == ' ') {
      parted += U" ' ";
      i += 2;
    }
  }
  return parted;
}

// A clitic before a space and behind a character that is neither space nor apostrophe: apart, in any case but mixed.
template <size_t n>
Text PartClitics(Text text, const std::array<View, n>& clitics) {
  if (text.find(U'\'') == Text::npos) return text;
  Text parted = Reserved(text);
  for (size_t i = 0; i < text.size(); ++i) {
    parted += text[i];
    if (text[i] == '\'' || text[i] == ' ') continue;
    for (const View clitic : clitics) {
      if (!StartsWith(text, i + 1, clitic) || At(text, i + 1 + clitic.size()) != ' ') continue;
      parted += U' ';
      parted += clitic;
      parted += U' ';
      i += clitic.size() + 1;
      break;
    }
  }
  return parted;
}

// Words that are two: "cannot", "gonna", "'twas". What must stand before and behind them differs.
enum class Before { kBorder, kSpace };
enum class Behind { kBorder, kSpace };
struct Joined {
  View whole;
  size_t first;  // characters of the first word
  Before before = Before::kBorder;
  Behind behind = Behind::kBorder;
};

bool IsBorder(View text, size_t at) { return (at > 0 && IsWord(text[at - 1])) != IsWord(At(text, at)); }

// `folded` is the text's.
Text PartJoined(Text text, View folded, const Joined& joined) {
  size_t at = folded.find(joined.whole);
  if (at == View::npos) return text;
  Text parted = Reserved(text);
  size_t done = 0;
  for (; at != View::npos; at = folded.find(joined.whole, at)) {
    const size_t end = at + joined.whole.size();
    const bool begins = joined.before == Before::kBorder ? IsBorder(text, at) : at > done && text[at - 1] == ' ';
    const bool ends = joined.behind == Behind::kBorder ? IsBorder(text, end) : end < text.size() && IsSpace(text[end]);
    if (!begins || !ends) {
      ++at;
      continue;
    }
    parted.append(text, done, at - done) += U' ';
    parted.append(text, at, joined.first) += U' ';
    parted.append(text, at + joined.first, end - at - joined.first) += U' ';
    at = done = end;
  }
  return parted.append(text, done);
}

Text OneSpace(View text) {
  Text spaced;
  spaced.reserve(text.size());
  for (const char32_t c : text) {
    const bool space = IsSpace(c);
    if (!space || spaced.empty() || spaced.back() != ' ') spaced += space ? U' ' : c;
  }
  return spaced;
}

std::vector<Text> WordsOfSentence(View sentence) {
  // Opening quotation marks.
  Text text = PadRuns(Pad(Text(sentence), U"«“‘„"), U'`', 1);
  if (At(text, 0) == '"') text = U"``" + text.substr(1);
  text = PartApostrophes(OpenQuotes(Replace(std::move(text), U"``", U" `` ")));
  // Punctuation.
  text = PadCommas(PartFinalPoint(std::move(text), U"])}>\"'»”’ ", U" "));
  text = Pad(PadRuns(std::move(text), U'.', 2), U";@#$%&");
  text = PartFinalPoint(std::move(text), U"])}>\"'", U"");
  text = Pad(PartClosingApostrophes(Pad(std::move(text), U"?!")), U"*");
  text = Replace(Pad(std::move(text), U"][(){}<>"), U"--", U" -- ");
  // Closing quotation marks and clitics.
  text = Replace(Replace(Pad(U" " + text + U" ", U"»”’"), U"''", U" '' "), U"\"", U" '' ");
  static constexpr std::array<View, 7> kShortClitics = {U"'s", U"'S", U"'m", U"'M", U"'d", U"'D", U"'"};
  static constexpr std::array<View, 8> kLongClitics = {U"'ll", U"'LL", U"'re", U"'RE", U"'ve", U"'VE", U"n't", U"N'T"};
  text = PartClitics(PartClitics(OneSpace(text), kShortClitics), kLongClitics);
  static constexpr std::array<Joined, 10> kJoined = {{{U"cannot", 3},
                                                      {U"d'ye", 1},
                                                      {U"gimme", 3},
                                                      {U"gonna", 3},
                                                      {U"gotta", 3},
                                                      {U"lemme", 3},
                                                      {U"more'n", 4},
                                                      {U"wanna", 3, Before::kBorder, Behind::kSpace},
                                                      {U"'tis", 2, Before::kSpace, Behind::kBorder},
                                                      {U"'twas", 2, Before::kSpace, Behind::kBorder}}};
  Text folded = Fold(text);
  for (const Joined& joined : kJoined) {
    const size_t size = text.size();
    text = PartJoined(std::move(text), folded, joined);
    if (text.size() != size) folded = Fold(text);
  }
  std::vector<Text> words;
  for (const View word : SplitAtSpace(text)) words.emplace_back(word);
  return words;
}

}  // namespace

std::vector<Text> TreebankWords(View text, const PunktParameters& parameters) {
  std::vector<Text> all;
  for (const View sentence : Sentences(text, parameters)) {
    for (Text& word : WordsOfSentence(sentence)) all.push_back(std::move(word));
  }
  return all;
}

}  // namespace ifeval
