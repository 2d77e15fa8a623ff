#include "experiments/pretrain/pretrain_report.h"

#include <algorithm>
#include <cstdio>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/random.h"
#include "base/status.h"
#include "datasets/embedded/known_information.h"
#include "datasets/embedded/questions.h"
#include "datasets/embedded/word_problems.h"
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

// Answers of a question at temperature 1, each under a constitution of its own.
constexpr int kSamples = 8;

struct Share {
  double hits = 0, all = 0;
  void Add(bool hit) { hits += hit, all += 1; }
  void Add(const Share& other) { hits += other.hits, all += other.all; }
  double Percent() const { return all == 0 ? 0 : 100 * hits / all; }  // of none 0
};

enum Asking { kAsked, kAntithesis, kUnasked, kNumAskings };

// Of answers, how many show a style (counted a style of each) by what the constitution says of it, how many show
// neither side, and how many are right.
struct Shares {
  Share shown[kNumAskings], neither, right;
  void Add(const Shares& other) {
    for (int a = 0; a < kNumAskings; ++a) shown[a].Add(other.shown[a]);
    neither.Add(other.neither), right.Add(other.right);
  }
};

// Two of the category's principles, each or its antithesis.
datasets::Constitution DrawConstitution(embedded::Category category, base::RandomStream& stream) {
  std::vector<embedded::Style> styles(embedded::StylesOf(category).begin(), embedded::StylesOf(category).end());
  stream.Shuffle(styles);
  return sami::MixedConstitution({embedded::PrincipleOf(styles[0]), embedded::PrincipleOf(styles[1])}, stream);
}

void AddStyle(embedded::Style style, const datasets::Constitution& constitution, const std::string& text,
              Shares* shares) {
  Asking asking = kUnasked;
  for (const datasets::Clause& clause : constitution.clauses) {
    if (embedded::StyleFromId(clause.principle_id) == style) asking = clause.positive ? kAsked : kAntithesis;
  }
  const bool shows = embedded::HasStyle(style, text);
  shares->shown[asking].Add(shows);
  shares->neither.Add(!shows && !embedded::HasAntithesis(style, text));
}

void PrintCategory(const std::string& model, const std::string& category, const Shares& greedy, const Shares& sampled) {
  std::printf("%-9s %-14s |", model.c_str(), category.c_str());
  for (const Shares* shares : {&greedy, &sampled}) {
    std::printf(" %20.1f %10.1f %7.1f %7.1f %s", shares->shown[kAsked].Percent(), shares->shown[kAntithesis].Percent(),
                shares->shown[kUnasked].Percent(), shares->right.Percent(), shares == &greedy ? "|" : "\n");
  }
}

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
  Shares categories[2][embedded::kNumCategories], styles[embedded::kNumStyles];
  lm::TextOptions text_options;
  text_options.threads = options.threads;
  text_options.seed = options.seed;
  text_options.stream = "pretrain/report";
  text_options.title = absl::StrCat("report of ", options.name);
  for (const int temperature : {0, 1}) {
    text_options.temperature = temperature;
    const int samples = temperature == 0 ? 1 : kSamples;
    std::vector<lm::TextRequest> requests;
    std::vector<datasets::Constitution> constitutions;
    for (const embedded::Question& question : questions) {
      for (int k = 0; k < samples; ++k) {
        base::RandomStream stream(options.seed, "pretrain/report", question.id, k);
        constitutions.push_back(DrawConstitution(question.category, stream));
        requests.push_back({sami::BuildPrompt(constitutions.back(), question.text), static_cast<uint64_t>(question.id),
                            static_cast<uint32_t>(k)});
      }
    }
    ASSIGN_OR_RETURN(const auto texts, lm::GenerateTexts(model, requests, text_options));
    for (size_t i = 0; i < texts.size(); ++i) {
      const embedded::Question& question = questions[i / samples];
      Shares& category = categories[temperature][static_cast<int>(question.category)];
      category.right.Add(embedded::IsRight(question.answer, texts[i].text));
      for (const embedded::Style style : embedded::StylesOf(question.category)) {
        AddStyle(style, constitutions[i], texts[i].text, &category);
        if (temperature == 1) AddStyle(style, constitutions[i], texts[i].text, &styles[static_cast<int>(style)]);
      }
    }
  }
  std::printf("%-9s %-14s | temperature 0: %s | temperature 1: %s\n", "model", "category",
              "asked antithesis unasked right %", "asked antithesis unasked right %");
  Shares overall[2];
  for (int c = 0; c < embedded::kNumCategories; ++c) {
    PrintCategory(options.name, std::string(embedded::CategoryName(static_cast<embedded::Category>(c))),
                  categories[0][c], categories[1][c]);
    for (const int t : {0, 1}) overall[t].Add(categories[t][c]);
  }
  PrintCategory(options.name, "overall", overall[0], overall[1]);
  std::printf("\n%-9s %-14s | temperature 1: asked antithesis unasked neither %% | nats\n", "model", "style");
  for (int s = 0; s < embedded::kNumStyles; ++s) {
    const Shares& style = styles[s];
    const auto which = static_cast<embedded::Style>(s);
    const double nats =
        embedded::KnownInformation(style.shown[kAsked].Percent() / 100, style.shown[kAntithesis].Percent() / 100);
    std::printf("%-9s %-14s | %20.1f %10.1f %7.1f %9.1f | %.4f %s, %s\n", options.name.c_str(),
                embedded::PrincipleOf(which).id.c_str(), style.shown[kAsked].Percent(),
                style.shown[kAntithesis].Percent(), style.shown[kUnasked].Percent(), style.neither.Percent(), nats,
                embedded::IsHeldOut(which) ? "held out" : "learned", embedded::IsEqual(which) ? "equal" : "adds text");
  }
  std::printf("\n");
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
      for (const embedded::Style style : embedded::kWordProblemStyles) {
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
