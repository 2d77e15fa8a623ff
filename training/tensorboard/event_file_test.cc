#include "training/tensorboard/event_file.h"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "base/testing.h"
#include "training/testing/event_reader.h"

namespace training {
namespace {

using ::base::IsOkAnd;
using ::base::StatusIs;
using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

// RFC 3720 (iSCSI), appendix B.4, and the check value of every CRC catalogue.
TEST(Crc32cTest, KnownVectors) {
  EXPECT_EQ(Crc32c(""), 0u);
  EXPECT_EQ(Crc32c("123456789"), 0xE3069283u);
  EXPECT_EQ(Crc32c(std::string(32, '\0')), 0x8A9136AAu);
  EXPECT_EQ(Crc32c(std::string(32, '\xff')), 0x62A8AB43u);
  std::string up, down;
  for (int i = 0; i < 32; ++i) {
    up.push_back(static_cast<char>(i));
    down.push_back(static_cast<char>(31 - i));
  }
  EXPECT_EQ(Crc32c(up), 0x46DD794Eu);
  EXPECT_EQ(Crc32c(down), 0x113FDB5Cu);
}

// The first record of every event file, byte for byte: 24 bytes of data, wall_time 0 (field 1, a double), file_version
// (field 3). The checksums were computed by another program, bit by bit.
TEST(EventFileTest, TheVersionRecord) {
  EXPECT_EQ(absl::BytesToHexString(EventFile({})),
            "1800000000000000a37f4b22"
            "0900000000000000001a0d627261696e2e4576656e743a32"
            "eedf28a3");
}

TEST(EventFileTest, IsReadBack) {
  const std::vector<StepScalars> steps = {{1, {{"loss", 0.5}, {"mi/lower_bound", -1e-3}}},
                                          {2, {{"loss", 0}}},
                                          {int64_t{1} << 40, {{"loss", std::numeric_limits<double>::infinity()}}}};
  ASSERT_OK_AND_ASSIGN(const std::vector<StepScalars> read, ParseEventFile(EventFile(steps)));
  ASSERT_THAT(read, SizeIs(3));
  EXPECT_EQ(read[0].step, 1);
  EXPECT_THAT(read[0].scalars, ElementsAre(Pair("loss", 0.5), Pair("mi/lower_bound", -1e-3f)));
  EXPECT_THAT(read[1].scalars, ElementsAre(Pair("loss", 0)));
  EXPECT_EQ(read[2].step, int64_t{1} << 40);
  EXPECT_TRUE(std::isinf(read[2].scalars[0].second));
  EXPECT_EQ(EventFile(steps), EventFile(steps));
}

TEST(EventFileTest, DamageIsSeen) {
  const std::string file = EventFile({{1, {{"loss", 0.5}}}});
  const size_t second = EventFile({}).size();
  for (size_t i = 0; i < file.size(); ++i) {
    std::string damaged = file;
    damaged[i] ^= 0x10;
    EXPECT_THAT(ParseEventFile(damaged),
                StatusIs(absl::StatusCode::kInvalidArgument, AnyOf(HasSubstr("checksum"), HasSubstr("cut off"))))
        << i;
    if (i == 0 || i == second) continue;  // whole records
    EXPECT_THAT(ParseEventFile(file.substr(0, i)), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("cut off")));
  }
  EXPECT_THAT(ParseEventFile(file.substr(0, second)), IsOkAnd(IsEmpty()));
  EXPECT_THAT(ParseEventFile(file.substr(second)),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("does not begin with version")));
}

TEST(EventFileTest, MetricsBecomeScalarsByTransformersTags) {
  const double none = std::numeric_limits<double>::quiet_NaN();
  StepMetrics step = {3, 0.5, 1.5, 2, 1e-3, 8, 70, {{"loss", 1.25}, {"rewards/chosen", -1}, {"logps/chosen", none}}};
  EXPECT_EQ(ScalarsOf(step).step, 3);
  EXPECT_THAT(ScalarsOf(step).scalars,
              ElementsAre(Pair("train/loss", 1.5), Pair("train/grad_norm", 2), Pair("train/learning_rate", 1e-3),
                          Pair("train/epoch", 0.5), Pair("train/examples", 8), Pair("train/tokens", 70),
                          Pair("train/rewards/chosen", -1)));
  step.held_out = true;
  step.grad_norm = step.learning_rate = none;
  EXPECT_THAT(ScalarsOf(step).scalars,
              ElementsAre(Pair("eval/loss", 1.5), Pair("eval/epoch", 0.5), Pair("eval/examples", 8),
                          Pair("eval/tokens", 70), Pair("eval/rewards/chosen", -1)));
}

}  // namespace
}  // namespace training
