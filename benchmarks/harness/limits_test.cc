// What is measured of the machine, and what is compared between arithmetics.
#include <cmath>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/testing.h"
#include "benchmarks/harness/fixed_results.h"
#include "benchmarks/harness/gemm_peak.h"
#include "benchmarks/harness/hardware_limit.h"
#include "lm/arithmetic/processor.h"

namespace benchmarks {
namespace {

using ::base::StatusIs;
using ::testing::HasSubstr;

// No time is asserted: only what holds on a busy machine, too. A core begins at most a few multiply-adds a cycle, and
// its clock is that of a computer.
TEST(HardwareLimitTest, IsThatOfAProcessor) {
  for (const VectorUnit unit : AvailableUnits()) {
    SCOPED_TRACE(NameOf(unit));
    const UnitLimit limit = MeasureLimit(unit, /*threads=*/2, /*bursts=*/3);
    EXPECT_GT(limit.per_cycle, 0);
    EXPECT_LT(limit.per_cycle, 8);
    EXPECT_GT(limit.flops, 0);
    EXPECT_LT(limit.hertz, 2e10);
  }
  EXPECT_EQ(MeasureLimit(Factors::kFloat32, 1) > 0, !AvailableUnits().empty());
  EXPECT_EQ(MeasureLimit(Factors::kBfloat16, 1) > 0, lm::ThisProcessor().Has("avx512_bf16"));
}

TEST(MeasureProductsTest, SumsTheThreads) {
  const ProductShape shape = {"small", 24, 40, 56};
  EXPECT_GT(MeasureProducts(shape, /*threads=*/2, /*seconds=*/1e-3), 0);
}

TEST(FixedResultsTest, ThreadsChangeNoBit) {
  const FixedResults one = ComputeFixedResults(ModelSize::kTiny, 1), three = ComputeFixedResults(ModelSize::kTiny, 3);
  for (const auto part : {&FixedResults::log_probs, &FixedResults::weights, &FixedResults::tokens}) {
    EXPECT_FALSE((one.*part).empty());
    EXPECT_EQ(DistanceOf(one.*part, three.*part).equal, 1);
  }
}

TEST(FixedResultsTest, DistanceCountsBits) {
  const Distance distance = DistanceOf({1, -2, 0.0f, 5}, {1, -2.5, -0.0f, 6});
  EXPECT_EQ(distance.equal, 0.25);  // 0 and -0 are different bits
  EXPECT_EQ(distance.largest, 1);
  EXPECT_TRUE(std::isfinite(DistanceOf({}, {}).largest));
}

TEST(FixedResultsTest, FilesAreReadAsTheyWereWritten) {
  const FixedResults results = {{1, 2}, {3, -0.0f, 1e-30f}, {7}};
  const std::string path = base::TestFolder() + "/results";
  ASSERT_OK(WriteFixedResults(results, "by \"hand\"", path));
  ASSERT_OK_AND_ASSIGN(const RecordedResults read, ReadFixedResults(path, {{0, 0}, {0, 0, 0}, {0}}));
  EXPECT_EQ(read.arithmetic, "by \"hand\"");
  EXPECT_EQ(DistanceOf(read.results.weights, results.weights).equal, 1);
  EXPECT_EQ(read.results.log_probs, results.log_probs);
  EXPECT_EQ(read.results.tokens, results.tokens);

  EXPECT_THAT(ReadFixedResults(path, {{0, 0}, {0, 0}, {0}}).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("of another model")));
  ASSERT_OK_AND_ASSIGN(const std::string content, base::ReadFile(path));
  for (const std::string& bad : {content.substr(0, content.size() - 1), std::string("{}\n"), std::string("x"),
                                 std::string("\n"), std::string("[1]\n")}) {
    const std::string file = base::WriteTestFile("bad", bad);
    EXPECT_THAT(ReadFixedResults(file, results).status(),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(file)));
  }
}

}  // namespace
}  // namespace benchmarks
