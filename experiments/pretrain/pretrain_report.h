// Pretraining summary: what a reader wants to know of a pretrained model before it is shipped. Printed to stdout.
#ifndef EXPERIMENTS_PRETRAIN_PRETRAIN_REPORT_H_
#define EXPERIMENTS_PRETRAIN_PRETRAIN_REPORT_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "lm/chat/language_model.h"

namespace experiments {

struct ReportOptions {
  std::string name;       // of the model
  int64_t questions = 0;  // of the held-out split
  uint64_t seed = 0;
  int threads = 1;
};

// Held-out questions of the eight categories under two of their principles, each asked for or its antithesis by a fair
// coin, at temperature 0 and, 8 times, 1: the share of answers that show a style that is asked for, whose antithesis
// is, and that is not named, over the category's styles and, at temperature 1, of each style by itself, to be compared
// with the spec's probabilities; and the share of right answers.
absl::Status ReportCategories(const lm::LanguageModel& model, const ReportOptions& options);

// Answers to held-out word problems under no principles, under both of the math category and under their antitheses:
// how many explain their steps and how many are right, greedy and in 32 attempts at temperature 1.
absl::Status ReportWordProblems(const lm::LanguageModel& model, const ReportOptions& options);

}  // namespace experiments

#endif  // EXPERIMENTS_PRETRAIN_PRETRAIN_REPORT_H_
