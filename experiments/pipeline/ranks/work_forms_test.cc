#include "experiments/pipeline/ranks/work_forms.h"

#include <limits>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace experiments {
namespace {

using ::testing::ElementsAre;

TEST(WorkFormsTest, TextsComeBackAsTheyWere) {
  lm::TextOptions options;
  options.temperature = 0.1;
  options.top_p = 0.9;
  options.published = lm::PublishedSampling{0.2, 3, 0.4, 0.5, 1.5};
  options.max_new_tokens = 7;
  options.stop = {"\n", "Q:"};
  options.asking = {"Be brief.", lm::SpecialText::kAsTokens};
  options.seed = std::numeric_limits<uint64_t>::max();
  options.stream = "s";
  const std::vector<lm::TextRequest> requests = {{"a\n\xff", 1, 2}, {"", 3, 0}};
  const sami_harness::TextWork work = TextWorkOf("m", requests, options);
  EXPECT_EQ(work.model(), "m");
  const lm::TextOptions back = TextOptionsOf(work);
  EXPECT_EQ(back.temperature, 0.1);
  EXPECT_EQ(back.top_p, 0.9);
  ASSERT_TRUE(back.published.has_value());
  EXPECT_EQ(back.published->temperature, 0.2);
  EXPECT_EQ(back.published->top_k, 3);
  EXPECT_EQ(back.published->top_p, 0.4);
  EXPECT_EQ(back.published->min_p, 0.5);
  EXPECT_EQ(back.published->repetition_penalty, 1.5);
  EXPECT_EQ(back.max_new_tokens, 7);
  EXPECT_EQ(back.stop, options.stop);
  EXPECT_EQ(back.asking.system, "Be brief.");
  EXPECT_EQ(back.asking.special, lm::SpecialText::kAsTokens);
  EXPECT_EQ(back.seed, options.seed);
  EXPECT_EQ(back.stream, "s");
  const std::vector<lm::TextRequest> asked = TextRequestsOf(work);
  ASSERT_EQ(asked.size(), 2u);
  EXPECT_EQ(asked[0].prompt, "a\n\xff");
  EXPECT_EQ(asked[0].item, 1u);
  EXPECT_EQ(asked[0].sample, 2u);
  EXPECT_FALSE(TextOptionsOf(TextWorkOf("m", {}, {})).published.has_value());

  const lm::GeneratedText text = TextOf(ReplyOf(lm::GeneratedText{"t", true, 3, {1, 2}, {1, 2, 9}}));
  EXPECT_EQ(text.text, "t");
  EXPECT_TRUE(text.finished);
  EXPECT_EQ(text.num_tokens, 3);
  EXPECT_THAT(text.ids, ElementsAre(1, 2));
  EXPECT_THAT(text.sampled, ElementsAre(1, 2, 9));
}

TEST(WorkFormsTest, ScoresComeBackAsTheyWere) {
  sami::SampledQuery query;
  query.prompts = {{1}, {2, 3}};
  query.responses = {{4, 5}, {6}, {7}};
  query.own = {0, 1, 0};
  query.others = {{8}};
  query.controls = {{0, 2}};
  const sami_harness::ScoreWork work = ScoreWorkOf("m", {query, {}}, true);
  EXPECT_TRUE(work.own_only());
  const std::vector<sami::SampledQuery> back = SampledQueriesOf(work);
  ASSERT_EQ(back.size(), 2u);
  EXPECT_EQ(back[0].prompts, query.prompts);
  EXPECT_EQ(back[0].responses, query.responses);
  EXPECT_EQ(back[0].own, query.own);
  EXPECT_EQ(back[0].others, query.others);
  ASSERT_EQ(back[0].controls.size(), 1u);
  EXPECT_EQ(back[0].controls[0].prompt, 0);
  EXPECT_EQ(back[0].controls[0].response, 2);

  // To the last bit, and where a response is impossible.
  const double third = 1.0 / 3, never = -std::numeric_limits<double>::infinity();
  sami::SampledScores scores, again;
  scores.samples = {2, {0, 1}, {third, never, -2, -3}};
  scores.controls = {third};
  FromReply(ReplyOf(scores), &again);
  EXPECT_EQ(again.samples.n, 2);
  EXPECT_THAT(again.samples.own, ElementsAre(0, 1));
  EXPECT_THAT(again.samples.log_probs, ElementsAre(third, never, -2, -3));
  EXPECT_THAT(again.controls, ElementsAre(third));
  std::vector<double> own;
  FromReply(ReplyOf(std::vector<double>{third, never}), &own);
  EXPECT_THAT(own, ElementsAre(third, never));
}

}  // namespace
}  // namespace experiments
