#include "evaluation/extraction/rules.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "evaluation/extraction/default_rule.h"
#include "evaluation/numbers/number.h"
#include "evaluation/numbers/unicode_digits.h"

namespace evaluation {
namespace {

using Answer = absl::optional<std::string>;

struct Named {
  AnswerRule rule;
  absl::string_view name;
};
constexpr Named kNames[] = {{AnswerRule::kOpenAi, "openai"},
                            {AnswerRule::kLmEvalStrict, "lm-eval-strict"},
                            {AnswerRule::kLmEvalFlexible, "lm-eval-flexible"},
                            {AnswerRule::kSamiExt, "sami-ext"},
                            {AnswerRule::kDefault, "default"},
                            {AnswerRule::kLmEvalCotStrict, "lm-eval-cot-strict"}};

// How many characters from `begin` on satisfy the condition.
template <typename Condition>
size_t CountWhile(absl::string_view text, size_t begin, const Condition& condition) {
  size_t end = begin;
  while (end < text.size() && condition(text[end])) ++end;
  return end - begin;
}

// First match of the regular expression `words` + "(\-?[0-9\.\,]+)": its group. `and_one_more`: of that + ".", any
// character but a line feed, which may be the group's last.
Answer NumberBehind(absl::string_view words, bool and_one_more, absl::string_view text) {
  for (size_t at = text.find(words); at != absl::string_view::npos; at = text.find(words, at + 1)) {
    const size_t begin = at + words.size();
    const size_t sign = begin < text.size() && text[begin] == '-';
    size_t count =
        CountWhile(text, begin + sign, [](char c) { return absl::ascii_isdigit(c) || c == '.' || c == ','; });
    const size_t end = begin + sign + count;
    if (count > 0 && and_one_more && (end == text.size() || text[end] == '\n')) --count;
    if (count > 0) return std::string(text.substr(begin, sign + count));
  }
  return absl::nullopt;
}

Answer BehindHashes(absl::string_view text) { return NumberBehind("#### ", false, text); }

// Last match of "(-?[$0-9.,]{2,})|(-?[0-9]+)".
Answer LastNumberLike(absl::string_view text) {
  Answer last;
  for (size_t at = 0; at < text.size();) {
    const size_t sign = text[at] == '-';
    size_t count =
        CountWhile(text, at + sign, [](char c) { return absl::ascii_isdigit(c) || c == '$' || c == '.' || c == ','; });
    const bool matches = count >= 2 || (count == 1 && absl::ascii_isdigit(text[at + sign]));
    if (matches) last = std::string(text.substr(at, sign + count));
    at += matches ? sign + count : 1;
  }
  return last;
}

Answer LastDigitsBehindEquals(absl::string_view text) {
  const size_t equals = text.rfind('=');
  if (equals != absl::string_view::npos) text.remove_prefix(equals + 1);
  const std::string plain = WithAsciiDigits(absl::StrReplaceAll(text, {{",", ""}}));
  const auto last = std::find_if(plain.rbegin(), plain.rend(), absl::ascii_isdigit);
  const auto before = std::find_if_not(last, plain.rend(), absl::ascii_isdigit);
  std::string digits(before.base(), last.base());
  if (digits.empty()) return absl::nullopt;
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));
  return digits;
}

// What exact_match compares, regexes_to_ignore being ",", "\$", "(?s).*#### " and "\.$".
std::string ForExactMatch(absl::string_view text) {
  std::string plain = absl::StrReplaceAll(text, {{",", ""}, {"$", ""}});
  const size_t hashes = plain.rfind("#### ");
  if (hashes != std::string::npos) plain.erase(0, hashes + 5);
  // Python's $ also stands before a line break at the end.
  const size_t end = plain.size() - absl::EndsWith(plain, "\n");
  if (end > 0 && plain[end - 1] == '.') plain.erase(end - 1, 1);
  return absl::AsciiStrToLower(plain);
}

}  // namespace

absl::string_view AnswerRuleName(AnswerRule rule) { return kNames[static_cast<int>(rule)].name; }

absl::StatusOr<AnswerRule> AnswerRuleFromName(absl::string_view name) {
  std::string names;
  for (const Named& named : kNames) {
    if (named.name == name) return named.rule;
    absl::StrAppend(&names, names.empty() ? "" : ", ", named.name);
  }
  return absl::InvalidArgumentError(absl::StrCat("there is no rule \"", name, "\"; the rules are ", names));
}

Answer ExtractAnswer(AnswerRule rule, absl::string_view text) {
  switch (rule) {
    case AnswerRule::kOpenAi: {
      Answer answer = BehindHashes(text);
      if (answer.has_value()) *answer = absl::StrReplaceAll(*answer, {{",", ""}});
      return answer;
    }
    case AnswerRule::kLmEvalStrict:
      return BehindHashes(text);
    case AnswerRule::kLmEvalCotStrict:
      return NumberBehind("The answer is ", true, text);
    case AnswerRule::kLmEvalFlexible:
      return LastNumberLike(text);
    case AnswerRule::kSamiExt:
      return LastDigitsBehindEquals(text);
    case AnswerRule::kDefault: {
      const absl::optional<double> value = DefaultAnswer(text);
      if (!value.has_value()) return absl::nullopt;
      return NumberText(*value);
    }
  }
  return absl::nullopt;
}

bool IsRightAnswer(AnswerRule rule, absl::string_view response, absl::string_view reference) {
  const Answer answer = ExtractAnswer(rule, response);
  if (!answer.has_value()) return false;
  switch (rule) {
    case AnswerRule::kOpenAi:
    case AnswerRule::kSamiExt:
      return answer == ExtractAnswer(rule, reference);
    case AnswerRule::kLmEvalStrict:
    case AnswerRule::kLmEvalCotStrict:
    case AnswerRule::kLmEvalFlexible:
      return ForExactMatch(*answer) == ForExactMatch(reference);
    case AnswerRule::kDefault: {
      const absl::optional<double> value = DefaultAnswer(response), gold = DefaultAnswer(reference);
      return gold.has_value() && SameNumber(*value, *gold);
    }
  }
  return false;
}

}  // namespace evaluation
