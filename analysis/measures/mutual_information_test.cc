#include "analysis/measures/mutual_information.h"

#include <cmath>

#include "base/testing.h"

namespace analysis {
namespace {

using ::base::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::SizeIs;

MutualInformationSample Sample(const std::string& arm, std::vector<double> nats, std::vector<double> bound) {
  MutualInformationSample sample;
  sample.arm = arm;
  sample.nats = std::move(nats);
  sample.bound = std::move(bound);
  return sample;
}

TEST(MutualInformationTest, ASlopeThatIsNotOneIsSaid) {
  MutualInformationSample sample = Sample("sami", {0.6, 0.2}, {});
  EXPECT_FALSE(SamplerAndScorerDisagree(MutualInformation({sample}, {})->front()));  // no slope, nothing said
  sample.slope = 1.2;
  sample.slope_error = 0.1;
  EXPECT_FALSE(SamplerAndScorerDisagree(MutualInformation({sample}, {})->front()));
  sample.slope_error = 0.05;
  EXPECT_TRUE(SamplerAndScorerDisagree(MutualInformation({sample}, {})->front()));
}

TEST(MutualInformationTest, MeansWithIntervals) {
  ASSERT_OK_AND_ASSIGN(const auto rows, MutualInformation({Sample("sami", {0.6, 0.2, 0.7, 0.5}, {0.1, -0.2, 0, -0.1}),
                                                           Sample("sft", {0.1, 0.3}, {})},
                                                          {}));
  ASSERT_THAT(rows, SizeIs(2));
  EXPECT_EQ(rows[0].arm, "sami");
  EXPECT_DOUBLE_EQ(rows[0].nats.value, (0.6 + 0.2 + 0.7 + 0.5) / 4);
  EXPECT_DOUBLE_EQ(rows[0].bound.value, (0.1 - 0.2 + 0 - 0.1) / 4);
  EXPECT_TRUE(std::isnan(rows[1].bound.value));
  EXPECT_LT(rows[0].nats.low, rows[0].nats.value);
  EXPECT_GT(rows[0].nats.high, rows[0].nats.value);
  EXPECT_EQ(rows[1].nats.n, 2);
}

TEST(MutualInformationTest, TheIntervalSuitsTheNumberOfQueries) {
  const auto method = [](size_t queries) {
    MutualInformationSample sample = Sample("sami", {}, {});
    for (size_t i = 0; i < queries; ++i) sample.nats.push_back(i % 7);
    return MutualInformation({sample}, {})->front().nats.method;
  };
  EXPECT_EQ(method(2), "student-t");
  EXPECT_EQ(method(199), "bootstrap-t");
  EXPECT_EQ(method(200), "bootstrap-bca");
}

TEST(MutualInformationTest, AnArmsIntervalDoesNotDependOnTheOtherArms) {
  const MutualInformationSample sami = Sample("sami", {0.6, 0.2, 0.7, 0.5, 0.1}, {0.1, -0.2, 0, -0.1, 0.3});
  const MutualInformationSample base = Sample("base", {0.3, 0.1, 0.2, 0.3, 0.2}, {0.1, -0.2, 0, -0.1, 0.3});
  ASSERT_OK_AND_ASSIGN(const auto alone, MutualInformation({sami}, {}));
  ASSERT_OK_AND_ASSIGN(const auto both, MutualInformation({base, sami}, {}));
  EXPECT_EQ(alone[0].nats.low, both[1].nats.low);
  EXPECT_EQ(alone[0].bound.high, both[1].bound.high);
}

TEST(MutualInformationTest, OneQueryHasNoInterval) {
  ASSERT_OK_AND_ASSIGN(const auto rows, MutualInformation({Sample("sami", {0.6}, {0.1})}, {}));
  EXPECT_EQ(rows[0].nats.value, 0.6);
  EXPECT_TRUE(std::isnan(rows[0].nats.low));
  EXPECT_EQ(rows[0].nats.method, "none");
}

TEST(MutualInformationTest, NamesTheArmOfBadInput) {
  EXPECT_THAT(MutualInformation({Sample("sami", {}, {})}, {}),
              StatusIs(absl::StatusCode::kInvalidArgument, AllOf(HasSubstr("sami"), HasSubstr("at least one"))));
  EXPECT_THAT(MutualInformation({Sample("dpo", {0.1, 0.2}, {0.1, std::nan("")})}, {}),
              StatusIs(absl::StatusCode::kInvalidArgument, AllOf(HasSubstr("dpo/bound"), HasSubstr("value 1"))));
}

}  // namespace
}  // namespace analysis
