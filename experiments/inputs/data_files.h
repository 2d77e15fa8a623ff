// Training examples from users' files.
#ifndef EXPERIMENTS_INPUTS_DATA_FILES_H_
#define EXPERIMENTS_INPUTS_DATA_FILES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "datasets/preference/preference.h"
#include "datasets/records/notes.h"
#include "experiments/inputs/context.h"
#include "sami/contrastive_data.h"

namespace experiments {

// What follows a prompt. All of a file are texts, each as it stands, or all messages.
struct Completion {
  datasets::Passage prompt, completion;
  bool desirable = true;
};
using Preference = datasets::PreferencePair;

// Of a data set's file; of these lists the one that its kind has.
struct DataRows {
  std::vector<sami::ContrastiveQuery> contrastive;
  std::vector<Preference> preferences;
  std::vector<Completion> completions;  // demonstrations, labels

  bool HasMessages() const;
};

// Reads the file of a data set that has one (Pipeline::data_files). What the reader passes over is added to `notes`.
// kInvalidArgument, with file:line, for what is malformed, and for contrastive queries of another number of
// constitutions than the data set says.
absl::StatusOr<DataRows> ReadDataFile(const Pipeline& pipeline, const sami_harness::Data& data, datasets::Notes& notes);

// A passage as one text: a text as it is, of messages or HH-RLHF's dialogues what was said.
std::string WhatWasSaid(const datasets::Passage& passage);

// The texts that a data set trains on, without responses: of its queries, or of its file's prompts.
absl::StatusOr<std::vector<std::string>> TrainingTexts(const Pipeline& pipeline, const sami_harness::Data& data);

}  // namespace experiments

#endif  // EXPERIMENTS_INPUTS_DATA_FILES_H_
