#include "experiments/inputs/inputs.h"

#include <torch/version.h>

#include <cstdio>
#include <set>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "base/hash.h"
#include "base/random.h"
#include "base/status.h"
#include "base/textproto/canonical.h"
#include "base/textproto/text_proto.h"
#include "datasets/sources/find_input.h"
#include "evaluation/judges/rule_judge.h"
#include "experiments/inputs/accuracy_items.h"
#include "experiments/inputs/asking.h"
#include "experiments/inputs/constitutions.h"
#include "experiments/inputs/data_files.h"
#include "experiments/inputs/judges.h"
#include "experiments/inputs/model_folder.h"
#include "experiments/inputs/queries.h"
#include "experiments/spec/checks/spec_checks.h"
#include "experiments/spec/nodes.h"
#include "experiments/spec/results_version.h"
#include "lm/chat/recording.h"
#include "lm/checkpoint/model_files.h"

namespace experiments {
namespace {

using ::sami_harness::EvaluationSpec;
using ::sami_harness::ExperimentSpec;

absl::Status FindModelFolder(const sami_harness::Model& model, Pipeline* pipeline) {
  ASSIGN_OR_RETURN(const std::string folder, FindFolder(model));
  pipeline->model_folders[model.name()] = folder;
  if (!model.has_chat()) return absl::OkStatus();
  ASSIGN_OR_RETURN(auto chat, FindChat(model, folder));
  pipeline->chats[model.name()] = std::move(chat);
  return absl::OkStatus();
}

absl::Status FindModel(const sami_harness::Model& model, Pipeline* pipeline) {
  const std::string input = absl::StrCat("model/", model.name());
  if (model.has_endpoint()) {
    pipeline->input_hashes[input] = base::Sha256Hex(base::PrintTextProto(model.endpoint()));
    return absl::OkStatus();
  }
  if (model.has_replay()) {
    const std::string where = absl::StrCat("models \"", model.name(), "\": replay.file");
    ASSIGN_OR_RETURN(const std::string file, datasets::FindInput(where, model.replay().file()));
    RETURN_IF_ERROR(base::Annotate(lm::Recording::Replay(file, model.replay().model()).status(), where));
    pipeline->model_folders[model.name()] = file;
    ASSIGN_OR_RETURN(const std::string hash, base::Sha256HexOfFile(file));
    // Which of the file's replies are meant is part of it.
    sami_harness::Recording replay = model.replay();
    base::RemovePlaces(&replay);
    pipeline->input_hashes[input] = base::Sha256Hex(absl::StrCat(hash, "\n", base::PrintTextProto(replay)));
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(FindModelFolder(model, pipeline));
  ASSIGN_OR_RETURN(std::string hash, lm::ModelIdentity(pipeline->model_folders.at(model.name())));
  if (model.has_chat()) {
    sami_harness::Chat how = model.chat();
    base::RemovePlaces(&how);
    hash = base::Sha256Hex(
        absl::StrCat(hash, "\n", base::PrintTextProto(how), pipeline->chats.at(model.name())->chat_template.text));
  }
  pipeline->input_hashes[input] = hash;
  return absl::OkStatus();
}

absl::Status FindPrinciples(const sami_harness::Constitutions& set, Pipeline* pipeline) {
  if (set.has_written_by()) {
    // How they come about; what they are when they are there. The model is hashed by itself.
    sami_harness::Constitutions how = set;
    how.clear_name();
    how.mutable_written_by()->clear_model();
    pipeline->input_hashes[absl::StrCat("constitutions/", set.name())] = base::Sha256Hex(absl::StrCat(
        pipeline->input_hashes[absl::StrCat("model/", set.written_by().model())], "\n", base::PrintTextProto(how)));
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(std::vector<datasets::Principle> principles, LoadPrinciples(set));
  pipeline->input_hashes[absl::StrCat("constitutions/", set.name())] = PrinciplesHash(set, principles);
  pipeline->principles[set.name()] = std::move(principles);
  return absl::OkStatus();
}

absl::Status FindQueries(const sami_harness::Queries& set, Pipeline* pipeline) {
  ASSIGN_OR_RETURN(std::vector<Query> queries, LoadQueries(set));
  pipeline->input_hashes[absl::StrCat("queries/", set.name())] = QueriesHash(queries);
  pipeline->queries[set.name()] = std::move(queries);
  return absl::OkStatus();
}

// Messages are for models that are asked in conversation.
absl::Status CheckMessages(const Pipeline& pipeline, const sami_harness::Data& data, const DataRows& rows) {
  if (!rows.HasMessages()) return absl::OkStatus();
  for (const sami_harness::Arm& arm : pipeline.spec.arms()) {
    const std::string root = RootModel(pipeline.spec, arm.name());
    if (!IsTrained(arm) || arm.data() != data.name() || FindNode(pipeline.spec.models(), root)->has_chat()) continue;
    return absl::InvalidArgumentError(absl::StrCat(
        "data \"", data.name(), "\": its rows are messages, and arm \"", arm.name(), "\" comes from model \"", root,
        "\", which is asked in plain text; give the model chat {}, or rows of texts"));
  }
  return absl::OkStatus();
}

absl::Status FindDataFile(const sami_harness::Data& data, Pipeline* pipeline) {
  const std::string& file = data.has_contrastive()   ? data.contrastive().file()
                            : data.has_preferences() ? data.preferences().file()
                            : data.has_labels()      ? data.labels().file()
                                                     : data.demonstrations().file();
  ASSIGN_OR_RETURN(const std::string path, datasets::FindInput(absl::StrCat("data \"", data.name(), "\": file"), file));
  pipeline->data_files[data.name()] = path;
  // Read whole, so that a row that is wrong stops the run before anything is computed.
  datasets::Notes notes;
  ASSIGN_OR_RETURN(const DataRows rows, ReadDataFile(*pipeline, data, notes));
  RETURN_IF_ERROR(CheckHeldOut(pipeline->spec, data.name(),
                               rows.contrastive.size() + rows.preferences.size() + rows.completions.size()));
  RETURN_IF_ERROR(CheckMessages(*pipeline, data, rows));
  for (const std::string& line : notes.Lines())
    std::fprintf(stderr, "data %s: %s\n", data.name().c_str(), line.c_str());
  ASSIGN_OR_RETURN(pipeline->input_hashes[absl::StrCat("data/", data.name())], base::Sha256HexOfFile(path));
  return absl::OkStatus();
}

// That a set that is still to be written is asked for principles of this category.
absl::Status CheckIsAskedFor(const sami_harness::Constitutions& set, const std::string& category) {
  const auto& asked = set.written_by().categories();
  if (asked.empty() || absl::c_linear_search(asked, category)) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("constitutions \"", set.name(), "\": written_by.categories lacks \"",
                                                 category, "\"; add it, or leave them out"));
}

// That each category of a set's queries has principles enough, before anything is computed.
absl::Status CheckCategories(const Pipeline& pipeline, const std::string& where, const std::string& queries,
                             const std::string& constitutions) {
  const sami_harness::Constitutions& set = *FindNode(pipeline.spec.constitutions(), constitutions);
  std::set<std::string> seen;
  for (const Query& query : pipeline.queries.at(queries)) {
    if (!seen.insert(query.category).second) continue;
    base::RandomStream stream(0, "check");
    const bool is_known = pipeline.principles.count(constitutions) > 0;
    const absl::Status status = is_known ? DrawPrinciples(pipeline, constitutions, query.category, stream).status()
                                         : CheckIsAskedFor(set, query.category);
    RETURN_IF_ERROR(base::Annotate(status, absl::StrCat(where, ": queries \"", queries, "\", query ", query.source)));
  }
  return absl::OkStatus();
}

// That a data set's part of its queries is there, and that its arms do not hold out all of it.
absl::Status CheckPart(const Pipeline& pipeline, const sami_harness::Data& data) {
  const int64_t size = static_cast<int64_t>(pipeline.queries.at(data.queries()).size());
  const int64_t take = data.has_take() ? data.take() : size - data.skip();
  if (take > 0 && data.skip() + take <= size) return CheckHeldOut(pipeline.spec, data.name(), take);
  return absl::OutOfRangeError(absl::StrCat(
      "data \"", data.name(), "\": ", data.has_take() ? absl::StrCat("take ", take, " ") : "", "after skip ",
      data.skip(), " asks for more than the ", size, " of queries \"", data.queries(), "\""));
}

// A system's message is for conversations.
absl::Status CheckSystem(const Pipeline& pipeline, const std::string& where, const std::string& prompts,
                         const std::string& arm_or_model) {
  const std::string root = RootModel(pipeline.spec, arm_or_model);
  const sami_harness::Model* model = FindNode(pipeline.spec.models(), root);
  if (PromptsOf(pipeline, prompts).system().empty() || !model->has_folder() || model->has_chat())
    return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(where, ": prompts \"", prompts,
                                                 "\" have a system's message, and model \"", root,
                                                 "\" is asked in plain text; give the model chat {}"));
}

absl::Status CheckRuleJudges(const Pipeline& pipeline, const EvaluationSpec& evaluation) {
  for (const int judge : evaluation.judges()) {
    if (judge == EvaluationSpec::PRINCIPLE) {
      RETURN_IF_ERROR(base::Annotate(::evaluation::KnowsPrinciples(pipeline.principles.at(evaluation.constitutions())),
                                     absl::StrCat("evaluations \"", evaluation.name(), "\"")));
      continue;
    }
    if (FindNode(pipeline.spec.queries(), evaluation.queries())->has_embedded()) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("evaluations \"", evaluation.name(),
                     "\": judges: CONTENT knows the answers of embedded questions alone, and queries \"",
                     evaluation.queries(), "\" are others; leave it out"));
  }
  return absl::OkStatus();
}

}  // namespace

