#include "sami/objective.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/status.h"
#include "lm/scoring/response_kl.h"
#include "lm/scoring/scoring.h"
#include "sami/loss.h"
#include "sami/method.h"
#include "sami/semantics.h"
#include "training/method/token_checks.h"

namespace sami {
namespace {

using ::sami_harness::SamiConfig;
using training::ContrastiveExample;

// Every prompt of the queries with every response of its own query, in row-major order.
lm::ScoringBatch AllPairs(const std::vector<ContrastiveExample>& examples, absl::Span<const int64_t> queries) {
  lm::ScoringBatch batch;
  for (const int64_t query : queries) {
    const ContrastiveExample& example = examples[query];
    const int first_prompt = batch.prompts.size(), first_response = batch.responses.size();
    batch.prompts.insert(batch.prompts.end(), example.prompts.begin(), example.prompts.end());
    batch.responses.insert(batch.responses.end(), example.responses.begin(), example.responses.end());
    for (size_t i = 0; i < example.prompts.size(); ++i) {
      for (size_t j = 0; j < example.responses.size(); ++j) {
        batch.pairs.push_back({first_prompt + static_cast<int>(i), first_response + static_cast<int>(j)});
      }
    }
  }
  return batch;
}

int64_t LongestJoint(const ContrastiveExample& example) {
  size_t prompt = 0, response = 0;
  for (const lm::TokenIds& ids : example.prompts) prompt = std::max(prompt, ids.size());
  for (const lm::TokenIds& ids : example.responses) response = std::max(response, ids.size());
  return prompt + response;
}

// The response as it is scored under `prompt`: with a padding token behind it where the semantics score one.
lm::TokenIds WithPad(const ContrastiveExample& example, const lm::TokenIds& prompt, lm::TokenIds response,
                     const SamiOptions& options) {
  const bool padded = static_cast<int64_t>(prompt.size() + response.size()) < LongestJoint(example);
  if (FollowedByPad(options.semantics, prompt, response, options.eos, padded)) response.push_back(options.eos);
  return response;
}

// Sums over scored tokens alone. A span of a response is scored as a response of its own, under the prompt with the
// response's tokens before it.
struct SpanBatch {
  lm::ScoringBatch batch;
  std::vector<int64_t> pair_of_span;
  std::vector<int64_t> scored;  // tokens of each pair
};

void AppendSpans(const ContrastiveExample& example, const SamiOptions& options, SpanBatch& spans) {
  for (const lm::TokenIds& prompt : example.prompts) {
    for (const lm::TokenIds& plain : example.responses) {
      const lm::TokenIds response = WithPad(example, prompt, plain, options);
      int64_t scored = 0;
      for (const Span& span : ScoredSpans(options.semantics, prompt, response, options.eos)) {
        lm::TokenIds context = prompt;
        context.insert(context.end(), response.begin(), response.begin() + span.begin);
        const int index = spans.batch.prompts.size();
        spans.batch.prompts.push_back(std::move(context));
        spans.batch.responses.emplace_back(response.begin() + span.begin, response.begin() + span.end);
        spans.batch.pairs.push_back({index, index});
        spans.pair_of_span.push_back(spans.scored.size());
        scored += span.end - span.begin;
      }
      SAMI_CHECK(scored > 0) << "a response without a scored token";
      spans.scored.push_back(scored);
    }
  }
}

absl::Status CheckOptions(const std::vector<ContrastiveExample>& examples, const SamiOptions& options) {
  if (options.kl_weight > 0 && options.semantics != SamiConfig::DEFAULT) {
    return absl::InvalidArgumentError(
        absl::StrCat("kl_weight: must be 0 with semantics ", SamiConfig::Semantics_Name(options.semantics)));
  }
  if (options.kl_weight > 0 && options.reference == nullptr) {
    return absl::InvalidArgumentError("kl_weight: needs a reference model");
  }
  if (options.semantics == SamiConfig::DEFAULT) return absl::OkStatus();
  for (size_t q = 0; q < examples.size(); ++q) {
    const ContrastiveExample& example = examples[q];
    for (size_t i = 0; i < example.prompts.size(); ++i) {
      for (size_t j = 0; j < example.responses.size(); ++j) {
        const lm::TokenIds response = WithPad(example, example.prompts[i], example.responses[j], options);
        if (!ScoredSpans(options.semantics, example.prompts[i], response, options.eos).empty()) continue;
        return absl::InvalidArgumentError(absl::StrCat("query ", q, ", constitution ", i, ", response ", j,
                                                       ": has no token that ",
                                                       SamiConfig::Semantics_Name(options.semantics), " scores"));
      }
    }
  }
  return absl::OkStatus();
}

class SamiObjective : public training::Objective {
 public:
  SamiObjective(std::vector<ContrastiveExample> examples, SamiOptions options)
      : examples_(std::move(examples)), options_(std::move(options)) {}

  std::string unit() const override { return "queries"; }
  int64_t num_examples() const override { return examples_.size(); }
  double Weight(int64_t) const override { return 1; }
  // Each prompt once; each response under each prompt.
  int64_t NumTokens(int64_t example) const override {
    const ContrastiveExample& e = examples_[example];
    int64_t tokens = 0;
    for (const lm::TokenIds& prompt : e.prompts) tokens += prompt.size();
    return tokens + ResponseTokens(e) * static_cast<int64_t>(e.prompts.size());
  }

