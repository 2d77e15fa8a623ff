// GoogleTest matchers for statuses, and temporary folders of tests.
//
//   EXPECT_THAT(Load(path), IsOkAnd(SizeIs(3)));
//   EXPECT_THAT(Load(bad), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("line 3")));
#ifndef BASE_TESTING_H_
#define BASE_TESTING_H_

#include <ostream>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace absl {

// How GoogleTest prints a result: by its status alone. Newer Abseils print the value too wherever the compiler believes
// that it can, which torch's operator<< of every std::vector makes it believe of elements that nothing prints.
template <typename T>
void PrintTo(const StatusOr<T>& result, std::ostream* out) {
  *out << result.status();
}

}  // namespace absl

namespace base {

inline const absl::Status& AsStatus(const absl::Status& status) { return status; }
template <typename T>
const absl::Status& AsStatus(const absl::StatusOr<T>& result) {
  return result.status();
}

MATCHER(IsOk, negation ? "is an error" : "is OK") {
  *result_listener << AsStatus(arg).ToString();
  return AsStatus(arg).ok();
}

MATCHER_P(IsOkAnd, value_matcher, "") {
  if (!arg.ok()) {
    *result_listener << arg.status().ToString();
    return false;
  }
  return ::testing::ExplainMatchResult(value_matcher, *arg, result_listener);
}

MATCHER_P2(StatusIs, code, message_matcher, "") {
  const absl::Status& status = AsStatus(arg);
  *result_listener << status.ToString();
  return status.code() == code &&
         ::testing::ExplainMatchResult(message_matcher, std::string(status.message()), result_listener);
}

// A fresh, empty folder of the running test, and a file in it.
std::string TestFolder();
std::string WriteTestFile(const std::string& name, absl::string_view content);

// The value of --<flag>=DIR (or --<flag> DIR) on the test's command line, relative to where `bazel run` was called;
// else the runfile `fallback`. Golden tests take other cases this way.
std::string FolderFromFlag(absl::string_view flag, absl::string_view fallback);

}  // namespace base

#define ASSERT_OK(expression) ASSERT_THAT(expression, ::base::IsOk())
#define EXPECT_OK(expression) EXPECT_THAT(expression, ::base::IsOk())
#define ASSERT_OK_AND_ASSIGN(left, expression) \
  BASE_ASSERT_OK_AND_ASSIGN_(BASE_TESTING_NAME_(ok_, __LINE__), left, expression)
#define BASE_TESTING_CONCAT_(a, b) a##b
#define BASE_TESTING_NAME_(a, b) BASE_TESTING_CONCAT_(a, b)
#define BASE_ASSERT_OK_AND_ASSIGN_(result, left, expression) \
  auto result = (expression);                                \
  ASSERT_THAT(result, ::base::IsOk());                       \
  left = *std::move(result)

#endif  // BASE_TESTING_H_
