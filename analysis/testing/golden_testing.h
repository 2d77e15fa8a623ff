// Golden tests of statistics, the parts of stats_golden_test: each runs one case of a kind, as other programs recorded
// it (testdata/README.md), and expects our number. All count what they compare.
#ifndef ANALYSIS_TESTING_GOLDEN_TESTING_H_
#define ANALYSIS_TESTING_GOLDEN_TESTING_H_

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "base/jsonl.h"

namespace analysis {

using ::base::Json;

// What has been compared so far, and what this room has no function for.
extern int cases;
extern std::set<std::string>& not_covered;

// bootstrap.json
void RunOneSample(const Json& test);
void RunPaired(const Json& test);
void RunDiscrete(const Json& test);

// proportions_tests.json, cluster_se.json
void RunProportion(const Json& test);
void RunMcNemar(const Json& test);
void RunSignTest(const Json& test);
void RunPermutation(const Json& test);
void RunMultipleTesting(const Json& test);
void RunClusters(const Json& test);

// pass_at_k.json
void RunPassAtKGrid(const Json& test);
void RunPassAtKSet(const Json& test);

// rliable_stratified.json
void RunStratified(const Json& test);

// Win rates: a comparison's verdicts in question order, with the questions' categories.
void RunVerdicts(const Json& test, const std::vector<std::string>& categories, const std::string& name);

// Wins, ties and losses as lattice values 2, 1, 0, and the exact percentile interval of their mean / 2, which agrees
// with the golden ends to one lattice `step`.
std::vector<int> HalfPoints(int64_t wins, int64_t ties, int64_t losses);
void ExpectExactPercentile(const std::vector<int>& half_points, double level, const Json& ends, double step,
                           const std::string& name);

double SumOf(const std::vector<double>& data, absl::Span<const int64_t> items);

}  // namespace analysis

#endif  // ANALYSIS_TESTING_GOLDEN_TESTING_H_
