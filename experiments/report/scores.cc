#include "experiments/report/scores.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "evaluation/formats/fastchat.h"
#include "experiments/run/accuracy_files.h"
#include "experiments/run/lm_eval.h"
#include "experiments/run/records.h"

namespace experiments {
namespace {

using ::evaluation::ModelAnswer;
using ::evaluation::PairJudgment;

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
  for (const std::string& file : run.JudgmentsFiles()) {
    run.ForEach<PairJudgment>(file, evaluation::ParsePairJudgment, [&](const PairJudgment& judgment) {
      const auto first = evaluation::ScoreOf(judgment.g1_winner), second = evaluation::ScoreOf(judgment.g2_winner);
      if (!first || !second || judgment.turn != 1) return;
      ScoreSet& set = FindOrAdd(*sets, {"win rate", absl::StrCat(judgment.model_1, "_vs_", judgment.model_2),
                                        judgment.setting, judgment.judge_prompt});
      set.by_question[absl::StrCat(judgment.question_id)] = (*first + *second) / 2;
    });
  }
}

void AddAccuracy(const RunFiles& run, std::vector<ScoreSet>* sets) {
  const evaluation::AnswerRule rule = TermsOf(run.spec(), 0).rule;
  for (const std::string& arm : run.Arms(AttemptsFile)) {
    for (const auto& [task, measure] : {std::make_pair(LmEvalTask::kGreedy, "right at temperature 0"),
                                        std::make_pair(LmEvalTask::kSamples, "right, a sampled attempt")}) {
      const std::string name = measure;
      run.ForEach<LmEvalSample>(
          LmEvalSamplesFile(run.spec().name(), task, arm), ParseLmEvalSample, [&](const LmEvalSample& sample) {
            if (sample.rule != rule) return;
            const double right = std::count(sample.correct.begin(), sample.correct.end(), true);
            FindOrAdd(*sets, {name, arm}).by_question[absl::StrCat(sample.question_id)] = right / sample.correct.size();
          });
    }
  }
}

void AddInformation(const RunFiles& run, std::vector<ScoreSet>* sets) {
  for (const std::string& arm : run.Arms(InformationFile)) {
    run.ForEach<QueryInformation>(InformationFile(arm), ParseQueryInformation, [&](const QueryInformation& query) {
      if (!std::isfinite(query.nats)) return;
      FindOrAdd(*sets, {"bound on I(Y; C | X), nats", arm, "", "", false}).by_question[absl::StrCat(query.query_id)] =
          query.nats;
    });
  }
}

void AddLengths(const RunFiles& run, std::vector<ScoreSet>* sets) {
  for (const std::string& arm : run.Arms(AnswersFile)) {
    run.ForEach<ModelAnswer>(AnswersFile(arm), evaluation::ParseModelAnswer, [&](const ModelAnswer& answer) {
      if (answer.choices[0].num_tokens < 0) return;
      FindOrAdd(*sets, {"tokens an answer", arm, answer.setting, "", false})
          .by_question[absl::StrCat(answer.question_id)] = answer.choices[0].num_tokens;
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
