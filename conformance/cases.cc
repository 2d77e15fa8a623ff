#include "conformance/cases.h"

#include "absl/strings/str_format.h"
#include "base/random.h"
#include "baselines/dpo/loss.h"
#include "baselines/sft/loss.h"
#include "sami/loss.h"
#include "sami/reference_kl.h"
#include "training/labels/label_log_probs.h"

namespace sami {
namespace {

class Maker {
 public:
  std::vector<ConformanceCase> Make();

 private:
  base::RandomStream Stream() const { return base::RandomStream(1, "sami/conformance", cases_.size()); }
  void Add(const char* kind, base::OrderedJson options, NamedTensors inputs, NamedTensors answers, std::string error);
  void Sami(int64_t queries, int64_t n, double scale);
  void Rectangle(int64_t queries, int64_t n, int64_t m);
  void Kl(int64_t rows, int64_t vocabulary);
  void Preference(int64_t pairs, const char* name, dpo::LossKind kind, double beta, double smoothing, bool free,
                  bool per_token);
  void Responses(int64_t rows, int64_t vocabulary, bool with_empty);

  std::vector<ConformanceCase> cases_;
};

torch::Tensor Normal(std::vector<int64_t> shape, double mean, double scale, base::RandomStream& stream) {
  const torch::Tensor tensor = torch::empty(shape, torch::kFloat64);
  double* values = tensor.data_ptr<double>();
  for (int64_t i = 0; i < tensor.numel(); ++i) values[i] = mean + scale * stream.Normal();
  return tensor;
}

// d sum(value) / d input.
torch::Tensor Gradient(const torch::Tensor& value, const torch::Tensor& input) {
  return torch::autograd::grad({value.sum()}, {input}, {}, /*retain_graph=*/true)[0];
}

void Maker::Add(const char* kind, base::OrderedJson options, NamedTensors inputs, NamedTensors answers,
                std::string error) {
  for (NamedTensors* tensors : {&inputs, &answers}) {
    for (auto& [name, tensor] : *tensors) tensor = tensor.detach().contiguous();
  }
  cases_.push_back({absl::StrFormat("%s/%04d", kind, cases_.size()), kind, std::move(options), std::move(inputs),
                    std::move(answers), std::move(error)});
}

void Maker::Sami(int64_t queries, int64_t n, double scale) {
  base::RandomStream stream = Stream();
  const torch::Tensor logp = Normal({queries, n, n}, -2, scale, stream).set_requires_grad(true);
  const torch::Tensor loss = SamiLossPerQuery(logp);
  const SamiMetrics metrics = ComputeSamiMetrics(logp);
  Add("sami", base::OrderedJson::object(), {{"logp", logp}},
      {{"loss", loss},
       {"grad_logp", Gradient(loss, logp)},
       {"lower_bound", metrics.lower_bound_B},
       {"accuracy_row", metrics.accuracy_row_B},
       {"accuracy_col", metrics.accuracy_col_B},
       {"diagonal", metrics.diagonal_B},
       {"off_diagonal", metrics.off_diagonal_B}},
      "");
}

void Maker::Rectangle(int64_t queries, int64_t n, int64_t m) {
  base::RandomStream stream = Stream();
  const torch::Tensor logp = Normal({queries, n, m}, -3, 1.5, stream);
  const SamiMetrics metrics = ComputeSamiMetrics(logp);
  Add("sami_metrics", base::OrderedJson::object(), {{"logp", logp}},
      {{"lower_bound", metrics.lower_bound_B},
       {"accuracy_row", metrics.accuracy_row_B},
       {"accuracy_col", metrics.accuracy_col_B},
       {"diagonal", metrics.diagonal_B},
       {"off_diagonal", metrics.off_diagonal_B}},
      "");
}

void Maker::Kl(int64_t rows, int64_t vocabulary) {
  base::RandomStream stream = Stream();
  const torch::Tensor policy = Normal({1, rows, vocabulary}, 0, 2, stream).set_requires_grad(true);
  const torch::Tensor reference = Normal({1, rows, vocabulary}, 0, 2, stream);
  const torch::Tensor kl = KlOverAllPositions(policy, reference);
  Add("kl", base::OrderedJson::object(), {{"policy_logits", policy[0]}, {"reference_logits", reference[0]}},
      {{"kl", kl}, {"grad_policy_logits", Gradient(kl, policy)[0]}}, "");
}

void Maker::Preference(int64_t pairs, const char* name, dpo::LossKind kind, double beta, double smoothing, bool free,
                       bool per_token) {
  base::RandomStream stream = Stream();
  const auto draw = [&] { return Normal({pairs}, -30, 8, stream); };
  const torch::Tensor chosen = draw().set_requires_grad(true), rejected = draw().set_requires_grad(true);
  const torch::Tensor reference_chosen = draw(), reference_rejected = draw();
  const torch::Tensor chosen_tokens = torch::empty({pairs}, torch::kInt64);
  const torch::Tensor rejected_tokens = torch::empty({pairs}, torch::kInt64);
  for (int64_t i = 0; i < pairs; ++i) {
    chosen_tokens.data_ptr<int64_t>()[i] = 1 + stream.Below(40);
    rejected_tokens.data_ptr<int64_t>()[i] = 1 + stream.Below(40);
  }
  dpo::PairLogProbs policy = {chosen, rejected}, reference = {reference_chosen, reference_rejected};
  if (per_token) {
    policy = {chosen / chosen_tokens, rejected / rejected_tokens};
    reference = {reference_chosen / chosen_tokens, reference_rejected / rejected_tokens};
  }
  const torch::Tensor loss = dpo::PreferenceLoss(policy, reference, {kind, beta, smoothing, free});
  const dpo::Rewards rewards = dpo::ComputeRewards(policy, reference, beta);
  base::OrderedJson options;
  options["loss"] = name;
  options["beta"] = beta;
  options["label_smoothing"] = smoothing;
  options["reference_free"] = free;
  options["log_probs"] = per_token ? "mean" : "sum";
  Add("dpo", std::move(options),
      {{"chosen", chosen},
       {"rejected", rejected},
       {"reference_chosen", reference_chosen},
       {"reference_rejected", reference_rejected},
       {"chosen_tokens", chosen_tokens},
       {"rejected_tokens", rejected_tokens}},
      {{"loss", loss},
       {"grad_chosen", Gradient(loss, chosen)},
       {"grad_rejected", Gradient(loss, rejected)},
       {"reward_chosen", rewards.chosen_P},
       {"reward_rejected", rewards.rejected_P},
       {"accuracy", rewards.accuracy_P}},
      "");
}

void Maker::Responses(int64_t rows, int64_t vocabulary, bool with_empty) {
  base::RandomStream stream = Stream();
  const int64_t positions = 2 + stream.Below(9);
  torch::Tensor labels = torch::full({rows, positions}, training::kIgnoredLabel, torch::kInt64);
  const int64_t empty = with_empty ? stream.Below(rows) : -1;
  for (int64_t r = 0; r < rows; ++r) {
    if (r == empty) continue;
    const int64_t begin = 1 + stream.Below(positions - 1);
    const int64_t end = begin + 1 + stream.Below(positions - begin);
    for (int64_t t = begin; t < end; ++t) labels[r][t] = static_cast<int64_t>(stream.Below(vocabulary));
  }
  const torch::Tensor logits = Normal({rows, positions, vocabulary}, 0, 2, stream).set_requires_grad(true);
  const NamedTensors inputs = {{"logits", logits}, {"labels", labels}};
  if (with_empty) return Add("sft", base::OrderedJson::object(), inputs, {}, "empty response");
  const training::LabelLogProbs scores = training::SumLabelLogProbs(logits, labels);
  const torch::Tensor token_mean = sft::TokenMeanLoss(scores.sum_B, scores.count_B);
  const torch::Tensor example_sum = sft::ExampleSumLoss(scores.sum_B);
  Add("sft", base::OrderedJson::object(), inputs,
      {{"sum_logp", scores.sum_B},
       {"mean_logp", scores.Mean()},
       {"token_mean", token_mean},
       {"grad_token_mean", Gradient(token_mean, logits)},
       {"example_sum", example_sum},
       {"grad_example_sum", Gradient(example_sum, logits)}},
      "");
}

std::vector<ConformanceCase> Maker::Make() {
  for (const double scale : {0.01, 1.0, 6.0, 100.0}) {
    for (int64_t n = 2; n <= 16; ++n) {
      for (int64_t queries = 1; queries <= 4; ++queries) Sami(queries, n, scale);
    }
  }
  for (int64_t n = 2; n <= 16; ++n) {
    for (int64_t m = 2; m <= 16; ++m) {
      if (n != m) Rectangle(1 + (n + m) % 3, n, m);
    }
  }
  for (int64_t rows = 1; rows <= 12; ++rows) {
    for (const int64_t vocabulary : {2, 3, 5, 8, 13, 21, 34, 55, 89}) Kl(rows, vocabulary);
  }
  for (int64_t pairs = 1; pairs <= 6; ++pairs) {
    for (const double beta : {0.01, 0.1, 0.5}) {
      for (const bool free : {false, true}) {
        Preference(pairs, "sigmoid", dpo::LossKind::kSigmoid, beta, 0, free, false);
        Preference(pairs, "sigmoid", dpo::LossKind::kSigmoid, beta, 0, free, true);
        Preference(pairs, "sigmoid", dpo::LossKind::kSigmoid, beta, 0.1, free, false);
        Preference(pairs, "robust", dpo::LossKind::kRobust, beta, 0.2, free, false);
        Preference(pairs, "hinge", dpo::LossKind::kHinge, beta, 0, free, false);
        Preference(pairs, "ipo", dpo::LossKind::kIpo, beta, 0, free, false);
        Preference(pairs, "ipo", dpo::LossKind::kIpo, beta, 0, free, true);
      }
    }
  }
  for (int64_t rows = 1; rows <= 8; ++rows) {
    for (int64_t vocabulary = 2; vocabulary <= 40; vocabulary += 2) Responses(rows, vocabulary, false);
    for (int64_t vocabulary = 3; vocabulary <= 15; vocabulary += 3) Responses(rows, vocabulary, true);
  }
  return std::move(cases_);
}

}  // namespace

std::vector<ConformanceCase> MakeConformanceCases() { return Maker().Make(); }

const char kConformanceReadme[] = R"(# Conformance pack: SAMI, KL, DPO, IPO and SFT losses

Inputs, values and gradients of the losses, all in float64, for another implementation to check itself against.

| file | what |
|---|---|
| `cases.json` | list of {"id", "kind", "options", "inputs", "answers", "error"}; inputs and answers name tensors |
| `inputs.safetensors` | "<id>/<input>", float64 or int64 |
| `answers.safetensors` | "<id>/<answer>", float64 |
| `errors.json` | {"<id>": "empty response"}: the cases that must be refused instead of answered |

To check yours: compute `answers.safetensors` and `errors.json` from the inputs into a folder of your own, and run
`bazel run //conformance -- --check=FOLDER`. It prints each case that is missing or wrong and exits with 1 then.
float64 answers must agree to 1e-10, float32 answers to 1e-5, relative to the largest entry of the answer where that is
above 1 (cases of kind "dpo" and "sami" have entries near 100: a float32 implementation should compute these in float64).

A gradient is that of the sum of the named value over its entries.

**sami**: logp [B, n, n], [b][i][j] = mean log-probability per token of response j under constitution i.
loss[b] = -1/(2n) sum_i (log softmax_j(logp[b, i, :])[i] + log softmax_j(logp[b, :, i])[i]); lower_bound = log n - loss;
accuracy_row (_col): share of rows (columns) whose diagonal entry is strictly the largest; diagonal and off_diagonal:
mean entries.

**sami_metrics**: logp [B, n, m], n != m. With k = min(n, m), pairs (i, i), i < k, belong together. lower_bound is the
mean of (log m - mean cross-entropy of the first k rows) and (log n - mean cross-entropy of the first k columns);
accuracies over the first k rows and columns; off_diagonal is the mean of the n m - k other entries.

**kl**: policy_logits, reference_logits [T, V]. kl = mean over T of sum_v p_v (log p_v - log q_v).

**dpo**: summed log-probabilities [P] of chosen and rejected responses under policy and reference, and their numbers of
tokens; with options.log_probs "mean" each is first divided by its tokens. h = (chosen - rejected) - (reference_chosen -
reference_rejected), without the second part when reference_free. loss, with b = beta, s = label_smoothing:
sigmoid -(1-s) log sigmoid(b h) - s log sigmoid(-b h); robust (-(1-s) log sigmoid(b h) + s log sigmoid(-b h)) / (1-2s);
hinge max(0, 1 - b h); ipo (h - 1/(2b))^2. reward_x = b (x - reference_x), also when reference_free;
accuracy = 1 where reward_chosen > reward_rejected. Gradients are with respect to the sums.

**sft**: logits [B, T, V], labels [B, T]: the logits at t predict the label at t + 1; -100 is not scored.
sum_logp, mean_logp [B]: over a row's scored labels. token_mean = -sum of all / number of all; example_sum =
-mean of sum_logp. A row without a scored label is an empty response: the whole case must be refused.
)";

}  // namespace sami
