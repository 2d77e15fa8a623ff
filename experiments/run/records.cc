#include "experiments/run/records.h"

#include <cmath>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/file.h"

namespace experiments {
namespace {

using ::base::Json;
using ::base::JsonLine;
using ::base::OrderedJson;
using ::training::StepMetrics;

// As TRL's and transformers' users know them.
constexpr char kTrainedSplit[] = "train";
constexpr char kHeldOutSplit[] = "eval";

absl::Status Mistyped(const JsonLine& line, const std::string& key, const char* expected) {
  return absl::InvalidArgumentError(absl::StrCat(line.where, ": \"", key, "\" must be ", expected));
}

// null where the number is not finite.
absl::StatusOr<double> GetNumber(const JsonLine& line, const char* key) {
  const auto value = line.value.find(key);
  if (value == line.value.end() || !(value->is_number() || value->is_null())) return Mistyped(line, key, "a number");
  return value->is_null() ? std::numeric_limits<double>::quiet_NaN() : value->get<double>();
}

}  // namespace

OrderedJson ToJson(const Attempt& attempt) {
  OrderedJson json;
  json["question_id"] = attempt.question_id;
  json["attempt"] = attempt.attempt;
  json["temperature"] = attempt.temperature;
  json["response"] = attempt.response;
  json["finish_reason"] = attempt.finished ? "stop" : "length";
  json["num_tokens"] = attempt.num_tokens;
  return json;
}

absl::StatusOr<Attempt> ParseAttempt(const JsonLine& line) {
  Attempt attempt;
  ASSIGN_OR_RETURN(attempt.question_id, base::GetInt(line, "question_id"));
  ASSIGN_OR_RETURN(attempt.attempt, base::GetInt(line, "attempt"));
  ASSIGN_OR_RETURN(attempt.temperature, GetNumber(line, "temperature"));
  ASSIGN_OR_RETURN(attempt.response, base::GetString(line, "response"));
  ASSIGN_OR_RETURN(const std::string finish_reason, base::GetString(line, "finish_reason"));
  attempt.finished = finish_reason == "stop";
  ASSIGN_OR_RETURN(attempt.num_tokens, base::GetInt(line, "num_tokens"));
  return attempt;
}

OrderedJson ToJson(const InformationSample& sample) {
  OrderedJson json;
  json["query_id"] = sample.query_id;
  json["category"] = sample.category;
  json["question"] = sample.question;
  json["constitution"] = sample.constitution;
  json["clauses"] = OrderedJson::array();
  for (const InformationSample::Clause& clause : sample.clauses) {
    json["clauses"].push_back({{"principle", clause.principle}, {"positive", clause.positive}, {"text", clause.text}});
  }
  json["response"] = sample.response;
  json["response_ids"] = sample.response_ids;
  json["finish_reason"] = sample.finished ? "stop" : "length";
  json["log_probs"] = sample.log_probs;
  json["nats"] = sample.nats;
  json["length_nats"] = sample.length_nats;
  json["kl"] = sample.kl;
  json["followed"] = sample.followed;
  json["order"] = sample.order;
  json["paraphrase"] = sample.paraphrase;
  json["irrelevant"] = sample.irrelevant;
  return json;
}

absl::StatusOr<InformationSample> ParseInformationSample(const JsonLine& line) {
  InformationSample sample;
  ASSIGN_OR_RETURN(sample.query_id, base::GetInt(line, "query_id"));
  ASSIGN_OR_RETURN(sample.category, base::GetString(line, "category"));
  ASSIGN_OR_RETURN(sample.question, base::GetString(line, "question"));
  ASSIGN_OR_RETURN(sample.constitution, base::GetInt(line, "constitution"));
  ASSIGN_OR_RETURN(sample.response, base::GetString(line, "response"));
  ASSIGN_OR_RETURN(const std::string finish_reason, base::GetString(line, "finish_reason"));
  sample.finished = finish_reason == "stop";
  for (const auto& [key, value] :
       {std::pair("nats", &sample.nats), std::pair("length_nats", &sample.length_nats), std::pair("kl", &sample.kl),
        std::pair("followed", &sample.followed), std::pair("order", &sample.order),
        std::pair("paraphrase", &sample.paraphrase), std::pair("irrelevant", &sample.irrelevant)}) {
    ASSIGN_OR_RETURN(*value, GetNumber(line, key));
  }
  const Json empty = Json::array();
  const auto list = [&](const char* key) -> const Json& {
    const auto found = line.value.find(key);
    return found != line.value.end() && found->is_array() ? *found : empty;
  };
  for (const Json& clause : list("clauses")) {
    const JsonLine here{clause, line.where};
    InformationSample::Clause read;
    ASSIGN_OR_RETURN(read.principle, base::GetString(here, "principle"));
    ASSIGN_OR_RETURN(read.text, base::GetString(here, "text"));
    const Json positive = clause.value("positive", Json(true));
    if (!positive.is_boolean()) return Mistyped(line, "positive", "true or false");
    read.positive = positive.get<bool>();
    sample.clauses.push_back(std::move(read));
  }
  for (const Json& id : list("response_ids")) {
    if (!id.is_number_unsigned() || id.get<uint64_t>() > std::numeric_limits<int32_t>::max()) {
      return Mistyped(line, "response_ids", "a list of token ids");
    }
    sample.response_ids.push_back(id.get<int32_t>());
  }
  for (const Json& log_prob : list("log_probs")) {
    if (!log_prob.is_number() && !log_prob.is_null()) return Mistyped(line, "log_probs", "a list of numbers");
    sample.log_probs.push_back(log_prob.is_null() ? -std::numeric_limits<double>::infinity() : log_prob.get<double>());
  }
  if (sample.constitution < 0 || sample.constitution >= static_cast<int64_t>(sample.log_probs.size())) {
    return Mistyped(line, "constitution", "one of those that log_probs are of");
  }
  return sample;
}

OrderedJson ToJson(const AnswerScore& score) {
  OrderedJson json;
  json["arm"] = score.arm;
  json["setting"] = score.setting;
  json["question_id"] = score.question_id;
  json["category"] = score.category;
  json["followed"] = score.followed;
  json["right"] = score.right;
  return json;
}

absl::StatusOr<AnswerScore> ParseAnswerScore(const JsonLine& line) {
  AnswerScore score;
  ASSIGN_OR_RETURN(score.arm, base::GetString(line, "arm"));
  ASSIGN_OR_RETURN(score.setting, base::GetString(line, "setting"));
  ASSIGN_OR_RETURN(score.question_id, base::GetInt(line, "question_id"));
  ASSIGN_OR_RETURN(score.category, base::GetString(line, "category"));
  ASSIGN_OR_RETURN(score.followed, GetNumber(line, "followed"));
  ASSIGN_OR_RETURN(score.right, GetNumber(line, "right"));
  return score;
}

OrderedJson ToJson(const AskedQuestion& question) {
  OrderedJson json;
  json["question_id"] = question.question_id;
  json["source_id"] = question.source_id;
  json["category"] = question.category;
  json["turns"] = question.turns;
  return json;
}

absl::StatusOr<AskedQuestion> ParseAskedQuestion(const JsonLine& line) {
  AskedQuestion question;
  ASSIGN_OR_RETURN(question.question_id, base::GetInt(line, "question_id"));
  ASSIGN_OR_RETURN(question.source_id, base::GetString(line, "source_id"));
  ASSIGN_OR_RETURN(question.category, base::GetString(line, "category"));
  ASSIGN_OR_RETURN(question.turns, base::GetStrings(line, "turns"));
  if (question.turns.empty()) return Mistyped(line, "turns", "a list of at least one text");
  return question;
}

OrderedJson ToJson(const StepMetrics& step) {
  OrderedJson json;
  json["step"] = step.step;
  json["split"] = step.held_out ? kHeldOutSplit : kTrainedSplit;
  json["epoch"] = step.epoch;
  json["loss"] = step.loss;
  json["grad_norm"] = step.grad_norm;
  json["learning_rate"] = step.learning_rate;
  json["examples"] = step.examples;
  json["tokens"] = step.tokens;
  OrderedJson& metrics = json["metrics"] = OrderedJson::array();
  for (const auto& [name, value] : step.metrics) {
    if (name != "loss") metrics.push_back({{"name", name}, {"value", value}});
  }
  return json;
}

absl::StatusOr<StepMetrics> ParseStepMetrics(const JsonLine& line) {
  StepMetrics step;
  ASSIGN_OR_RETURN(step.step, base::GetInt(line, "step"));
  ASSIGN_OR_RETURN(step.epoch, GetNumber(line, "epoch"));
  ASSIGN_OR_RETURN(step.loss, GetNumber(line, "loss"));
  ASSIGN_OR_RETURN(step.grad_norm, GetNumber(line, "grad_norm"));
  ASSIGN_OR_RETURN(step.learning_rate, GetNumber(line, "learning_rate"));
  ASSIGN_OR_RETURN(step.examples, base::GetInt(line, "examples"));
  ASSIGN_OR_RETURN(step.tokens, base::GetInt(line, "tokens"));
  const OrderedJson own = ToJson(step);
  if (!line.value.contains("split")) {  // of before 0.13
    for (const auto& [name, value] : line.value.items()) {
      if (own.contains(name)) continue;
      ASSIGN_OR_RETURN(const double number, GetNumber(line, name.c_str()));
      step.metrics.emplace_back(name, number);
    }
    return step;
  }
  ASSIGN_OR_RETURN(const std::string split, base::GetString(line, "split"));
  if (split != kTrainedSplit && split != kHeldOutSplit) return Mistyped(line, "split", "\"train\" or \"eval\"");
  step.held_out = split == kHeldOutSplit;
  const auto metrics = line.value.find("metrics");
  if (metrics == line.value.end() || !metrics->is_array()) return Mistyped(line, "metrics", "a list");
  for (const Json& metric : *metrics) {
    const JsonLine one = {metric, absl::StrCat(line.where, ": \"metrics\"")};
    if (!metric.is_object()) return Mistyped(line, "metrics", "a list of objects");
    ASSIGN_OR_RETURN(std::string name, base::GetString(one, "name"));
    ASSIGN_OR_RETURN(const double value, GetNumber(one, "value"));
    step.metrics.emplace_back(std::move(name), value);
  }
  return step;
}

OrderedJson ToJson(const TrainingCost& cost) {
  OrderedJson json;
  json["rows"] = cost.rows;
  json["examples"] = cost.examples;
  json["steps"] = cost.steps;
  json["tokens"] = cost.tokens;
  json["flops"] = cost.flops;
  return json;
}

absl::StatusOr<TrainingCost> ParseTrainingCost(const JsonLine& line) {
  TrainingCost cost;
  ASSIGN_OR_RETURN(cost.rows, base::GetInt(line, "rows"));
  ASSIGN_OR_RETURN(cost.examples, base::GetInt(line, "examples"));
  ASSIGN_OR_RETURN(cost.steps, base::GetInt(line, "steps"));
  ASSIGN_OR_RETURN(cost.tokens, base::GetInt(line, "tokens"));
  ASSIGN_OR_RETURN(cost.flops, GetNumber(line, "flops"));
  return cost;
}

double MetricOf(const StepMetrics& step, absl::string_view name) {
  if (name == "loss") return step.loss;
  if (name == "grad_norm") return step.grad_norm;
  for (const auto& [metric, value] : step.metrics) {
    if (metric == name) return value;
  }
  return std::numeric_limits<double>::quiet_NaN();
}

OrderedJson ToJson(const FilterCounts& counts) {
  OrderedJson json = OrderedJson::object();
  for (const auto& [name, count] : counts) json[name] = count;
  return json;
}

absl::Status WriteFilterCounts(const std::string& path, const FilterCounts& counts) {
  return base::WriteFileAtomically(path, base::PrintJson(ToJson(counts), 2) + "\n");
}

absl::StatusOr<FilterCounts> ReadFilterCounts(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, base::ReadFile(path));
  ASSIGN_OR_RETURN(const Json checked, base::ParseJson(text, path));
  FilterCounts counts;
  if (!checked.is_object()) return absl::InvalidArgumentError(absl::StrCat(path, ": must be an object of counts"));
  // Json sorts members; the counts are in the order of the filters.
  const OrderedJson ordered = OrderedJson::parse(text);
  for (const auto& [name, count] : ordered.items()) {
    ASSIGN_OR_RETURN(const int64_t dropped, base::GetInt({checked, path}, name.c_str()));
    counts.emplace_back(name, dropped);
  }
  return counts;
}

}  // namespace experiments
