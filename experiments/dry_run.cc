#include "experiments/dry_run.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "analysis/table.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "datasets/constitutions/constitutions.h"
#include "datasets/gsm8k/gsm8k.h"
#include "experiments/find_input.h"

namespace experiments {
namespace {

using ::analysis::Cell;
using ::analysis::NumberFormat;
using ::sami_harness::AccuracySpec;
using ::sami_harness::Arm;
using ::sami_harness::DataSpec;
using ::sami_harness::ExperimentSpec;

constexpr double kGiga = 1e9, kTera = 1e12;
// AdamW in float32: weights, gradients and two moments.
constexpr double kTrainingBytesPerParameter = 16;

// What a config.json of the Llama family says of the model's size.
struct ModelSize {
  double parameters = 0;
  double cache_bytes_per_token = 0;  // keys and values, float32
};

absl::StatusOr<ModelSize> ReadModelSize(const std::string& folder) {
  const std::string path = folder + "/config.json";
  ASSIGN_OR_RETURN(const std::string text, base::ReadFile(path));
  base::JsonLine config;
  config.where = path;
  ASSIGN_OR_RETURN(config.value, base::ParseJson(text, path));
  ASSIGN_OR_RETURN(const double vocabulary, base::GetInt(config, "vocab_size"));
  ASSIGN_OR_RETURN(const double hidden, base::GetInt(config, "hidden_size"));
  ASSIGN_OR_RETURN(const double intermediate, base::GetInt(config, "intermediate_size"));
  ASSIGN_OR_RETURN(const double layers, base::GetInt(config, "num_hidden_layers"));
  ASSIGN_OR_RETURN(const double heads, base::GetInt(config, "num_attention_heads"));
  double kv_heads = heads, head_size = hidden / heads, experts = 1;
  if (config.value.contains("num_key_value_heads")) {
    ASSIGN_OR_RETURN(kv_heads, base::GetInt(config, "num_key_value_heads"));
  }
  if (config.value.contains("head_dim") && !config.value["head_dim"].is_null()) {
    ASSIGN_OR_RETURN(head_size, base::GetInt(config, "head_dim"));
  }
  if (config.value.contains("num_local_experts")) {
    ASSIGN_OR_RETURN(experts, base::GetInt(config, "num_local_experts"));
  }
  const bool tied = config.value.value("tie_word_embeddings", false);
  const double router = experts > 1 ? hidden * experts : 0;
  const double layer = 2 * hidden * heads * head_size + 2 * hidden * kv_heads * head_size +
                       experts * 3 * hidden * intermediate + router + 2 * hidden;
  return ModelSize{(tied ? 1 : 2) * vocabulary * hidden + layers * layer + hidden,
                   2 * layers * kv_heads * head_size * 4};
}

// Size of the weight files; 0 where there are none.
double WeightBytes(const std::string& folder) {
  double bytes = 0;
  std::error_code error;
  for (std::filesystem::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (absl::EndsWith(it->path().filename().string(), ".safetensors")) bytes += it->file_size(error);
  }
  return bytes;
}

std::string DescribeModel(const std::string& field, const std::string& path, ModelSize* size) {
  const absl::StatusOr<std::string> folder = FindInput(field + ".folder", path);
  if (!folder.ok()) return absl::StrCat("NOT HERE: ", path);
  const absl::StatusOr<ModelSize> read = ReadModelSize(*folder);
  if (!read.ok()) return absl::StrCat("NOT USABLE: ", std::string(read.status().message()));
  *size = *read;
  const double bytes = WeightBytes(*folder);
  return absl::StrFormat("%s: %.3f billion parameters, %s", path, size->parameters / kGiga,
                         bytes > 0 ? absl::StrFormat("weights of %.2f GB", bytes / kGiga)
                                   : std::string("weights NOT HERE (config.json is)"));
}

std::string DescribeProblems(const std::string& field, const std::string& path, int64_t wanted) {
  const absl::StatusOr<std::string> file = FindInput(field, path);
  if (!file.ok()) return absl::StrCat("NOT HERE: ", path);
  const auto problems = datasets::ReadGsm8k(*file);
  if (!problems.ok()) return absl::StrCat("NOT USABLE: ", std::string(problems.status().message()));
  return absl::StrCat(path, ": ", problems->size(), " problems, of which ", wanted,
                      wanted > static_cast<int64_t>(problems->size()) ? ": TOO FEW" : "");
}

std::string DescribePrinciples(const std::string& path) {
  const absl::StatusOr<std::string> file = FindInput("data.constitutions", path);
  if (!file.ok()) return absl::StrCat("NOT HERE: ", path);
  const auto principles = datasets::ReadPrinciples(*file);
  if (!principles.ok()) return absl::StrCat("NOT USABLE: ", std::string(principles.status().message()));
  return absl::StrCat(path, ": ", principles->size(), " principles");
}

analysis::Table InputTable(const ExperimentSpec& spec, ModelSize* base, ModelSize* generator) {
  analysis::Table table;
  table.caption = absl::StrCat("Inputs of ", spec.name());
  table.columns = {{"input", "input"}, {"state", "state"}};
  const auto add = [&](const char* name, const std::string& state) {
    table.rows.push_back({std::string(name), state});
  };
  add("base_model", DescribeModel("base_model", spec.base_model().folder(), base));
  const std::string& generator_folder =
      spec.has_generator_model() ? spec.generator_model().folder() : spec.base_model().folder();
  add("generator_model", DescribeModel("generator_model", generator_folder, generator));
  const DataSpec& data = spec.data();
  add("constitutions",
      data.constitutions().empty() ? "the embedded suite's" : DescribePrinciples(data.constitutions()));
  add("training questions",
      data.questions() == DataSpec::GSM8K
          ? DescribeProblems("data.questions_file",
                             data.questions_file().empty() ? "gsm8k/train.jsonl" : data.questions_file(),
                             data.train_queries())
          : absl::StrCat("embedded suite, train split: ", data.train_queries()));
  if (!spec.has_accuracy()) return table;
  const AccuracySpec& accuracy = spec.accuracy();
  const std::string pinned =
      accuracy.questions() == AccuracySpec::GSM8K_TRAIN ? "gsm8k/train.jsonl" : "gsm8k/test.jsonl";
  add("test questions", accuracy.questions() == AccuracySpec::WORD_PROBLEMS
                            ? absl::StrCat("embedded suite, ", accuracy.held_out() ? "held-out" : "test",
                                           " split: ", accuracy.num_questions())
                            : DescribeProblems("accuracy.questions_file",
                                               accuracy.questions_file().empty() ? pinned : accuracy.questions_file(),
                                               accuracy.num_questions()));
  return table;
}

const sami_harness::TrainingConfig& TrainingOf(const Arm& arm) {
  return arm.has_sft() ? arm.sft().training() : arm.has_dpo() ? arm.dpo().training() : arm.sami().training();
}

// Texts that one example scores: prompts with responses.
int64_t TextsPerExample(const ExperimentSpec& spec, const Arm& arm) {
  if (arm.has_sft()) return 1;
  if (arm.has_dpo()) return 2;
  int64_t n = spec.data().constitutions_per_query();
  if (arm.sami().first_constitutions() > 0) n = std::min(n, arm.sami().first_constitutions());
  return n * n;
}

struct Plan {
  analysis::Table table;
  double flops = 0;

