#include "experiments/spec/spec_io.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "base/textproto/text_proto.h"
#include "experiments/spec/spec_testing.h"
#include "google/protobuf/util/json_util.h"

namespace experiments {
namespace {

using ::base::IsOkAnd;
using ::base::StatusIs;
using ::base::TestFolder;
using ::base::WriteTestFile;
using ::sami_harness::Deployment;
using ::sami_harness::ExperimentSpec;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Property;

TEST(LoadSpecTest, FillsDefaultsAndReadsItsOwnTextBack) {
  ASSERT_OK_AND_ASSIGN(const ExperimentSpec spec, LoadSpec(WriteTestFile("a", kSmallSpec)));
  EXPECT_EQ(spec.statistics().bootstrap_resamples(), 10000);
  EXPECT_EQ(spec.arms(0).sami().training().batch_size(), 16);
  ASSERT_OK_AND_ASSIGN(const ExperimentSpec again, LoadSpec(WriteTestFile("b", base::PrintTextProto(spec))));
  EXPECT_EQ(base::PrintTextProto(again), base::PrintTextProto(spec));
}

TEST(LoadSpecTest, SpecOfTheOldFormSaysWhatToDo) {
  EXPECT_THAT(LoadSpec(WriteTestFile("a", "name: 'a'\nbase_model { folder: 'm' }")),
              StatusIs(absl::StatusCode::kInvalidArgument, AllOf(HasSubstr("/a:2:1: there is no field \"base_model\""),
                                                                 HasSubstr("Converting an old spec"))));
}

TEST(LoadSpecTest, JsonIsTheSameSpec) {
  ASSERT_OK_AND_ASSIGN(const ExperimentSpec spec, LoadSpec(WriteTestFile("a", kSmallSpec)));
  std::string json;
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  ASSERT_TRUE(google::protobuf::util::MessageToJsonString(spec, &json, options).ok());
  ASSERT_OK_AND_ASSIGN(const ExperimentSpec again, LoadSpec(WriteTestFile("a.json", json)));
  EXPECT_EQ(base::PrintTextProto(again), base::PrintTextProto(spec));
  EXPECT_THAT(LoadSpec(WriteTestFile("b.json", R"({"name": "b", "arm": []})")),
              StatusIs(absl::StatusCode::kInvalidArgument, AllOf(HasSubstr("b.json: "), HasSubstr("arm"))));
  EXPECT_THAT(LoadSpec(WriteTestFile("c.json", "{")),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("c.json")));
  EXPECT_THAT(LoadSpec(WriteTestFile("d.json", R"({"name": "d"})")),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("d.json: models is missing")));
}

TEST(LoadSpecTest, ReplicatesAreWrittenOut) {
  const std::string path = WriteTestFile("a", kSmallSpec);
  ASSERT_OK_AND_ASSIGN(const ExperimentSpec spec, LoadSpec(path, {"replicates.seeds=[7, 8]"}));
  EXPECT_FALSE(spec.has_replicates());
  ASSERT_EQ(spec.data_size(), 2);
  EXPECT_EQ(spec.data(1).name(), "pairs-s8");
  EXPECT_EQ(spec.data(1).seed(), 8);
  EXPECT_EQ(spec.data(1).generator(), "base");
  ASSERT_EQ(spec.arms_size(), 5);
  EXPECT_EQ(spec.arms(1).name(), "sami-s8");
  EXPECT_EQ(spec.arms(1).parent(), "sft-s8");
  EXPECT_EQ(spec.arms(1).data(), "pairs-s8");
  EXPECT_EQ(spec.arms(4).name(), "base");
  ASSERT_EQ(spec.evaluations(0).comparisons_size(), 4);
  EXPECT_EQ(spec.evaluations(0).comparisons(1).arm(), "sami-s8");
  EXPECT_EQ(spec.evaluations(0).comparisons(1).baseline(), "sft-s8");
  EXPECT_EQ(spec.evaluations(0).comparisons(3).baseline(), "base");
  const auto refused = [&](const std::vector<std::string>& overrides, const std::string& message) {
    EXPECT_THAT(LoadSpec(path, overrides), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(message)));
  };
  refused({"replicates={}"}, "replicates.seeds is missing");
  refused({"replicates.seeds=[1, 1]"}, "replicates.seeds[1] is 1 again");
  refused({"replicates.seeds=[1]", "arms[sft].seed=3"}, "arms[1].seed is given, and replicates give each one");
}

TEST(LoadSpecTest, GridsAreWrittenOutBeforeReplicates) {
  const std::string path = WriteTestFile("a", kSmallSpec);
  const std::string grid = "grid={arms: ['sft', 'sami'] learning_rates: [1e-4, 1.6e-3]}";
  ASSERT_OK_AND_ASSIGN(const ExperimentSpec spec, LoadSpec(path, {grid, "replicates.seeds=[7]"}));
  EXPECT_FALSE(spec.has_grid());
  ASSERT_EQ(spec.arms_size(), 5);
  EXPECT_EQ(spec.arms(1).name(), "sami-lr1_6e-3-s7");
  EXPECT_EQ(spec.arms(1).grid_of(), "sami");
  EXPECT_EQ(spec.arms(1).replicate_of(), "sami-lr1_6e-3");
  EXPECT_EQ(spec.arms(1).parent(), "sft-lr1_6e-3-s7");
  EXPECT_EQ(spec.arms(1).sami().training().optimizer().learning_rate(), 1.6e-3);
  EXPECT_EQ(spec.evaluations(0).comparisons(0).arm(), "sami-lr1e-4-s7");
  const auto refused = [&](const std::string& setting, const std::string& message) {
    EXPECT_THAT(LoadSpec(path, {setting}), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(message)));
  };
  refused("grid={arms: 'sft' learning_rates: [1e-4, 1e-3]}", "arms[0].parent is sft, whose rates grid.arms try");
  refused("grid={arms: 'base' learning_rates: [1e-4, 1e-3]}", "grid.arms[0] is base, which is no trained arm");
  refused("grid={arms: ['sft', 'sami', 'sft'] learning_rates: [1e-4, 1e-3]}", "grid.arms[2] is sft again");
  refused("grid={arms: 'sami' learning_rates: [1e-3, 1e-4]}", "grid.learning_rates[1] must be larger");
  refused("grid={arms: 'sami' learning_rates: 1e-3}", "grid.learning_rates needs at least two");
}

