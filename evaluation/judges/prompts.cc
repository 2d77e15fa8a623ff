#include "evaluation/judges/prompts.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/check.h"
#include "base/status.h"
#include "datasets/constitutions/numbered.h"

namespace evaluation {
namespace {

using ::datasets::JudgePrompt;
using Values = std::map<std::string, std::string>;

// Categories whose questions FastChat's judges see beside a right answer.
bool NeedsReference(const Contest& contest) {
  return contest.category == "math" || contest.category == "reasoning" || contest.category == "coding";
}

bool HasReference(const Contest& contest) { return contest.reference.size() >= contest.turns.size(); }

std::string ConstitutionText(const datasets::Constitution& constitution) {
  std::vector<std::string> texts;
  for (const datasets::Clause& clause : constitution.clauses) texts.push_back(clause.text);
  return datasets::NumberPrinciples(texts);
}

// All places that a template may have for such a contest. One turn: {question}; two: {question_1} and {question_2}.
Values ValuesOf(const Contest& contest, JudgePrompt::Type type) {
  Values values;
  const bool one = contest.turns.size() == 1;
  const auto add = [&](const std::string& name, const std::vector<std::string>& texts) {
    if (one) values[name] = texts[0];
    for (size_t t = 0; !one && t < texts.size(); ++t) values[absl::StrCat(name, "_", t + 1)] = texts[t];
  };
  add("question", contest.turns);
  if (type == JudgePrompt::Type::kSingle) {
    add("answer", contest.first);
  } else {
    add("answer_a", contest.first);
    add("answer_b", contest.second);
  }
  for (size_t t = 0; t < contest.reference.size(); ++t) {
    values[absl::StrCat("ref_answer_", t + 1)] = contest.reference[t];
  }
  values["constitution"] = ConstitutionText(contest.constitution);
  return values;
}

// A contest that has everything a prompt of this kind may show.
Contest Example(size_t turns, bool reference) {
  Contest contest;
  contest.turns = contest.first = contest.second = std::vector<std::string>(turns, "x");
  if (reference) contest.reference = contest.turns;
  contest.constitution.clauses = {{"x", true, "x"}};
  return contest;
}

absl::StatusOr<JudgePrompt> Find(absl::Span<const JudgePrompt> prompts, const std::string& name,
                                 JudgePrompt::Type type) {
  std::vector<std::string> names;
  for (const JudgePrompt& prompt : prompts) {
    if (prompt.name == name && prompt.type == type) return prompt;
    if (prompt.type == type) names.push_back(prompt.name);
  }
  return absl::InvalidArgumentError(absl::StrCat("there is no ",
                                                 type == JudgePrompt::Type::kSingle ? "single" : "pairwise",
                                                 " prompt \"", name, "\"; there are ", absl::StrJoin(names, ", ")));
}

absl::StatusOr<JudgePrompt> FindAndCheck(absl::Span<const JudgePrompt> prompts, const std::string& name,
                                         JudgePrompt::Type type, size_t turns, bool reference) {
  ASSIGN_OR_RETURN(JudgePrompt prompt, Find(prompts, name, type));
  const auto filled = FillTemplate(prompt.prompt_template, ValuesOf(Example(turns, reference), type));
  if (!filled.ok()) return base::Annotate(filled.status(), absl::StrCat("prompt \"", name, "\""));
  return prompt;
}

}  // namespace

absl::StatusOr<std::string> FillTemplate(absl::string_view text, const Values& values) {
  std::string filled;
  while (!text.empty()) {
    const size_t plain = std::min(text.find_first_of("{}"), text.size());
    absl::StrAppend(&filled, text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) break;
    if (text.size() > 1 && text[0] == text[1]) {
      filled += text[0];
      text.remove_prefix(2);
      continue;
    }
    const size_t end = text.find('}');
    if (text[0] == '}' || end == absl::string_view::npos) {
      return absl::InvalidArgumentError(
          "the template has a lone brace; braces of the text itself are written {{ and }}");
    }
    const std::string place(text.substr(1, end - 1));
    const auto value = values.find(place);
    if (value == values.end()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "the template has a place {", place, "}, for which there is no value here; there are {",
          absl::StrJoin(values, "}, {", [](std::string* out, const auto& entry) { *out += entry.first; }), "}"));
    }
    filled += value->second;
    text.remove_prefix(end + 1);
  }
  return filled;
}

