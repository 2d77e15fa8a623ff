#include "experiments/claims/claims_forms.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace experiments {
namespace {

using ::analysis::CrossedEstimate;

std::string CellOf(const Result& result) {
  const analysis::Estimate& e = result.crossed.estimate;
  const double half = std::max(e.high - e.value, e.value - e.low);
  if (!std::isfinite(half)) {
    return result.is_share ? absl::StrFormat("%.1f", 100 * e.value) : absl::StrFormat("%.2f", e.value);
  }
  return result.is_share ? absl::StrFormat("%.1f ± %.1f", 100 * e.value, 100 * half)
                         : absl::StrFormat("%.2f ± %.2f", e.value, half);
}

// Of the first screen's table, which says below what is meant. `first`: what most columns are of.
std::string ColumnTitle(const Result& result, const std::string& first) {
  std::string title = result.setting;
  if (result.measure == kFollowed) title = result.setting == kSampled ? "T=1 %" : absl::StrCat(title, " %");
  if (result.measure == kRight) title = absl::StrCat("right ", result.setting.substr(0, 3), ".");
  if (result.measure == kInformation) title = "nats";
  if (title.empty()) title = result.measure;
  if (result.asked == first) return title;
  // Of what else is asked, what is followed by samples is its own column's name.
  if (result.measure == kFollowed && result.setting == kSampled) return absl::StrCat(result.asked, " %");
  return absl::StrCat(title, " ", result.asked);
}

// What is shown where not all fits, the first things first.
int ColumnRank(const Result& result, const std::string& first) {
  if (result.measure == kFollowed && result.setting == kSampled) return result.asked == first ? 0 : 1;
  if (result.asked != first) return 6;
  if (result.measure == kInformation) return 2;
  if (result.measure == kFollowed) return 3;
  return result.measure == kRight ? 4 : 5;
}

}  // namespace

base::OrderedJson ClaimsJson(const std::vector<Claim>& claims) {
  base::OrderedJson list = base::OrderedJson::array();
  for (const Claim& claim : claims) {
    base::OrderedJson json;
    json["id"] = claim.id;
    json["sentence"] = claim.sentence;
    json["metric"] = claim.metric;
    json["arm"] = claim.arm;
    json["against"] = claim.against;
    json["estimate"] = claim.estimate.value;
    json["low"] = claim.estimate.low;
    json["high"] = claim.estimate.high;
    json["level"] = claim.estimate.level;
    json["method"] = claim.estimate.method;
    json["seeds"] = claim.seeds;
    json["questions"] = claim.questions;
    json["matched"] = claim.differs.empty() ? base::OrderedJson(true) : base::OrderedJson(claim.differs);
    json["given"] = {{"arm", ToJson(claim.given)}, {"against", ToJson(claim.given_against)}};
    json["p"] = claim.p;
    json["adjusted_p"] = claim.adjusted_p;
    json["helps"] = claim.helps;
    list.push_back(std::move(json));
  }
  return list;
}

analysis::Table ClaimsTable(const std::vector<Claim>& claims) {
  using analysis::NumberFormat;
  analysis::Table table;
  table.caption = "Differences between arms, over seeds and questions";
  table.columns = {{"arm", "arm"},
                   {"against", "against"},
                   {"metric", "metric"},
                   {"where", "where"},
                   {"questions", "questions"},
                   {"seeds", "seeds"},
                   {"estimate", "estimate", NumberFormat::kFixed, 2},
                   {"low", "CI low", NumberFormat::kFixed, 2},
                   {"high", "CI high", NumberFormat::kFixed, 2},
                   {"significant", "significant"},
                   {"adjusted_p", "Holm's p", NumberFormat::kGeneral},
                   {"matched", "matched"},
                   {"given", "arm was given"},
                   {"given_against", "against was given"},
                   {"helps", "to exclude 0"}};
  for (const Claim& claim : claims) {
    const double unit = claim.is_share ? 100 : 1;
    table.rows.push_back({claim.arm, claim.against, claim.metric, claim.where, claim.questions, claim.seeds,
                          unit * claim.estimate.value, unit * claim.estimate.low, unit * claim.estimate.high,
                          claim.IsSignificant() ? "yes" : "no", claim.adjusted_p,
                          claim.differs.empty() ? "yes" : claim.differs, GivenInWords(claim.given),
                          GivenInWords(claim.given_against), claim.helps});
  }
  if (claims.empty()) return table;
  table.notes = {
      "In points, information in nats; of a win rate, from 50%. Significant: the confidence interval excludes 0. "
      "Holm's p: adjusted for the number of claims, for the first screen's over those alone. To exclude 0: how many "
      "more seeds or questions that would take if the estimate stays."};
  return table;
}

