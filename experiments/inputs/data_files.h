// Training examples from users' files, as texts.
#ifndef EXPERIMENTS_INPUTS_DATA_FILES_H_
#define EXPERIMENTS_INPUTS_DATA_FILES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "datasets/records/notes.h"
#include "experiments/inputs/context.h"
#include "sami/contrastive_data.h"

namespace experiments {

// A text and what follows it, each as it stands.
struct Completion {
  std::string prompt, completion;
  bool desirable = true;
};
struct Preference {
  std::string prompt, chosen, rejected;
};

// Of a data set's file; of these lists the one that its kind has.
struct DataRows {
  std::vector<sami::ContrastiveQuery> contrastive;
  std::vector<Preference> preferences;
  std::vector<Completion> completions;  // demonstrations, labels
};

// Reads the file of a data set that has one (Pipeline::data_files). What the reader passes over is added to `notes`.
// kInvalidArgument, with file:line, for what is malformed, for messages, and for contrastive queries of another number
// of constitutions than the data set says.
absl::StatusOr<DataRows> ReadDataFile(const Pipeline& pipeline, const sami_harness::Data& data, datasets::Notes& notes);

// The texts that a data set trains on, without responses: of its queries, or of its file's prompts.
absl::StatusOr<std::vector<std::string>> TrainingTexts(const Pipeline& pipeline, const sami_harness::Data& data);

}  // namespace experiments

#endif  // EXPERIMENTS_INPUTS_DATA_FILES_H_