PromptNames FastChatPrompts(JudgePrompt::Type type) {
  if (type == JudgePrompt::Type::kSingle) {
    return {"single-v1", "single-math-v1", "single-v1-multi-turn", "single-math-v1-multi-turn"};
  }
  return {"pair-v2", "pair-math-v1", "pair-v2-multi-turn", "pair-math-v1-multi-turn"};
}

PromptNames OwnPrompts(JudgePrompt::Type type, bool principles) {
  const std::string name = type == JudgePrompt::Type::kSingle ? "single" : "pair";
  if (principles) return {name + "-principles", "", name + "-principles-two-turns", ""};
  return {name, name + "-reference", name + "-two-turns", name + "-reference-two-turns"};
}

absl::StatusOr<PromptSet> PromptSet::Make(absl::Span<const JudgePrompt> prompts, const PromptNames& names,
                                          JudgePrompt::Type type) {
  PromptSet set;
  ASSIGN_OR_RETURN(set.general_, FindAndCheck(prompts, names.general, type, 1, false));
  const auto find = [&](const std::string& name, size_t turns, bool reference,
                        std::optional<JudgePrompt>* prompt) -> absl::Status {
    if (name.empty()) return absl::OkStatus();
    ASSIGN_OR_RETURN(*prompt, FindAndCheck(prompts, name, type, turns, reference));
    if ((*prompt)->output_format == set.general_.output_format) return absl::OkStatus();
    return absl::InvalidArgumentError(absl::StrCat("prompts \"", set.general_.name, "\" and \"", name,
                                                   "\" ask for different output formats; one judge has one"));
  };
  RETURN_IF_ERROR(find(names.reference, 1, true, &set.reference_));
  RETURN_IF_ERROR(find(names.two_turns, 2, false, &set.two_turns_));
  RETURN_IF_ERROR(find(names.two_turns_reference, 2, true, &set.two_turns_reference_));
  return set;
}

absl::StatusOr<const JudgePrompt*> PromptSet::Choose(const Contest& contest) const {
  if (contest.turns.size() > 2) {
    return absl::InvalidArgumentError(absl::StrCat("question ", contest.question_id, " has ", contest.turns.size(),
                                                   " turns; judges look at two at most"));
  }
  const bool two = contest.turns.size() == 2;
  const bool reference = NeedsReference(contest) && HasReference(contest);
  const JudgePrompt* prompt = two                                   ? two_turns_ ? &*two_turns_ : nullptr
                              : reference && reference_.has_value() ? &*reference_
                                                                    : &general_;
  if (two && reference && two_turns_reference_.has_value()) prompt = &*two_turns_reference_;
  if (prompt == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat("the judge has no prompt for second turns, as question ",
                                                   contest.question_id, " has; name one, or judge first turns only"));
  }
  if (contest.constitution.clauses.empty() && absl::StrContains(prompt->prompt_template, "{constitution}")) {
    return absl::InvalidArgumentError(
        absl::StrCat("prompt \"", prompt->name, "\" shows what the answers were asked to ", "follow, and of question ",
                     contest.question_id, " no constitution is known"));
  }
  return prompt;
}

std::string PromptSet::Fill(const JudgePrompt& prompt, const Contest& contest) const {
  auto filled = FillTemplate(prompt.prompt_template, ValuesOf(contest, prompt.type));
  SAMI_CHECK_OK(filled.status()) << "prompt " << prompt.name << " was not chosen for this contest";
  return *std::move(filled);
}

bool PromptSet::LacksReference(const Contest& contest) const {
  const bool guided = contest.turns.size() == 2 ? two_turns_reference_.has_value() : reference_.has_value();
  return guided && NeedsReference(contest) && !HasReference(contest);
}

}  // namespace evaluation
