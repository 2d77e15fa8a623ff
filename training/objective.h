// Interface to a training objective: examples, each with a weight, and their loss.
//
// Most losses of an example depend on nothing but it. Those that depend on the rest of the optimizer step's batch (a
// mean over all its tokens, KTO's reference point, a sort of all its margins) are computed in two phases, so that a
// batch may still be cut into microbatches: first Statistics, without gradients, of every microbatch; then, with the
// whole batch's statistics, each microbatch's share of the loss.
#ifndef TRAINING_OBJECTIVE_H_
#define TRAINING_OBJECTIVE_H_

#include <torch/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "lm/model/decoder.h"
#include "lm/runtime/device_number.h"

namespace training {

// A mean over many observations, kept as sum and weight so that microbatches add up. That of a step without any (weight
// 0) is nan.
struct Metric {
  std::string name;  // "loss", "accuracy/row", ...
  lm::DeviceNumber sum;
  lm::DeviceNumber weight;
};

struct Evaluation {
  // Scalar: sum over the examples of weight * loss. Differentiable.
  torch::Tensor weighted_loss;
  std::vector<Metric> metrics;  // the same names in the same order for every call
};

// A part of a step's batch: its examples from `begin`, `size` of them. The same example may be in a batch twice.
struct Share {
  absl::Span<const int64_t> batch;
  int64_t begin = 0, size = 0;
  // [batch, S], float64 on the CPU: row i is what Statistics gave for batch[i]. Undefined without a first phase.
  torch::Tensor statistics_BS;

  absl::Span<const int64_t> examples() const { return batch.subspan(begin, size); }
};

// A step's loss is sum_i w_i l_i / sum_i w_i over its examples, so that cutting a batch into microbatches changes
// nothing but rounding.
class Objective {
 public:
  virtual ~Objective() = default;
  // What an example is called in progress lines: "queries", "pairs", "texts".
  virtual std::string unit() const = 0;
  virtual int64_t num_examples() const = 0;
  // 1 for a mean over examples; the number of response tokens for a mean over tokens.
  virtual double Weight(int64_t example) const = 0;
  // Tokens that are computed of the example, each once, for throughput.
  virtual int64_t NumTokens(int64_t example) const = 0;
  // Whether there is a first phase.
  virtual bool has_statistics() const { return false; }
  // The first phase: what the loss of other examples needs to know of these, the same number S >= 1 of numbers of each,
  // [examples, S], float64 on the CPU. Called without gradients, and only where has_statistics. Thread-safe.
  virtual torch::Tensor Statistics(const lm::Decoder& model, absl::Span<const int64_t> examples) const;
  // The share's examples' part of their batch's loss and metrics. Thread-safe.
  virtual Evaluation EvaluateShare(const lm::Decoder& model, const Share& share) const = 0;

  // A batch as a whole: both phases.
  Evaluation Evaluate(const lm::Decoder& model, absl::Span<const int64_t> batch) const;
};

}  // namespace training

#endif  // TRAINING_OBJECTIVE_H_
