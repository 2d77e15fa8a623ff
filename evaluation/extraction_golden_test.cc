// The four published extraction rules against what their own code extracted, and all rules against the labels of the
// published solutions.
//
//   bazel test //evaluation:extraction_golden_test --test_arg=--golden_dir=DIR
//
// runs every case in DIR's extraction_cases.json, multi_sample.json, gold_answers.json and
// example_solutions_results.json; without it those tests skip. The public files come from datasets/sources.
#include <cstdio>
#include <functional>
#include <map>
#include <numeric>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "base/testing.h"
#include "datasets/gsm8k/gsm8k.h"
#include "datasets/gsm8k/testing/solutions.h"
#include "datasets/sources/testing.h"
#include "evaluation/extraction/rules.h"

namespace evaluation {
namespace {

using ::base::Json;

std::string GoldenFolder() {
  static const std::string* folder = new std::string(base::FolderFromFlag("golden_dir", ""));
  return *folder;
}

// sami-ext's integers are Python's, of any length: those of 19 digits and more become strings.
std::string QuoteLongNumbers(const std::string& json) {
  std::string quoted;
  bool in_string = false;
  for (size_t at = 0; at < json.size();) {
    const size_t digits = json.find_first_not_of("0123456789", at) - at;
    if (!in_string && digits >= 19 && digits < json.size()) {
      absl::StrAppend(&quoted, "\"", json.substr(at, digits), "\"");
      at += digits;
      continue;
    }
    if (json[at] == '"' && (at == 0 || json[at - 1] != '\\')) in_string = !in_string;
    quoted.push_back(json[at++]);
  }
  return quoted;
}

// A file of the golden folder.
absl::StatusOr<Json> Golden(const std::string& name) {
  ASSIGN_OR_RETURN(const std::string text, base::ReadFile(absl::StrCat(GoldenFolder(), "/", name)));
  return base::ParseJson(QuoteLongNumbers(text), name);
}

// Skips where no folder was given, fails where the folder lacks the file.
#define LOAD_GOLDEN_OR_SKIP(json, name)                          \
  if (GoldenFolder().empty()) GTEST_SKIP() << "no --golden_dir"; \
  ASSERT_OK_AND_ASSIGN(const Json json, Golden(name))

std::string Extracted(AnswerRule rule, absl::string_view text) { return ExtractAnswer(rule, text).value_or(kNoAnswer); }

// Numbers as text: sami-ext's are integers in the files.
std::string Text(const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

TEST(ExtractionGoldenTest, Cases) {
  LOAD_GOLDEN_OR_SKIP(cases, "extraction_cases.json");
  ASSERT_FALSE(cases.empty());
  const std::pair<const char*, AnswerRule> kRules[] = {{"openai_extract", AnswerRule::kOpenAi},
                                                       {"lm_eval_strict", AnswerRule::kLmEvalStrict},
                                                       {"lm_eval_flexible", AnswerRule::kLmEvalFlexible},
                                                       {"sami_ext", AnswerRule::kSamiExt}};
  for (const Json& item : cases) {
    const std::string text = item.at("text");
    for (const auto& [key, rule] : kRules) EXPECT_EQ(Extracted(rule, text), Text(item.at(key))) << key << ": " << text;
    for (const auto& [gold, right] : item.at("flexible_em_vs_gold").items()) {
      EXPECT_EQ(IsRightAnswer(AnswerRule::kLmEvalFlexible, text, absl::StrCat("#### ", gold)), right.get<bool>())
          << text << " against " << gold;
    }
  }
}

TEST(ExtractionGoldenTest, SeveralResponses) {
  LOAD_GOLDEN_OR_SKIP(cases, "multi_sample.json");
  ASSERT_FALSE(cases.empty());
  for (const Json& item : cases) {
    bool any = false;
    for (size_t i = 0; i < item.at("responses").size(); ++i) {
      const std::string response = item.at("responses")[i];
      EXPECT_EQ(Extracted(AnswerRule::kLmEvalFlexible, response), Text(item.at("flexible")[i]));
      EXPECT_EQ(Extracted(AnswerRule::kSamiExt, response), Text(item.at("sami_ext_extracted")[i]));
      any |= IsRightAnswer(AnswerRule::kSamiExt, response, item.at("reference").get<std::string>());
    }
    EXPECT_EQ(any, item.at("sami_ext_any").get<bool>());
  }
}

TEST(ExtractionGoldenTest, GoldAnswers) {
  LOAD_GOLDEN_OR_SKIP(golden, "gold_answers.json");
  ASSIGN_PINNED_OR_SKIP(const std::string path, "gsm8k/test.jsonl");
  ASSERT_OK_AND_ASSIGN(const auto problems, datasets::ReadGsm8k(path));
  const Json& answers = golden.at("gold_answers_openai");
  ASSERT_EQ(problems.size(), answers.size());
  std::map<size_t, std::string> differ;
  for (size_t i = 0; i < problems.size(); ++i) {
    const std::string gold = answers[i];
    EXPECT_EQ(problems[i].gold, gold);
    EXPECT_EQ(Extracted(AnswerRule::kOpenAi, problems[i].answer), gold);
    EXPECT_EQ(Extracted(AnswerRule::kDefault, problems[i].answer), gold);
    const std::string sami_ext = Extracted(AnswerRule::kSamiExt, problems[i].answer);
    if (sami_ext != gold) differ[i] = sami_ext;
  }
  std::map<size_t, std::string> expected;
  for (const Json& item : golden.at("sami_ext_extract_answer_on_references_differs_at")) {
    expected[item[0].get<size_t>()] = Text(item[1]);
  }
  EXPECT_EQ(differ, expected);
}

// The line "A: 18" that ends a published solution, as "#### 18".
std::string WithHashes(const std::string& solution) {
  const size_t at = solution.rfind("\nA:");
  return at == std::string::npos ? solution : absl::StrCat(solution.substr(0, at), "\n####", solution.substr(at + 3));
}

struct Labelled {
  std::vector<datasets::Gsm8kProblem> problems;
  std::vector<datasets::Gsm8kSolved> solved;
};

absl::StatusOr<Labelled> LoadLabelled() {
  Labelled labelled;
  ASSIGN_OR_RETURN(const std::string problems, datasets::PinnedFile("gsm8k/test.jsonl"));
  ASSIGN_OR_RETURN(const std::string solutions, datasets::PinnedFile("gsm8k/example_model_solutions.jsonl"));
  ASSIGN_OR_RETURN(labelled.problems, datasets::ReadGsm8k(problems));
  ASSIGN_OR_RETURN(labelled.solved, datasets::ReadGsm8kSolutions(solutions));
  return labelled;
}

TEST(ExtractionGoldenTest, PublishedSolutionsBitForBit) {
  LOAD_GOLDEN_OR_SKIP(golden, "example_solutions_results.json");
  const absl::StatusOr<Labelled> labelled = LoadLabelled();
  SKIP_OR_FAIL_IF_ERROR(labelled.status());
  const std::pair<const char*, AnswerRule> kRules[] = {{"openai_####", AnswerRule::kOpenAi},
                                                       {"lm_eval_strict", AnswerRule::kLmEvalStrict},
                                                       {"lm_eval_flexible", AnswerRule::kLmEvalFlexible},
                                                       {"sami_ext", AnswerRule::kSamiExt}};
  for (const auto& [model, bits] : golden.at("per_item_bits").items()) {
    for (const auto& [name, rule] : kRules) {
      std::string as_is, hashed;
      for (size_t i = 0; i < labelled->problems.size(); ++i) {
        const std::string& solution = labelled->solved[i].solutions.at(model).text;
        const std::string& reference = labelled->problems[i].answer;
        as_is.push_back(IsRightAnswer(rule, solution, reference) ? '1' : '0');
        hashed.push_back(IsRightAnswer(rule, WithHashes(solution), reference) ? '1' : '0');
      }
      EXPECT_EQ(as_is, bits.at(absl::StrCat("as_is(A: x)|", name)).get<std::string>()) << model;
      EXPECT_EQ(hashed, bits.at(absl::StrCat("A->####|", name)).get<std::string>()) << model;
    }
    for (const auto& [key, strings] : golden.at("extracted").at(model).items()) {
      const AnswerRule rule = absl::StartsWith(key, "strict")     ? AnswerRule::kLmEvalStrict
                              : absl::StartsWith(key, "flexible") ? AnswerRule::kLmEvalFlexible
                              : absl::StartsWith(key, "openai")   ? AnswerRule::kOpenAi
                                                                  : AnswerRule::kSamiExt;
      const bool is_hashed = absl::StrContains(key, "A->####");
      for (size_t i = 0; i < strings.size(); ++i) {
        const std::string& solution = labelled->solved[i].solutions.at(model).text;
        EXPECT_EQ(Extracted(rule, is_hashed ? WithHashes(solution) : solution), Text(strings[i])) << key << " " << i;
      }
    }
  }
}

// The final answers of the published solutions in the forms that other models give theirs: what is right stays right,
// so the published labels hold. A solution that ends without a plain number stays as it is.
struct Form {
  const char* name;
  std::function<std::string(const std::string& steps, const std::string& number)> write;
};

std::string Dollars(const std::string& number) {
  const bool negative = number[0] == '-';
  return absl::StrCat(negative ? "-$" : "$", number.substr(negative),
                      number.find('.') == std::string::npos ? ".00" : "");
}

std::vector<Form> Forms() {
  return {
      {"A: 18 (published)", [](auto& steps, auto& number) { return absl::StrCat(steps, "\nA: ", number); }},
      {"#### 18", [](auto& steps, auto& number) { return absl::StrCat(steps, "\n#### ", number); }},
      {"#### 18, then another question",
       [](auto& steps, auto& number) {
         return absl::StrCat(steps, "\n#### ", number, "\n\nQ: 5 + 6?\nA: 5 + 6 = 11");
       }},
      {"The answer is $18.00.",
       [](auto& steps, auto& number) { return absl::StrCat(steps, "\nThe answer is ", Dollars(number), "."); }},
      {"\\boxed{18}", [](auto& steps, auto& number) { return absl::StrCat(steps, "\nSo \\boxed{", number, "}."); }},
      {"Answer: 18, in 2 lines",
       [](auto& steps, auto& number) { return absl::StrCat(steps, "\n**Answer:** ", number, " units in 2 steps"); }},
  };
}

bool IsPlainNumber(const std::string& text) {
  double value;
  return absl::SimpleAtod(text, &value) && text.find_first_not_of("-.0123456789") == std::string::npos;
}

// Agreement with the 4 x 1319 published labels, printed as a table. No rule was adapted to any of these solutions; even
// and odd lines are shown apart, so that whoever does so may look at the one and report the other.
TEST(ExtractionGoldenTest, DefaultAgreesBestWithThePublishedLabels) {
  const absl::StatusOr<Labelled> labelled = LoadLabelled();
  SKIP_OR_FAIL_IF_ERROR(labelled.status());
  std::map<AnswerRule, int> total;
  std::printf("Agreement with published labels %% (even lines / odd lines), of 4 models\n%-32s", "form");
  for (const AnswerRule rule : kAnswerRules) std::printf(" %17s", std::string(AnswerRuleName(rule)).c_str());
  for (const Form& form : Forms()) {
    std::map<AnswerRule, int> agree[2];
    int count[2] = {};
    for (size_t i = 0; i < labelled->problems.size(); ++i) {
      for (const auto& [model, solution] : labelled->solved[i].solutions) {
        std::string text = solution.text;
        const size_t at = text.rfind("\nA:");
        const std::string number =
            at == std::string::npos ? "" : std::string(absl::StripAsciiWhitespace(text.substr(at + 3)));
        if (IsPlainNumber(number)) text = form.write(text.substr(0, at), number);
        ++count[i % 2];
        for (const AnswerRule rule : kAnswerRules) {
          agree[i % 2][rule] += IsRightAnswer(rule, text, labelled->problems[i].answer) == solution.is_correct;
        }
      }
    }
    std::printf("\n%-32s", form.name);
    for (const AnswerRule rule : kAnswerRules) {
      total[rule] += agree[0][rule] + agree[1][rule];
      std::printf("     %5.1f / %5.1f", 100.0 * agree[0][rule] / count[0], 100.0 * agree[1][rule] / count[1]);
    }
    for (const AnswerRule rule : kAnswerRules) {
      for (const int half : {0, 1}) {
        EXPECT_GE(agree[half][AnswerRule::kDefault], agree[half][rule]) << form.name << ", " << AnswerRuleName(rule);
      }
    }
  }
  std::printf("\n");
  for (const AnswerRule rule : kAnswerRules) {
    if (rule != AnswerRule::kDefault) EXPECT_GT(total[AnswerRule::kDefault], total[rule]) << AnswerRuleName(rule);
  }
}

// The gold answers as models give theirs: what is right stays right in every dress.
TEST(ExtractionGoldenTest, DefaultReadsGoldAnswersInEightDresses) {
  ASSIGN_PINNED_OR_SKIP(const std::string path, "gsm8k/test.jsonl");
  ASSERT_OK_AND_ASSIGN(const auto problems, datasets::ReadGsm8k(path));
  struct Dress {
    const char* name;
    std::function<std::string(const std::string& answer, const std::string& steps, const std::string& gold)> wear;
  };
  const Dress kDresses[] = {
      {"as it is", [](auto& answer, auto&, auto&) { return answer; }},
      {"Answer: ...", [](auto& answer, auto&, auto&) { return absl::StrCat("Answer: ", answer); }},
      {"Answer:, a line each", [](auto& answer, auto&, auto&) { return absl::StrCat("Answer:\n\n", answer); }},
      {"behind the question",
       [](auto& answer, auto&, auto&) { return absl::StrCat("Question: 3 pens and 4 cups?\nAnswer: ", answer); }},
      {"The answer is 18.",
       [](auto&, auto& steps, auto& gold) { return absl::StrCat(steps, "\nThe answer is ", gold, "."); }},
      {"boxed, with units",
       [](auto&, auto& steps, auto& gold) {
         return absl::StrCat("**Answer:**\n\n", steps, "\n\n$\\boxed{", gold, " \\text{ in 2 days}}$");
       }},
      {"behind thinking",
       [](auto&, auto& steps, auto& gold) {
         return absl::StrCat("<think>\n", steps, "\nSo 17?\n</think>\n\nFinal answer: **", gold, "**, I think.");
       }},
      {"another question follows",
       [](auto& answer, auto&, auto&) { return absl::StrCat(answer, "\n\nQuestion: 3 + 4?\nAnswer: 7\n#### 7"); }},
  };
  std::printf("Gold answers read right, %%\n%-32s", "dress");
  for (const AnswerRule rule : kAnswerRules) std::printf(" %17s", std::string(AnswerRuleName(rule)).c_str());
  for (const Dress& dress : kDresses) {
    std::map<AnswerRule, int> right;
    for (const datasets::Gsm8kProblem& problem : problems) {
      const std::string steps = problem.answer.substr(0, problem.answer.rfind("\n####"));
      const std::string text = dress.wear(problem.answer, steps, problem.gold);
      for (const AnswerRule rule : kAnswerRules) right[rule] += IsRightAnswer(rule, text, problem.answer);
    }
    std::printf("\n%-32s", dress.name);
    for (const AnswerRule rule : kAnswerRules) {
      std::printf(" %17.1f", 100.0 * right[rule] / problems.size());
      EXPECT_LE(right[rule], right[AnswerRule::kDefault]) << dress.name << ", " << AnswerRuleName(rule);
    }
    EXPECT_EQ(right[AnswerRule::kDefault], problems.size()) << dress.name;
  }
  std::printf("\n");
}

}  // namespace
}  // namespace evaluation
