#include "experiments/plan/dry_run.h"

#include <cstdio>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "base/program.h"
#include "base/testing.h"
#include "experiments/spec/spec_io.h"

namespace experiments {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

DryRunOptions Options() {
  const PromptLength even = {104, 104};
  DryRunOptions options;
  options.speed = {1e12, "as the test says"};
  options.asked = {{{"contrastive", {2000, even}}},
                   {{"test", {640, even}}},
                   {{"held_out", {240, even}}},
                   {{"problems", {240, even}}}};
  options.texts = {{"queries train", "2000 queries"}};
  options.text_notes = {"Lengths by the test."};
  return options;
}

std::string Describe(const std::string& spec_path, const std::vector<std::string>& overrides = {},
                     const DryRunOptions& options = Options()) {
  const auto spec = LoadSpec(base::Runfile(spec_path), overrides);
  EXPECT_THAT(spec, base::IsOk());
  return spec.ok() ? DryRun(*spec, options) : "";
}

// The words of the first line after `caption` that starts with `stage`.
std::vector<std::string> Row(const std::string& text, const std::string& caption, const std::string& stage) {
  const size_t table = text.find(caption), line = text.find("\n" + stage + "  ", table);
  EXPECT_NE(line, std::string::npos) << caption << ": " << stage;
  if (line == std::string::npos) return {};
  const size_t begin = line + 1 + stage.size();
  return absl::StrSplit(text.substr(begin, text.find('\n', begin) - begin), ' ', absl::SkipEmpty());
}

// Numbers by hand: stage_costs_test.cc.
TEST(DryRunTest, EveryStageWithHoursAndMemory) {
  const std::string text = Describe("experiments/mtbench_sft_first.textproto");
  // 32000 texts of 200 tokens, three passes of 497,100,800 FLOP: 47.722 TFLOP, 47.7 s at 1e12 a second.
  EXPECT_THAT(Row(text, "Stages", "train sami"),
              testing::ElementsAre("2000", "32000", "125", "6400000", "47.722", "0.0133"));
  EXPECT_THAT(Row(text, "Peak memory", "train dpo"),
              AllOf(testing::SizeIs(7), testing::Contains("1115520"), testing::Contains("0.009")));
  EXPECT_THAT(text, AllOf(HasSubstr("Hours at 1e+12 FLOP/s, as the test says"), HasSubstr("Lengths by the test."),
                          HasSubstr("nothing was computed or written")));
}

TEST(DryRunTest, OnManyDevices) {
  DryRunOptions options = Options();
  options.devices = 0;
  options.device_bytes = 1 << 28;  // 0.25 GiB; a microbatch of sami takes more
  EXPECT_THAT(Describe("experiments/mtbench_sft_first.textproto", {}, options),
              AllOf(HasSubstr("No number of devices is enough for all stages: train sami takes"),
                    HasSubstr("make microbatch_size or the texts smaller")));
  // Training sami takes 1.08 GiB on one, most of it activations: layers are computed again where they are sharded.
  options.device_bytes = 1 << 30;
  EXPECT_THAT(
      Describe("experiments/mtbench_sft_first.textproto", {}, options),
      AllOf(HasSubstr("Fewest devices: 2 devices: on 1 train sami takes"), HasSubstr("of train sami, sharded")));
  const std::vector<std::string> recomputing = {"arms[sami].sami.training.recompute_activations=true"};
  EXPECT_THAT(Describe("experiments/mtbench_sft_first.textproto", recomputing, options),
              HasSubstr("Fewest devices: 1 device is enough: train sami takes the most"));
  options.devices = 4;
  const std::string text = Describe("experiments/mtbench_sft_first.textproto", recomputing, options);
  EXPECT_THAT(Row(text, "On 4 devices of 1 GiB", "train sami"),
              AllOf(testing::Contains("shared"), testing::Contains("yes")));
  EXPECT_THAT(text, HasSubstr("device-hours"));
}

TEST(DryRunTest, HoursAndPriceOfAllAndWhatFits) {
  DryRunOptions options = Options();
  options.device_bytes = 80. * (1 << 30);
  options.price = 2.5;
  const std::string text = Describe("experiments/mtbench_sft_first.textproto", {}, options);
  double hours = 0;
  ASSERT_TRUE(absl::SimpleAtod(Row(text, "Stages", "all").back(), &hours));
  const size_t at = text.find("Total: ");
  ASSERT_NE(at, std::string::npos);
  double total = 0, price = 0;
  ASSERT_EQ(std::sscanf(text.c_str() + at, "Total: %lf hours at 1e+12 FLOP/s, as the test says; a price of %lf at 2.5",
                        &total, &price),
            2);
  EXPECT_NEAR(total, hours, 1e-4);
  EXPECT_NEAR(price, 2.5 * total, 0.0051);
  EXPECT_THAT(text, AllOf(HasSubstr("What fits into 80 GiB"), HasSubstr("shard_weights")));
  EXPECT_THAT(Row(text, "What fits", "train dpo"), testing::ElementsAre("full", "*", "no", "1", testing::_, "yes"));
  EXPECT_THAT(Row(text, "What fits", "generate contrastive"),
              testing::ElementsAre("stored", "–", "1", "0.03", "yes"));  // 35,001,856 bytes
}

TEST(DryRunTest, WithoutFlagsNothingIsSaidOfDevicesAndPrices) {
  const std::string text = Describe("experiments/mtbench_sft_first.textproto");
  EXPECT_THAT(text, AllOf(HasSubstr("Total: "), testing::Not(HasSubstr("GiB")), testing::Not(HasSubstr("price"))));
}

// Each iteration's own part of the posts, with and without a length that is known.
TEST(DryRunTest, DataTakesItsPartOfTheQueries) {
  ASSERT_OK_AND_ASSIGN(const auto spec, LoadSpec(base::Runfile("experiments/sami_summarization_paper.textproto"), {}));
  DryRunOptions options = Options();
  options.asked = EqualPrompts(spec, 500);
  const std::string text = Describe("experiments/sami_summarization_paper.textproto", {}, options);
  EXPECT_EQ(Row(text, "Stages", "generate own3")[0], "3000");
  EXPECT_EQ(Row(text, "Stages", "train sami1")[0], "360");  // 0.12 of an epoch
}

TEST(DryRunTest, PaperScaleNeedsNoWeights) {
  for (const char* spec :
       {"experiments/mtbench_vs_dpo_llama.textproto", "experiments/gsm8k_vs_sft_mistral.textproto"}) {
    const std::string text = Describe(spec);
    EXPECT_THAT(text, HasSubstr("weights NOT HERE (config.json is)")) << spec;
    EXPECT_THAT(Row(text, "Peak memory", "train sft"), testing::SizeIs(7)) << spec;
  }
}

TEST(DryRunTest, WhatIsNotHereIsNamed) {
  const std::string text = Describe("experiments/mtbench_sft_first.textproto", {"models[base].folder=nowhere"});
  EXPECT_THAT(text, AllOf(HasSubstr("NOT HERE: nowhere"), HasSubstr("queries train   2000 queries"),
                          HasSubstr("unknown without each model's config.json")));
  // Texts are counted all the same; arithmetic, hours and memory are blank.
  EXPECT_THAT(Row(text, "Stages", "train sami"), testing::ElementsAre("2000", "32000", "125", "6400000", "–", "–"));
  EXPECT_THAT(Row(text, "Stages", "all").back(), "–");  // a sum of what is known would mislead
  EXPECT_THAT(text, HasSubstr("Total: unknown"));
}

}  // namespace
}  // namespace experiments
