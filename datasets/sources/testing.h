// Test macros for pinned files: a test skips where its file is absent, and fails there when REQUIRE_DATA=1.
//
//   TEST(QuestionsTest, ThereAreEighty) {
//     ASSIGN_PINNED_OR_SKIP(const std::string path, "mt_bench/question.jsonl");
#ifndef DATASETS_SOURCES_TESTING_H_
#define DATASETS_SOURCES_TESTING_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "datasets/sources/pinned.h"
#include "gtest/gtest.h"

namespace datasets {

// True when an absent file may be passed over: the status is kNotFound, and REQUIRE_DATA is not 1.
bool MaySkip(const absl::Status& status);

}  // namespace datasets

#define ASSIGN_PINNED_OR_SKIP(left, name) \
  DATASETS_ASSIGN_OR_SKIP_(DATASETS_TESTING_NAME_(pinned_, __LINE__), left, ::datasets::PinnedFile(name))

// Ends the running test at an error: skipped if MaySkip, else failed.
#define SKIP_OR_FAIL_IF_ERROR(status)     \
  if ((status).ok()) {                    \
  } else if (::datasets::MaySkip(status)) \
    GTEST_SKIP() << (status).message();   \
  else                                    \
    GTEST_FAIL() << (status).message()

#define DATASETS_TESTING_CONCAT_(a, b) a##b
#define DATASETS_TESTING_NAME_(a, b) DATASETS_TESTING_CONCAT_(a, b)
#define DATASETS_ASSIGN_OR_SKIP_(result, left, expression) \
  auto result = (expression);                              \
  SKIP_OR_FAIL_IF_ERROR(result.status());                  \
  left = *std::move(result)

#endif  // DATASETS_SOURCES_TESTING_H_
