#include "experiments/pipeline/examples/arm_examples.h"

#include <numeric>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/hash.h"
#include "base/status.h"
#include "experiments/inputs/asking.h"
#include "experiments/inputs/constitutions.h"
#include "experiments/inputs/data_files.h"
#include "experiments/pipeline/examples/examples.h"
#include "experiments/run/layout.h"
#include "experiments/spec/methods.h"
#include "experiments/spec/nodes.h"
#include "lm/checkpoint/model_places.h"
#include "sami/contrastive_data.h"
#include "training/held_out.h"

namespace experiments {
namespace {

using ::sami_harness::Arm;
using ::sami_harness::TrainingConfig;

// Which of so many rows an arm holds out.
absl::StatusOr<std::vector<int64_t>> HeldOutOf(const Pipeline& pipeline, const Arm& arm, int64_t rows) {
  const TrainingConfig config = DescribeMethod(arm).training;
  if (!config.has_held_out()) return std::vector<int64_t>();
  ASSIGN_OR_RETURN(const int64_t count, training::HeldOutCount(config.held_out(), rows));
  return training::HeldOutRows(count, rows, pipeline.spec.seed());
}

ExampleOptions OptionsOf(const Pipeline& pipeline, const Arm& arm, const sami_harness::Data& data) {
  ExampleOptions options;
  options.seen = SeenPairsOf(pipeline.spec, arm);
  if (IsGenerated(data)) {
    options.asking = AskingOf(pipeline, data.prompts());
    // A model that is asked in conversation continues another text than one that is not.
    const auto tokenizer = [&](const std::string& name) {
      const std::string root = RootModel(pipeline.spec, name);
      if (!FindNode(pipeline.spec.models(), root)->has_folder()) return absl::StrCat("none of ", name);
      const auto places = lm::FindModelPlaces(pipeline.model_folders.at(root));
      const std::string path = lm::TokenizerPath(places.ok() ? places->texts : "");
      return absl::StrCat(base::Sha256HexOfFile(path).value_or(name), pipeline.chats.count(root));
    };
    options.keeps_sampled_ids = tokenizer(data.generator()) == tokenizer(arm.name());
  }
  for (const sami_harness::DataFile* file :
       {&data.contrastive(), &data.preferences(), &data.demonstrations(), &data.labels()}) {
    if (!file->allow_special_in_text()) continue;
    options.file_texts = options.asking.special = lm::SpecialText::kAsTokens;
  }
  return options;
}

}  // namespace

std::string ExampleSettings(const Pipeline& pipeline, const Arm& arm) {
  const ExampleOptions options = OptionsOf(pipeline, arm, *FindNode(pipeline.spec.data(), arm.data()));
  std::string settings;
  if (!options.asking.system.empty())
    absl::StrAppend(&settings, "system: ", absl::CEscape(options.asking.system), "\n");
  if (options.asking.special == lm::SpecialText::kAsTokens) absl::StrAppend(&settings, "special tokens in texts\n");
  return settings;
}

absl::StatusOr<SplitExamples> ReadExamples(const Pipeline& pipeline, const Arm& arm, const lm::LanguageModel& model) {
  const sami_harness::Data& data = *FindNode(pipeline.spec.data(), arm.data());
  const training::ExampleKind kind = DescribeMethod(arm).examples;
  ExampleOptions options = OptionsOf(pipeline, arm, data);
  SplitExamples examples;
  if (IsContrastive(data)) {
    ASSIGN_OR_RETURN(auto queries, sami::ReadContrastiveData(pipeline.run->PathOf(ContrastiveFile(arm.data()))));
    ASSIGN_OR_RETURN(const std::vector<int64_t> held_out_queries, HeldOutOf(pipeline, arm, queries.size()));
    options.queries.resize(queries.size());
    std::iota(options.queries.begin(), options.queries.end(), 0);
    training::TakeOut(held_out_queries, &options.queries);
    const auto held_out = training::TakeOut(held_out_queries, &queries);
    examples.rows = queries.size();
    ASSIGN_OR_RETURN(examples.trained, ExamplesOf(kind, queries, model, options));
    options.queries = held_out_queries;
    ASSIGN_OR_RETURN(examples.held_out, ExamplesOf(kind, held_out, model, options));
    return examples;
  }
  datasets::Notes notes;  // were said when the file was found
  ASSIGN_OR_RETURN(DataRows rows, ReadDataFile(pipeline, data, notes));
  ASSIGN_OR_RETURN(const auto indices, HeldOutOf(pipeline, arm, rows.preferences.size() + rows.completions.size()));
  // One of the lists is empty.
  DataRows held_out;
  if (!rows.preferences.empty()) held_out.preferences = training::TakeOut(indices, &rows.preferences);
  if (!rows.completions.empty()) held_out.completions = training::TakeOut(indices, &rows.completions);
  examples.rows = rows.preferences.size() + rows.completions.size();
  int64_t left_out = 0;
  for (const auto& [part, result] : {std::pair(&rows, &examples.trained), std::pair(&held_out, &examples.held_out)}) {
    auto made = ExamplesOf(kind, *part, model, options, &left_out);
    if (!made.ok()) return base::Annotate(made.status(), absl::StrCat("data \"", data.name(), "\""));
    *result = *std::move(made);
  }
  if (left_out > 0) {
    examples.notes.push_back(absl::StrCat("data ", data.name(), ": rows left out of ", arm.name(),
                                          ", longer than the model's context of ", model.decoder.config().max_positions,
                                          " tokens or empty: ", left_out));
  }
  return examples;
}

}  // namespace experiments
