// Fails when a small fixed experiment's win rates or losses have moved from those that are recorded.
//
// On the processor of the record nothing moves. On another the last bits of sums differ, so a few answers may, and the
// rule has to be statistical. Two parts, at 0.5% each:
//   verdicts: a question whose score differs from its record goes up or down with equal probability when only rounding
//     has changed, whatever the share of such questions: a two-sided sign test over the changed questions of each
//     (comparison, setting, judge), at level 0.5% / their number;
//   losses: an arm's mean loss over its steps lies within kLossDeviations standard errors of the recorded, the standard
//     error being that of two runs with independent batches (from differences of successive steps). Two runs that
//     differ in rounding share their batches and nearly all their data, so their means differ by far less than that.
// Nominally that is 0.02% for the three arms together; it is not exact, as steps are few and dependent.
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/main/main.h"
#include "base/program.h"
#include "base/progress.h"
#include "base/status.h"
#include "benchmarks/harness/sign_test.h"
#include "evaluation/formats/fastchat.h"
#include "experiments/run/layout.h"
#include "experiments/run/records.h"
#include "experiments/run_experiment.h"
#include "experiments/spec/nodes.h"
#include "experiments/spec/spec_io.h"

ABSL_FLAG(bool, update, false, "Run and write benchmarks/accuracy_baseline.json instead of comparing with it.");

