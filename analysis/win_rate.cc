// Win rates from a file of verdicts: see kUsage.
#include "analysis/measures/win_rate.h"

#include <map>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "analysis/commands/alpaca_eval_file.h"
#include "analysis/commands/arena_hard_file.h"
#include "analysis/commands/command.h"
#include "analysis/commands/judgments.h"
#include "analysis/commands/leaderboard_tables.h"
#include "analysis/leaderboards/alpaca_length_control.h"
#include "analysis/measures/bradley_terry.h"
#include "analysis/measures/length_control.h"
#include "analysis/measures/weighted_win_rate.h"
#include "base/program.h"
#include "base/status.h"

ABSL_FLAG(std::string, judgments, "", "verdicts (\"-\" for standard input)");
ABSL_FLAG(bool, length_controlled, false,
          "add length-controlled win rates, at equal length (rows need length_a and length_b, or outputs)");
ABSL_FLAG(
    bool, leaderboard, false,
    "instead, what the file's own tool says of it: AlpacaEval's leaderboard, FastChat's show_result, Arena-Hard's");
ABSL_FLAG(std::string, baseline, "", "with --leaderboard, FastChat's judgments of pairs: against this model alone");
ABSL_FLAG(std::string, difficulties, "",
          "AlpacaEval's df_gamed.csv, which its length control needs; without it there is its minimal model alone");
ABSL_FLAG(
    std::string, glm, "",
    "AlpacaEval's length control: length_controlled_v1 (where there are --difficulties), length_controlled_noreg or "
    "length_controlled_minimal");
ABSL_FLAG(double, glm_c, 0, "its C; 0: chosen by five folds");
ABSL_FLAG(std::vector<std::string>, answers, {},
          "with --leaderboard, Arena-Hard's judgments: files of model_answer, the baseline's too, for style control");
ABSL_FLAG(std::string, style, "both", "what style control controls for: both, length or markdown");
ABSL_FLAG(bool, bradley_terry, false,
          "add the Bradley-Terry strengths of all models, in logits (implied by three models or more)");

