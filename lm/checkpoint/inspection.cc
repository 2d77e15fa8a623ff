#include "lm/checkpoint/inspection.h"

#include <memory>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "base/file.h"
#include "base/status.h"
#include "base/text.h"
#include "lm/checkpoint/checkpoint.h"
#include "lm/checkpoint/model_places.h"
#include "lm/checkpoint/weight_files.h"
#include "lm/checkpoint/weight_values.h"
#include "lm/model/decoder.h"
#include "lm/tokenizer/tokenizer.h"

namespace lm {
namespace {

class Inspector {
 public:
  explicit Inspector(std::string folder) : folder_(std::move(folder)) {}

  ModelInspection Run() {
    const absl::StatusOr<ModelPlaces> places = FindModelPlaces(folder_);
    if (!Check(places.status())) return std::move(found_);
    folder_ = places->model;
    InspectConfig();
    InspectWeights();
    InspectTokenizer(places->texts);
    found_.adapter = places->adapter;
    if (!places->adapter.empty() && found_.problems.empty()) Check(LoadModel(places->adapter).status());
    return std::move(found_);
  }

 private:
  std::string Path(absl::string_view name) const { return absl::StrCat(folder_, "/", name); }

  // Whether it is OK; a problem if not.
  bool Check(const absl::Status& status) {
    if (!status.ok()) found_.problems.emplace_back(status.message());
    return status.ok();
  }

  void InspectConfig() {
    const absl::StatusOr<std::string> json = base::ReadFile(Path("config.json"));
    if (!Check(json.status())) return;
    const absl::StatusOr<ModelConfig> config = ParseModelConfig(*json, Path("config.json"));
    if (!Check(config.status())) return;
    found_.config = *config;
    for (const ParameterShape& parameter : ParameterShapes(*config)) {
      int64_t count = 1;
      for (const int64_t size : parameter.shape) count *= size;
      found_.parameters += count;
    }
  }

  void InspectWeights() {
    const absl::StatusOr<WeightFiles> files = OpenWeightFiles(folder_);
    if (!Check(files.status())) {
      if (HasNoWeights(folder_)) found_.no_weights = found_.problems.back();
      return;
    }
    std::set<std::string> types;
    found_.files = files->files.size();
    for (const auto& [name, weight] : files->weights) {
      found_.file_bytes += weight.view->bytes.size();
      types.insert(std::string(DTypeName(weight.view->dtype)));
    }
    found_.types = absl::StrJoin(types, ", ");
    if (!found_.config.has_value()) return;
    const std::vector<ParameterShape> shapes = ParameterShapes(*found_.config);
    bool sound = true;
    for (const absl::Status& problem : CheckWeights(*found_.config, shapes, *files)) sound = Check(problem) && sound;
    for (const ParameterShape& parameter : shapes) {
      const auto weight = files->weights.find(parameter.name);
      if (weight != files->weights.end()) Check(CheckValues(weight->second));
    }
    if (sound && found_.config->tie_word_embeddings) Check(CheckTiedHead(*found_.config, *files));
  }

  void InspectTokenizer(const std::string& folder) {
    const std::string path = TokenizerPath(folder);
    if (!base::FileExists(path)) return;
    found_.tokenizer = path.substr(folder.size() + 1);
    const absl::StatusOr<std::unique_ptr<Tokenizer>> tokenizer = LoadTokenizer(path);
    if (!Check(tokenizer.status())) return;
    found_.tokenizer_vocabulary = (*tokenizer)->vocab_size();
    if (!found_.config.has_value() || found_.tokenizer_vocabulary <= found_.config->vocab_size) return;
    found_.problems.push_back(absl::StrCat(path, ": it knows ", found_.tokenizer_vocabulary,
                                           " ids, and config.json's vocab_size is ", found_.config->vocab_size,
                                           "; they are of different models"));
  }

  std::string folder_;
  ModelInspection found_;
};

std::string WithUnit(int64_t bytes) {
  return absl::StrFormat("%d (%.3g GiB)", bytes, static_cast<double>(bytes) / (int64_t{1} << 30));
}

std::string SizesText(const ModelConfig& config) {
  std::string text = absl::StrCat(config.num_layers, " layers, width ", config.hidden_size, ", ", config.num_heads,
                                  " heads (", config.num_kv_heads, " of keys), vocabulary ", config.vocab_size,
                                  ", context ", config.max_positions);
  if (config.sliding_window > 0) absl::StrAppend(&text, ", window ", config.sliding_window);
  if (config.num_experts > 0) {
    absl::StrAppend(&text, ", ", config.num_experts, " experts of which ", config.experts_per_token, " a token");
  }
  return text;
}

}  // namespace

ModelInspection InspectModel(const std::string& folder) { return Inspector(folder).Run(); }

std::string InspectionText(const ModelInspection& inspection, const std::vector<std::string>& more) {
  std::vector<std::string> lines;
  if (inspection.config.has_value()) {
    lines.push_back(absl::StrCat("family:     ", FamilyName(inspection.config->family)));
    lines.push_back(absl::StrCat("sizes:      ", SizesText(*inspection.config)));
    lines.push_back(absl::StrCat("parameters: ", inspection.parameters));
  }
  if (inspection.files > 0) {
    lines.push_back(absl::StrCat("bytes:      ", WithUnit(inspection.file_bytes), ", ", inspection.types, ", in ",
                                 inspection.files, inspection.files == 1 ? " file" : " files"));
  }
  lines.push_back(inspection.tokenizer.empty() ? "tokenizer:  none"
                                               : absl::StrCat("tokenizer:  ", inspection.tokenizer, ", ",
                                                              inspection.tokenizer_vocabulary, " ids"));
  if (!inspection.adapter.empty())
    lines.push_back(absl::StrCat("adapter:    ", inspection.adapter, ", over this base"));
  lines.insert(lines.end(), more.begin(), more.end());
  if (inspection.problems.empty()) lines.push_back("problems:   none");
  for (const std::string& problem : inspection.problems) lines.push_back(absl::StrCat("problem:    ", problem));
  std::string text;
  for (const std::string& line : lines) {
    // What files say is quoted: nothing that a terminal obeys, and no line of its own.
    absl::StrAppend(&text, absl::StrReplaceAll(base::Printable(line), {{"\n", "\n            "}}), "\n");
  }
  return text;
}

}  // namespace lm
