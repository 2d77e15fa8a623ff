#include "experiments/spec/spec_io.h"

#include <string>

#include "base/testing.h"
#include "base/textproto/text_proto.h"
#include "experiments/spec/spec_testing.h"

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

TEST(LoadSpecTest, GeneratorIsTheBaseModelUnlessNamed) {
  const std::string path = WriteTestFile("a", kSmallSpec);
  ASSERT_OK_AND_ASSIGN(const ExperimentSpec spec, LoadSpec(path));
  EXPECT_EQ(spec.generator_model().folder(), "models/base");
  ASSERT_OK_AND_ASSIGN(const ExperimentSpec other, LoadSpec(path, {"generator_model.folder=models/big"}));
  EXPECT_EQ(other.generator_model().folder(), "models/big");
}

TEST(LoadSpecTest, OverridesApplyInOrder) {
  ASSERT_OK_AND_ASSIGN(const ExperimentSpec spec, LoadSpec(WriteTestFile("a", kSmallSpec), {"seed=1", "seed=2"}));
  EXPECT_EQ(spec.seed(), 2);
}

TEST(LoadSpecTest, ValueOutOfRangeNamesTheFileAndLine) {
  const std::string path = WriteTestFile("a", "name: 'a'\n\n  data { train_queries: 0 }");
  EXPECT_THAT(LoadSpec(path), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("base_model is missing")));
  EXPECT_THAT(LoadSpec(path, {"base_model.folder=m"}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       EndsWith("/a:3:10: data.train_queries is 0; it must be a whole number >= 1")));
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
