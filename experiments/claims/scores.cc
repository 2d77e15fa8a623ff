#include "experiments/claims/scores.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "analysis/measures/pass_at_k.h"
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
        set.judge == wanted.judge && set.asked == wanted.asked) {
      return set;
    }
  }
  sets.push_back(wanted);
  return sets.back();
}

void AddWinRates(const RunFiles& run, const RunFiles::Asker& evaluation, std::vector<ScoreSet>* sets) {
  for (const std::string& file : run.JudgmentsFiles(evaluation.name)) {
    run.ForEach<PairJudgment>(file, ::evaluation::ParsePairJudgment, [&](const PairJudgment& judgment) {
      const auto [first, second] = ::evaluation::GameScores(judgment);
      if (!first || !second || judgment.turn != 1) return;
      ScoreSet& set = FindOrAdd(*sets, {kWinRate, judgment.model_1, judgment.model_2,
                                        absl::StrCat(judgment.model_1, "_vs_", judgment.model_2), judgment.setting,
                                        JudgeOfFile(file, judgment.setting), evaluation.title});
      set.by_question[absl::StrCat(judgment.question_id)] = (*first + *second) / 2;
    });
  }
}

std::string PassMeasure(int64_t k) { return absl::StrCat("pass@", k); }

void AddAccuracy(const RunFiles& run, const RunFiles::Asker& accuracy, std::vector<ScoreSet>* sets) {
  const AccuracyTerms terms = TermsIn(run, accuracy.name);
  const ::evaluation::AnswerRule rule = terms.rule;
  for (const std::string& arm : run.Arms(AttemptsFile(accuracy.name, "*"))) {
    for (const auto& [task, measure] :
         {std::make_pair(LmEvalTask::kGreedy, kGreedyAttempt), std::make_pair(LmEvalTask::kSamples, kSampledAttempt)}) {
      const std::string name = measure;
      run.ForEach<LmEvalSample>(
          LmEvalSamplesFile(accuracy.name, task, arm), ParseLmEvalSample, [&](const LmEvalSample& sample) {
            if (sample.rule != rule) return;
            const double right = std::count(sample.correct.begin(), sample.correct.end(), true);
            const std::string question = absl::StrCat(sample.question_id);
            FindOrAdd(*sets, {name, arm, "", arm, "", "", accuracy.title}).by_question[question] =
                right / sample.correct.size();
            for (const int64_t k : terms.ks) {
              const auto pass = analysis::PassAtK(sample.correct.size(), right, k);
              if (!pass.ok() || k == 1) continue;  // of fewer attempts; the measure above
              FindOrAdd(*sets, {PassMeasure(k), arm, "", arm, "", "", accuracy.title}).by_question[question] = *pass;
            }
          });
    }
  }
}

void AddInformation(const RunFiles& run, const RunFiles::Asker& information, std::vector<ScoreSet>* sets) {
  for (const std::string& arm : run.Arms(InformationFile(information.name, "*"))) {
    std::map<std::string, std::pair<double, int>> nats, beyond_length, kl,
        followed;  // sums over samples, and their numbers
    const auto add = [](double value, std::pair<double, int>& sum) {
      if (!std::isfinite(value)) return;
      sum.first += value;
      ++sum.second;
    };
    run.ForEach<InformationSample>(InformationFile(information.name, arm), ParseInformationSample,
                                   [&](const InformationSample& sample) {
                                     const std::string query = absl::StrCat(sample.query_id);
                                     add(sample.nats, nats[query]);
                                     add(sample.nats - sample.length_nats, beyond_length[query]);
                                     add(sample.kl, kl[query]);
                                     add(sample.followed, followed[query]);
                                   });
    for (const auto& [query, sum] : followed) {
      if (sum.second == 0) continue;
      FindOrAdd(*sets, {kFollowed, arm, "", arm, kSampled, "", information.title}).by_question[query] =
          sum.first / sum.second;
    }
    for (const auto& [measure, sums] :
         {std::pair(kInformation, &nats), std::pair(kBeyondLength, &beyond_length), std::pair(kKl, &kl)}) {
      for (const auto& [query, sum] : *sums) {
        if (sum.second == 0) continue;
        FindOrAdd(*sets, {measure, arm, "", arm, "", "", information.title, false}).by_question[query] =
            sum.first / sum.second;
      }
    }
  }
}

// By the rules, which know what the embedded suite's principles ask for and what is right.
void AddRules(const RunFiles& run, const RunFiles::Asker& evaluation, std::vector<ScoreSet>* sets) {
  if (!run.Has(ScoresFile(evaluation.name))) return;
  run.ForEach<AnswerScore>(ScoresFile(evaluation.name), ParseAnswerScore, [&](const AnswerScore& score) {
    for (const auto& [measure, value] : {std::pair(kFollowed, score.followed), std::pair(kRight, score.right)}) {
      if (!std::isfinite(value)) continue;
      FindOrAdd(*sets, {measure, score.arm, "", score.arm, score.setting, "", evaluation.title})
          .by_question[absl::StrCat(score.question_id)] = value;
    }
  });
}

void AddLengths(const RunFiles& run, const RunFiles::Asker& evaluation, std::vector<ScoreSet>* sets) {
  for (const RunFiles::ArmAnswers& answers : run.Answers(evaluation.name)) {
    const std::string& arm = answers.arm;
    const auto add = [&](const ModelAnswer& answer) {
      if (answer.choices[0].num_tokens < 0) return;
      FindOrAdd(*sets, {kTokens, arm, "", arm, answer.setting, "", evaluation.title, false})
          .by_question[absl::StrCat(answer.question_id)] = answer.choices[0].num_tokens;
    };
    for (const std::string& file : answers.files) {
      run.ForEach<ModelAnswer>(file, ::evaluation::ParseModelAnswer, add);
    }
  }
}

}  // namespace

std::vector<ScoreSet> QuestionScores(const RunFiles& run) {
  std::vector<ScoreSet> sets;
  for (const RunFiles::Asker& asker : run.Evaluations()) AddRules(run, asker, &sets);
  for (const RunFiles::Asker& asker : run.Accuracies()) AddAccuracy(run, asker, &sets);
  for (const RunFiles::Asker& asker : run.Information()) AddInformation(run, asker, &sets);
  for (const RunFiles::Asker& asker : run.Evaluations()) AddWinRates(run, asker, &sets);
  for (const RunFiles::Asker& asker : run.Evaluations()) AddLengths(run, asker, &sets);
  return sets;
}

}  // namespace experiments
