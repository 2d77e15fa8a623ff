#include "analysis/figures/win_rate_tables.h"

#include "base/testing.h"

namespace analysis {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

WinRateRow Row(std::string comparison, std::string setting, std::string category, int64_t n, double rate) {
  WinRateRow row{{std::move(comparison), std::move(setting), "principle"}, std::move(category)};
  row.n = n;
  row.wins = n;
  row.win_rate = {rate, 0.05, rate - 0.1, rate + 0.1, 0.95, n, kMethodExactBca};
  return row;
}

std::vector<WinRateRow> Rows() {
  std::vector<WinRateRow> rows = {
      Row("sami_vs_sft", "positive", "overall", 3, 0.6), Row("sami_vs_sft", "positive", "math", 2, 0.5),
      Row("dpo_vs_sft", "positive", "overall", 2, 0.4),  Row("dpo_vs_sft", "positive", "math", 2, 0.3),
      Row("sami_vs_sft", "steering", "overall", 3, 0.9),
  };
  rows[2].missing = 1;
  rows[2].all_lost = 0.25;
  rows[2].all_won = 0.5;
  rows[0].inconsistent = 2;
  return rows;
}

TEST(ReportTest, WinRateJsonHasItsFixedNames) {
  const base::OrderedJson json = ToJson(WinRateTable(Rows()));
  std::vector<std::string> keys;
  for (const auto& item : json[0].items()) keys.push_back(item.key());
  EXPECT_THAT(keys, ElementsAre("comparison", "setting", "judge", "category", "n", "wins", "ties", "losses", "missing",
                                "win_rate", "ci_low", "ci_high", "method", "level", "inconsistent", "standard_error",
                                "all_lost", "all_won"));
  EXPECT_EQ(json[0]["win_rate"], 0.6);
  EXPECT_EQ(json[0]["category"], "overall");
  EXPECT_EQ(json.size(), 5);
}

TEST(ReportTest, UndefinedRatesAreNull) {
  WinRateRow row{{"a_vs_b", "positive", "content"}, "math"};
  row.missing = 3;
  const base::OrderedJson json = ToJson(WinRateTable({row}));
  EXPECT_TRUE(json[0]["win_rate"].is_null());
  EXPECT_TRUE(json[0]["ci_low"].is_null());
  EXPECT_EQ(json[0]["missing"], 3);
}

TEST(ReportTest, SummaryIsAGridOfOneSettingAndJudge) {
  EXPECT_EQ(ToText(WinRateSummary(Rows(), "positive", "principle")),
            "Win rate % [95% interval], judge: principle, setting: positive\n"
            "category       n        sami vs sft         dpo vs sft\n"
            "--------  ------  -----------------  -----------------\n"
            "overall   2 to 3  60.0 [50.0, 70.0]  40.0 [30.0, 50.0]\n"
            "math           2  50.0 [40.0, 60.0]  30.0 [20.0, 40.0]\n"
            "Judged differently in the two orders: 2 questions in sami vs sft.\n"
            "Left out, as a verdict is missing: 1 question in dpo vs sft.\n"
            "Were they all lost or all won, dpo vs sft would be at 25.0 or 50.0.\n");
}

TEST(ReportTest, NoRows) { EXPECT_THAT(WinRateSummary({}, "positive", "principle").rows, IsEmpty()); }

TEST(ReportTest, MutualInformation) {
  MutualInformationSample sample;
  sample.arm = "sami";
  sample.nats = {0.6, 0.2, 0.7};
  sample.most = 1;
  sample.slope = 2;
  sample.slope_error = 0.1;
  ASSERT_OK_AND_ASSIGN(const auto rows, MutualInformation({sample}, {}));
  EXPECT_THAT(MutualInformationTable(rows).notes[0], HasSubstr("sami: sampler and scorer DISAGREE"));
  const base::OrderedJson json = ToJson(MutualInformationTable(rows));
  for (const char* key : {"arm", "nats", "ci_low", "ci_high", "slope", "n"}) {
    EXPECT_TRUE(json[0].contains(key)) << key;
  }
  EXPECT_EQ(json[0]["n"], 3);
  const BarChart chart = MutualInformationFigure(rows);
  EXPECT_THAT(chart.groups, ElementsAre("sami"));
  EXPECT_EQ(chart.series[0].bars[0].value, rows[0].nats.value);
}

}  // namespace
}  // namespace analysis
