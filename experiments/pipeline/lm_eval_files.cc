#include "experiments/pipeline/lm_eval_files.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "evaluation/answers/rules.h"

namespace experiments {
namespace {

using ::base::OrderedJson;
using ::evaluation::AnswerRule;
using ::evaluation::kAnswerRules;

// The attempts of a task: at temperature 0, or the sampled ones.
struct Task {
  std::string name;
  bool greedy;
};

std::vector<Task> Tasks(const Pipeline& pipeline) {
  return {{absl::StrCat(pipeline.spec.name(), "_t0"), true}, {absl::StrCat(pipeline.spec.name(), "_samples"), false}};
}

std::string FilterName(AnswerRule rule) {
  if (rule == AnswerRule::kLmEvalStrict) return "strict-match";
  if (rule == AnswerRule::kLmEvalFlexible) return "flexible-extract";
  return std::string(evaluation::AnswerRuleName(rule));
}

// lm-eval's readers take all behind the last "_" of a file's name for its date, and what is before for the task's: arms
// must not bring "_" of their own.
std::string FileSuffix(const std::string& arm) { return absl::StrReplaceAll(arm, {{"_", "-"}}); }

OrderedJson GenerationArguments(const Pipeline& pipeline, const Task& task) {
  const sami_harness::SamplingSpec& sampling = pipeline.spec.accuracy().sampling();
  OrderedJson json;
  json["do_sample"] = !task.greedy;
  json["temperature"] = task.greedy ? 0 : sampling.temperature();
  json["top_p"] = sampling.top_p();
  json["max_gen_toks"] = sampling.max_new_tokens();
  return json;
}

std::string Hash(const OrderedJson& json) {
  return base::Sha256Hex(json.dump(-1, ' ', false, OrderedJson::error_handler_t::replace));
}

OrderedJson SampleLine(const Pipeline& pipeline, const Task& task, size_t index, const AccuracyQuestion& question,
                       const std::vector<Attempt>& attempts, AnswerRule rule, const std::vector<bool>& right) {
  OrderedJson json, doc;
  doc["question"] = question.text;
  doc["answer"] = question.answer;
  const std::string prompt = AccuracyPrompt(pipeline, question);
  json["doc_id"] = index;
  json["doc"] = doc;
  json["target"] = question.answer;
  json["arguments"]["gen_args_0"]["arg_0"] = prompt;
  json["arguments"]["gen_args_0"]["arg_1"] = GenerationArguments(pipeline, task);
  OrderedJson responses = OrderedJson::array(), filtered = OrderedJson::array(), correct = OrderedJson::array();
  const size_t first = task.greedy ? 0 : 1, last = task.greedy ? 1 : attempts.size();
  double sum = 0;
  for (size_t k = first; k < last; ++k) {
    responses.push_back(attempts[k].response);
    filtered.push_back(evaluation::ExtractAnswer(rule, attempts[k].response).value_or(evaluation::kNoAnswer));
    correct.push_back(right[k] ? 1 : 0);
    sum += right[k];
  }
  json["resps"] = OrderedJson::array({responses});
  json["filtered_resps"] = filtered;
  json["filter"] = FilterName(rule);
  json["metrics"] = {"exact_match"};
  json["doc_hash"] = Hash(doc);
  json["prompt_hash"] = base::Sha256Hex(prompt);
  json["target_hash"] = base::Sha256Hex(question.answer);
  json["exact_match"] = sum / (last - first);
  json["question_id"] = question.id;
  json["correct"] = correct;
  return json;
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

OrderedJson TaskResults(const AccuracyReport& report, const ScoredArm& arm, const Task& task) {
  OrderedJson results;
  results["alias"] = task.name;
  for (size_t r = 0; r < kAnswerRules.size(); ++r) {
    std::vector<double> scores;
    for (size_t q = 0; q < report.question_ids.size(); ++q) {
      const std::vector<bool>& right = arm.right[r][q];
      double sum = 0;
      const size_t first = task.greedy ? 0 : 1, last = task.greedy ? 1 : right.size();
      for (size_t k = first; k < last; ++k) sum += right[k];
      scores.push_back(sum / (last - first));
    }
    AddMetric(scores, FilterName(kAnswerRules[r]), &results);
  }
  return results;
}

OrderedJson Results(const Pipeline& pipeline, const AccuracyReport& report, const ScoredArm& arm) {
  OrderedJson json;
  for (const Task& task : Tasks(pipeline)) {
    const size_t n = report.question_ids.size();
    OrderedJson config;
    config["task"] = task.name;
    config["output_type"] = "generate_until";
    config["doc_to_text"] = pipeline.spec.accuracy().prompt();
    config["doc_to_target"] = "answer";
    config["num_fewshot"] = 0;
    config["generation_kwargs"] = GenerationArguments(pipeline, task);
    OrderedJson metric;
    metric["metric"] = "exact_match";
    metric["aggregation"] = "mean";
    metric["higher_is_better"] = true;
    config["metric_list"] = OrderedJson::array({metric});
    config["filter_list"] = OrderedJson::array();
    for (const AnswerRule rule : kAnswerRules) {
      if (!task.greedy && rule != report.rule) continue;
      OrderedJson filter;
      filter["name"] = FilterName(rule);
      config["filter_list"].push_back(filter);
    }
    config["repeats"] = task.greedy ? 1 : pipeline.spec.accuracy().attempts();
    json["results"][task.name] = TaskResults(report, arm, task);
    json["group_subtasks"][task.name] = OrderedJson::array();
    json["configs"][task.name] = config;
    json["versions"][task.name] = 1;
    json["n-shot"][task.name] = 0;
    json["higher_is_better"][task.name]["exact_match"] = true;
    json["n-samples"][task.name] = {{"original", n}, {"effective", n}};
  }
  json["config"]["model"] = arm.arm;
  json["config"]["model_args"] = "";
  json["config"]["random_seed"] = pipeline.spec.seed();
  return json;
}

}  // namespace

absl::Status WriteLmEvalFiles(const Pipeline& pipeline, const AccuracyReport& report, const ScoredArm& arm,
                              const std::vector<AccuracyQuestion>& questions,
                              const std::vector<std::vector<Attempt>>& attempts) {
  const std::string folder = pipeline.run->PathOf(absl::StrCat("lm_eval/", arm.arm));
  for (const Task& task : Tasks(pipeline)) {
    std::vector<OrderedJson> lines;
    for (size_t r = 0; r < kAnswerRules.size(); ++r) {
      if (!task.greedy && kAnswerRules[r] != report.rule) continue;
      for (size_t q = 0; q < questions.size(); ++q) {
        lines.push_back(SampleLine(pipeline, task, q, questions[q], attempts[q], kAnswerRules[r], arm.right[r][q]));
      }
    }
    RETURN_IF_ERROR(
        base::WriteJsonLines(absl::StrCat(folder, "/samples_", task.name, "_", FileSuffix(arm.arm), ".jsonl"), lines));
  }
  return base::WriteFileAtomically(absl::StrCat(folder, "/results_", FileSuffix(arm.arm), ".json"),
                                   Results(pipeline, report, arm).dump(2) + "\n");
}

}  // namespace experiments
