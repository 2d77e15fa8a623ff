// The record of one optimizer step.
#ifndef TRAINING_STEP_METRICS_H_
#define TRAINING_STEP_METRICS_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace training {

// Metrics are the objective's own, averaged over the step's examples.
struct StepMetrics {
  int64_t step = 0;  // from 1
  double epoch = 0;  // passes over the data completed after the step
  double loss = 0;
  double grad_norm = 0;  // before clipping
  double learning_rate = 0;
  int64_t examples = 0;
  int64_t tokens = 0;
  // The objective's, then "update/changed_share": the share of the trained weights that the step changed.
  std::vector<std::pair<std::string, double>> metrics;
};

}  // namespace training

#endif  // TRAINING_STEP_METRICS_H_