std::vector<absl::Status> FindEachText(Pipeline* pipeline) {
  std::vector<absl::Status> errors;
  const auto note = [&](const absl::Status& status) {
    if (!status.ok()) errors.push_back(status);
  };
  const ExperimentSpec& spec = pipeline->spec;
  for (const auto& set : spec.constitutions()) note(FindPrinciples(set, pipeline));
  for (const auto& set : spec.queries()) note(FindQueries(set, pipeline));
  note(FindJudges(pipeline));
  for (const auto& data : spec.data()) {
    if (!IsGenerated(data)) note(FindDataFile(data, pipeline));
  }
  const std::vector<absl::Status> wrong = CheckEachText(*pipeline);
  errors.insert(errors.end(), wrong.begin(), wrong.end());
  return errors;
}

std::vector<absl::Status> CheckEachText(const Pipeline& pipeline) {
  std::vector<absl::Status> errors;
  const auto note = [&](const absl::Status& status) {
    if (!status.ok()) errors.push_back(status);
  };
  const ExperimentSpec& spec = pipeline.spec;
  // What uses a set that was not found says nothing new.
  const auto has = [&](const std::string& queries) { return pipeline.queries.count(queries) > 0; };
  const auto check = [&](const std::string& where, const auto& node) {
    if (!has(node.queries()) || pipeline.input_hashes.count("constitutions/" + node.constitutions()) == 0) return;
    note(CheckCategories(pipeline, where, node.queries(), node.constitutions()));
  };
  const auto check_arms = [&](const std::string& where, const auto& node) {
    check(where, node);
    for (const std::string& arm : AskedArms(spec, node)) {
      const absl::Status status = CheckSystem(pipeline, where, node.prompts(), arm);
      note(status);
      if (!status.ok()) break;
    }
  };
  for (const auto& data : spec.data()) {
    if (!IsGenerated(data)) continue;
    const std::string where = absl::StrCat("data \"", data.name(), "\"");
    check(where, data);
    note(CheckSystem(pipeline, where, data.prompts(), data.generator()));
    if (has(data.queries())) note(CheckPart(pipeline, data));
  }
  for (const EvaluationSpec& evaluation : spec.evaluations()) {
    check_arms(absl::StrCat("evaluations \"", evaluation.name(), "\""), evaluation);
    const bool is_known = pipeline.principles.count(evaluation.constitutions()) > 0;
    if (has(evaluation.queries()) && is_known) note(CheckRuleJudges(pipeline, evaluation));
  }
  for (const auto& information : spec.information()) {
    check_arms(absl::StrCat("information \"", information.name(), "\""), information);
  }
  for (const auto& accuracy : spec.accuracy()) {
    if (has(accuracy.queries())) note(AccuracyQuestions(pipeline, accuracy).status());
  }
  return errors;
}

