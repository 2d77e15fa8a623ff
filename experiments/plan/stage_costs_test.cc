#include "experiments/plan/stage_costs.h"

#include "base/program.h"
#include "base/testing.h"
#include "experiments/plan/config_testing.h"
#include "experiments/spec/spec_io.h"
#include "lm/config/config.h"
#include "lm/config/model_cost.h"

namespace experiments {
namespace {

// Hidden 128, network 384, 5 layers, 4 heads and 2 key heads of 32, vocabulary 1024, tied.
lm::ModelConfig Small() { return Config("datasets/embedded/models/base"); }

// A layer's matrices: 2 * 128 * 128 (q, o) + 2 * 128 * 64 (k, v) + 3 * 128 * 384 = 196,608.
constexpr double kSmallParameters = 1115520;  // 5 * (196,608 + 2 * 128) + 1024 * 128 + 128
constexpr double kSmallStored = 2233856;      // bfloat16: 2 * (5 * 196,608 + 131,072) + 4 * (5 * 256 + 128)
constexpr double kSmallFlops200 = 497100800;  // below

TEST(ModelCostTest, SmallModelByHand) {
  EXPECT_EQ(lm::Parameters(Small()), kSmallParameters);
  // 5 * 196,608 + 1024 * 128 = 1,114,112 weights are met; of two tokens the first sees one, the second two, 1.5 a
  // token: 2 * (2 * 1,114,112 + 4 * 5 * 128 * 1.5).
  EXPECT_EQ(lm::ForwardFlops(Small(), 2), 4464128);
  EXPECT_EQ(lm::ForwardFlops(Small(), 200), kSmallFlops200);  // 200 * (2,228,224 + 2560 * 100.5)
  EXPECT_EQ(lm::ForwardFlops(Small(), 0), 0);
  EXPECT_EQ(lm::CacheBytes(Small(), 10), 25600);  // 2 * 5 * 64 * 10 * 4
  // Of a token and layer: 4 * 128 + 2 * 128 + 2 * 64 + 4 * 384 + 2 * 4 * 3 = 2456; 2 * 3 tokens of 5 * 2456 + 2 * 1024.
  EXPECT_EQ(lm::ActivationBytes(Small(), 2, 3, false), 343872);
  EXPECT_EQ(lm::ActivationBytes(Small(), 2, 3, true), 123456);  // 6 * (5 * 128 + 2456 + 2048) * 4
}

TEST(ModelCostTest, WindowsAndAdapters) {
  lm::ModelConfig windowed = Small();
  windowed.sliding_window = 4;
  EXPECT_EQ(lm::CacheBytes(windowed, 10), lm::CacheBytes(Small(), 4));
  // 1 + 2 + 3 + 4 * 7 = 34 of 55 positions are seen.
  EXPECT_NEAR(lm::ForwardFlops(Small(), 10) - lm::ForwardFlops(windowed, 10), 4 * 5 * 128 * (55 - 34), 1e-3);
  EXPECT_EQ(lm::AdapterParameters(Small(), 8, {"q_proj", "down_proj"}), 30720);  // 5 * 8 * (128 + 128 + 384 + 128)
}

TEST(ModelCostTest, PublishedSizes) {
  EXPECT_EQ(lm::Parameters(Config("experiments/mistral-7b")), 7241732096);
  EXPECT_EQ(lm::Parameters(Config("experiments/llama-3.1-8b")), 8030261248);
}

// What the shipped specs ask, every prompt of this length.
AskedSets All(double mean, double longest) {
  const PromptLength prompt = {mean, longest};
  return {{{"contrastive", {2000, prompt}}, {"pure", {2000, prompt}}, {"drawn", {2000, prompt}}},
          {{"test", {640, prompt}}},
          {{"held_out", {240, prompt}}, {"test", {240, prompt}}},
          {{"problems", {240, prompt}}}};
}
AskedSets All(double tokens) { return All(tokens, tokens); }

// The embedded experiment's.
std::map<std::string, lm::ModelConfig> Models() { return {{"base", Small()}, {"instruct", Small()}}; }

const StageCost& Find(const std::vector<StageCost>& costs, const std::string& stage) {
  for (const StageCost& cost : costs) {
    if (cost.stage == stage) return cost;
  }
  ADD_FAILURE() << "no stage " << stage;
  return costs.front();
}

// 2000 queries, 4 constitutions, 96 tokens a response; prompts of 104.
TEST(StageCostsTest, EmbeddedExperimentByHand) {
  ASSERT_OK_AND_ASSIGN(const auto spec, LoadSpec(base::Runfile("experiments/mtbench_sft_first.textproto"), {}));
  const auto costs = StageCosts(spec, Models(), All(104));
  ASSERT_EQ(costs.size(), 7u);

  const StageCost& data = Find(costs, "generate contrastive");
  EXPECT_EQ(data.texts, 8000);
  EXPECT_EQ(data.tokens, 8000 * 200);
  EXPECT_EQ(data.flops, 8000 * kSmallFlops200);
  EXPECT_EQ(data.memory.cache, 32768000);  // 64 * 2 * 5 * 64 * 200 * 4
  EXPECT_EQ(data.memory.Total(), kSmallStored + 32768000);

  const StageCost& sami = Find(costs, "train sami");
  EXPECT_EQ(sami.examples, 2000);
  EXPECT_EQ(sami.texts, 32000);
  EXPECT_EQ(sami.steps, 125);
  EXPECT_EQ(sami.flops, 32000 * 3 * kSmallFlops200);
  EXPECT_EQ(Find(costs, "train sami_pair").texts, 8000);

  const StageCost& dpo = Find(costs, "train dpo");
  EXPECT_EQ(dpo.steps, 63);
  EXPECT_EQ(dpo.flops, (4000 * 3 + 4000) * kSmallFlops200);  // the reference: one forward pass
  EXPECT_EQ(dpo.memory.weights, 4 * kSmallParameters);
  EXPECT_EQ(dpo.memory.gradients, 8 * kSmallParameters);
  EXPECT_EQ(dpo.memory.optimizer, 8 * kSmallParameters);
  EXPECT_EQ(dpo.memory.activations, lm::ActivationBytes(Small(), 16, 200, false));

  EXPECT_EQ(Find(costs, "answers test of every arm").texts, 5 * 640 * 2);
  EXPECT_EQ(Find(costs, "information held_out of every arm").texts,
            5 * 240 * 4 * (1 + 4 + 1));  // written, scored, reordered
}

// 200 of 2000 queries are held out, and measured after steps 25, 50, 57 of 1800 / 32.
TEST(StageCostsTest, HeldOutRowsByHand) {
  ASSERT_OK_AND_ASSIGN(const auto spec, LoadSpec(base::Runfile("experiments/mtbench_sft_first.textproto"),
                                                 {"arms[dpo].dpo.training.keep=BEST",
                                                  "arms[dpo].dpo.training.held_out={ share: 0.1 every_steps: 25 }"}));
  const auto costs = StageCosts(spec, Models(), All(104));
  const StageCost& dpo = Find(costs, "train dpo");
  EXPECT_EQ(dpo.examples, 1800);
  EXPECT_EQ(dpo.steps, 57);
  EXPECT_EQ(dpo.flops, (3600 * 3 + 3 * 200 * 2 + 4000) * kSmallFlops200);
  EXPECT_EQ(dpo.memory.weights, 2 * 4 * kSmallParameters);
}

// 2000 queries, an epoch: KTO has two responses of each, scores each with a mismatched one under the reference before,
// and the mismatched one again each time.
TEST(StageCostsTest, ReferencesAndFirstPhasesByHand) {
  ASSERT_OK_AND_ASSIGN(auto spec, LoadSpec(base::Runfile("experiments/mtbench_sft_first.textproto"), {}));
  spec.clear_arms();
  for (const char* name : {"kto", "aot", "simpo", "drawn"}) {
    sami_harness::Arm& arm = *spec.add_arms();
    arm.set_name(name);
    arm.set_parent("base");
    arm.set_data("contrastive");
  }
  spec.mutable_arms(0)->mutable_kto();
  spec.mutable_arms(1)->mutable_dpo()->add_loss_type(sami_harness::DpoConfig::AOT);
  spec.mutable_arms(2)->mutable_cpo();
  spec.mutable_arms(3)->mutable_sami();
  spec.mutable_arms(3)->set_pairs(sami_harness::Arm::RANDOM);
  spec.mutable_arms(3)->set_seen_constitutions(2);
  const auto costs = StageCosts(spec, Models(), All(104));
  EXPECT_EQ(Find(costs, "train kto").examples, 4000);
  EXPECT_EQ(Find(costs, "train kto").flops, (4000 * 3 + 4000 + 2 * 4000) * kSmallFlops200);
  EXPECT_EQ(Find(costs, "train aot").flops, (4000 * 3 + 4000 + 4000) * kSmallFlops200);
  EXPECT_EQ(Find(costs, "train simpo").flops, 4000 * 3 * kSmallFlops200);
  EXPECT_EQ(Find(costs, "train drawn").texts, 2000 * 4);
  // All four texts of a query; and each of them over the three others.
  spec.clear_arms();
  for (const char* name : {"all", "over_others", "over_opposite"}) {
    sami_harness::Arm& arm = *spec.add_arms();
    arm.set_name(name);
    arm.set_parent("base");
    arm.set_data("contrastive");
    arm.set_pairs(sami_harness::Arm::ALL);
    arm.mutable_dpo();
  }
  spec.mutable_arms(0)->mutable_sft();
  spec.mutable_arms(2)->set_pairs(sami_harness::Arm::OWN_OVER_OPPOSITE);
  const auto more = StageCosts(spec, Models(), All(104));
  EXPECT_EQ(Find(more, "train all").examples, 2000 * 4);
  EXPECT_EQ(Find(more, "train over_others").examples, 2000 * 12);
  EXPECT_EQ(Find(more, "train over_opposite").examples, 2000 * 4);
}

TEST(StageCostsTest, TheLongestPromptDecidesMemoryTheMeanArithmetic) {
  ASSERT_OK_AND_ASSIGN(const auto spec, LoadSpec(base::Runfile("experiments/mtbench_sft_first.textproto"), {}));
  const auto even = StageCosts(spec, Models(), All(104));
  const auto uneven = StageCosts(spec, Models(), All(104, 150));
  for (size_t i = 0; i < even.size(); ++i) {
    EXPECT_EQ(uneven[i].flops, even[i].flops) << even[i].stage;
    EXPECT_GT(uneven[i].memory.Total(), even[i].memory.Total()) << even[i].stage;
  }
}

TEST(StageCostsTest, WithoutAModelOnlyTextsAreCounted) {
  ASSERT_OK_AND_ASSIGN(const auto spec, LoadSpec(base::Runfile("experiments/mtbench_sft_first.textproto"), {}));
  for (const StageCost& cost : StageCosts(spec, {}, All(104))) {
    EXPECT_GT(cost.tokens, 0) << cost.stage;
    EXPECT_EQ(cost.flops, 0) << cost.stage;
    EXPECT_EQ(cost.memory.Total(), 0) << cost.stage;
  }
}

// Frozen weights are as they lie in files: the model's in bfloat16, a trained parent's in float32 unless it says
// otherwise.
TEST(StageCostsTest, FrozenWeightsAreAsTheParentWasSaved) {
  ASSERT_OK_AND_ASSIGN(auto spec, LoadSpec(base::Runfile("experiments/mtbench_sft_first.textproto"), {}));
  spec.clear_arms();
  for (const auto& [name, parent] : {std::pair("first", "base"), std::pair("next", "first")}) {
    sami_harness::Arm& arm = *spec.add_arms();
    arm.set_name(name);
    arm.set_parent(parent);
    arm.set_data("contrastive");
    sami_harness::LoraConfig& lora = *arm.mutable_sft()->mutable_training()->mutable_lora();
    lora.set_rank(8);
    lora.add_target_modules("q_proj");
  }
  const double adapter = 4 * 10240, stored = kSmallStored, wide = 4 * kSmallParameters;
  const auto costs = StageCosts(spec, Models(), All(104));
  EXPECT_EQ(Find(costs, "train first").memory.weights, adapter + stored);
  EXPECT_EQ(Find(costs, "train next").memory.weights, adapter + wide);
  spec.mutable_arms(0)->set_save_dtype(sami_harness::Arm::AS_PARENT);
  EXPECT_EQ(Find(StageCosts(spec, Models(), All(104)), "train next").memory.weights, adapter + stored);
}

// Whose weights are trained is asked as its arm was saved: in float32, if nothing else is said.
TEST(StageCostsTest, ModelsAreAskedAsTheyAreStored) {
  ASSERT_OK_AND_ASSIGN(auto spec, LoadSpec(base::Runfile("experiments/mtbench_sft_first.textproto"), {}));
  const auto answers = [&] { return Find(StageCosts(spec, Models(), All(104)), "answers test of every arm").memory; };
  EXPECT_EQ(answers().weights, 4 * kSmallParameters);
  for (sami_harness::Arm& arm : *spec.mutable_arms()) {
    if (!arm.has_model()) arm.set_save_dtype(sami_harness::Arm::BFLOAT16);
  }
  EXPECT_EQ(answers().weights, kSmallStored);
  const StageMemory scoring = Find(StageCosts(spec, Models(), All(104)), "information held_out of every arm").memory;
  EXPECT_EQ(scoring.weights, kSmallStored);
  EXPECT_EQ(scoring.activations, 2 * 200 * 1024 * 4 + 4 * 131072);  // logits of 200 tokens; the head, widened
}

// 46.7 billion parameters, of which 1 million of routers and norms are not bfloat16.
TEST(ModelCostTest, MixtralInBfloat16) {
  const lm::ModelConfig mixtral = Config("experiments/mixtral-8x7b");
  EXPECT_EQ(mixtral.storage, lm::StorageType::kBfloat16);
  EXPECT_EQ(lm::Parameters(mixtral), 46702792704);
  // 32 * 4096 * 8 of routers, 65 * 4096 of norms.
  EXPECT_EQ(lm::StoredBytes(mixtral, mixtral.storage), 2 * 46702792704. + 2 * (1048576 + 266240));
  EXPECT_EQ(lm::StoredBytes(mixtral, lm::StorageType::kFloat32), 4 * 46702792704.);
}

TEST(StageCostsTest, PaperScaleSpecs) {
  const lm::ModelConfig mistral = Config("experiments/mistral-7b");
  for (const char* path :
       {"experiments/gsm8k_vs_sft_mistral.textproto", "experiments/mtbench_vs_dpo_llama.textproto"}) {
    ASSERT_OK_AND_ASSIGN(const auto spec, LoadSpec(base::Runfile(path), {}));
    for (const StageCost& cost : StageCosts(spec, {{"base", mistral}, {"instruct", mistral}}, All(256))) {
      EXPECT_GT(cost.flops, 1e15) << cost.stage;
      EXPECT_GE(cost.memory.Total(), 2 * 7241732096.) << cost.stage;
    }
  }
}

}  // namespace
}  // namespace experiments
