#include "evaluation/replies/mentions.h"

#include <cmath>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/status.h"
#include "evaluation/replies/loose_json.h"
#include "evaluation/replies/run_on.h"

namespace evaluation {
namespace {

using ::absl::string_view;
using ::base::Json;
using Mentions = std::vector<Mention>;

// Without what may stand around a word: 'A', **A**, [A], and without what stands behind a control token that a server
// left in: "A<|im_end|>".
string_view StripMarks(string_view text) {
  const auto is_mark = [](char c) { return absl::ascii_isspace(c) || absl::StrContains("'\"`*[]()<>.", c); };
  text = absl::StripLeadingAsciiWhitespace(text);
  text = text.substr(0, FindRunOn(text, 0));
  while (!text.empty() && is_mark(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_mark(text.back())) text.remove_suffix(1);
  return text;
}

std::optional<Value> ValueOf(const Grammar& grammar, string_view word) {
  for (const Grammar::Word& known : grammar.words) {
    if (word == known.text) return Value{known.verdict, known.strength, 0};
  }
  return std::nullopt;
}

std::optional<Value> RatingValue(const Grammar& grammar, double rating) {
  if (!(rating >= grammar.lowest && rating <= grammar.highest)) return std::nullopt;
  return Value{Verdict::kTie, 1, rating};
}

// A word or, where the grammar has none, a rating.
std::optional<Value> ValueOfText(const Grammar& grammar, string_view text) {
  text = absl::StripAsciiWhitespace(text);
  if (!grammar.words.empty()) return ValueOf(grammar, text);
  double rating;
  if (!absl::SimpleAtod(text, &rating)) return std::nullopt;
  return RatingValue(grammar, rating);
}

Mentions FindWords(const Grammar& grammar, string_view text) {
  Mentions mentions;
  for (size_t at = text.find(grammar.lead); at != string_view::npos; at = text.find(grammar.lead, at)) {
    const Grammar::Word* found = nullptr;
    for (const Grammar::Word& word : grammar.words) {
      if (absl::StartsWith(text.substr(at), word.text)) found = &word;
    }
    if (found == nullptr) {
      ++at;
      continue;
    }
    mentions.push_back({Value{found->verdict, found->strength, 0}, at, at + found->text.size()});
    at = mentions.back().end;
  }
  return mentions;
}

// Behind the lead comes a word, perhaps on the next line, and nothing else on its line.
Mentions FindLed(const Grammar& grammar, string_view text) {
  Mentions mentions;
  size_t next = 0;
  for (size_t at = text.find(grammar.lead); at != string_view::npos; at = next) {
    const size_t behind = at + grammar.lead.size();
    next = text.find(grammar.lead, behind);
    string_view line = absl::StripLeadingAsciiWhitespace(text.substr(behind, next - behind));
    line = line.substr(0, line.find('\n'));
    const string_view word = StripMarks(line);
    const size_t end = word.empty() ? behind : word.data() + word.size() - text.data();
    mentions.push_back({ValueOf(grammar, word), at, end});
  }
  return mentions;
}

Mentions FindWhole(const Grammar& grammar, string_view text) {
  const string_view word = StripMarks(text);
  if (word.empty()) return {};
  const std::optional<Value> value = ValueOf(grammar, word);
  if (!value.has_value()) return {};
  const size_t begin = word.data() - text.data();
  return {{value, begin, begin + word.size()}};
}

Mentions FindRatings(const Grammar& grammar, string_view text) {
  Mentions mentions;
  for (const FoundNumbers& found : FindNumbers(text, "[[", "]]", grammar.ratings)) {
    std::optional<Value> value = RatingValue(grammar, found.numbers[0]);
    if (grammar.ratings == 2 && value.has_value()) {
      value = RatingValue(grammar, found.numbers[1]);
      if (value.has_value()) value = Value{CompareRatings(found.numbers[0], found.numbers[1], 0), 1, 0};
    }
    mentions.push_back({value, found.begin, found.end});
  }
  return mentions;
}

// The verdict of AlpacaEval's [{"model": "model_1", "rank": 1}, ...].
std::optional<Value> RankingValue(const Grammar& grammar, const Json& list) {
  double ranks[2] = {0, 0};  // of the first and the second answer; 0: not given
  for (const Json& entry : list) {
    const auto rank = entry.find("rank");
    double number;
    if (rank->is_number()) {
      number = rank->get<double>();
    } else if (!rank->is_string() || !absl::SimpleAtod(rank->get<std::string>(), &number)) {
      return std::nullopt;
    }
    const auto model = entry.find("model");
    const std::optional<Value> who = model->is_string() ? ValueOf(grammar, model->get<std::string>()) : std::nullopt;
    if (!who.has_value() || (number != 1 && number != 2)) return std::nullopt;
    double& place = ranks[who->verdict == Verdict::kFirst ? 0 : 1];
    if (place != 0) return std::nullopt;
    place = number;
  }
  return Value{CompareRatings(ranks[1], ranks[0], 0), 1, 0};
}

Mentions FindRankings(const Grammar& grammar, string_view text) {
  Mentions mentions;
  for (const FoundJson& found : FindJson(text, '[')) {
    bool is_ranking = found.value.size() == 2;
    for (const Json& entry : found.value) {
      is_ranking = is_ranking && entry.is_object() && entry.contains("model") && entry.contains("rank");
    }
    if (is_ranking) mentions.push_back({RankingValue(grammar, found.value), found.begin, found.end});
  }
  return mentions;
}

// The member "a.b" of {"a": {"b": ...}}; nullptr where there is none.
const Json* FindMember(const Json& object, string_view key) {
  const Json* value = &object;
  for (const string_view name : absl::StrSplit(key, '.')) {
    if (!value->is_object() || !value->contains(std::string(name))) return nullptr;
    value = &value->at(std::string(name));
  }
  return value;
}

Mentions FindMembers(const Grammar& grammar, string_view text) {
  Mentions mentions;
  for (const FoundJson& found : FindJson(text, '{')) {
    const Json* member = FindMember(found.value, grammar.key);
    if (member == nullptr) continue;
    std::optional<Value> value;
    if (member->is_string()) {
      value = ValueOfText(grammar, member->get<std::string>());
    } else if (member->is_number() && grammar.words.empty()) {
      value = RatingValue(grammar, member->get<double>());
    } else if (member->is_number() || member->is_boolean()) {
      value = ValueOf(grammar, member->dump());
    }
    mentions.push_back({value, found.begin, found.end});
  }
  return mentions;
}

absl::StatusOr<Mentions> FindMatches(const Grammar& grammar, string_view text) {
  ASSIGN_OR_RETURN(const auto matches, grammar.pattern->All(text));
  Mentions mentions;
  for (const Pattern::Match& match : matches) {
    const string_view word = text.substr(match.group_begin, match.group_end - match.group_begin);
    mentions.push_back({ValueOfText(grammar, word), match.begin, match.end});
  }
  return mentions;
}

}  // namespace

std::vector<FoundNumbers> FindNumbers(string_view text, string_view open, string_view close, int count) {
  std::vector<FoundNumbers> all;
  for (size_t at = text.find(open); at != string_view::npos; at = text.find(open, at + 1)) {
    const auto digits = [&](size_t from) {
      while (from < text.size() && absl::ascii_isdigit(text[from])) ++from;
      return from;
    };
    FoundNumbers found{{}, at, at + open.size()};
    for (size_t begin = found.end;; begin = found.end) {
      size_t end = digits(begin);
      if (end == begin) break;
      if (end < text.size() && text[end] == '.') end = digits(end + 1);
      found.numbers.emplace_back();
      if (!absl::SimpleAtod(text.substr(begin, end - begin), &found.numbers.back())) break;
      found.end = end;
      if (static_cast<int>(found.numbers.size()) == count || end == text.size() || text[end] != ',') break;
      found.end = end + 1;
      if (found.end < text.size() && absl::ascii_isspace(text[found.end])) ++found.end;
    }
    if (static_cast<int>(found.numbers.size()) != count) continue;
    if (!absl::StartsWith(text.substr(found.end), close)) continue;
    found.end += close.size();
    all.push_back(std::move(found));
  }
  return all;
}

Verdict CompareRatings(double first, double second, double tie) {
  if (std::abs(first - second) <= tie) return Verdict::kTie;
  return first > second ? Verdict::kFirst : Verdict::kSecond;
}

absl::StatusOr<Mentions> FindMentions(const Grammar& grammar, string_view text) {
  switch (grammar.form) {
    case Grammar::Form::kWords:
      return FindWords(grammar, text);
    case Grammar::Form::kLed:
      return FindLed(grammar, text);
    case Grammar::Form::kWhole:
      return FindWhole(grammar, text);
    case Grammar::Form::kNumbers:
      return FindRatings(grammar, text);
    case Grammar::Form::kRanking:
      return FindRankings(grammar, text);
    case Grammar::Form::kJson:
      return FindMembers(grammar, text);
    case Grammar::Form::kPattern:
      return FindMatches(grammar, text);
  }
  return Mentions();
}

}  // namespace evaluation