namespace benchmarks {
namespace {

constexpr char kBaseline[] = "benchmarks/accuracy_baseline.json";
constexpr double kVerdictLevel = 0.005;
constexpr double kLossDeviations = 4;

// "sami vs dpo, steering, principle" -> question -> score of the first-named arm: 0, 0.25, ..., 1.
using Verdicts = std::map<std::string, std::map<std::string, double>>;
// Arm -> loss of each step.
using Losses = std::map<std::string, std::vector<double>>;

struct Outcome {
  Verdicts verdicts;
  Losses losses;
};

// Smaller than the embedded experiment, with smaller batches for as many steps; every stage and method is in it.
std::vector<std::string> Overrides() {
  return {"queries[train].take=320",
          "queries[test].take=160",
          "queries[held_out].take=16",
          "arms[sft].sft.training.batch_size=16",
          "arms[dpo].dpo.training.batch_size=16",
          "arms[sami].sami.training.batch_size=8"};
}

absl::StatusOr<Outcome> ReadOutcome(const sami_harness::ExperimentSpec& spec, const std::string& run) {
  Outcome outcome;
  for (const char* arm : {"sft", "dpo", "sami"}) {
    ASSIGN_OR_RETURN(const auto steps, experiments::ReadLines(absl::StrCat(run, "/", experiments::MetricsFile(arm)),
                                                              experiments::ParseStepMetrics));
    for (const training::StepMetrics& step : steps) outcome.losses[arm].push_back(step.loss);
  }
  const sami_harness::EvaluationSpec& evaluation = spec.evaluations(0);
  for (const char* judge : {"principle", "content"}) {
    for (const char* setting : {"positive", "steering"}) {
      for (const auto& comparison : evaluation.comparisons()) {
        const std::string file =
            experiments::JudgmentsFile(evaluation.name(), experiments::ComparisonName(comparison), judge, setting);
        ASSIGN_OR_RETURN(const auto games, ::evaluation::ReadPairJudgments(absl::StrCat(run, "/", file)));
        for (const ::evaluation::PairJudgment& game : games) {
          const auto first = ::evaluation::ScoreOf(game.g1_winner), second = ::evaluation::ScoreOf(game.g2_winner);
          if (!first || !second) return absl::InternalError(absl::StrCat(file, ": no verdict on ", game.question_id));
          outcome.verdicts[absl::StrCat(game.model_1, " vs ", game.model_2, ", ", setting, ", ", judge)]
                          [absl::StrCat(game.question_id)] = (*first + *second) / 2;
        }
      }
    }
  }
  return outcome;
}

absl::StatusOr<Outcome> RunSmallExperiment() {
  const char* const folder = std::getenv("TEST_TMPDIR");
  const std::string run =
      absl::StrCat(folder != nullptr ? folder : std::filesystem::temp_directory_path().c_str(), "/accuracy_regression");
  const std::string store = run + ".store";
  for (const std::string& old : {run, store}) std::filesystem::remove_all(old);
  ASSIGN_OR_RETURN(const auto spec,
                   experiments::LoadSpec(base::Runfile("experiments/mtbench_sft_first.textproto"), Overrides()));
  experiments::RunOptions options;
  options.out = run;
  options.store = store;
  options.threads = 2;
  RETURN_IF_ERROR(experiments::RunExperiment(spec, options).status());
  auto outcome = ReadOutcome(spec, run);
  for (const std::string& used : {run, store}) std::filesystem::remove_all(used);
  return outcome;
}

double Mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / values.size();
}

// Of the mean, from differences of successive values, so that a trend does not count.
double StandardError(const std::vector<double>& values) {
  double squares = 0;
  for (size_t i = 1; i < values.size(); ++i) squares += std::pow(values[i] - values[i - 1], 2);
  return std::sqrt(squares / (2 * (values.size() - 1)) / values.size());
}

bool LossesAgree(const Losses& recorded, const Losses& now) {
  bool good = recorded.size() == now.size();
  for (const auto& [arm, losses] : now) {
    const auto record = recorded.find(arm);
    if (record == recorded.end() || record->second.size() != losses.size()) {
      std::cout << arm << ": the record has other steps\n";
      good = false;
      continue;
    }
    const double error = std::hypot(StandardError(losses), StandardError(record->second));
    const double moved = Mean(losses) - Mean(record->second);
    const bool agrees = std::abs(moved) <= kLossDeviations * error;  // false for nan
    good = good && agrees;
    std::cout << absl::StreamFormat("%-36s loss %.4f, recorded %.4f +- %.4f: %s\n", arm, Mean(losses),
                                    Mean(record->second), kLossDeviations * error, agrees ? "good" : "MOVED");
  }
  return good;
}

bool VerdictsAgree(const Verdicts& recorded, const Verdicts& now) {
  bool good = recorded.size() == now.size();
  for (const auto& [name, questions] : now) {
    const auto record = recorded.find(name);
    if (record == recorded.end() || record->second.size() != questions.size()) {
      std::cout << name << ": the record has other questions\n";
      good = false;
      continue;
    }
    std::vector<double> changes;
    double win_rate = 0, recorded_rate = 0;
    for (const auto& [question, score] : questions) {
      const auto before = record->second.find(question);
      const double past = before == record->second.end() ? 2 : before->second;  // an unknown question only ever falls
      win_rate += score / questions.size();
      recorded_rate += past / questions.size();
      if (score != past) changes.push_back(score - past);
    }
    std::vector<double> mirrored;
    for (const double change : changes) mirrored.push_back(-change);
    const double level = kVerdictLevel / now.size() / 2;
    const bool moved = MedianIsBelow(changes, 0, level) || MedianIsBelow(mirrored, 0, level);
    good = good && !moved;
    std::cout << absl::StreamFormat("%-36s win rate %.1f%%, recorded %.1f%%, %d of %d questions changed: %s\n", name,
                                    100 * win_rate, 100 * recorded_rate, changes.size(), questions.size(),
                                    moved ? "MOVED" : "good");
  }
  return good;
}

absl::StatusOr<bool> Main() {
  ASSIGN_OR_RETURN(const Outcome now, RunSmallExperiment());
  if (absl::GetFlag(FLAGS_update)) {
    const base::Json json = {{"losses", now.losses}, {"verdicts", now.verdicts}};
    RETURN_IF_ERROR(
        base::WriteFileAtomically(absl::StrCat(base::WorkspaceFolder(), "/", kBaseline), json.dump(1) + "\n"));
    return true;
  }
  const std::string path = base::Runfile(kBaseline);
  ASSIGN_OR_RETURN(const std::string text, base::ReadFile(path));
  ASSIGN_OR_RETURN(const base::Json json, base::ParseJson(text, path));
  if (!json.contains("losses") || !json.contains("verdicts")) {
    return absl::FailedPreconditionError(absl::StrCat(kBaseline, ": no record; make one with --update"));
  }
  const bool losses_agree = LossesAgree(json["losses"].get<Losses>(), now.losses);
  const bool verdicts_agree = VerdictsAgree(json["verdicts"].get<Verdicts>(), now.verdicts);
  if (losses_agree && verdicts_agree) return true;
  std::cout << "If this is meant: bazel run //benchmarks:accuracy_regression -- --update\n";
  return false;
}

}  // namespace
}  // namespace benchmarks

int main(int argc, char** argv) {
  base::Progress::SetQuiet(true);
  return base::RunMain(argc, argv, "Compares a small experiment's win rates and losses with recorded ones.",
                       [](const base::Arguments&) -> int {
                         const absl::StatusOr<bool> good = benchmarks::Main();
                         if (!good.ok()) std::cerr << good.status().message() << "\n";
                         return good.ok() && *good ? 0 : 1;
                       });
}
