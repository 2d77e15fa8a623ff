// The control that can fail: a real model's samples, scored as they were sampled and otherwise. Only in the first case
// is the calibration slope 1.
#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "base/random.h"
#include "base/testing.h"
#include "datasets/embedded/questions.h"
#include "datasets/embedded/style.h"
#include "lm/chat/language_model.h"
#include "lm/chat/text_generation.h"
#include "sami/constitution.h"
#include "sami/exact_information.h"
#include "sami/measure_information.h"

namespace sami {
namespace {

constexpr int kQueries = 48, kConstitutions = 4;

class SlopeControlTest : public ::testing::Test {
 protected:
  // The prompt of a constitution and a question.
  using Prompt = std::string (*)(const datasets::Constitution& constitution, const std::string& question);
  static std::string AsSampled(const datasets::Constitution& constitution, const std::string& question) {
    return BuildPrompt(constitution, question);
  }

  static void SetUpTestSuite() {
    auto model = lm::LoadLanguageModel("datasets/embedded/models/instruct");
    ASSERT_OK(model);
    model_ = new lm::LanguageModel(*std::move(model));
    const auto questions = embedded::DrawQuestions(embedded::Split::kTrain, kQueries, 5);
    ASSERT_OK(questions);
    for (const embedded::Question& question : *questions) {
      base::RandomStream stream(5, "slope_control_test", question.id);
      const auto principles =
          DrawPrinciples(embedded::Principles(), embedded::CategoryName(question.category), 2, stream);
      ASSERT_OK(principles);
      const auto constitutions = ContrastingConstitutions(*principles, kConstitutions, Draw::kPoles, stream);
      ASSERT_OK(constitutions);
      constitutions_.push_back(*constitutions);
      questions_.push_back(question.text);
    }
  }
  static void TearDownTestSuite() { delete model_; }

  static std::vector<lm::GeneratedText> Sample(double temperature) {
    std::vector<lm::TextRequest> requests;
    for (int q = 0; q < kQueries; ++q) {
      for (int i = 0; i < kConstitutions; ++i) {
        requests.push_back(
            {AsSampled(constitutions_[q][i], questions_[q]), static_cast<uint64_t>(q), static_cast<uint32_t>(i)});
      }
    }
    lm::TextOptions options;
    options.temperature = temperature;
    options.max_new_tokens = 96;
    options.seed = 5;
    options.stream = "slope_control_test";
    const auto texts = lm::GenerateTexts(*model_, requests, options);
    EXPECT_OK(texts);
    return *texts;
  }

  // Standard errors between the slope and 1. end_instead: an id in place of the end token that was sampled.
  // own_log_prob: the mean of the samples' own.
  static double Distance(const std::vector<lm::GeneratedText>& texts, Prompt prompt, int32_t end_instead = -1,
                         double* own_log_prob = nullptr) {
    std::vector<SampledQuery> sampled(kQueries);
    for (int q = 0; q < kQueries; ++q) {
      for (int i = 0; i < kConstitutions; ++i) {
        const auto text_of_prompt = lm::PromptOf(model_->chat.get(), *model_->tokenizer,
                                                 prompt(constitutions_[q][i], questions_[q]), lm::Asking());
        EXPECT_OK(text_of_prompt);
        sampled[q].prompts.push_back(lm::EncodePrompt(*model_->tokenizer, *text_of_prompt));
        const lm::GeneratedText& text = texts[q * kConstitutions + i];
        sampled[q].responses.push_back(text.sampled);
        if (end_instead >= 0 && text.finished) sampled[q].responses.back().back() = end_instead;
        sampled[q].own.push_back(i);
      }
    }
    const auto scores = ScoreSamples(model_->decoder, sampled, 1, nullptr);
    EXPECT_OK(scores);
    std::vector<ScoredSamples> all;
    for (const SampledScores& one : *scores) all.push_back(one.samples);
    if (own_log_prob != nullptr) {
      for (const ScoredSamples& one : all) {
        for (size_t j = 0; j < one.own.size(); ++j)
          *own_log_prob += one.At(one.own[j], j) / (kQueries * kConstitutions);
      }
    }
    const CalibrationSlope slope = FitCalibrationSlope(all);
    return (slope.value - 1) / slope.standard_error;
  }

  static lm::LanguageModel* model_;
  static std::vector<std::vector<datasets::Constitution>> constitutions_;
  static std::vector<std::string> questions_;
};

lm::LanguageModel* SlopeControlTest::model_ = nullptr;
std::vector<std::vector<datasets::Constitution>> SlopeControlTest::constitutions_;
std::vector<std::string> SlopeControlTest::questions_;

// What a run calls a disagreement: 99.9%, two-sided.
constexpr double kFarOff = 3.29;

TEST_F(SlopeControlTest, FailsWhereScorerAndSamplerDiffer) {
  const std::vector<lm::GeneratedText> texts = Sample(1);
  // The seed is fixed: this holds, or not, always; of seeds one in a thousand would be beyond it.
  EXPECT_LT(std::abs(Distance(texts, AsSampled)), kFarOff);
  EXPECT_GT(std::abs(Distance(Sample(0.4), AsSampled)), kFarOff) << "temperature";
  const Prompt template_of_another = [](const datasets::Constitution& constitution, const std::string& question) {
    return "User: " + question + "\n" + ConstitutionText(constitution) + "\n\nAssistant:";
  };
  EXPECT_GT(std::abs(Distance(texts, template_of_another)), kFarOff) << "template";
  // The wording of the constitution, that is: another question before the same constitution moves no slope.
  const Prompt other_prompt = [](const datasets::Constitution& constitution, const std::string& question) {
    datasets::Constitution loud = constitution;
    for (datasets::Clause& clause : loud.clauses) clause.text = absl::AsciiStrToUpper(clause.text);
    return BuildPrompt(loud, question);
  };
  EXPECT_GT(std::abs(Distance(texts, other_prompt)), kFarOff) << "prompt";
}

// Another token in the place of the end moves each constitution's log-probability alike, and so no slope (1.8 standard
// errors here, 0.7 of the base model's 768 samples): it is seen by the samples' own log-probability alone.
TEST_F(SlopeControlTest, AnotherEndTokenIsSeenByTheLogProbabilityAlone) {
  const std::vector<lm::GeneratedText> texts = Sample(1);
  const int32_t other_end = model_->tokenizer->Encode("\n").back();
  double as_sampled = 0, otherwise = 0;
  Distance(texts, AsSampled, -1, &as_sampled);
  EXPECT_LT(std::abs(Distance(texts, AsSampled, other_end, &otherwise)), kFarOff);
  EXPECT_LT(otherwise, as_sampled - 5);
}

}  // namespace
}  // namespace sami
