#include "evaluation/numbers/number_words.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"

namespace evaluation {
namespace {

struct Word {
  absl::string_view word;
  double value;
};
constexpr Word kSmall[] = {{"zero", 0},     {"one", 1},      {"two", 2},        {"three", 3},     {"four", 4},
                           {"five", 5},     {"six", 6},      {"seven", 7},      {"eight", 8},     {"nine", 9},
                           {"ten", 10},     {"eleven", 11},  {"twelve", 12},    {"thirteen", 13}, {"fourteen", 14},
                           {"fifteen", 15}, {"sixteen", 16}, {"seventeen", 17}, {"eighteen", 18}, {"nineteen", 19},
                           {"twenty", 20},  {"thirty", 30},  {"forty", 40},     {"fourty", 40},   {"fifty", 50},
                           {"sixty", 60},   {"seventy", 70}, {"eighty", 80},    {"ninety", 90}};
constexpr Word kScales[] = {{"hundred", 100}, {"thousand", 1e3},  {"million", 1e6}, {"millions", 1e6},
                            {"billion", 1e9}, {"trillion", 1e12}, {"lakh", 1e5},    {"lakhs", 1e5},
                            {"crore", 1e7},   {"crores", 1e7}};
constexpr Word kParts[] = {{"half", 2},     {"halves", 2}, {"third", 3},   {"thirds", 3},   {"quarter", 4},
                           {"quarters", 4}, {"fourth", 4}, {"fourths", 4}, {"fifth", 5},    {"fifths", 5},
                           {"sixth", 6},    {"sixths", 6}, {"seventh", 7}, {"sevenths", 7}, {"eighth", 8},
                           {"eighths", 8},  {"ninth", 9},  {"ninths", 9},  {"tenth", 10},   {"tenths", 10}};
constexpr double kMost = 1e9;  // numbers in words are below

// The word at the beginning, at most 10 letters; a longer one is none of ours.
absl::string_view WordOf(absl::string_view text) {
  size_t end = 0;
  while (end < text.size() && end <= 10 && absl::ascii_isalpha(text[end])) ++end;
  return end <= 10 ? text.substr(0, end) : absl::string_view();
}

template <size_t n>
const Word* Find(const Word (&words)[n], absl::string_view word) {
  for (const Word& known : words) {
    if (known.word == word) return &known;
  }
  return nullptr;
}

// " " or "-", and behind "hundred" or "thousand" also " and " and ", ".
absl::string_view BehindJoint(absl::string_view text, bool behind_scale) {
  if (behind_scale && (absl::ConsumePrefix(&text, " and ") || absl::ConsumePrefix(&text, ", "))) return text;
  if (absl::ConsumePrefix(&text, " ") || absl::ConsumePrefix(&text, "-")) return text;
  return absl::string_view();
}

// One more word of a whole number; whether it can follow what was read.
bool Add(const Word* small, const Word* scale, double* total, double* current, bool* open) {
  if (small != nullptr) {
    const double last = *current - static_cast<int64_t>(*current / 100) * 100;
    const bool follows_tens =
        last >= 20 && static_cast<int64_t>(last) % 10 == 0 && small->value >= 1 && small->value <= 9;
    if (!*open && !follows_tens) return false;
    *current += small->value;
    *open = false;
    return true;
  }
  if (scale == nullptr || *current == 0) return false;
  if (scale->value == 100) {
    if (*current >= 100) return false;
    *current *= 100;
  } else {
    if (scale->value > 1e6 || (*total > 0 && *total < scale->value * *current)) return false;
    *total += *current * scale->value;
    *current = 0;
  }
  *open = true;
  return *total < kMost;
}

}  // namespace

size_t ReadNumberWords(absl::string_view text, double* value) {
  const absl::string_view first = WordOf(text);
  if (first.empty()) return 0;
  if (first == "half") {
    *value = 0.5;
    return first.size();
  }
  double total = 0, current = 0;
  bool open = true, behind_scale = false;
  absl::string_view rest = text, word = first;
  size_t end = 0;
  if (first == "a" || first == "an") {
    current = 1;
    open = false;
    rest = BehindJoint(rest.substr(first.size()), false);
    word = WordOf(rest);
    if (Find(kScales, word) == nullptr && Find(kParts, word) == nullptr) return 0;
  }
  for (int words = 0; words < 16 && !word.empty(); ++words) {
    const Word* small = Find(kSmall, word);
    const Word* scale = small == nullptr ? Find(kScales, word) : nullptr;
    if (!Add(small, scale, &total, &current, &open)) break;
    behind_scale = scale != nullptr;
    rest.remove_prefix(word.size());
    end = text.size() - rest.size();
    *value = total + current;
    rest = BehindJoint(rest, behind_scale);
    word = WordOf(rest);
  }
  // "three quarters"; "one third".
  const Word* part = Find(kParts, word);
  const double above = total + current;
  if (part != nullptr && total == 0 && above >= 1 && above < 20 && (above == 1) == (word.back() != 's')) {
    *value = above / part->value;
    return text.size() - rest.size() + word.size();
  }
  if (end == 0) return 0;
  double more;
  const size_t length = ReadAndFraction(text.substr(end), &more);
  if (length > 0) *value += more;
  return end + length;
}

size_t ReadAndFraction(absl::string_view text, double* value) {
  absl::string_view rest = text;
  if (!absl::ConsumePrefix(&rest, " and ")) return 0;
  const absl::string_view count = WordOf(rest);
  const Word* small = Find(kSmall, count);
  if (small == nullptr && count != "a") return 0;
  const double above = small == nullptr ? 1 : small->value;
  rest = BehindJoint(rest.substr(count.size()), false);
  const absl::string_view word = WordOf(rest);
  const Word* part = Find(kParts, word);
  if (part == nullptr || above < 1 || above >= part->value) return 0;
  *value = above / part->value;
  return text.size() - rest.size() + word.size();
}

size_t ReadScaleWord(absl::string_view text, double* scale) {
  const absl::string_view rest = BehindJoint(text, false);
  const absl::string_view word = WordOf(rest);
  const Word* found = Find(kScales, word);
  if (found == nullptr) return 0;
  *scale = found->value;
  return text.size() - rest.size() + word.size();
}

}  // namespace evaluation
