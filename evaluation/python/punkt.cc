#include "evaluation/python/punkt.h"

#include <algorithm>
#include <optional>

namespace ifeval {
namespace {

constexpr int kMiddleUpper = 4, kAnyUpper = 2 | 4 | 8, kStartLower = 16, kAnyLower = 16 | 32 | 64;

bool EndsSentences(char32_t c) { return IsOneOf(c, U".?!"); }
// Ends a word, and so is none of its characters.
bool IsOutsideWords(char32_t c) { return IsOneOf(c, U")\";}]*:@'({[?!"); }
bool CanStartWord(char32_t c) { return !IsSpace(c) && !IsOneOf(c, U"(\"`{[:;&#*@)}]-,"); }

// The length of "--", "..", ". . ." or more of them at a place; 0 if none is there.
size_t MultiMark(View text, size_t at) {
  const char32_t c = At(text, at);
  if (c != '-' && c != '.') return 0;
  size_t end = at;
  while (At(text, end) == c) ++end;
  if (end - at >= 2) return end - at;
  if (c == '-') return 0;
  end = at;
  while (At(text, end) == '.' && end + 1 < text.size() && IsSpace(text[end + 1])) end += 2;
  if (At(text, end) == '.') return (end - at) / 2 >= 2 ? end + 1 - at : 0;
  return (end - at) / 2 >= 3 ? end - 1 - at : 0;
}

// Whether a word ends before a place: at white space, the text's end, what stands outside of words, or a comma before
// one of these.
bool EndsWord(View text, size_t at) {
  const auto is_end = [&](size_t i) {
    return i >= text.size() || IsSpace(text[i]) || IsOutsideWords(text[i]) || MultiMark(text, i) > 0;
  };
  return is_end(at) || (text[at] == ',' && is_end(at + 1));
}

struct Token {
  View text;
  Text type;  // in lower case; numbers are one type
  bool final_point = false;
  bool breaks = false;  // a sentence ends behind it
  bool abbreviation = false;
  bool ellipsis = false;