std::vector<absl::Status> FindEachInput(Pipeline* pipeline) {
  std::vector<absl::Status> errors;
  for (const auto& model : pipeline->spec.models()) {
    const absl::Status status = FindModel(model, pipeline);
    if (!status.ok()) errors.push_back(status);
  }
  const std::vector<absl::Status> texts = FindEachText(pipeline);
  errors.insert(errors.end(), texts.begin(), texts.end());
  return errors;
}

std::vector<absl::Status> FindEachModelFolder(Pipeline* pipeline) {
  std::vector<absl::Status> errors;
  for (const auto& model : pipeline->spec.models()) {
    if (!model.has_folder()) continue;
    const absl::Status status = FindModelFolder(model, pipeline);
    if (!status.ok()) errors.push_back(status);
  }
  return errors;
}

std::string RunIdOf(const Pipeline& pipeline) {
  ExperimentSpec placeless = pipeline.spec;
  base::RemovePlaces(&placeless);
  return base::RunId(base::PrintTextProto(placeless), pipeline.input_hashes, kResultsVersion);
}

sami_harness::RunRecord RunRecordOf(const Pipeline& pipeline) {
  sami_harness::RunRecord record;
  for (const auto& [name, hash] : pipeline.input_hashes) {
    sami_harness::InputRecord* input = record.add_inputs();
    input->set_name(name);
    input->set_sha256(hash);
  }
  record.set_seed(pipeline.spec.seed());
  record.set_results_version(kResultsVersion);
  sami_harness::LibraryRecord* torch = record.add_libraries();
  torch->set_name("libtorch");
  torch->set_version(TORCH_VERSION);
  return record;
}

}  // namespace experiments
