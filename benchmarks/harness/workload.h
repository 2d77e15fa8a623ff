// Workloads: a method on random examples of given lengths, and the arithmetic that no implementation can avoid.
#ifndef BENCHMARKS_HARNESS_WORKLOAD_H_
#define BENCHMARKS_HARNESS_WORKLOAD_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "lm/config/config.h"
#include "training/method/examples.h"
#include "training/objective.h"

namespace benchmarks {

enum class Method { kSami, kDpo, kSft };
enum class ModelSize {
  kTiny,    // width 64, 2 layers: for the regression gate
  kSmall,   // width 256, 4 layers
  kMedium,  // width 512, 8 layers
};

struct Workload {
  Method method;
  int64_t n = 1;  // SAMI: constitutions and responses
  int64_t prompt_tokens;
  int64_t response_tokens;  // end-of-sequence token included
  int64_t vocab_size;
  ModelSize size;
  int64_t layers = 0;  // 0: as many as the size has

  // "sami/n:2/prompt:512/response:128/vocab:32768/small"
  std::string name() const;
  lm::ModelConfig Model() const;  // Llama-type: heads of 64 (kTiny: 32), as many key/value heads, SwiGLU of 8/3 width
};

// Random examples, all of the workload's lengths. Only the vector of the workload's method is filled.
struct Examples {
  std::vector<training::ContrastiveExample> sami;
  std::vector<training::PreferenceExample> dpo;
  torch::Tensor references_N2;  // float64, one row a preference: of the chosen and the rejected response
  std::vector<training::TextExample> sft;
};
Examples MakeExamples(const Workload& workload, int64_t count, uint64_t seed);

// The harness's own objective over them.
std::unique_ptr<training::Objective> MakeObjective(const Workload& workload, const Examples& examples);

// Floating-point operations of one query, forward and backward, that are left when every prompt is computed once,
// every response token once a constitution, and logits only where a token is scored. Matrix products only, a multiply
// and an add are two; the backward pass is two products for each of the forward pass:
//   3 * (2 * T * W + 4 * H * d * A * layers + 2 * S * D * V)
// with, for each prompt of P tokens under which r responses of R tokens are scored,
//   T = P + r (R - 1)                             tokens computed: a last token is only ever predicted
//   A = P (P + 1) / 2 + r (R - 1) (P + R / 2)     pairs of a position and one that it sees
//   S = r R                                       tokens scored
// and W the elements of the layers' matrices, H heads of d, D the width, V the vocabulary.
double MinimalFlops(const Workload& workload);
// The same of another model. passes: 3; under an adapter 2, as no gradient of a frozen weight is computed.
double MinimalFlops(const Workload& workload, const lm::ModelConfig& config, double passes);

// Bytes of tensors, about and rather too few, that the naive implementation holds for a query: what log_softmax keeps
// for the backward pass, the gradients of one forward pass's logits, and the layers' activations.
double NaiveBytes(const Workload& workload);

}  // namespace benchmarks

#endif  // BENCHMARKS_HARNESS_WORKLOAD_H_