  Text TypeWithoutPoint() const {
    return type.size() > 1 && type.back() == '.' ? type.substr(0, type.size() - 1) : type;
  }
  Text TypeWithoutSentencePoint() const { return breaks ? TypeWithoutPoint() : type; }
  // A letter and a point at its start; "J." is one, and "e.g." has one.
  bool IsInitial() const { return text.size() == 2 && IsWord(text[0]) && !IsDecimal(text[0]) && text[1] == '.'; }
};

const Text& NumberType() {
  static const Text& type = *new Text(U"##number##");
  return type;
}

// "-1,000.5" and the like, with or without a final point.
bool IsNumber(View text) {
  size_t i = 0;
  if (At(text, i) == '-') ++i;
  if (At(text, i) == '.' || At(text, i) == ',') ++i;
  if (!IsDecimal(At(text, i))) return false;
  return std::all_of(text.begin() + static_cast<ptrdiff_t>(i), text.end(),
                     [](char32_t c) { return IsDecimal(c) || IsOneOf(c, U",.-"); });
}

Token MakeToken(View text, const PunktParameters& parameters) {
  Token token;
  token.text = text;
  token.type = Lower(text);
  if (IsNumber(token.type)) token.type = NumberType();
  token.final_point = text.back() == '.';
  const bool two_points = text.size() >= 2 && text.substr(text.size() - 2) == U"..";
  if (text.size() == 1 && EndsSentences(text[0])) {
    token.breaks = true;
  } else if (two_points && text.find_first_not_of(U".") == View::npos) {
    token.ellipsis = true;
  } else if (token.final_point && !two_points) {
    const Text word = Lower(text.substr(0, text.size() - 1));
    const size_t hyphen = word.rfind('-');
    const Text last_part = hyphen == Text::npos ? word : word.substr(hyphen + 1);
    token.abbreviation = parameters.abbreviations.count(word) > 0 || parameters.abbreviations.count(last_part) > 0;
    token.breaks = !token.abbreviation;
  }
  return token;
}

// Those of a text, of which no mark goes over a line's end.
std::vector<Token> Tokens(View text, const PunktParameters& parameters) {
  std::vector<Token> tokens;
  for (const View line : Split(text, U"\n")) {
    for (size_t i = 0; i < line.size();) {
      size_t length = MultiMark(line, i);
      if (length == 0 && CanStartWord(line[i])) {
        length = 1;
        while (!EndsWord(line, i + length)) ++length;
      } else if (length == 0 && !IsSpace(line[i])) {
        length = 1;
      }
      if (length > 0) tokens.push_back(MakeToken(line.substr(i, length), parameters));
      i += std::max<size_t>(length, 1);
    }
  }
  return tokens;
}

int Orthography(const PunktParameters& parameters, const Text& type) {
  const auto found = parameters.orthography.find(Encode(type));
  return found == parameters.orthography.end() ? 0 : found->second;
}

// Whether a token starts a sentence, by how its type is written elsewhere; nothing where that does not tell.
std::optional<bool> StartsSentence(const Token& token, const PunktParameters& parameters) {
  if (token.text.size() == 1 && IsOneOf(token.text[0], U";:,.!?")) return false;
  const int seen = Orthography(parameters, token.TypeWithoutSentencePoint());
  if (IsUpper(token.text[0]) && (seen & kAnyLower) != 0 && (seen & kMiddleUpper) == 0) return true;
  if (IsLower(token.text[0]) && ((seen & kAnyUpper) != 0 || (seen & kStartLower) == 0)) return false;
  return std::nullopt;
}

// Decides again on a token with a final point, by the token behind it.
void Reconsider(Token& token, const Token& next, const PunktParameters& parameters) {
  if (!token.final_point) return;
  const Text type = token.TypeWithoutPoint(), next_type = next.TypeWithoutSentencePoint();
  const auto is_abbreviation = [&] {
    token.breaks = false;
    token.abbreviation = true;
  };
  if (parameters.collocations.count({type, next_type}) > 0) return is_abbreviation();
  const std::optional<bool> starts = StartsSentence(next, parameters);
  const bool next_is_upper = IsUpper(next.text[0]), initial = token.IsInitial();
  if ((token.abbreviation || token.ellipsis) && !initial &&
      (starts == true || (next_is_upper && parameters.sentence_starters.count(next_type) > 0))) {
    token.breaks = true;
    return;
  }
  if (!initial && type != NumberType()) return;
  const bool never_lower = (Orthography(parameters, next_type) & kAnyLower) == 0;
  if (starts == false || (!starts.has_value() && initial && next_is_upper && never_lower)) is_abbreviation();
}

// Whether a sentence ends inside of a context: a word, the mark behind it, and what follows.
bool HasBreak(View context, const PunktParameters& parameters) {
  std::vector<Token> tokens = Tokens(context, parameters);
  for (size_t i = 0; i + 1 < tokens.size(); ++i) {
    Reconsider(tokens[i], tokens[i + 1], parameters);
    if (tokens[i].breaks) return true;
  }
  return false;
}

// A mark at which a sentence may end: white space and a token follow, or a mark that stands outside of words.
struct Candidate {
  size_t mark = 0;
  size_t word = 0;         // where the word before it begins
  size_t context_end = 0;  // behind what follows
  std::optional<size_t> next_token;
};

std::vector<Candidate> Candidates(View text) {
  std::vector<Candidate> all;
  for (size_t i = 0; i + 1 < text.size(); ++i) {
    if (!EndsSentences(text[i])) continue;
    Candidate candidate;
    candidate.mark = i;
    size_t next = i + 1;
    if (IsOutsideWords(text[next])) {
      candidate.context_end = next + 1;
    } else {
      while (next < text.size() && IsSpace(text[next])) ++next;
      if (next == i + 1 || next == text.size()) continue;
      candidate.next_token = next;
      while (next < text.size() && !IsSpace(text[next])) ++next;
      candidate.context_end = next;
    }
    all.push_back(candidate);
  }
  // Of marks whose words overlap ("acting!!!") the last one counts. A word begins behind the last ASCII white space
  // since the mark before; without any, or where that alone stands first, it goes on with the word of the mark before.
  std::vector<Candidate> kept;
  size_t word = 0, word_end = 0;
  for (Candidate& candidate : all) {
    const size_t space = text.substr(word_end, candidate.mark - word_end).find_last_of(U" \t\n\r\v\f");
    candidate.word = space == View::npos || space == 0 ? word : word_end + space + 1;
    if (!kept.empty() && word_end > candidate.word) kept.pop_back();
    word = candidate.word;
    word_end = candidate.mark;
    kept.push_back(candidate);
  }
  return kept;
}

// What closes a sentence behind its mark, at the start of what follows: quotation marks and brackets before white
// space, "--" or a line's end. Its length, the white space behind it included.
size_t Closers(View text) {
  const size_t end = std::min(text.find_first_not_of(U"\"')]}"), text.size());
  if (end == 0) return 0;
  size_t space = end;
  while (space < text.size() && IsSpace(text[space])) ++space;
  const bool closes = space > end || end == text.size() || text.substr(end, 2) == U"--";
  return closes ? space : 0;
}

}  // namespace

std::vector<View> Sentences(View text, const PunktParameters& parameters) {
  std::vector<std::pair<size_t, size_t>> slices;
  size_t begin = 0;
  for (const Candidate& candidate : Candidates(text)) {
    if (!HasBreak(text.substr(candidate.word, candidate.context_end - candidate.word), parameters)) continue;
    slices.emplace_back(begin, candidate.mark + 1);
    begin = candidate.next_token.value_or(candidate.mark + 1);
  }
  slices.emplace_back(begin, std::max(begin, StripRight(text).size()));

  std::vector<View> sentences;
  size_t skipped = 0;  // of the slice, as it closes the sentence before
  for (size_t i = 0; i < slices.size(); ++i) {
    const size_t from = slices[i].first + skipped;
    size_t to = slices[i].second;
    skipped = 0;
    if (i + 1 < slices.size()) {
      const auto [next, next_end] = slices[i + 1];
      skipped = Closers(text.substr(next, next_end - next));
      if (skipped > 0) to = next + StripRight(text.substr(next, skipped)).size();
    }
    if (from < to) sentences.push_back(text.substr(from, to - from));
  }
  return sentences;
}

}  // namespace ifeval
