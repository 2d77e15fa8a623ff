#include "experiments/inputs/data_files.h"

#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "base/status.h"
#include "datasets/hh_rlhf/dialogue.h"
#include "datasets/preference/demonstrations.h"
#include "datasets/preference/preference.h"

namespace experiments {
namespace {

using ::sami_harness::Data;

absl::StatusOr<DataRows> ReadContrastive(const Data& data, const std::string& path) {
  DataRows rows;
  ASSIGN_OR_RETURN(rows.contrastive, sami::ReadContrastiveData(path));
  for (const sami::ContrastiveQuery& query : rows.contrastive) {
    if (static_cast<int64_t>(query.pairs.size()) == data.constitutions_per_query()) continue;
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": query ", query.query_id, " has ", query.pairs.size(), " constitutions, and data \"",
                     data.name(), "\" says constitutions_per_query: ", data.constitutions_per_query()));
  }
  return rows;
}

std::string Joined(const std::vector<datasets::Message>& messages) {
  std::string text;
  for (const datasets::Message& message : messages) absl::StrAppend(&text, text.empty() ? "" : "\n\n", message.content);
  return text;
}

}  // namespace

absl::StatusOr<DataRows> ReadDataFile(const Pipeline& pipeline, const Data& data, datasets::Notes& notes) {
  const std::string& path = pipeline.data_files.at(data.name());
  DataRows rows;
  switch (data.file_case()) {
    case Data::kContrastive:
      return ReadContrastive(data, path);
    case Data::kPreferences: {
      ASSIGN_OR_RETURN(rows.preferences, datasets::ReadPreferencePairs(path, notes));
      return rows;
    }
    case Data::kDemonstrations: {
      ASSIGN_OR_RETURN(const auto read, datasets::ReadDemonstrations(path, notes));
      for (const datasets::Demonstration& row : read) {
        rows.completions.push_back({row.prompt, row.completion, true});
      }
      return rows;
    }
    case Data::kLabels: {
      ASSIGN_OR_RETURN(const auto read, datasets::ReadLabelledCompletions(path, notes));
      for (const datasets::LabelledCompletion& row : read) {
        rows.completions.push_back({row.prompt, row.completion, row.desirable});
      }
      return rows;
    }
    case Data::FILE_NOT_SET:
      break;
  }
  return absl::InternalError(absl::StrCat("data \"", data.name(), "\" has no file"));
}

bool DataRows::HasMessages() const {
  return (!preferences.empty() && datasets::IsChat(preferences[0].prompt)) ||
         (!completions.empty() && datasets::IsChat(completions[0].prompt));
}

std::string WhatWasSaid(const datasets::Passage& passage) {
  if (datasets::IsChat(passage)) return Joined(std::get<std::vector<datasets::Message>>(passage));
  const std::string& text = std::get<std::string>(passage);
  const auto messages = datasets::DialogueMessages(text);
  return messages.ok() ? Joined(*messages) : text;
}

absl::StatusOr<std::vector<std::string>> TrainingTexts(const Pipeline& pipeline, const Data& data) {
  std::vector<std::string> texts;
  if (data.file_case() == Data::FILE_NOT_SET) {
    const absl::Span<const Query> all = pipeline.queries.at(data.queries());
    for (const Query& query : all.subspan(data.skip(), data.has_take() ? data.take() : all.size())) {
      texts.push_back(query.text);
    }
    return texts;
  }
  datasets::Notes unused;
  ASSIGN_OR_RETURN(const DataRows rows, ReadDataFile(pipeline, data, unused));
  for (const sami::ContrastiveQuery& query : rows.contrastive) texts.push_back(query.question);
  for (const Preference& row : rows.preferences) texts.push_back(WhatWasSaid(row.prompt));
  for (const Completion& row : rows.completions) texts.push_back(WhatWasSaid(row.prompt));
  return texts;
}

}  // namespace experiments
