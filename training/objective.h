// Interface to a training objective: examples, each with a weight, and their loss.
#ifndef TRAINING_OBJECTIVE_H_
#define TRAINING_OBJECTIVE_H_

#include <torch/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "lm/model/decoder.h"

namespace training {

// A mean over many observations, kept as sum and weight so that microbatches add up.
struct Metric {
  std::string name;  // "loss", "accuracy/row", ...
  double sum = 0;
  double weight = 0;
};

struct Evaluation {
  // Scalar: sum over the examples of weight * loss. Differentiable.
  torch::Tensor weighted_loss;
  std::vector<Metric> metrics;  // the same names in the same order for every call
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
  // Tokens that a forward pass over the example computes, for throughput.
  virtual int64_t NumTokens(int64_t example) const = 0;
  // Thread-safe.
  virtual Evaluation Evaluate(const lm::Decoder& model, absl::Span<const int64_t> examples) const = 0;
};

}  // namespace training

#endif  // TRAINING_OBJECTIVE_H_