analysis::Table ResultsTable(const std::vector<Result>& results) {
  using analysis::NumberFormat;
  analysis::Table table;
  table.caption = "Results, over seeds and questions";
  table.columns = {{"arm", "arm"},
                   {"measure", "measure"},
                   {"asked", "asked by"},
                   {"setting", "setting"},
                   {"judge", "judge"},
                   {"estimate", "estimate"},
                   {"low", "low"},
                   {"high", "high"},
                   {"level", "level", NumberFormat::kGeneral, 3, false, true},
                   {"method", "interval", NumberFormat::kFixed, 3, false, true},
                   {"seeds", "seeds"},
                   {"questions", "questions"},
                   {"sd_question", "SD of questions"},
                   {"sd_seed", "of seeds"},
                   {"sd_interaction", "of both"},
                   {"sd_repeat", "of repeats"}};
  for (const Result& result : results) {
    const CrossedEstimate& crossed = result.crossed;
    const analysis::Estimate& e = crossed.estimate;
    table.rows.push_back({result.arm, result.measure, result.asked, result.setting, result.judge, e.value, e.low,
                          e.high, e.level, e.method, crossed.seeds, e.n, crossed.parts.question.deviation(),
                          crossed.parts.seed.deviation(), crossed.parts.interaction.deviation(),
                          crossed.parts.repeat.deviation()});
  }
  return table;
}

std::string FirstScreen(const Findings& findings) {
  if (!findings.grid.empty()) return analysis::ToText(GridTable(findings.grid));
  constexpr size_t kWidth = 100;
  std::string text;
  int64_t seeds = 1, unequal = 0, adjusted = 0;
  double level = 0.95;
  for (const Claim& claim : findings.claims) {
    if (!claim.is_main) continue;
    seeds = std::max(seeds, claim.seeds);
    level = claim.estimate.level;
    unequal += !claim.differs.empty();
    adjusted += absl::StrContains(claim.sentence, "(Holm ");
    std::string sentence = claim.sentence.substr(0, claim.sentence.find(" UNEQUAL:"));
    if (!claim.differs.empty()) sentence += " *";
    absl::StrAppend(&text, sentence, "\n");
  }
  if (!text.empty()) {
    absl::StrAppend(&text,
                    absl::StrFormat("%g%% intervals over %s%s%s; tables/claims.json\n\n", 100 * level,
                                    seeds > 1 ? absl::StrCat(seeds, " seeds and the questions")
                                              : std::string("questions only, of one seed"),
                                    adjusted > 0 ? "; Holm: adjusted p" : "", unequal > 0 ? "; * unequal data" : ""));
  }
  // An arm a row, a measure a column, as many as fit.
  analysis::Table table;
  table.columns = {{"arm", "arm"}};
  std::vector<std::string> arms;
  std::vector<const Result*> columns;
  std::string first;
  for (const Result& result : findings.results) {
    if (result.measure == kWinRate || result.measure == kTokens || result.measure == kBeyondLength) continue;
    if (columns.empty()) first = result.asked;
    if (std::find(arms.begin(), arms.end(), result.arm) == arms.end()) arms.push_back(result.arm);
    const bool is_new = std::none_of(columns.begin(), columns.end(), [&](const Result* one) {
      return one->measure == result.measure && one->setting == result.setting && one->asked == result.asked;
    });
    if (is_new) columns.push_back(&result);
  }
  std::stable_sort(columns.begin(), columns.end(),
                   [&](const Result* a, const Result* b) { return ColumnRank(*a, first) < ColumnRank(*b, first); });
  for (const Result* column : columns) {
    const std::string title = ColumnTitle(*column, first);
    table.columns.push_back({title, title, analysis::NumberFormat::kFixed, 3, true});
  }
  for (const std::string& arm : arms) {
    std::vector<analysis::Cell> row = {arm};
    for (const Result* column : columns) {
      const auto found = std::find_if(findings.results.begin(), findings.results.end(), [&](const Result& one) {
        return one.arm == arm && one.measure == column->measure && one.setting == column->setting &&
               one.asked == column->asked;
      });
      row.push_back(found == findings.results.end() ? analysis::Cell() : analysis::Cell(CellOf(*found)));
    }
    table.rows.push_back(std::move(row));
  }
  // What is too wide for a laptop's screen is in tables/results.
  const auto is_wide = [&] { return analysis::ToText(table).find('\n') > kWidth; };  // its first line has all columns
  while (table.columns.size() > 2 && is_wide()) {
    table.columns.pop_back();
    for (auto& row : table.rows) row.pop_back();
  }
  if (table.rows.empty()) return text;
  absl::StrAppend(&text, analysis::ToText(table));
  if (std::any_of(columns.begin(), columns.end(), [](const Result* one) { return one->measure == kFollowed; })) {
    absl::StrAppend(&text, "Principles followed by samples at T = 1 and by answers",
                    first.empty() ? "" : absl::StrCat(", ", first, " unless named"), "; nats: I(Y; C | X).\n");
  } else if (std::any_of(columns.begin(), columns.end(),
                         [](const Result* one) { return one->measure == kInformation; })) {
    text += "nats: the information I(Y; C | X), exact.\n";
  }
  return text;
}

}  // namespace experiments
