#include "evaluation/python/treebank_words.h"

#include <algorithm>
#include <array>
#include <utility>

namespace ifeval {
namespace {

bool StartsWith(View text, size_t at, View prefix) { return text.compare(at, prefix.size(), prefix) == 0; }

// What the published tokenizer does is a sequence of replacements, each over the whole text, in which spaces set tokens
// apart; the order is part of the definition ("x." is seen by other rules when "." has spaces around it). One function
// a replacement, or a family of them.

// Spaces around each of the characters.
Text Pad(View text, View characters) {
  Text padded;
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
Text PadRuns(View text, char32_t character, size_t least) {
  Text padded;
  for (size_t i = 0; i < text.size();) {
    size_t end = i;
    while (At(text, end) == character) ++end;
    if (end - i >= least) {
      padded += U' ';
      padded += text.substr(i, end - i);
      padded += U' ';
    } else {
      end = std::max(end, i + 1);
      padded += text.substr(i, end - i);
    }
    i = end;
  }
  return padded;
}

// Every occurrence of a text by another.
Text Replace(View text, View old, View by) {
  Text replaced;
  const std::vector<View> pieces = Split(text, old);
  for (size_t i = 0; i < pieces.size(); ++i) {
    if (i > 0) replaced += by;
    replaced += pieces[i];
  }
  return replaced;
}

// " or '' behind a space or an opening bracket opens: ``.
Text OpenQuotes(View text) {
  Text opened;
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
Text PartApostrophes(View text) {
  Text parted;
  for (size_t i = 0; i < text.size(); ++i) {
    parted += text[i];
    if (text[i] != '\'' || i + 1 >= text.size() || !IsWord(text[i + 1]) || IsWord(At(text, i + 2))) continue;
    if (!IsOneOf(Fold(text[i + 1]), U"mtsdn")) parted += U' ';
  }
  return parted;
}

// A colon or comma, with spaces around it at the text's end, with one before it where no digit follows. What follows
// takes no part in the next such pair: of ",," the second stays.
Text PadCommas(View text) {
  Text padded;
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
Text PartFinalPoint(View text, View closers, View between) {
  const size_t point = text.rfind('.');
  if (point == View::npos || point == 0 || text[point - 1] == '.') return Text(text);
  size_t end = point + 1;
  while (end < text.size() && IsOneOf(text[end], closers)) ++end;
  if (!IsBlank(text.substr(end))) return Text(text);
  Text parted(text.substr(0, point));
  parted += U" .";
  parted += between;
  parted += text.substr(point + 1, end - point - 1);
  return parted += U' ';
}

// An apostrophe behind another character and before a space: apart.
Text PartClosingApostrophes(View text) {
  Text parted;
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
Text PartClitics(View text, const std::vector<View>& clitics) {
  Text parted;
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
  View first, second;
  Before before = Before::kBorder;
  Behind behind = Behind::kBorder;
};

bool IsBorder(View text, size_t at) { return (at > 0 && IsWord(text[at - 1])) != IsWord(At(text, at)); }

// `folded` is the text's.
Text PartJoined(View text, View folded, const Joined& joined) {
  const Text whole = Text(joined.first) + Text(joined.second);
  Text parted;
  size_t done = 0;
  for (size_t at = 0; (at = folded.find(whole, at)) != View::npos;) {
    const size_t end = at + whole.size();
    const bool begins = joined.before == Before::kBorder ? IsBorder(text, at) : at > done && text[at - 1] == ' ';
    const bool ends = joined.behind == Behind::kBorder ? IsBorder(text, end) : end < text.size() && IsSpace(text[end]);
    if (!begins || !ends) {
      ++at;
      continue;
    }
    parted += text.substr(done, at - done);
    parted += U' ';
    parted += text.substr(at, joined.first.size());
    parted += U' ';
    parted += text.substr(at + joined.first.size(), joined.second.size());
    parted += U' ';
    at = done = end;
  }
  return parted += text.substr(done);
}

Text OneSpace(View text) {
  Text spaced;
  for (const char32_t c : text) {
    const bool space = IsSpace(c);
    if (!space || spaced.empty() || spaced.back() != ' ') spaced += space ? U' ' : c;
  }
  return spaced;
}

std::vector<Text> WordsOfSentence(View sentence) {
  // Opening quotation marks.
  Text text = PadRuns(Pad(sentence, U"«“‘„"), U'`', 1);
  if (At(text, 0) == '"') text = U"``" + text.substr(1);
  text = PartApostrophes(OpenQuotes(Replace(text, U"``", U" `` ")));
  // Punctuation.
  text = PadCommas(PartFinalPoint(text, U"])}>\"'»”’ ", U" "));
  text = Pad(PadRuns(text, U'.', 2), U";@#$%&");
  text = PartFinalPoint(text, U"])}>\"'", U"");
  text = Pad(PartClosingApostrophes(Pad(text, U"?!")), U"*");
  text = Replace(Pad(text, U"][(){}<>"), U"--", U" -- ");
  // Closing quotation marks and clitics.
  text = Replace(Replace(Pad(U" " + text + U" ", U"»”’"), U"''", U" '' "), U"\"", U" '' ");
  text = PartClitics(OneSpace(text), {U"'s", U"'S", U"'m", U"'M", U"'d", U"'D", U"'"});
  text = PartClitics(text, {U"'ll", U"'LL", U"'re", U"'RE", U"'ve", U"'VE", U"n't", U"N'T"});
  static constexpr std::array<Joined, 10> kJoined = {{{U"can", U"not"},
                                                      {U"d", U"'ye"},
                                                      {U"gim", U"me"},
                                                      {U"gon", U"na"},
                                                      {U"got", U"ta"},
                                                      {U"lem", U"me"},
                                                      {U"more", U"'n"},
                                                      {U"wan", U"na", Before::kBorder, Behind::kSpace},
                                                      {U"'t", U"is", Before::kSpace, Behind::kBorder},
                                                      {U"'t", U"was", Before::kSpace, Behind::kBorder}}};
  Text folded = Fold(text);
  for (const Joined& joined : kJoined) {
    Text parted = PartJoined(text, folded, joined);
    if (parted.size() == text.size()) continue;
    text = std::move(parted);
    folded = Fold(text);
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
