#include "experiments/claims/grid.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "base/file.h"
#include "base/testing.h"
#include "experiments/claims/claims.h"

namespace experiments {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

Result Measured(const std::string& arm, const std::string& measure, const std::string& setting, double value) {
  Result result;
  result.arm = arm;
  result.measure = measure;
  result.setting = setting;
  result.crossed.estimate.value = value;
  result.crossed.estimate.low = value - 0.05;
  result.crossed.estimate.high = value + 0.05;
  return result;
}

// Rates 1, 2, ... of the arm "a", of which each follows and is right so often; the base is right in 90%.
std::vector<GridPoint> Grid(const std::vector<std::pair<double, double>>& followed_and_right) {
  std::string spec = "name: 'g' models { name: 'm' folder: 'f' } arms { name: 'base' model: 'm' }\n";
  std::vector<Result> results = {Measured("base", kRight, "positive", 0.9)};
  for (size_t i = 0; i < followed_and_right.size(); ++i) {
    const std::string arm = absl::StrCat("a-lr", i + 1);
    absl::StrAppend(&spec, "arms { name: '", arm, "' parent: 'm' data: 'd' grid_of: 'a' sft { training { optimizer { ",
                    "learning_rate: ", i + 1, " } } } }\n");
    results.push_back(Measured(arm, kFollowed, kSampled, followed_and_right[i].first));
    results.push_back(Measured(arm, kInformation, "", 0.1));
    results.push_back(Measured(arm, kKl, "", 0.2));
    // The mean of the settings.
    results.push_back(Measured(arm, kRight, "positive", followed_and_right[i].second + 0.01));
    results.push_back(Measured(arm, kRight, "steering", followed_and_right[i].second - 0.01));
  }
  EXPECT_OK(base::WriteFileAtomically(base::TestFolder() + "/spec.textproto", "# run id: 0123\n" + spec));
  const auto run = RunFiles::Open(base::TestFolder());
  EXPECT_OK(run);
  return FindGrid(*run, results);
}

absl::optional<GridPoint> Chosen(const std::vector<GridPoint>& grid) {
  absl::optional<GridPoint> chosen;
  for (const GridPoint& point : grid) {
    if (!point.chosen) continue;
    EXPECT_FALSE(chosen.has_value()) << "two are chosen";
    chosen = point;
  }
  return chosen;
}

TEST(GridTest, TheMostFollowedOfThoseThatStayRight) {
  const std::vector<GridPoint> grid = Grid({{0.6, 0.9}, {0.7, 0.9}, {0.8, 0.885}, {0.95, 0.87}});
  ASSERT_EQ(grid.size(), 4u);
  EXPECT_NEAR(grid[3].right, 0.87, 1e-12);
  EXPECT_EQ(grid[3].right_before, 0.9);
  EXPECT_EQ(Chosen(grid)->rate, 3);
  EXPECT_FALSE(Chosen(grid)->at_edge);
  const analysis::Table table = GridTable(grid);
  EXPECT_EQ(std::get<std::string>(table.rows[2].back()), "yes");
  const auto figures = FrontierFigures(grid);
  ASSERT_EQ(figures.size(), 4u);
  EXPECT_TRUE(figures[0].series[0].points[2].is_marked);
  EXPECT_THAT(ToSvg(figures[0]), HasSubstr("rate 3"));
}

TEST(GridTest, DoingNothingEarnsNothing) {
  // All within the best one's interval: the largest that stays right, not the first.
  EXPECT_EQ(Chosen(Grid({{0.62, 0.9}, {0.60, 0.9}, {0.61, 0.9}, {0.60, 0.5}}))->rate, 3);
}

TEST(GridTest, AnEdgeIsNoChoice) {
  const std::vector<GridPoint> grid = Grid({{0.6, 0.9}, {0.7, 0.9}, {0.8, 0.9}});
  EXPECT_TRUE(Chosen(grid)->at_edge);
  EXPECT_THAT(std::get<std::string>(GridTable(grid).rows[2].back()), HasSubstr("widen"));
  EXPECT_FALSE(Chosen(Grid({{0.6, 0.1}, {0.7, 0.2}})).has_value());  // none stays right
}

TEST(GridTest, ARunWithoutAGridHasNone) {
  EXPECT_THAT(Grid({}), IsEmpty());
  EXPECT_THAT(FrontierFigures({}), IsEmpty());
}

}  // namespace
}  // namespace experiments
