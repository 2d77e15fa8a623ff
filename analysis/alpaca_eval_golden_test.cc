// AlpacaEval's win rates, plain and length-controlled, against what its package said of the same annotations:
//
//   bazel test //analysis:alpaca_eval_golden_test --test_arg=--golden_dir=DIR
//
// DIR has expected_lc.json (case -> results, one a model), <case>.json (annotations with lengths for outputs), one
// *df_gamed*.csv and winrate_cases.json; what of them is there is compared. Without --golden_dir there is nothing to
// compare with.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "analysis/commands/alpaca_eval_file.h"
#include "analysis/commands/rows.h"
#include "analysis/leaderboards/alpaca_length_control.h"
#include "analysis/leaderboards/alpaca_win_rate.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/testing.h"

namespace analysis {
namespace {

using ::base::Json;

constexpr double kPlain = 1e-9;   // %
constexpr double kExact = 1e-4;   // %, at the same C: their minimiser and ours
constexpr double kTheirs = 5e-3;  // %, at the same C: liblinear stops short of the minimum
// %, where each chose its own C: AlpacaEval's depends on the processor, and the more so the fewer rows there are.
double OwnC(int64_t rows) { return rows >= 805 ? 0.25 : 2; }

const std::string& GoldenFolder() {
  static const std::string* folder = new std::string(base::FolderFromFlag("golden_dir", ""));
  return *folder;
}

std::optional<Json> Read(const std::string& name) {
  const std::string path = absl::StrCat(GoldenFolder(), "/", name);
  if (!base::FileExists(path)) return std::nullopt;
  const absl::StatusOr<std::string> text = base::ReadFile(path);
  EXPECT_TRUE(text.ok());
  const absl::StatusOr<Json> json = base::ParseJson(*text, path);
  EXPECT_TRUE(json.ok()) << json.status();
  return *json;
}

// A number, or NaN for null and "NaN".
double Number(const Json& value) { return value.is_number() ? value.get<double>() : kUndefined; }

void ExpectNumber(double ours, const Json& theirs, double tolerance, const std::string& what) {
  if (theirs.is_null()) {
    EXPECT_TRUE(std::isnan(ours)) << what << ": " << ours << ", and there should be none";
  } else {
    EXPECT_NEAR(ours, Number(theirs), tolerance) << what;
  }
}

void ExpectPlain(const std::vector<double>& preferences, const Json& expected, const std::string& name) {
  const AlpacaWinRate rate = AlpacaEvalWinRate(preferences);
  ExpectNumber(rate.win_rate, expected["win_rate"], kPlain, name + ", win_rate");
  ExpectNumber(rate.standard_error, expected["standard_error"], kPlain, name + ", standard_error");
  ExpectNumber(rate.discrete_win_rate, expected["discrete_win_rate"], kPlain, name + ", discrete_win_rate");
  EXPECT_EQ(rate.n_wins, expected["n_wins"].get<double>()) << name;
  EXPECT_EQ(rate.n_wins_base, expected["n_wins_base"].get<double>()) << name;
  EXPECT_EQ(rate.n_draws, expected["n_draws"].get<double>()) << name;
  EXPECT_EQ(rate.n_total, expected["n_total"].get<double>()) << name;
}

TEST(AlpacaEvalGoldenTest, PlainWinRates) {
  if (GoldenFolder().empty()) GTEST_SKIP() << "no --golden_dir";
  const std::optional<Json> cases = Read("winrate_cases.json");
  ASSERT_TRUE(cases.has_value()) << "--golden_dir has no winrate_cases.json";
  int compared = 0;
  for (const Json& test : *cases) {
    const std::string name = test["name"].get<std::string>();
    // What their code stops at is text for a number, and nothing at all.
    if (test["expected"].contains("error")) continue;
    std::vector<double> preferences;
    for (const Json& value : test["preferences"]) {
      preferences.push_back(value.is_boolean() ? value.get<bool>() : Number(value));
    }
    ExpectPlain(preferences, test["expected"], name);
    ++compared;
  }
  std::cout << compared << " plain win rates compared\n";
  EXPECT_GT(compared, 0);
}

// One model of one case.
void ExpectLengthControlled(const AlpacaEvalRows& group, const AlpacaDifficulties* difficulties, const Json& expected,
                            const std::string& name) {
  std::vector<double> preferences;
  for (const AlpacaRow& row : group.rows) preferences.push_back(row.preference);
  const Json& metrics = expected["metrics"];
  ExpectPlain(preferences, metrics, name);
  if (group.model == group.baseline) {
    EXPECT_EQ(metrics["length_controlled_winrate"].get<double>(), 50) << name;
    EXPECT_EQ(metrics["lc_standard_error"].get<double>(), 0) << name;
    return;
  }
  ASSERT_OK_AND_ASSIGN(const AlpacaModel model, ParseAlpacaModel(expected["glm"].get<std::string>()));
  const auto at = [&](std::optional<double> c) {
    return AlpacaLengthControlledWinRate(group.rows, model, difficulties, c);
  };
  ASSERT_OK_AND_ASSIGN(const AlpacaLengthControlled recorded, at(expected["C"].get<double>()));
  EXPECT_NEAR(recorded.win_rate, Number(metrics["length_controlled_winrate"]), kTheirs) << name;
  EXPECT_NEAR(recorded.standard_error, Number(metrics["lc_standard_error"]), kTheirs) << name;
  if (expected.contains("exact_lc_winrate")) {
    EXPECT_NEAR(recorded.win_rate, Number(expected["exact_lc_winrate"]), kExact) << name;
    EXPECT_NEAR(recorded.standard_error, Number(expected["exact_lc_standard_error"]), kExact) << name;
  }
  if (expected.contains("predicted")) {
    ASSERT_EQ(recorded.predicted.size(), expected["predicted"].size()) << name;
    for (size_t i = 0; i < recorded.predicted.size(); ++i) {
      EXPECT_NEAR(100 * recorded.predicted[i], 100 * Number(expected["predicted"][i]), 2 * kTheirs) << name << ' ' << i;
    }
  }
  if (expected.contains("exact_lc_winrate_at_each_C")) {
    for (size_t k = 0; k < expected["Cs"].size(); ++k) {
      EXPECT_NEAR(expected["Cs"][k].get<double>(), AlpacaCs()[k], 1e-9 * AlpacaCs()[k]) << name;
      ASSERT_OK_AND_ASSIGN(const AlpacaLengthControlled fit, at(expected["Cs"][k].get<double>()));
      EXPECT_NEAR(fit.win_rate, Number(expected["exact_lc_winrate_at_each_C"][k]), kExact) << name << " at C " << k;
    }
  }
  ASSERT_OK_AND_ASSIGN(const AlpacaLengthControlled own, at(std::nullopt));
  EXPECT_NEAR(own.win_rate, Number(metrics["length_controlled_winrate"]), OwnC(group.rows.size())) << name;
}

TEST(AlpacaEvalGoldenTest, LengthControlledWinRates) {
  if (GoldenFolder().empty()) GTEST_SKIP() << "no --golden_dir";
  const std::optional<Json> expected = Read("expected_lc.json");
  ASSERT_TRUE(expected.has_value()) << "--golden_dir has no expected_lc.json";
  std::optional<AlpacaDifficulties> difficulties;
  for (const auto& entry : std::filesystem::directory_iterator(GoldenFolder())) {
    const std::string path = entry.path().string();
    if (!absl::StrContains(entry.path().filename().string(), "df_gamed") || entry.path().extension() != ".csv")
      continue;
    ASSERT_FALSE(difficulties.has_value()) << "two df_gamed.csv";
    ASSERT_OK_AND_ASSIGN(difficulties, ReadAlpacaDifficulties(path));
  }
  int compared = 0;
  for (const auto& item : expected->items()) {
    SCOPED_TRACE(item.key());
    AlpacaEvalReader reader;
    ASSERT_OK(ForEachRow(absl::StrCat(GoldenFolder(), "/", item.key(), ".json"),
                         [&](const Row& row) { return reader.Add(row); }));
    const std::vector<AlpacaEvalRows> groups = reader.Finish();
    ASSERT_EQ(groups.size(), 1);
    for (const Json& result : item.value()) {
      ExpectLengthControlled(groups[0], difficulties.has_value() ? &*difficulties : nullptr, result,
                             absl::StrCat(item.key(), ", ", result["glm"].get<std::string>()));
      ++compared;
    }
  }
  std::cout << compared << " length-controlled win rates compared\n";
  EXPECT_GT(compared, 0);
}

}  // namespace
}  // namespace analysis
