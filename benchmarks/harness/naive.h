// Naive implementations of the objectives, as they are usually published: what the harness's own must equal, and beat.
//
// Every (constitution, response) pair is a padded row of its own with the constitution's prompt in it; the layers and
// the head run over all positions; logits of the whole vocabulary are kept in float32 and log_softmax is taken over all
// of them. A Llama decoder is written out here in plain torch operations, independent of lm/, so that what is compared
// with does not change when lm/ does.
//
// Shapes: B = rows of a pass, T = tokens of the longest, V = vocabulary.
#ifndef BENCHMARKS_HARNESS_NAIVE_H_
#define BENCHMARKS_HARNESS_NAIVE_H_

#include <torch/types.h>

#include <cstdint>

#include "benchmarks/harness/workload.h"
#include "lm/model/decoder.h"

namespace benchmarks {

// [B, T, V]; position t sees all s <= t. Padding, on the right, needs no mask of its own.
torch::Tensor NaiveLogits(const lm::Decoder& model, const torch::Tensor& ids_BT);

// The loss of example `index`, a scalar: SAMI's of one query (one forward pass a constitution, of all its responses);
// DPO's sigmoid loss of one pair (one pass of both responses); SFT's mean over response tokens.
torch::Tensor NaiveLoss(const lm::Decoder& model, const Workload& workload, const Examples& examples, int64_t index);

}  // namespace benchmarks

#endif  // BENCHMARKS_HARNESS_NAIVE_H_
