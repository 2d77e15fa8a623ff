// Published verdicts: win rates by category, their exact law, tests and errors.
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "analysis/measures/win_rate.h"
#include "analysis/statistics/bootstrap.h"
#include "analysis/statistics/paired_comparison.h"
#include "analysis/statistics/proportion.h"
#include "analysis/testing/general_bootstrap.h"
#include "analysis/testing/golden_testing.h"
#include "base/testing.h"

namespace analysis {
namespace {

// Published verdicts in question order with their categories: rates exact, ends to one lattice step.
void ExpectWinRates(const Json& test, const std::vector<std::string>& categories, const std::string& name) {
  const std::vector<double> verdicts = test["verdicts"];
  std::vector<QuestionVerdicts> questions;
  for (size_t i = 0; i < verdicts.size(); ++i) questions.push_back({absl::StrCat(i), categories.at(i), {verdicts[i]}});
  ASSERT_OK_AND_ASSIGN(const std::vector<WinRateRow> rows, WinRates({name}, questions, 0.95));
  for (const WinRateRow& row : rows) {
    const Json& golden = row.category == kOverall ? test : test["by_category"][row.category];
    EXPECT_EQ(row.n, golden["n"].get<int64_t>()) << name << " " << row.category;
    EXPECT_NEAR(row.win_rate.value, golden["win_rate"].get<double>(), 1e-12) << name << " " << row.category;
    ExpectExactPercentile(HalfPoints(row.wins, row.ties, row.losses), 0.95, golden["exact_bootstrap_percentile_0.95"],
                          0.5 / row.n, absl::StrCat(name, " ", row.category));
  }
  EXPECT_EQ(rows[0].wins, test["wins"].get<int64_t>());
  EXPECT_EQ(rows[0].ties, test["ties"].get<int64_t>());
  EXPECT_EQ(rows[0].losses, test["losses"].get<int64_t>());
  EXPECT_NEAR(TestSigns(rows[0].wins, rows[0].losses).two_sided_p, test["sign_test_p_two_sided"].get<double>(), 1e-9);
  ASSERT_OK_AND_ASSIGN(const Estimate wilson,
                       WilsonInterval(static_cast<double>(rows[0].wins) / rows[0].n, rows[0].n, 0.95));
  EXPECT_NEAR(wilson.low, test["wilson_0.95_wins_over_n"][0].get<double>(), 1e-9);
  EXPECT_NEAR(wilson.high, test["wilson_0.95_wins_over_n"][1].get<double>(), 1e-9);
}

void ExpectStratifiedError(const Json& test, const std::vector<std::string>& categories) {
  const std::vector<double> verdicts = test["verdicts"];
  std::map<std::string, int64_t> numbers;
  std::vector<int64_t> strata;
  for (const std::string& category : categories)
    strata.push_back(numbers.emplace(category, numbers.size()).first->second);
  ASSERT_OK_AND_ASSIGN(const Resampling resampling, Resampling::Stratified(strata));
  ASSERT_OK_AND_ASSIGN(
      const Estimate ours,
      BootstrapStatistic(resampling,
                         [&](absl::Span<const int64_t> items) { return SumOf(verdicts, items) / items.size(); }, {}));
  // Five standard deviations of a standard deviation from 10,000 resamples: 5 / sqrt(2 10,000) = 3.5%.
  const double golden = test["stratified_by_category_se"].get<double>();
  EXPECT_NEAR(ours.standard_error, golden, 0.035 * golden);
  ++cases;
}

}  // namespace

void RunVerdicts(const Json& test, const std::vector<std::string>& categories, const std::string& name) {
  ExpectWinRates(test, categories, name);
  ExpectStratifiedError(test, categories);
}

}  // namespace analysis