namespace analysis {
namespace {

constexpr char kUsage[] =
    "Gives win rates with confidence intervals, overall and per category.\n\n"
    "Usage: sami win-rate --judgments=FILE [--length_controlled] [--bradley_terry] [--format=json]\n\n"
    "Rows (JSON Lines, a JSON list or CSV): question_id, model_a, model_b, verdict (1, 0.5, 0, a, b, tie or a model's\n"
    "name; null or empty is missing), and optionally category, order, turn, judge, repeat, weight, length_a, "
    "length_b.\n"
    "FastChat's pair judgments, AlpacaEval's annotations.json, Arena-Hard's judgments and votes (winner) are told by "
    "their\n"
    "columns. Missing verdicts never become ties: all_lost and all_won bound the rate over all questions.\n"
    "--leaderboard prints what AlpacaEval, FastChat or Arena-Hard themselves say of their files.";

std::string Name(const JudgedPair& pair) {
  return absl::StrCat(pair.model_a, "_vs_", pair.model_b,
                      pair.judge.empty() ? "" : absl::StrCat(" (", pair.judge, ")"));
}

NamedEstimate Line(const std::string& name, const WinRateRow& row) {
  return {name,
          row.category,
          row.win_rate,
          row.missing,
          {{"wins", row.wins},
           {"ties", row.ties},
           {"losses", row.losses},
           {"inconsistent", row.inconsistent},
           {"all_lost", row.all_lost},
           {"all_won", row.all_won}}};
}

// A line that has no counts of its own.
NamedEstimate PlainLine(const std::string& name, Estimate estimate, int64_t missing) {
  const std::monostate none;
  return {name,
          kOverall,
          std::move(estimate),
          missing,
          {{"wins", none},
           {"ties", none},
           {"losses", none},
           {"inconsistent", none},
           {"all_lost", none},
           {"all_won", none}}};
}

absl::Status AddWinRates(const JudgedPair& pair, double level, std::vector<NamedEstimate>* lines,
                         std::vector<std::string>* notes) {
  const WinRateSubject subject = {Name(pair)};
  ASSIGN_OR_RETURN(const std::vector<WinRateRow> rows,
                   pair.weights.empty()
                       ? WinRates(subject, pair.questions, level, pair.verdicts)
                       : WeightedWinRates(subject, pair.questions, pair.weights, level, pair.verdicts));
  // One category is the same as all.
  for (size_t r = 0; r < (rows.size() == 2 ? 1 : rows.size()); ++r) lines->push_back(Line(Name(pair), rows[r]));
  if (rows[0].inconsistent > 0) {
    notes->push_back(absl::StrFormat("%s: %d of %d questions are inconsistent: not all games ended alike.", Name(pair),
                                     rows[0].inconsistent, rows[0].n));
  }
  if (rows[0].missing > 0) {
    notes->push_back(
        absl::StrFormat("%s: %d questions lack a verdict; were they all lost, the win rate would be %.4f, "
                        "all won %.4f.",
                        Name(pair), rows[0].missing, rows[0].all_lost, rows[0].all_won));
  }
  return absl::OkStatus();
}

absl::Status AddLengthControlled(const JudgedPair& pair, double level, std::vector<NamedEstimate>* lines,
                                 std::vector<std::string>* notes) {
  if (pair.length_differences.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(Name(pair), ": not all rows have length_a and length_b, or two outputs"));
  }
  std::vector<double> scores, lengths;
  for (size_t i = 0; i < pair.questions.size(); ++i) {
    double sum = 0;
    bool complete = true;
    for (const std::optional<double>& game : pair.questions[i].games) {
      complete = complete && game.has_value();
      sum += game.value_or(0);
    }
    if (!complete) continue;
    scores.push_back(sum / pair.questions[i].games.size());
    lengths.push_back(pair.length_differences[i]);
  }
  const absl::StatusOr<LengthControlled> result = LengthControlledWinRate(scores, lengths, {}, level);
  if (!result.ok()) return base::Annotate(result.status(), Name(pair));
  lines->push_back(PlainLine(absl::StrCat(Name(pair), ", length-controlled"), result->win_rate,
                             pair.questions.size() - scores.size()));
  if (!pair.weights.empty()) notes->push_back(absl::StrCat(Name(pair), ": length control counts all games alike."));
  notes->push_back(absl::StrFormat("%s: length effect %.3f (standard error %.3f) logits; above 0, longer answers win.",
                                   Name(pair), result->length_effect, result->length_error));
  return absl::OkStatus();
}

// AlpacaEval's own length-controlled win rate of each model, beside ours.
absl::Status AddAlpacaEval(const std::vector<AlpacaEvalRows>& groups, const LeaderboardOptions& options,
                           std::vector<NamedEstimate>* lines, std::vector<std::string>* notes) {
  for (const AlpacaEvalRows& group : groups) {
    const std::string name = absl::StrCat(group.model, "_vs_", group.baseline,
                                          group.annotator.empty() ? "" : absl::StrCat(" (", group.annotator, ")"));
    const absl::StatusOr<AlpacaLengthControlled> controlled =
        AlpacaLengthControlledWinRate(group.rows, options.model, options.difficulties, options.c);
    if (!controlled.ok()) return base::Annotate(controlled.status(), name);
    Estimate estimate;
    estimate.value = controlled->win_rate / 100;
    estimate.standard_error = controlled->standard_error / 100;
    estimate.level = options.bootstrap.level;
    estimate.n = group.rows.size();
    estimate.method = kMethodNone;
    lines->push_back(PlainLine(absl::StrCat(name, ", AlpacaEval's ", AlpacaModelName(options.model)), estimate, 0));
    notes->push_back(
        absl::StrFormat("%s: AlpacaEval's %s at C = %g; its s.e. is the spread of the instructions' rates.", name,
                        AlpacaModelName(options.model), controlled->c));
  }
  if (!groups.empty() && options.difficulties == nullptr) {
    notes->push_back(
        "AlpacaEval's leaderboard has length_controlled_v1, for which its df_gamed.csv is needed and not here: "
        "--difficulties=df_gamed.csv.");
  }
  return absl::OkStatus();
}

// One fit a judge, over all pairs that it judged. Missing verdicts are no games.
absl::Status AddBradleyTerry(const std::string& judge, const std::vector<JudgedPair>& pairs, double level,
                             std::vector<NamedEstimate>* lines) {
  std::vector<std::string> arms;
  std::map<std::string, int64_t> arm_index, question_index;
  std::vector<PairGame> games;
  int64_t missing = 0;
  const auto arm_of = [&](const std::string& name) {
    const auto [found, is_new] = arm_index.emplace(name, arms.size());
    if (is_new) arms.push_back(name);
    return found->second;
  };
  bool weighted = false;
  for (const JudgedPair& pair : pairs) {
    if (pair.judge != judge) continue;
    weighted = weighted || !pair.weights.empty();
    const int64_t a = arm_of(pair.model_a), b = arm_of(pair.model_b);
    for (const QuestionVerdicts& question : pair.questions) {
      const int64_t q = question_index.emplace(question.question_id, question_index.size()).first->second;
      for (const std::optional<double>& game : question.games) {
        if (game.has_value()) games.push_back({q, a, b, *game});
        missing += !game.has_value();
      }
    }
  }
  if (weighted) return absl::InvalidArgumentError("Bradley-Terry: games of different weights are not fitted");
  ASSIGN_OR_RETURN(const BradleyTerry fit, FitBradleyTerry(arms, games, level));
  for (size_t arm = 0; arm < arms.size(); ++arm) {
    lines->push_back(
        PlainLine(absl::StrCat("strength of ", arms[arm], judge.empty() ? "" : absl::StrCat(" (", judge, ")")),
                  fit.strengths[arm], missing));
  }
  return absl::OkStatus();
}

absl::StatusOr<StyleControl> StyleFromFlag() {
  const std::string name = absl::GetFlag(FLAGS_style);
  if (name == "both") return StyleControl::kBoth;
  if (name == "length") return StyleControl::kLength;
  if (name == "markdown") return StyleControl::kMarkdown;
  return absl::InvalidArgumentError(absl::StrCat("--style must be both, length or markdown, not \"", name, "\""));
}

// What the flags say of other tools' tables; files are read into `difficulties` and `styles`.
absl::StatusOr<LeaderboardOptions> LeaderboardFromFlags(AlpacaDifficulties* difficulties, AnswerStyles* styles) {
  LeaderboardOptions options;
  options.baseline = absl::GetFlag(FLAGS_baseline);
  ASSIGN_OR_RETURN(options.bootstrap, OptionsFromFlags());
  ASSIGN_OR_RETURN(options.control, StyleFromFlag());
  if (!absl::GetFlag(FLAGS_difficulties).empty()) {
    ASSIGN_OR_RETURN(*difficulties, ReadAlpacaDifficulties(base::UserPath(absl::GetFlag(FLAGS_difficulties))));
    options.difficulties = difficulties;
    options.model = AlpacaModel::kV1;
  }
  if (!absl::GetFlag(FLAGS_glm).empty()) {
    ASSIGN_OR_RETURN(options.model, ParseAlpacaModel(absl::GetFlag(FLAGS_glm)));
  }
  if (options.model != AlpacaModel::kMinimal && options.difficulties == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("--glm=", AlpacaModelName(options.model), " needs --difficulties=df_gamed.csv of AlpacaEval"));
  }
  if (const double c = absl::GetFlag(FLAGS_glm_c); c != 0) options.c = c;
  for (const std::string& path : absl::GetFlag(FLAGS_answers)) RETURN_IF_ERROR(styles->Read(base::UserPath(path)));
  if (!absl::GetFlag(FLAGS_answers).empty()) options.styles = styles;
  return options;
}

