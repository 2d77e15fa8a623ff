#include "experiments/pretrain/pretrain_report.h"

#include <algorithm>
#include <cstdio>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/random.h"
#include "base/status.h"
#include "datasets/embedded/questions.h"
#include "datasets/embedded/word_problems.h"
#include "evaluation/judges/rule_judge.h"
#include "experiments/pretrain/embedded_corpus.h"
#include "lm/chat/text_generation.h"
#include "sami/constitution.h"

namespace experiments {
namespace {

constexpr int kAttempts = 32;

// How a model answers word problems under one kind of prompt.
struct Tally {
  double explained = 0, right = 0;                  // at temperature 0
  double sampled_explained = 0, sampled_right = 0;  // at temperature 1, over all attempts
  double any_right = 0;                             // of kAttempts
};

bool IsExplained(const std::string& text) { return absl::StrContains(text, "="); }

absl::StatusOr<Tally> Attempt(const lm::LanguageModel& model, const std::vector<embedded::WordProblem>& problems,
                              const std::vector<std::string>& prompts, const ReportOptions& options) {
  Tally tally;
  lm::TextOptions text_options;
  text_options.threads = options.threads;
  text_options.seed = options.seed;
  text_options.stream = "pretrain/report";
  text_options.title = absl::StrCat("report of ", options.name);
  for (const int attempts : {1, kAttempts}) {
    text_options.temperature = attempts == 1 ? 0 : 1;
    std::vector<lm::TextRequest> requests;
    for (size_t i = 0; i < problems.size(); ++i) {
      for (int k = 0; k < attempts; ++k) requests.push_back({prompts[i], i, static_cast<uint32_t>(k)});
    }
    ASSIGN_OR_RETURN(const auto texts, lm::GenerateTexts(model, requests, text_options));
    for (size_t i = 0; i < problems.size(); ++i) {
      int right = 0, explained = 0;
      for (int k = 0; k < attempts; ++k) {
        const std::string& text = texts[i * attempts + k].text;
        right += absl::EndsWith(text, absl::StrCat("#### ", problems[i].gold));
        explained += IsExplained(text);
      }
      const double share = 1.0 / (attempts * problems.size());
      (attempts == 1 ? tally.right : tally.sampled_right) += right * share;
      (attempts == 1 ? tally.explained : tally.sampled_explained) += explained * share;
      if (attempts > 1) tally.any_right += (right > 0) / static_cast<double>(problems.size());
    }
  }
  return tally;
}

}  // namespace

absl::Status ReportCategories(const lm::LanguageModel& model, const ReportOptions& options) {
  ASSIGN_OR_RETURN(const auto questions,
                   embedded::DrawQuestions(embedded::Split::kHeldOut, options.questions, options.seed));
  std::vector<lm::TextRequest> requests;
  std::vector<datasets::Constitution> constitutions;
  for (const embedded::Question& question : questions) {
    base::RandomStream stream(options.seed, "pretrain/report", question.id);
    const auto styles = embedded::StylesOf(question.category);
    constitutions.push_back(
        sami::MixedConstitution({embedded::PrincipleOf(styles[0]), embedded::PrincipleOf(styles[1])}, stream));
    requests.push_back({sami::BuildPrompt(constitutions.back(), question.text), static_cast<uint64_t>(question.id), 0});
  }
  lm::TextOptions text_options;
  text_options.threads = options.threads;
  text_options.title = absl::StrCat("report of ", options.name);
  ASSIGN_OR_RETURN(const auto texts, lm::GenerateTexts(model, requests, text_options));
  double followed[2][embedded::kNumCategories] = {}, asked[2][embedded::kNumCategories] = {};
  double right[embedded::kNumCategories] = {}, count[embedded::kNumCategories] = {};
  for (size_t i = 0; i < questions.size(); ++i) {
    const int category = static_cast<int>(questions[i].category);
    for (const datasets::Clause& clause : constitutions[i].clauses) {
      ASSIGN_OR_RETURN(const int follows, evaluation::CountFollowed({{clause}}, texts[i].text));
      followed[clause.positive][category] += follows;
      asked[clause.positive][category] += 1;
    }
    right[category] += embedded::IsRight(questions[i].answer, texts[i].text);
    count[category] += 1;
  }
  std::printf("%-12s %-11s %21s %23s %8s\n", "model", "category", "principles followed %", "antitheses followed %",
              "right %");
  double sum[5] = {};
  for (int c = 0; c < embedded::kNumCategories; ++c) {
    std::printf("%-12s %-11s %21.1f %23.1f %8.1f\n", options.name.c_str(),
                std::string(embedded::CategoryName(static_cast<embedded::Category>(c))).c_str(),
                100 * followed[1][c] / asked[1][c], 100 * followed[0][c] / asked[0][c], 100 * right[c] / count[c]);
    sum[0] += followed[1][c], sum[1] += asked[1][c], sum[2] += followed[0][c], sum[3] += asked[0][c],
        sum[4] += right[c];
  }
  std::printf("%-12s %-11s %21.1f %23.1f %8.1f\n\n", options.name.c_str(), "overall", 100 * sum[0] / sum[1],
              100 * sum[2] / sum[3], 100 * sum[4] / questions.size());
  return absl::OkStatus();
}

absl::Status ReportWordProblems(const lm::LanguageModel& model, const ReportOptions& options) {
  ASSIGN_OR_RETURN(const auto problems,
                   embedded::DrawWordProblems(embedded::Split::kHeldOut, options.questions, options.seed));
  std::printf("%-9s %-18s | temperature 0: %s %s | temperature 1: %s %s any of %d right %%\n", "model", "prompt",
              "explained %", "right %", "explained %", "right %", kAttempts);
  for (const char* prompt : {"no principles", "all principles", "all antitheses"}) {
    std::vector<std::string> prompts;
    for (const embedded::WordProblem& problem : problems) {
      datasets::Constitution constitution;
      for (const embedded::Style style : embedded::StylesOf(embedded::Category::kMath)) {
        const datasets::Principle principle = embedded::PrincipleOf(style);
        const bool asked = prompt == absl::string_view("all principles");
        constitution.clauses.push_back({principle.id, asked, asked ? principle.text : principle.antitheses[0]});
      }
      const bool plain = prompt == absl::string_view("no principles");
      prompts.push_back(plain ? PlainPrompt(problem.question) : sami::BuildPrompt(constitution, problem.question));
    }
    ASSIGN_OR_RETURN(const Tally tally, Attempt(model, problems, prompts, options));
    std::printf("%-9s %-18s | %26.1f %7.1f | %26.1f %7.1f %19.1f\n", options.name.c_str(), prompt,
                100 * tally.explained, 100 * tally.right, 100 * tally.sampled_explained, 100 * tally.sampled_right,
                100 * tally.any_right);
  }
  return absl::OkStatus();
}

}  // namespace experiments
