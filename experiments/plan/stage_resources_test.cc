#include "experiments/plan/stage_resources.h"

#include <algorithm>

#include "base/program.h"
#include "base/testing.h"
#include "experiments/plan/config_testing.h"
#include "experiments/plan/rank_plan.h"
#include "experiments/spec/spec_io.h"
#include "lm/config/model_cost.h"

namespace experiments {
namespace {

constexpr char kSpec[] = R"(name: "r"
models { name: "small" folder: "datasets/embedded/models/base" }
models { name: "far" endpoint { model: "m" } }
queries { name: "q" embedded { split: TRAIN } take: 10 }
constitutions { name: "c" written_by { model: "far" task: "Any." } }
data { name: "d" queries: "q" constitutions: "c" generator: "far" }
arms { name: "small" model: "small" }
arms { name: "far" model: "far" }
arms { name: "dpo" parent: "small" data: "d" dpo { training { batch_size: 4 microbatch_size: 2 } } }
arms { name: "next" parent: "dpo" data: "d" sft {} }
evaluations { name: "e" queries: "q" constitutions: "c" settings: POSITIVE judges: PRINCIPLE
  language_model_judges { name: "j" judge { endpoint { model: "m" } } }
  language_model_judges { name: "l" judge { local { folder: "datasets/embedded/models/instruct" } } }
  comparisons { arm: "dpo" baseline: "far" } }
information { name: "i" arms: "dpo" queries: "q" constitutions: "c" }
)";

class StageResourcesTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_OK_AND_ASSIGN(spec_, ParseSpec(kSpec, "spec")); }

  sami_harness::ExperimentSpec spec_;
};

// Who asks whom; what is left computes with no model: rules, tables, the report.
TEST_F(StageResourcesTest, EveryStagesModelOrServer) {
  const std::map<std::string, StageUse> uses = StageUses(spec_);
  EXPECT_EQ(uses.at("principles_c").server, "far");
  EXPECT_EQ(uses.at("data_d").server, "far");
  EXPECT_EQ(uses.at("answers_e.far").server, "far");
  EXPECT_EQ(uses.at("answers_e.next").weights, "small");
  EXPECT_EQ(uses.at("train_next").weights, "small");
  EXPECT_EQ(uses.at("information_i.dpo").weights, "small");
  EXPECT_EQ(uses.at("judgments_e.j.dpo_vs_far").judge, "j");
  EXPECT_EQ(uses.at("judgments_e.l.dpo_vs_far").local_judge, "datasets/embedded/models/instruct");
  EXPECT_EQ(uses.size(), 11);  // with train_dpo, answers of small and dpo
}

TEST_F(StageResourcesTest, OnTheProcessorAndOnADevice) {
  const AskedSets asked = EqualPrompts(spec_, 100);
  const auto cpu = ResourcesOfStages(spec_, asked, {/*threads=*/3, /*on_device=*/false, /*flops_per_second=*/1e9});
  const auto costs = NodeCosts(spec_, {{"small", Config("datasets/embedded/models/base")}}, asked);
  const StageCost& dpo = costs.at("train_dpo");
  const StageResources& training = cpu.at("train_dpo");
  EXPECT_EQ(training.threads, 3);
  EXPECT_EQ(training.devices, 0);
  EXPECT_GT(dpo.flops, 0);
  EXPECT_EQ(training.hours, dpo.flops / 1e9 / 3600);
  // Half a gigabyte for the program; two further threads have their own microbatch's gradients and activations.
  EXPECT_EQ(training.bytes, 0.5e9 + dpo.memory.Total() + 2 * (dpo.memory.gradients / 2 + dpo.memory.activations));
  EXPECT_EQ(cpu.at("answers_e.dpo").bytes, 0.5e9 + costs.at("answers_e.dpo").memory.Total());
  // A server's pace is not known, and it needs no memory here; of a judge's model the weights are.
  EXPECT_EQ(cpu.at("data_d").hours, 0);
  EXPECT_EQ(cpu.at("data_d").bytes, 1e9);
  EXPECT_EQ(cpu.at("data_d").threads, 1);
  EXPECT_EQ(cpu.at("judgments_e.l.dpo_vs_far").hours, 0);
  EXPECT_EQ(cpu.at("judgments_e.l.dpo_vs_far").bytes,
            0.5e9 + 4 * lm::Parameters(Config("datasets/embedded/models/instruct")));

  const auto gpu = ResourcesOfStages(spec_, asked, {/*threads=*/3, /*on_device=*/true, /*flops_per_second=*/1e12});
  EXPECT_EQ(gpu.at("train_dpo").devices, 1);
  EXPECT_EQ(gpu.at("train_dpo").device_bytes, dpo.memory.Total());
  EXPECT_EQ(gpu.at("train_dpo").bytes, 4e9 + dpo.memory.weights);
  EXPECT_EQ(gpu.at("judgments_e.j.dpo_vs_far").devices, 0);
  EXPECT_EQ(gpu.at("principles_c").devices, 0);

  // A training over four processes; what asks its arm is one.
  const auto four = ResourcesOfStages(spec_, asked, {/*threads=*/3, /*on_device=*/true, /*flops_per_second=*/1e12, 4});
  EXPECT_EQ(four.at("train_dpo").processes, 4);
  EXPECT_EQ(four.at("train_dpo").devices, 4);
  EXPECT_EQ(four.at("train_dpo").hours, gpu.at("train_dpo").hours / 4);
  EXPECT_EQ(four.at("train_dpo").bytes, gpu.at("train_dpo").bytes);
  EXPECT_EQ(four.at("train_dpo").device_bytes, RankBytes(*dpo.training, 4, Sharding::kShared));
  const auto sharded = ResourcesOfStages(spec_, asked, {3, /*on_device=*/true, 1e12, 4, /*shards=*/true});
  EXPECT_EQ(sharded.at("train_dpo").device_bytes, RankBytes(*dpo.training, 4, Sharding::kSharded));
  // On the processor one microbatch at a time, and at the end the whole model beside a quarter of four times its bytes.
  const auto on_cpu = ResourcesOfStages(spec_, asked, {3, /*on_device=*/false, 1e9, 4, /*shards=*/true});
  EXPECT_EQ(on_cpu.at("train_dpo").bytes,
            0.5e9 + std::max(RankBytes(*dpo.training, 4, Sharding::kSharded), 2 * dpo.memory.weights));
  EXPECT_EQ(four.at("answers_e.dpo").processes, 1);
  EXPECT_EQ(four.at("answers_e.dpo").devices, 1);
}

// Together they are what the dry run says of all arms.
TEST_F(StageResourcesTest, NodesAddUpToTheDryRunsStages) {
  const AskedSets asked = EqualPrompts(spec_, 100);
  const std::map<std::string, lm::ModelConfig> models = {{"small", Config("datasets/embedded/models/base")}};
  spec_.mutable_evaluations(0)->add_arms("small");
  spec_.mutable_evaluations(0)->add_arms("dpo");
  const auto nodes = NodeCosts(spec_, models, asked);
  for (const StageCost& cost : StageCosts(spec_, models, asked)) {
    if (cost.stage != "answers e") continue;
    EXPECT_EQ(cost.flops, nodes.at("answers_e.small").flops + nodes.at("answers_e.dpo").flops);
    EXPECT_EQ(nodes.count("answers_e.next"), 0);
    return;
  }
  ADD_FAILURE() << "no answers";
}

}  // namespace
}  // namespace experiments