absl::StatusOr<std::string> Run(const std::vector<std::string>& arguments) {
  RETURN_IF_ERROR(NoArguments(arguments));
  ASSIGN_OR_RETURN(const std::string path, InputPath(absl::GetFlag(FLAGS_judgments), "judgments"));
  AlpacaDifficulties difficulties;
  AnswerStyles styles;
  ASSIGN_OR_RETURN(const LeaderboardOptions options, LeaderboardFromFlags(&difficulties, &styles));
  if (absl::GetFlag(FLAGS_leaderboard)) {
    ASSIGN_OR_RETURN(const Table table, LeaderboardTable(path, options));
    return Formatted(table);
  }
  const double level = options.bootstrap.level;
  ASSIGN_OR_RETURN(const JudgmentFile file, ReadJudgments(path));
  std::vector<NamedEstimate> lines;
  std::vector<std::string> notes = file.notes;
  std::map<std::string, int> pairs_of_judge;
  for (const JudgedPair& pair : file.pairs) {
    RETURN_IF_ERROR(AddWinRates(pair, level, &lines, &notes));
    if (absl::GetFlag(FLAGS_length_controlled)) {
      const absl::Status ours = AddLengthControlled(pair, level, &lines, &notes);
      // AlpacaEval's, which is penalised, exists where ours does not.
      if (!ours.ok() && file.alpaca_eval.empty()) return ours;
      if (!ours.ok()) notes.push_back(std::string(ours.message()));
    }
    ++pairs_of_judge[pair.judge];
  }
  if (absl::GetFlag(FLAGS_length_controlled)) RETURN_IF_ERROR(AddAlpacaEval(file.alpaca_eval, options, &lines, &notes));
  for (const auto& [judge, count] : pairs_of_judge) {
    if (count < 2 && !absl::GetFlag(FLAGS_bradley_terry)) continue;
    const absl::Status status = AddBradleyTerry(judge, file.pairs, level, &lines);
    // Asked for, it must be there; otherwise its absence is explained.
    if (absl::GetFlag(FLAGS_bradley_terry)) RETURN_IF_ERROR(status);
    if (!status.ok()) notes.push_back(std::string(status.message()));
  }
  if (pairs_of_judge.size() > 1) notes.push_back("Judges are kept apart: each has its own lines.");
  return Formatted(EstimateTable("Win rates", lines, std::move(notes)));
}

}  // namespace
}  // namespace analysis

int main(int argc, char** argv) { return analysis::RunCommand(argc, argv, analysis::kUsage, analysis::Run); }