  training::Evaluation EvaluateShare(const lm::Decoder& model, const training::Share& share) const override {
    const absl::Span<const int64_t> queries = share.examples();
    const torch::Tensor logp_BCR = ScoreQueries(model, examples_, queries, options_);
    torch::Tensor weighted_loss = SamiLossPerQuery(logp_BCR).sum();
    const SamiMetrics metrics = ComputeSamiMetrics(logp_BCR);
    const double count = queries.size();
    const auto mean = [&](const char* name, const torch::Tensor& values_B) {
      return training::Metric{name, values_B.sum(), count};
    };
    double tokens = 0;
    for (const int64_t query : queries) tokens += ResponseTokens(examples_[query]);
    std::vector<training::Metric> reported = {mean("loss", weighted_loss),
                                              mean("mi/lower_bound", metrics.lower_bound_B),
                                              mean("accuracy/row", metrics.accuracy_row_B),
                                              mean("accuracy/col", metrics.accuracy_col_B),
                                              mean("logps/diagonal", metrics.diagonal_B),
                                              mean("logps/off_diagonal", metrics.off_diagonal_B),
                                              {"length/response", tokens, count * logp_BCR.size(2)}};
    if (options_.kl_weight > 0) {
      const torch::Tensor kl_P = lm::ResponseKl(model, *options_.reference, AllPairs(examples_, queries));
      const torch::Tensor kl_B = kl_P.view({static_cast<int64_t>(queries.size()), -1}).mean(1);
      weighted_loss = weighted_loss + options_.kl_weight * kl_B.sum();
      reported[0] = mean("loss", weighted_loss);
      reported.push_back(mean("kl/per_token", kl_B));
    }
    return {weighted_loss, std::move(reported)};
  }

 private:
  static int64_t ResponseTokens(const ContrastiveExample& example) {
    int64_t tokens = 0;
    for (const lm::TokenIds& response : example.responses) tokens += response.size();
    return tokens;
  }

  const std::vector<ContrastiveExample> examples_;
  const SamiOptions options_;
};

}  // namespace

absl::Status CheckExamples(const std::vector<ContrastiveExample>& examples, int64_t max_tokens) {
  for (size_t q = 0; q < examples.size(); ++q) {
    const ContrastiveExample& example = examples[q];
    const std::string where = absl::StrCat("query ", q);
    const size_t n = examples[0].prompts.size(), m = examples[0].responses.size();
    if (n < 2 || m < 2 || example.prompts.size() != n || example.responses.size() != m) {
      return absl::InvalidArgumentError(
          absl::StrCat(where, ": ", example.prompts.size(), " constitutions and ", example.responses.size(),
                       " responses; every query needs the same number of each, at least 2"));
    }
    for (size_t i = 0; i < n; ++i) {
      for (size_t j = 0; j < m; ++j) {
        RETURN_IF_ERROR(training::CheckPromptAndResponse(example.prompts[i], example.responses[j], max_tokens,
                                                         absl::StrCat(where, ", constitution ", i, ", response ", j)));
      }
    }
  }
  return absl::OkStatus();
}

torch::Tensor ScoreQueries(const lm::Decoder& model, const std::vector<ContrastiveExample>& examples,
                           absl::Span<const int64_t> queries, const SamiOptions& options) {
  SAMI_CHECK(!queries.empty());
  const int64_t n = examples[queries[0]].prompts.size(), m = examples[queries[0]].responses.size();
  for (const int64_t query : queries) {
    SAMI_CHECK(examples[query].prompts.size() == n && examples[query].responses.size() == m);
  }
  torch::Tensor sum_P;
  std::vector<int64_t> scored;
  if (options.semantics == SamiConfig::DEFAULT) {
    const lm::PairScores scores = lm::ScorePairs(model, AllPairs(examples, queries));
    sum_P = scores.sum_P;
    scored = scores.lengths;
  } else {
    SpanBatch spans;
    for (const int64_t query : queries) AppendSpans(examples[query], options, spans);
    const torch::Tensor sum_S = lm::ScorePairs(model, spans.batch).sum_P;
    const torch::Tensor pair_of_span = torch::tensor(spans.pair_of_span, torch::kInt64).to(sum_S.device());
    sum_P = torch::zeros({static_cast<int64_t>(spans.scored.size())}, sum_S.options().requires_grad(false))
                .index_add(0, pair_of_span, sum_S);
    scored = spans.scored;
  }
  const torch::Tensor lengths_P = torch::tensor(scored, torch::kInt64).to(sum_P.options());
  return (sum_P / lengths_P).view({-1, n, m});
}

absl::StatusOr<std::unique_ptr<training::Objective>> MakeSamiObjective(std::vector<ContrastiveExample> examples,
                                                                       int64_t max_tokens, const SamiOptions& options) {
  RETURN_IF_ERROR(CheckExamples(examples, max_tokens));
  if (!examples.empty() && examples[0].prompts.size() != examples[0].responses.size()) {
    return absl::InvalidArgumentError(absl::StrCat("query 0: ", examples[0].prompts.size(), " constitutions and ",
                                                   examples[0].responses.size(),
                                                   " responses; the loss needs the same number of both"));
  }
  RETURN_IF_ERROR(CheckOptions(examples, options));
  return std::make_unique<SamiObjective>(std::move(examples), options);
}

absl::StatusOr<std::unique_ptr<training::Objective>> MakeObjective(const SamiConfig& config,
                                                                   training::Examples examples,
                                                                   const training::ObjectiveInputs& inputs) {
  SamiOptions options;
  options.semantics = config.semantics();
  options.eos = inputs.eos;
  options.kl_weight = config.kl_weight();
  if (options.kl_weight > 0) options.reference = std::make_shared<const lm::Decoder>(inputs.parent);
  return MakeSamiObjective(std::move(std::get<std::vector<ContrastiveExample>>(examples)),
                           inputs.parent.config().max_positions, options);
}

}  // namespace sami
