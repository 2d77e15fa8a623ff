#include "evaluation/formats/alpaca_eval.h"

#include "base/file.h"
#include "base/jsonl.h"
#include "base/testing.h"

namespace evaluation {
namespace {

using ::base::TestFolder;

Annotation MakeAnnotation(Winner g1, Winner g2) {
  Annotation annotation;
  annotation.judgment.question_id = 81;
  annotation.judgment.model_1 = "sami";
  annotation.judgment.model_2 = "sft";
  annotation.judgment.g1_winner = g1;
  annotation.judgment.g2_winner = g2;
  annotation.judgment.judge_model = "gpt-4";
  annotation.judgment.judge_prompt = "pair-v2";
  annotation.judgment.g1_judgment = "one";
  annotation.judgment.g2_judgment = "two";
  annotation.judgment.category = "writing";
  annotation.instruction = "Write.";
  annotation.output_1 = "of sami";
  annotation.output_2 = "of sft\xff";
  return annotation;
}

TEST(AnnotationsTest, TheEvaluatedModelIsGenerator2) {
  const std::string path = TestFolder() + "/annotations.json";
  ASSERT_OK(WriteAnnotations(path, {MakeAnnotation(Winner::kModel1, Winner::kModel1)}));
  ASSERT_OK_AND_ASSIGN(const std::string text, base::ReadFile(path));
  ASSERT_OK_AND_ASSIGN(const base::Json json, base::ParseJson(text, path));
  ASSERT_EQ(json.size(), 1);
  const base::Json expected = {{"instruction", "Write."},
                               {"generator_1", "sft"},
                               {"output_1", "of sft\xEF\xBF\xBD"},
                               {"generator_2", "sami"},
                               {"output_2", "of sami"},
                               {"annotator", "gpt-4/pair-v2"},
                               {"preference", 2.0},
                               {"raw_completion", {"one", "two"}},
                               {"question_id", 81},
                               {"dataset", "writing"},
                               {"turn", 1},
                               {"repeat", 0}};
  EXPECT_EQ(json[0], expected);
}

TEST(AnnotationsTest, PreferencesAreOfBothGames) {
  const Winner m1 = Winner::kModel1, m2 = Winner::kModel2, tie = Winner::kTie, error = Winner::kError;
  const std::string path = TestFolder() + "/annotations.json";
  ASSERT_OK(WriteAnnotations(path, {MakeAnnotation(m1, m1), MakeAnnotation(m2, m2), MakeAnnotation(m1, m2),
                                    MakeAnnotation(tie, tie), MakeAnnotation(error, m1)}));
  ASSERT_OK_AND_ASSIGN(const base::Json json, base::ParseJson(*base::ReadFile(path), path));
  const base::Json preferences = {json[0]["preference"], json[1]["preference"], json[2]["preference"],
                                  json[3]["preference"], json[4]["preference"]};
  EXPECT_EQ(preferences, base::Json({2.0, 1.0, 1.5, 1.5, nullptr}));
}

TEST(AnnotationsTest, PreferencesOfAJudgeWithProbabilitiesAreTheirMean) {
  const std::string path = TestFolder() + "/annotations.json";
  Annotation weighted = MakeAnnotation(Winner::kModel1, Winner::kModel2), half = weighted;
  weighted.judgment.g1_preference = 0.9;
  weighted.judgment.g2_preference = 0.4;
  half.judgment.g1_preference = 0.9;
  ASSERT_OK(WriteAnnotations(path, {weighted, half}));
  ASSERT_OK_AND_ASSIGN(const base::Json json, base::ParseJson(*base::ReadFile(path), path));
  EXPECT_NEAR(json[0]["preference"].get<double>(), 1.65, 1e-12);
  EXPECT_EQ(json[1]["preference"], 1.5);  // one game without: the winners'
}

}  // namespace
}  // namespace evaluation
