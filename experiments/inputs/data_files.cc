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

using ::datasets::Passage;
using ::sami_harness::Data;

// Messages are for a chat template.
absl::Status CheckTexts(const Data& data, const Passage& prompt) {
  if (!datasets::IsChat(prompt)) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("data \"", data.name(),
                                                 "\": its rows are messages, which a chat template "
                                                 "would make texts of; give prompts and completions as texts"));
}

std::string TextOf(const Passage& passage) { return std::get<std::string>(passage); }

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

// Of a dialogue what was said; another text as it is.
std::string WithoutRoles(const std::string& prompt) {
  const auto messages = datasets::DialogueMessages(prompt);
  if (!messages.ok()) return prompt;
  std::string text;
  for (const datasets::Message& message : *messages)
    absl::StrAppend(&text, text.empty() ? "" : "\n\n", message.content);
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
      ASSIGN_OR_RETURN(const auto pairs, datasets::ReadPreferencePairs(path, notes));
      for (const datasets::PreferencePair& pair : pairs) {
        RETURN_IF_ERROR(CheckTexts(data, pair.prompt));
        rows.preferences.push_back({TextOf(pair.prompt), TextOf(pair.chosen), TextOf(pair.rejected)});
      }
      return rows;
    }
    case Data::kDemonstrations: {
      ASSIGN_OR_RETURN(const auto read, datasets::ReadDemonstrations(path, notes));
      for (const datasets::Demonstration& row : read) {
        RETURN_IF_ERROR(CheckTexts(data, row.prompt));
        rows.completions.push_back({TextOf(row.prompt), TextOf(row.completion), true});
      }
      return rows;
    }
    case Data::kLabels: {
      ASSIGN_OR_RETURN(const auto read, datasets::ReadLabelledCompletions(path, notes));
      for (const datasets::LabelledCompletion& row : read) {
        RETURN_IF_ERROR(CheckTexts(data, row.prompt));
        rows.completions.push_back({TextOf(row.prompt), TextOf(row.completion), row.desirable});
      }
      return rows;
    }
    case Data::FILE_NOT_SET:
      break;
  }
  return absl::InternalError(absl::StrCat("data \"", data.name(), "\" has no file"));
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
  for (const Preference& row : rows.preferences) texts.push_back(WithoutRoles(row.prompt));
  for (const Completion& row : rows.completions) texts.push_back(WithoutRoles(row.prompt));
  return texts;
}

}  // namespace experiments
