#include "evaluation/replies/recitals.h"

#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"

namespace evaluation {
namespace {

using ::absl::string_view;

constexpr size_t kNear = 120;   // bytes between two mentions of a list
constexpr char kChoice = '\1';  // stands for a choice's letter

// A clause without marks, in lower case, the letters and digits that stand alone taken out.
struct Shape {
  std::string text;
  std::string choices;
};

bool IsAsciiLetter(string_view text, size_t i) { return i < text.size() && absl::ascii_isalnum(text[i]); }

Shape ShapeOf(string_view clause) {
  Shape shape;
  for (size_t i = 0; i < clause.size(); ++i) {
    const char c = clause[i];
    const bool stands_alone = (i == 0 || !IsAsciiLetter(clause, i - 1)) && !IsAsciiLetter(clause, i + 1);
    if ((absl::ascii_isupper(c) || absl::ascii_isdigit(c)) && stands_alone) {
      shape.text += kChoice;
      shape.choices += c;
    } else if (absl::ascii_isspace(c)) {
      if (!shape.text.empty() && shape.text.back() != ' ') shape.text += ' ';
    } else if (!absl::StrContains("*_`\"'()[]{},;:.!-", c)) {
      shape.text += absl::ascii_tolower(c);
    }
  }
  for (const string_view mark : {"\uff0c", "\uff1b", "\uff1a", "\u3001", "\u3002"}) {
    for (size_t at = shape.text.find(mark.data(), 0, mark.size()); at != std::string::npos;
         at = shape.text.find(mark.data(), at, mark.size())) {
      shape.text.erase(at, mark.size());
    }
  }
  shape.text = std::string(absl::StripAsciiWhitespace(shape.text));
  return shape;
}

// The share of the longer one that the beginnings and ends of both have in common.
double Likeness(const Shape& a, const Shape& b) {
  const size_t shorter = std::min(a.text.size(), b.text.size()), longer = std::max(a.text.size(), b.text.size());
  size_t same = 0;
  while (same < shorter && a.text[same] == b.text[same]) ++same;
  size_t end = 0;
  while (end < shorter - same && a.text[a.text.size() - 1 - end] == b.text[b.text.size() - 1 - end]) ++end;
  return longer == 0 ? 0 : static_cast<double>(same + end) / longer;
}

// Or the second is how the first, which may be led in, ends: "By the winner: A gives [[A]], B gives [[B]]".
bool AreParallel(const Shape& a, const Shape& b) {
  return !a.choices.empty() && !b.choices.empty() && a.choices != b.choices && a.text.size() > a.choices.size() &&
         (Likeness(a, b) >= 0.6 || absl::EndsWith(a.text, b.text));
}

bool HasWords(string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return absl::ascii_isalnum(c) || static_cast<unsigned char>(c) >= 0x80; });
}

}  // namespace

void MarkRecitals(const Grammar& grammar, string_view text, const std::vector<Mention>& mentions,
                  std::vector<Use>* uses) {
  if (grammar.words.empty()) return;
  const auto shape_before = [&](size_t i) {
    const Clause& clause = (*uses)[i].clause;
    return ShapeOf(clause.heading.empty() ? clause.before : clause.heading);
  };
  const auto shape_after = [&](size_t i) { return ShapeOf((*uses)[i].clause.after); };
  const auto gap = [&](size_t i) { return text.substr(mentions[i].end, mentions[i + 1].begin - mentions[i].end); };
  const auto differ = [&](size_t i, size_t j) {
    return mentions[i].value.has_value() && mentions[j].value.has_value() && !(mentions[i].value == mentions[j].value);
  };
  const auto is_near = [&](size_t i) {
    return gap(i).size() <= kNear && !absl::StrContains(gap(i), "\n\n") && HasWords(gap(i));
  };
  const auto may_list = [&](size_t i) { return mentions[i].value.has_value() && !(*uses)[i].is_dropped; };

  // Parallel clauses.
  std::vector<bool> is_parallel(mentions.size());  // to the one before
  for (size_t i = 0; i + 1 < mentions.size(); ++i) {
    if (!differ(i, i + 1) || !may_list(i) || !may_list(i + 1) || (*uses)[i + 1].is_concluded || !is_near(i)) continue;
    const Shape first = shape_before(i), second = shape_before(i + 1);
    const bool follows = (*uses)[i].is_recited && Likeness(first, second) >= 0.5;
    if (follows || AreParallel(first, second) || AreParallel(shape_after(i), shape_after(i + 1))) {
      is_parallel[i + 1] = true;
      (*uses)[i].is_recited = (*uses)[i + 1].is_recited = true;
    }
  }

  // All choices, each once.
  const auto covers = [&](size_t begin, size_t end) {
    bool found[3] = {false, false, false};
    for (size_t i = begin; i < end; ++i) found[static_cast<int>(mentions[i].value->verdict)] = true;
    return found[0] && found[1] && found[2];
  };
  for (size_t begin = 0; begin < mentions.size();) {
    size_t end = begin + 1;
    while (may_list(begin) && end < mentions.size() && may_list(end) && is_near(end - 1)) {
      const Use& use = (*uses)[end];
      const bool is_last_line = use.weight == Use::Weight::kDecision && use.clause.ends_text &&
                                use.clause.heading.empty() && !HasWords(use.clause.before) &&
                                absl::StrContains(gap(end - 1), '\n');
      constexpr double kAlike = 0.3;  // "Tie: verdict" behind "B better: verdict"
      const bool is_labelled = use.is_labelled && Likeness(shape_before(end - 1), shape_before(end)) < kAlike;
      const bool decides = use.is_concluded || is_labelled || is_last_line;
      if (decides && !is_parallel[end]) break;
      bool is_new = true;
      for (size_t i = begin; i < end; ++i) is_new = is_new && differ(i, end);
      if (!is_new) break;
      ++end;
    }
    if (may_list(begin) && covers(begin, end)) {
      for (size_t i = begin; i < end; ++i) (*uses)[i].is_recited = true;
    }
    begin = end;
  }
}

}  // namespace evaluation
