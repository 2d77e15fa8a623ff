// Work that rank 0 shares with the other ranks of a run: trainings, texts, log-probabilities.
//
// Rank 0 says what is to be done, with all that it takes but the models, which each rank loads from the store; every
// rank does its part and tells rank 0. What an item gives depends on no other item, so the parts change nothing. With
// one process, nothing is said.
#ifndef EXPERIMENTS_PIPELINE_RANKS_SHARED_WORK_H_
#define EXPERIMENTS_PIPELINE_RANKS_SHARED_WORK_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/progress.h"
#include "experiments/inputs/context.h"
#include "experiments/pipeline/ranks/work.pb.h"
#include "lm/chat/language_model.h"
#include "lm/chat/text_generation.h"
#include "sami/measure_information.h"

namespace experiments {

// Rank 0's. `name`: the arm or model that `model` is. Results and errors as those of lm::GenerateTexts,
// sami::ScoreSamples and sami::ScoreOwn; `progress` counts rank 0's own queries.
absl::StatusOr<std::vector<lm::GeneratedText>> GenerateTexts(const Pipeline& pipeline, const std::string& name,
                                                             const lm::LanguageModel& model,
                                                             const std::vector<lm::TextRequest>& requests,
                                                             const lm::TextOptions& options);
absl::StatusOr<std::vector<sami::SampledScores>> ScoreSamples(const Pipeline& pipeline, const std::string& name,
                                                              const lm::Decoder& model,
                                                              const std::vector<sami::SampledQuery>& queries,
                                                              base::Progress* progress);
absl::StatusOr<std::vector<std::vector<double>>> ScoreOwn(const Pipeline& pipeline, const std::string& name,
                                                          const lm::Decoder& model,
                                                          const std::vector<sami::SampledQuery>& queries);

// Rank 0's word that an arm is trained from now on, by all: the others are in HelpToTrain then.
absl::Status AskForTraining(const Pipeline& pipeline, const std::string& arm, const std::string& scratch);

// What another rank keeps between two works: the model that it was asked for last.
struct HelperModel {
  std::string folder;
  std::unique_ptr<lm::LanguageModel> model;
};

// Another rank's part of it. `pipeline`: planned with all that rank 0 has by now. An error of its own of texts and
// log-probabilities is rank 0's to say.
absl::Status Help(const Pipeline& pipeline, const sami_harness::Work& work, HelperModel* kept);

}  // namespace experiments

#endif  // EXPERIMENTS_PIPELINE_RANKS_SHARED_WORK_H_
