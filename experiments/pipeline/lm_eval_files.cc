#include "experiments/pipeline/lm_eval_files.h"

#include <cmath>

#include "base/file.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "evaluation/extraction/rules.h"
#include "experiments/run/lm_eval.h"
#include "experiments/run/records.h"
#include "experiments/spec/nodes.h"

namespace experiments {
namespace {

using ::base::OrderedJson;
using ::evaluation::AnswerRule;
using ::evaluation::kAnswerRules;
using ::sami_harness::AccuracySpec;

constexpr LmEvalTask kTasks[] = {LmEvalTask::kGreedy, LmEvalTask::kSamples};

// Of a question's attempts, those of the task: [first, last).
struct Range {
  size_t first, last;
};
Range RangeOf(LmEvalTask task, size_t attempts) {
  return task == LmEvalTask::kGreedy ? Range{0, 1} : Range{1, attempts};
}

// At temperature 0 all rules, of samples the spec's.
bool IsRead(const AccuracyReport& report, LmEvalTask task, AnswerRule rule) {
  return task == LmEvalTask::kGreedy || rule == report.terms.rule;
}

LmEvalGeneration GenerationOf(const AccuracySpec& accuracy, LmEvalTask task) {
  const sami_harness::SamplingSpec& sampling = accuracy.sampling();
  const bool greedy = task == LmEvalTask::kGreedy;
  return {!greedy, greedy ? 0 : sampling.temperature(), sampling.top_p(), sampling.max_new_tokens()};
}

LmEvalSample SampleOf(const AccuracySpec& accuracy, LmEvalTask task, int64_t index, const Query& question,
                      const std::vector<Attempt>& attempts, AnswerRule rule, const std::vector<bool>& right) {
  LmEvalSample sample;
  sample.doc_id = index;
  sample.question_id = question.id;
  sample.question = question.text;
  sample.target = question.answer;
  sample.prompt = AccuracyPrompt(accuracy, question);
  sample.generation = GenerationOf(accuracy, task);
  sample.rule = rule;
  const auto [first, last] = RangeOf(task, attempts.size());
  for (size_t k = first; k < last; ++k) {
    sample.responses.push_back(attempts[k].response);
    sample.filtered.push_back(evaluation::ExtractAnswer(rule, attempts[k].response).value_or(evaluation::kNoAnswer));
    sample.correct.push_back(right[k]);
  }
  return sample;
}

// lm-eval's: the mean over documents, and its standard error by the sample standard deviation, which one has not.
void AddMetric(const std::vector<double>& scores, const std::string& filter, OrderedJson* results) {
  double mean = 0, squares = 0;
  for (const double score : scores) mean += score / scores.size();
  for (const double score : scores) squares += (score - mean) * (score - mean);
  (*results)["exact_match," + filter] = mean;
  OrderedJson& error = (*results)["exact_match_stderr," + filter];
  error = "N/A";
  if (scores.size() > 1) error = std::sqrt(squares / (scores.size() - 1) / scores.size());
}

OrderedJson TaskResults(const AccuracyReport& report, const ScoredArm& arm, LmEvalTask task, const std::string& name) {
  OrderedJson results;
  results["alias"] = name;
  for (size_t r = 0; r < kAnswerRules.size(); ++r) {
    std::vector<double> scores;
    for (size_t q = 0; q < report.question_ids.size(); ++q) {
      const std::vector<bool>& right = arm.right[r][q];
      double sum = 0;
      const auto [first, last] = RangeOf(task, right.size());
      for (size_t k = first; k < last; ++k) sum += right[k];
      scores.push_back(sum / (last - first));
    }
    AddMetric(scores, LmEvalFilter(kAnswerRules[r]), &results);
  }
  return results;
}

OrderedJson Results(const Pipeline& pipeline, const AccuracySpec& accuracy, const AccuracyReport& report,
                    const ScoredArm& arm) {
  OrderedJson json;
  for (const LmEvalTask task : kTasks) {
    const size_t n = report.question_ids.size();
    const std::string name = LmEvalTaskName(accuracy.name(), task);
    OrderedJson config;
    config["task"] = name;
    config["output_type"] = "generate_until";
    config["doc_to_text"] = accuracy.prompt();
    config["doc_to_target"] = "answer";
    config["num_fewshot"] = 0;
    config["generation_kwargs"] = ToJson(GenerationOf(accuracy, task));
    OrderedJson metric;
    metric["metric"] = "exact_match";
    metric["aggregation"] = "mean";
    metric["higher_is_better"] = true;
    config["metric_list"] = OrderedJson::array({metric});
    config["filter_list"] = OrderedJson::array();
    for (const AnswerRule rule : kAnswerRules) {
      if (!IsRead(report, task, rule)) continue;
      OrderedJson filter;
      filter["name"] = LmEvalFilter(rule);
      config["filter_list"].push_back(filter);
    }
    config["repeats"] = task == LmEvalTask::kGreedy ? 1 : accuracy.attempts();
    json["results"][name] = TaskResults(report, arm, task, name);
    json["group_subtasks"][name] = OrderedJson::array();
    json["configs"][name] = config;
    json["versions"][name] = 1;
    json["n-shot"][name] = 0;
    json["higher_is_better"][name]["exact_match"] = true;
    json["n-samples"][name] = {{"original", n}, {"effective", n}};
  }
  json["config"]["model"] = arm.arm;
  json["config"]["model_args"] = "";
  json["config"]["random_seed"] = SeedOf(pipeline.spec, accuracy);
  return json;
}

}  // namespace

absl::Status WriteLmEvalFiles(const Pipeline& pipeline, const AccuracySpec& accuracy, const AccuracyReport& report,
                              const ScoredArm& arm, const std::vector<Query>& questions,
                              const std::vector<std::vector<Attempt>>& attempts) {
  for (const LmEvalTask task : kTasks) {
    std::vector<LmEvalSample> samples;
    for (size_t r = 0; r < kAnswerRules.size(); ++r) {
      if (!IsRead(report, task, kAnswerRules[r])) continue;
      for (size_t q = 0; q < questions.size(); ++q) {
        samples.push_back(SampleOf(accuracy, task, q, questions[q], attempts[q], kAnswerRules[r], arm.right[r][q]));
      }
    }
    const std::string file = LmEvalSamplesFile(accuracy.name(), task, arm.arm);
    RETURN_IF_ERROR(WriteLines(pipeline.run->PathOf(file), samples));
  }
  return base::WriteFileAtomically(pipeline.run->PathOf(LmEvalResultsFile(accuracy.name(), arm.arm)),
                                   base::PrintJson(Results(pipeline, accuracy, report, arm), 2) + "\n");
}

}  // namespace experiments