  // A stage with so many texts of at most `tokens` tokens each and `flops_per_token`; steps 0 for none.
  void Add(const std::string& stage, double texts, double steps, double tokens, double flops_per_token) {
    const double work = texts * tokens * flops_per_token;
    flops += work;
    table.rows.push_back({stage, static_cast<int64_t>(texts), steps > 0 ? Cell(static_cast<int64_t>(steps)) : Cell(),
                          static_cast<int64_t>(texts * tokens), work > 0 ? Cell(work / kTera) : Cell()});
  }
};

Plan StagePlan(const ExperimentSpec& spec, const ModelSize& base, const ModelSize& generator) {
  Plan plan;
  plan.table.caption = "Stages";
  plan.table.columns = {{"stage", "stage"},
                        {"texts", "texts"},
                        {"steps", "optimizer steps"},
                        {"tokens", "tokens, at most"},
                        {"tflop", "TFLOP, at most", NumberFormat::kFixed, 1}};
  const DataSpec& data = spec.data();
  const double queries = data.train_queries(), response = data.sampling().max_new_tokens();
  plan.Add("generate data", queries * data.constitutions_per_query(), 0, response, 2 * generator.parameters);
  for (const Arm& arm : spec.arms()) {
    const sami_harness::TrainingConfig& training = TrainingOf(arm);
    const double examples = std::floor(queries * training.epochs());
    plan.Add("train " + arm.name(), examples * TextsPerExample(spec, arm), std::ceil(examples / training.batch_size()),
             response, 6 * base.parameters);
  }
  const double arms = spec.arms_size() + 1;
  if (spec.has_evaluation()) {
    const auto& evaluation = spec.evaluation();
    plan.Add("answers of every arm", arms * evaluation.num_questions() * evaluation.settings_size(), 0,
             evaluation.sampling().max_new_tokens(), 2 * base.parameters);
  }
  if (spec.has_accuracy()) {
    const AccuracySpec& accuracy = spec.accuracy();
    plan.Add("attempts of every arm", arms * accuracy.num_questions() * (1 + accuracy.attempts()), 0,
             accuracy.sampling().max_new_tokens(), 2 * base.parameters);
  }
  plan.table.notes = {
      "2 FLOP a parameter and generated token, 6 a trained one; prompts and attention are not counted."};
  return plan;
}

std::string Memory(const ExperimentSpec& spec, const ModelSize& base) {
  if (base.parameters == 0) return "Memory: unknown without the base model's config.json.\n";
  int64_t tokens = spec.data().sampling().max_new_tokens();
  if (spec.has_accuracy()) tokens = std::max(tokens, spec.accuracy().sampling().max_new_tokens());
  return absl::StrFormat(
      "Memory: %.2f GB for training (float32 weights, gradients, two moments; activations come on top), %.2f GB for\n"
      "weights in generation and %.3f GB of keys and values for 64 texts of %d tokens at once. Disk: %.2f GB of "
      "weights.\n",
      kTrainingBytesPerParameter * base.parameters / kGiga, 4 * base.parameters / kGiga,
      64 * tokens * base.cache_bytes_per_token / kGiga, tokens, spec.arms_size() * 4 * base.parameters / kGiga);
}

}  // namespace

std::string DryRun(const ExperimentSpec& spec) {
  ModelSize base, generator;
  const std::string inputs = analysis::ToText(InputTable(spec, &base, &generator));
  const Plan plan = StagePlan(spec, base, generator);
  return absl::StrCat(inputs, "\n", analysis::ToText(plan.table), "\n",
                      absl::StrFormat("Arithmetic: at most %.4g PFLOP in all.\n", plan.flops / 1e15),
                      Memory(spec, base), "Dry run: nothing was computed or written.\n");
}

}  // namespace experiments
