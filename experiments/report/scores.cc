#include "experiments/report/scores.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "experiments/report/samples.h"

namespace experiments {
namespace {

using ::base::Json;

absl::optional<double> GameScore(const std::string& winner) {
  if (winner == "model_1") return 1;
  if (winner == "model_2") return 0;
  if (winner == "tie") return 0.5;
  return absl::nullopt;
}

ScoreSet& FindOrAdd(std::vector<ScoreSet>& sets, const ScoreSet& wanted) {
  for (ScoreSet& set : sets) {
    if (set.measure == wanted.measure && set.subject == wanted.subject && set.setting == wanted.setting &&
        set.judge == wanted.judge) {
      return set;
    }
  }
  sets.push_back(wanted);
  return sets.back();
}

void AddWinRates(const RunFiles& run, std::vector<ScoreSet>* sets) {
  for (const std::string& name : run.Names("judgments", "_pair.jsonl")) {
    run.ForEachLine(absl::StrCat("judgments/", name, "_pair.jsonl"), [&](const Json& line) {
      const auto first = GameScore(TextOf(line, "g1_winner")), second = GameScore(TextOf(line, "g2_winner"));
      if (!first || !second || IntegerOf(line, "turn", 1) != 1) return;
      const Json& judge = ElementAt(line, {"judge", "1"});
      ScoreSet& set =
          FindOrAdd(*sets, {"win rate", absl::StrCat(TextOf(line, "model_1"), "_vs_", TextOf(line, "model_2")),
                            TextOf(line, "setting"), judge.is_string() ? judge.get<std::string>() : ""});
      set.by_question[IdOf(line, "question_id")] = (*first + *second) / 2;
    });
  }
}

void AddAccuracy(const RunFiles& run, std::vector<ScoreSet>* sets) {
  for (const std::string& arm : run.Arms("attempts")) {
    const auto add = [&](const std::string& measure, const Json& line) {
      const Json& correct = ElementAt(line, {"correct"});
      if (!correct.is_array() || correct.empty()) return;
      const auto right = std::count(correct.begin(), correct.end(), Json(1));
      FindOrAdd(*sets, {measure, arm}).by_question[IdOf(line, "question_id")] =
          static_cast<double>(right) / correct.size();
    };
    run.ForEachLine(LmEvalFile(run, arm, "t0"), [&](const Json& line) {
      if (TextOf(line, "filter") == FilterOfRule(run)) add("right at temperature 0", line);
    });
    run.ForEachLine(LmEvalFile(run, arm, "samples"), [&](const Json& line) { add("right, a sampled attempt", line); });
  }
}

void AddInformation(const RunFiles& run, std::vector<ScoreSet>* sets) {
  for (const std::string& arm : run.Arms("information")) {
    run.ForEachLine(absl::StrCat("information/", arm, ".jsonl"), [&](const Json& line) {
      const double nats = NumberOf(line, "nats");
      if (!std::isfinite(nats)) return;
      FindOrAdd(*sets, {"bound on I(Y; C | X), nats", arm, "", "", false}).by_question[IdOf(line, "query_id")] = nats;
    });
  }
}

void AddLengths(const RunFiles& run, std::vector<ScoreSet>* sets) {
  for (const std::string& arm : run.Arms("answers")) {
    run.ForEachLine(absl::StrCat("answers/", arm, ".jsonl"), [&](const Json& line) {
      const Json& tokens = ElementAt(line, {"choices", "0", "num_tokens"});
      if (!tokens.is_number() || tokens.get<double>() < 0) return;
      FindOrAdd(*sets, {"tokens an answer", arm, TextOf(line, "setting"), "", false})
          .by_question[IdOf(line, "question_id")] = tokens.get<double>();
    });
  }
}

}  // namespace

std::vector<ScoreSet> QuestionScores(const RunFiles& run) {
  std::vector<ScoreSet> sets;
  AddWinRates(run, &sets);
  AddAccuracy(run, &sets);
  AddInformation(run, &sets);
  AddLengths(run, &sets);
  return sets;
}

}  // namespace experiments
