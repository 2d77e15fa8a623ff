// Statistics against numbers that SciPy and statsmodels computed (testdata/README.md), case by case.
//
// --golden_dir=DIR runs every case in DIR's JSON files instead. A file or an entry of a kind that this room has no
// function for is listed as not covered.
#include <algorithm>
#include <filesystem>
#include <functional>
#include <iostream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "analysis/testing/golden_testing.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/testing.h"

namespace analysis {

int cases = 0;
std::set<std::string>& not_covered = *new std::set<std::string>;

namespace {

// Runs the cases of one member of a file; false for a kind that this room has no function for.
bool RunList(const std::string& file, const std::string& key, const Json& list) {
  const std::map<std::string, std::function<void(const Json&)>> runners = {
      {"bootstrap.json/one_sample", RunOneSample},
      {"bootstrap.json/paired", RunPaired},
      {"bootstrap.json/discrete_exact", RunDiscrete},
      {"proportions_tests.json/proportion_ci", RunProportion},
      {"proportions_tests.json/mcnemar", RunMcNemar},
      {"proportions_tests.json/sign_test", RunSignTest},
      {"proportions_tests.json/paired_permutation_exact", RunPermutation},
      {"proportions_tests.json/multiple_testing_adjusted_p", RunMultipleTesting},
      {"cluster_se.json/cases", RunClusters},
      {"pass_at_k.json/grid", RunPassAtKGrid},
      {"pass_at_k.json/problem_sets", RunPassAtKSet},
      {"rliable_stratified.json/cases", RunStratified},
  };
  const auto runner = runners.find(absl::StrCat(file, "/", key));
  if (runner == runners.end()) return false;
  for (const Json& test : list) runner->second(test);
  return true;
}

// Members that hold no cases.
bool IsRemark(const std::string& key) {
  static const auto& remarks =
      *new std::set<std::string>{"note", "grid_columns", "categories", "category_order", "token_count_check"};
  return remarks.count(key) > 0;
}

void RunFile(const std::string& path) {
  ASSERT_OK_AND_ASSIGN(const std::string text, base::ReadFile(path));
  ASSERT_OK_AND_ASSIGN(const Json json, base::ParseJson(text, path));
  const std::string file = std::filesystem::path(path).filename().string();
  for (const auto& item : json.items()) {
    const Json& list = item.value();
    if (IsRemark(item.key()) || RunList(file, item.key(), list)) continue;
    if (list.is_object() && list.contains("verdicts")) {
      RunVerdicts(list, json["categories"], item.key());
    } else {
      not_covered.insert(absl::StrCat(file, ", ", item.key()));
    }
  }
}

TEST(StatsGoldenTest, AgreesCaseByCase) {
  const std::string folder = base::FolderFromFlag("golden_dir", "analysis/testing/testdata");
  ASSERT_TRUE(!folder.empty() && std::filesystem::is_directory(folder)) << "no such folder: " << folder;
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".json") paths.push_back(entry.path().string());
  }
  std::sort(paths.begin(), paths.end());
  for (const std::string& path : paths) {
    SCOPED_TRACE(path);
    RunFile(path);
  }
  for (const std::string& what : not_covered) std::cout << "not covered: " << what << "\n";
  std::cout << cases << " cases compared\n";
  EXPECT_GT(cases, 0) << folder << " holds no case that this test knows";
}

}  // namespace
}  // namespace analysis
