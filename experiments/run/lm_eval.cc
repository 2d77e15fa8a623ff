#include "experiments/run/lm_eval.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/hash.h"
#include "base/status.h"

namespace experiments {
namespace {

using ::base::Json;
using ::base::JsonLine;
using ::base::OrderedJson;
using ::evaluation::AnswerRule;

// As lm-eval writes a document for its hash: json.dumps(doc, indent=2, ensure_ascii=False).
std::string DocHash(const OrderedJson& doc) {
  return base::Sha256Hex(doc.dump(2, ' ', false, OrderedJson::error_handler_t::replace));
}

absl::StatusOr<AnswerRule> RuleOf(const JsonLine& line) {
  ASSIGN_OR_RETURN(const std::string filter, base::GetString(line, "filter"));
  for (const AnswerRule rule : evaluation::kAnswerRules) {
    if (LmEvalFilter(rule) == filter) return rule;
  }
  return absl::InvalidArgumentError(absl::StrCat(line.where, ": \"filter\" is no rule of ours: \"", filter, "\""));
}

}  // namespace

std::string LmEvalFilter(AnswerRule rule) {
  if (rule == AnswerRule::kLmEvalStrict) return "strict-match";
  if (rule == AnswerRule::kLmEvalFlexible) return "flexible-extract";
  return std::string(evaluation::AnswerRuleName(rule));
}

OrderedJson ToJson(const LmEvalGeneration& generation) {
  OrderedJson json;
  json["do_sample"] = generation.do_sample;
  json["temperature"] = generation.temperature;
  json["top_p"] = generation.top_p;
  json["max_gen_toks"] = generation.max_gen_toks;
  return json;
}

OrderedJson ToJson(const LmEvalSample& sample) {
  const size_t n = sample.responses.size();
  SAMI_CHECK(n > 0 && sample.filtered.size() == n && sample.correct.size() == n);
  OrderedJson json, doc;
  doc["question"] = sample.question;
  doc["answer"] = sample.target;
  json["doc_id"] = sample.doc_id;
  json["doc"] = doc;
  json["target"] = sample.target;
  json["arguments"]["gen_args_0"]["arg_0"] = sample.prompt;
  json["arguments"]["gen_args_0"]["arg_1"] = ToJson(sample.generation);
  json["resps"] = OrderedJson::array({OrderedJson(sample.responses)});
  json["filtered_resps"] = sample.filtered;
  json["filter"] = LmEvalFilter(sample.rule);
  json["metrics"] = {"exact_match"};
  json["doc_hash"] = DocHash(doc);
  json["prompt_hash"] = base::Sha256Hex(sample.prompt);
  json["target_hash"] = base::Sha256Hex(sample.target);
  const double right = std::count(sample.correct.begin(), sample.correct.end(), true);
  json["exact_match"] = right / n;
  json["question_id"] = sample.question_id;
  OrderedJson& correct = json["correct"] = OrderedJson::array();
  for (const bool mark : sample.correct) correct.push_back(mark ? 1 : 0);
  return json;
}

absl::StatusOr<LmEvalSample> ParseLmEvalSample(const JsonLine& line) {
  LmEvalSample sample;
  ASSIGN_OR_RETURN(sample.doc_id, base::GetInt(line, "doc_id"));
  ASSIGN_OR_RETURN(sample.question_id, base::GetInt(line, "question_id"));
  ASSIGN_OR_RETURN(sample.target, base::GetString(line, "target"));
  ASSIGN_OR_RETURN(sample.rule, RuleOf(line));
  ASSIGN_OR_RETURN(sample.filtered, base::GetStrings(line, "filtered_resps"));
  // Members within members: nlohmann::json throws where one is missing or of another type.
  try {
    sample.question = line.value.at("doc").at("question").get<std::string>();
    const Json& arguments = line.value.at("arguments").at("gen_args_0");
    sample.prompt = arguments.at("arg_0").get<std::string>();
    const Json& generation = arguments.at("arg_1");
    sample.generation = {generation.at("do_sample").get<bool>(), generation.at("temperature").get<double>(),
                         generation.at("top_p").get<double>(), generation.at("max_gen_toks").get<int64_t>()};
    sample.responses = line.value.at("resps").at(0).get<std::vector<std::string>>();
    for (const Json& mark : line.value.at("correct")) sample.correct.push_back(mark.get<int>() != 0);
  } catch (const Json::exception&) {
    return absl::InvalidArgumentError(absl::StrCat(
        line.where, ": \"doc\", \"arguments\", \"resps\" or \"correct\" is missing or not as lm-eval writes it"));
  }
  const size_t n = sample.responses.size();
  if (n == 0 || sample.filtered.size() != n || sample.correct.size() != n) {
    return absl::InvalidArgumentError(
        absl::StrCat(line.where, ": \"resps\", \"filtered_resps\" and \"correct\" must have one entry a response"));
  }
  return sample;
}

}  // namespace experiments
