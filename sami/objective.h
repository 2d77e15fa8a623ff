// The SAMI objective: SAMI as a training method of the training loop.
#ifndef SAMI_OBJECTIVE_H_
#define SAMI_OBJECTIVE_H_

#include <torch/types.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "lm/model/decoder.h"
#include "sami/config.pb.h"
#include "training/method/examples.h"
#include "training/objective.h"

namespace sami {

struct SamiOptions {
  sami_harness::SamiConfig::Semantics semantics = sami_harness::SamiConfig::DEFAULT;
  int32_t eos = -1;      // the end-of-sequence token; only the published trainers' semantics ask for it
  double kl_weight = 0;  // in nats of loss per nat of KL per token
  // Where the KL pulls to; needed, and kept, only when kl_weight > 0. Its parameters must need no gradient.
  std::shared_ptr<const lm::Decoder> reference;
};

// An example is a query; its loss is SamiLossPerQuery (sami/loss.h) of its n x n matrix, plus kl_weight times the mean
// over the n x n pairs of KL(model || reference) per response token (lm/scoring/response_kl.h); its weight is 1.
// Metrics, means over queries: loss, mi/lower_bound, accuracy/row, accuracy/col, logps/diagonal, logps/off_diagonal;
// over responses: length/response (tokens); with kl_weight > 0 also kl/per_token (nats, over pairs). mi/lower_bound is
// of the contrastive part alone.
//
// What the options' semantics say of clipping and accumulation is the trainer's part: EffectiveTraining
// (sami/semantics.h).
//
// kInvalidArgument as CheckExamples says; when the numbers of prompts and responses differ; when a response has no
// token that the semantics score (an end of sequence alone under SAMI_REF); when kl_weight > 0 without DEFAULT
// semantics or without a reference of the same vocabulary.
absl::StatusOr<std::unique_ptr<training::Objective>> MakeSamiObjective(
    std::vector<training::ContrastiveExample> examples, int64_t max_tokens, const SamiOptions& options = {});

// kInvalidArgument, naming the query by its index, unless all have the same n >= 2 of prompts and the same m >= 2 of
// responses, none of them empty, and no prompt with a response of its query has more than max_tokens.
absl::Status CheckExamples(const std::vector<training::ContrastiveExample>& examples, int64_t max_tokens);

// The matrices of several queries, [B, n, m]: [b][i][j] is the mean log-probability of response j under prompt i, in
// nats per scored token. Differentiable in the model's parameters. CHECK-fails unless all have the same n and m and
// every pair has a scored token.
torch::Tensor ScoreQueries(const lm::Decoder& model, const std::vector<training::ContrastiveExample>& examples,
                           absl::Span<const int64_t> queries, const SamiOptions& options = {});

}  // namespace sami

#endif  // SAMI_OBJECTIVE_H_
