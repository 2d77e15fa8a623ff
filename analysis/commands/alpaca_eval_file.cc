#include "analysis/commands/alpaca_eval_file.h"

#include <cmath>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "analysis/commands/row_format.h"
#include "base/status.h"
#include "base/text.h"

namespace analysis {
namespace {

absl::StatusOr<std::string> TextOrNone(const Row& row, const char* key) {
  return row.Has(key) ? row.Text(key) : std::string();
}

absl::StatusOr<bool> Truth(const Row& row, const char* key) {
  if (const auto found = row.members().find(key); found != row.members().end() && found->is_string()) {
    const std::string lower = absl::AsciiStrToLower(found->get<std::string>());
    if (lower == "true" || lower == "false") return lower == "true";
  }
  ASSIGN_OR_RETURN(const double number, row.Number(key));
  return number != 0;
}

}  // namespace

absl::StatusOr<double> AlpacaPreference(const Row& row) {
  if (!row.Names("preference")) {
    return row.Error("\"preference\" is missing; write one that the annotator did not give as null");
  }
  if (!row.Has("preference")) return kUndefined;
  return row.Number("preference");
}

absl::StatusOr<double> AlpacaOutputLength(const Row& row, const std::string& which) {
  const auto output = row.members().find("output_" + which);
  if (output == row.members().end() && row.Has("length_" + which)) return row.Number("length_" + which);
  if (output == row.members().end() || output->is_null()) return kUndefined;
  if (!output->is_string()) return row.Error(absl::StrCat("\"output_", which, "\" must be text"));
  return static_cast<double>(base::CountCharacters(output->get_ref<const std::string&>()));
}

absl::Status AlpacaEvalReader::Add(const Row& row) {
  ASSIGN_OR_RETURN(const std::string model, row.Text("generator_2"));
  ASSIGN_OR_RETURN(const std::string baseline, row.Text("generator_1"));
  ASSIGN_OR_RETURN(const std::string name, TextOrNone(row, "annotator"));
  const std::string annotator = AnnotatorName(name);
  const auto [found, is_new] = index_.emplace(absl::StrCat(model, "\n", baseline, "\n", annotator), groups_.size());
  if (is_new) groups_.push_back({model, baseline, annotator, {}, {}});
  AlpacaEvalRows& group = groups_[found->second];
  AlpacaRow annotation;
  ASSIGN_OR_RETURN(annotation.preference, AlpacaPreference(row));
  ASSIGN_OR_RETURN(annotation.length_1, AlpacaOutputLength(row, "1"));
  ASSIGN_OR_RETURN(annotation.length_2, AlpacaOutputLength(row, "2"));
  annotation.instruction = group.rows.size();
  if (row.Has("index")) {
    ASSIGN_OR_RETURN(const double index, row.Number("index"));
    if (index != std::floor(index) || std::abs(index) > 1e15) return row.Error("\"index\" must be a whole number");
    annotation.instruction = static_cast<int64_t>(index);
  }
  ASSIGN_OR_RETURN(group.datasets.emplace_back(), TextOrNone(row, "dataset"));
  group.rows.push_back(annotation);
  return absl::OkStatus();
}

absl::StatusOr<AlpacaDifficulties> ReadAlpacaDifficulties(const std::string& path) {
  AlpacaDifficulties difficulties;
  std::set<std::string> seen;
  bool is_first_part = true;
  RETURN_IF_ERROR(ForEachRow(path, [&](const Row& row) -> absl::Status {
    AlpacaDifficulties::GamedRow gamed;
    if (row.Has("preference")) {
      ASSIGN_OR_RETURN(gamed.share, row.Number("preference"));
      if (gamed.share < 0 || gamed.share > 1) return row.Error("\"preference\" must be in [0, 1]");
    }
    ASSIGN_OR_RETURN(gamed.length, row.Number("std_delta_len"));
    ASSIGN_OR_RETURN(gamed.difficulty, row.Number("instruction_difficulty"));
    ASSIGN_OR_RETURN(gamed.not_gamed, Truth(row, "not_gamed_baseline"));
    ASSIGN_OR_RETURN(const std::string index, row.Id("index"));
    if (seen.insert(index).second) {
      if (!is_first_part) return row.Error("a new \"index\" behind repeated ones: not as AlpacaEval's df_gamed.csv is");
      difficulties.of_instruction.push_back(gamed.difficulty);
    } else {
      is_first_part = false;
    }
    difficulties.gamed.push_back(gamed);
    return absl::OkStatus();
  }));
  return difficulties;
}

}  // namespace analysis
