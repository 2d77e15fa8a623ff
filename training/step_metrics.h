// The record of one optimizer step, or of one measurement of the held-out examples.
#ifndef TRAINING_STEP_METRICS_H_
#define TRAINING_STEP_METRICS_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace training {

// Metrics are the objective's own, averaged over the step's examples, or over all held-out ones.
struct StepMetrics {
  int64_t step = 0;  // from 1; of a measurement: after which
  double epoch = 0;  // passes over the data completed after the step
  double loss = 0;
  double grad_norm = 0;  // before clipping; of a measurement: nan
  double learning_rate = 0;
  int64_t examples = 0;
  int64_t tokens = 0;
  // The objective's; of a step then "update/changed_share", the share of the trained weights that it changed.
  std::vector<std::pair<std::string, double>> metrics;
  bool held_out = false;  // whether it is a measurement
};

}  // namespace training

#endif  // TRAINING_STEP_METRICS_H_
