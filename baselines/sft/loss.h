// The SFT loss (supervised fine-tuning): the negative log-likelihood of responses.
//
// Shapes: B = responses. sum_B: [B], float32 or float64, log-probability of each response, summed over its tokens.
#ifndef BASELINES_SFT_LOSS_H_
#define BASELINES_SFT_LOSS_H_

#include <torch/types.h>

namespace sft {

// Scalar, in nats per token: -sum_b sum_B / sum_b count_B. count_B: [B], scored tokens. nan when there are none.
torch::Tensor TokenMeanLoss(const torch::Tensor& sum_B, const torch::Tensor& count_B);

// Scalar, in nats per response: -mean_b sum_B (the SFT stage of arXiv 2305.18290).
torch::Tensor ExampleSumLoss(const torch::Tensor& sum_B);

}  // namespace sft

#endif  // BASELINES_SFT_LOSS_H_
