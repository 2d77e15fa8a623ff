// Power analysis of an experiment: see kUsage.
#include "analysis/measures/power.h"

#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/flags/flag.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "analysis/commands/command.h"
#include "analysis/commands/rows.h"
#include "base/program.h"
#include "base/status.h"

ABSL_FLAG(std::string, scores, "",
          "file of scores (or paired differences) with the question, sample, order and repeat that they are of");
ABSL_FLAG(double, deviation, -1, "instead of --scores: the standard deviation of one question's score or difference");
ABSL_FLAG(int64_t, n, 0, "questions of the experiment; without, as many as --scores has");
ABSL_FLAG(double, effect, 0, "the effect to be detected, in the unit of the scores");
ABSL_FLAG(double, power, 0.8, "the power: probability that the effect is found significant");
ABSL_FLAG(int64_t, samples, 1, "answers a question in the planned experiment");
ABSL_FLAG(int64_t, orders, 1, "orders in which the judge sees each answer in the planned experiment");
ABSL_FLAG(int64_t, repeats, 1, "repeats of each judgment in the planned experiment");

namespace analysis {
namespace {

constexpr char kUsage[] =
    "Gives the smallest effect that n questions detect, and the reverse.\n\n"
    "Usage: sami power --deviation=0.4 --n=80 --effect=0.1\n"
    "       sami power --scores=judgments.csv --samples=1 --orders=2 --repeats=1 --effect=0.05\n\n"
    "Power analysis: minimum detectable effect, questions needed, components of variance. Rows of --scores (JSON "
    "Lines, a\n"
    "JSON list or CSV): question_id, score, and optionally sample, order, repeat. Use differences between two arms to\n"
    "plan a paired comparison.";

// Numbers for names, in order of first appearance.
class Names {
 public:
  absl::StatusOr<int64_t> Number(const Row& row, const char* key, bool needed) {
    if (!needed && !row.Has(key)) return 0;
    ASSIGN_OR_RETURN(const std::string name, row.Text(key));
    return numbers_.emplace(name, numbers_.size() + 1).first->second;
  }

 private:
  absl::flat_hash_map<std::string, int64_t> numbers_;
};

absl::StatusOr<VarianceSplit> ReadSplit(const std::string& path) {
  Names questions, samples, orders, repeats;
  absl::flat_hash_set<std::array<int64_t, 4>> seen;
  std::vector<ScoredRepeat> scores;
  RETURN_IF_ERROR(ForEachRow(path, [&](const Row& row) {
    ScoredRepeat scored;
    ASSIGN_OR_RETURN(scored.question, questions.Number(row, "question_id", true));
    ASSIGN_OR_RETURN(scored.sample, samples.Number(row, "sample", false));
    ASSIGN_OR_RETURN(scored.order, orders.Number(row, "order", false));
    ASSIGN_OR_RETURN(scored.repeat, repeats.Number(row, "repeat", false));
    if (!seen.insert({scored.question, scored.sample, scored.order, scored.repeat}).second) {
      return row.Error("this question, sample, order and repeat occurs twice");
    }
    ASSIGN_OR_RETURN(scored.score, row.Number("score"));
    scores.push_back(scored);
    return absl::OkStatus();
  }));
  return SplitVariance(scores);
}

NamedEstimate Line(const std::string& name, double value, int64_t n, const std::string& method) {
  Estimate estimate;
  estimate.value = value;
  estimate.n = n;
  estimate.method = method;
  return {name, "overall", estimate};
}

void AddSplit(const VarianceSplit& split, std::vector<NamedEstimate>* lines, std::vector<std::string>* notes) {
  const std::pair<const char*, double> parts[] = {{"variance between questions", split.question},
                                                  {"variance between samples", split.sample},
                                                  {"variance between orders", split.order},
                                                  {"variance between repeats", split.repeat}};
  for (size_t i = 0; i < std::size(parts); ++i) {
    lines->push_back(Line(parts[i].first, parts[i].second, split.units[i], "anova"));
  }
  notes->push_back("A dash: no two units within one unit of the level above, whose variance contains this one.");
  if (split.order_means.size() > 1) {
    std::string means;
    for (double mean : split.order_means) absl::StrAppendFormat(&means, " %+.4f", mean);
    notes->push_back(absl::StrCat("Mean of each order less the mean of all (position bias):", means, "."));
  }
}

absl::StatusOr<std::string> Run(const std::vector<std::string>& arguments) {
  RETURN_IF_ERROR(NoArguments(arguments));
  ASSIGN_OR_RETURN(const BootstrapOptions flags, OptionsFromFlags());
  const PowerOptions options = {flags.level, absl::GetFlag(FLAGS_power)};
  const int64_t samples = absl::GetFlag(FLAGS_samples), orders = absl::GetFlag(FLAGS_orders),
                repeats = absl::GetFlag(FLAGS_repeats);
  if (samples < 1 || orders < 1 || repeats < 1) {
    return absl::InvalidArgumentError("--samples, --orders and --repeats must be at least 1");
  }
  std::vector<NamedEstimate> lines;
  std::vector<std::string> notes;
  double deviation = absl::GetFlag(FLAGS_deviation);
  int64_t n = absl::GetFlag(FLAGS_n);
  if ((deviation >= 0) == !absl::GetFlag(FLAGS_scores).empty()) {
    return absl::InvalidArgumentError("give either --scores=FILE or --deviation=NUMBER (0 or more)");
  }
  if (deviation < 0) {
    ASSIGN_OR_RETURN(const std::string path, InputPath(absl::GetFlag(FLAGS_scores), "scores"));
    ASSIGN_OR_RETURN(const VarianceSplit split, ReadSplit(path));
    AddSplit(split, &lines, &notes);
    deviation = std::sqrt(split.OfQuestionMean(samples, orders, repeats));
    if (n == 0) n = split.units[0];
  }
  lines.push_back(Line("standard deviation of a question", deviation, n, "plan"));
  if (n != 0) {
    ASSIGN_OR_RETURN(const double effect, MinimalDetectableEffect(deviation, n, options));
    lines.push_back(Line("minimum detectable effect", effect, n, "student-t"));
  }
  if (absl::GetFlag(FLAGS_effect) != 0) {
    ASSIGN_OR_RETURN(const int64_t needed, QuestionsNeeded(deviation, absl::GetFlag(FLAGS_effect), options));
    lines.push_back(Line(absl::StrFormat("questions needed for an effect of %g", absl::GetFlag(FLAGS_effect)), needed,
                         needed, "student-t"));
  }
  for (NamedEstimate& line : lines) line.estimate.level = options.level;
  notes.push_back(absl::StrFormat(
      "Detectable: the two-sided %g%% confidence interval excludes 0 (significant at level %g) with probability %g.",
      100 * options.level, 1 - options.level, options.power));
  return Formatted(EstimateTable("Power", lines, std::move(notes)));
}

}  // namespace
}  // namespace analysis

int main(int argc, char** argv) { return analysis::RunCommand(argc, argv, analysis::kUsage, analysis::Run); }