TEST(LoadSpecTest, IterationsAreWrittenOut) {
  const std::string iterate =
      "iterate { times: 3 data { name: 'it' queries: 'train' constitutions: 'principles' generator: 'base' take: 5 }"
      " arm { name: 'again' parent: 'base' sami {} } }";
  const std::string path = WriteTestFile("a", absl::StrCat(kSmallSpec, iterate));
  ASSERT_OK_AND_ASSIGN(const ExperimentSpec spec, LoadSpec(path));
  EXPECT_EQ(spec.iterate_size(), 0);
  ASSERT_EQ(spec.data_size(), 4);
  ASSERT_EQ(spec.arms_size(), 6);
  EXPECT_EQ(spec.data(1).name(), "it1");
  EXPECT_EQ(spec.data(1).generator(), "base");
  EXPECT_EQ(spec.data(3).generator(), "again2");
  EXPECT_EQ(spec.data(3).skip(), 10);
  EXPECT_EQ(spec.arms(3).parent(), "base");
  EXPECT_EQ(spec.arms(5).name(), "again3");
  EXPECT_EQ(spec.arms(5).parent(), "again2");
  EXPECT_EQ(spec.arms(5).data(), "it3");
  ASSERT_OK_AND_ASSIGN(const ExperimentSpec reset, LoadSpec(path, {"iterate[0].parent=FIRST"}));
  EXPECT_EQ(reset.arms(5).parent(), "base");
  EXPECT_THAT(LoadSpec(path, {"iterate[0].times=0"}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("iterate[0].times is 0")));
  EXPECT_THAT(LoadSpec(path, {"iterate[0].arm={ name: 'a' model: 'base' }"}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("iterate[0].arm has no method that trains it")));
  EXPECT_THAT(LoadSpec(path, {"iterate[0].data.queries=none"}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("/a:22:1: data[1].queries is \"none\"")));
}

TEST(LoadSpecTest, OverridesApplyInOrder) {
  ASSERT_OK_AND_ASSIGN(const ExperimentSpec spec, LoadSpec(WriteTestFile("a", kSmallSpec), {"seed=1", "seed=2"}));
  EXPECT_EQ(spec.seed(), 2);
}

TEST(LoadSpecTest, ValueOutOfRangeNamesTheFileAndLine) {
  const std::string path = WriteTestFile("a", "name: 'a'\n\n  data { constitutions_per_query: 1 }");
  EXPECT_THAT(LoadSpec(path), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("models is missing")));
  EXPECT_THAT(
      LoadSpec(path, {"models=[{ name: 'm' folder: 'm' }]", "arms=[{ name: 'm' model: 'm' }]", "data[0].name=d",
                      "data[0].queries=q", "data[0].constitutions=c", "data[0].generator=m"}),
      StatusIs(absl::StatusCode::kInvalidArgument,
               EndsWith("/a:3:10: data[0].constitutions_per_query is 1; it must be a whole number from 2 to 16")));
}

TEST(LoadSpecTest, ValueOutOfRangeNamesTheOverride) {
  EXPECT_THAT(LoadSpec(WriteTestFile("a", kSmallSpec), {"statistics.confidence_level=95"}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       "--set statistics.confidence_level=95: statistics.confidence_level is 95; it must be a number "
                       "from 0.5 to 0.9999"));
}

TEST(LoadSpecTest, MissingFileIsNamed) {
  EXPECT_THAT(LoadSpec(TestFolder() + "/none"), StatusIs(absl::StatusCode::kNotFound, HasSubstr("/none")));
}

TEST(LoadDeploymentTest, NoFileIsAllDefaults) {
  EXPECT_THAT(LoadDeployment(""),
              IsOkAnd(AllOf(Property(&Deployment::device, "cpu"), Property(&Deployment::has_runs_folder, true))));
}

TEST(LoadDeploymentTest, DeviceWithNumber) {
  EXPECT_THAT(LoadDeployment(WriteTestFile("a", "device: 'cuda:1'")), IsOkAnd(Property(&Deployment::device, "cuda:1")));
}

TEST(LoadDeploymentTest, UnknownDeviceNamesFileAndLine) {
  EXPECT_THAT(LoadDeployment(WriteTestFile("a", "threads: 2\ndevice: 'cuda:'")),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       EndsWith("/a:2:1: device is \"cuda:\"; it must be \"cpu\", \"cuda\" or \"cuda:N\", N from 0")));
}

}  // namespace
}  // namespace experiments
