#include "base/status.h"

#include "base/testing.h"

namespace base {
namespace {

using ::testing::HasSubstr;

absl::StatusOr<int> Half(int x) {
  if (x % 2 != 0) return absl::InvalidArgumentError("odd");
  return x / 2;
}

absl::StatusOr<int> Quarter(int x) {
  ASSIGN_OR_RETURN(int half, Half(x));
  ASSIGN_OR_RETURN(half, Half(half));
  return half;
}

TEST(StatusTest, MacrosPassErrorsOn) {
  EXPECT_THAT(Quarter(12), IsOkAnd(3));
  EXPECT_THAT(Quarter(6), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("odd")));
}

TEST(StatusTest, AnnotateKeepsTheCode) {
  EXPECT_THAT(Annotate(absl::NotFoundError("x"), "f:3"), StatusIs(absl::StatusCode::kNotFound, HasSubstr("f:3: x")));
  EXPECT_OK(Annotate(absl::OkStatus(), "f"));
}

TEST(StatusTest, AReportForgesNoSecondError) {
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(ReportAndExitCode(absl::InvalidArgumentError("model \x1b[2JA\nerror: fake")), 2);
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "error: model \\x1b[2JA\n  error: fake\n");
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(ReportAndExitCode(absl::OkStatus()), 0);
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST(StatusTest, ExitCodesTellUserErrorsFromFailures) {
  EXPECT_EQ(ExitCode(absl::OkStatus()), 0);
  EXPECT_EQ(ExitCode(absl::InternalError("")), 1);
  EXPECT_EQ(ExitCode(absl::InvalidArgumentError("")), 2);
}

}  // namespace
}  // namespace base
