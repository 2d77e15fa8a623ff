#include "lm/scoring/scoring.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/types/span.h"
#include "base/check.h"
#include "lm/scoring/token_log_probs.h"

namespace lm {
namespace {

// A row takes responses of so many tokens together, or of twice its prompt's. Further ones get another row: the prompt
// is then computed again, but attention, whose cost is quadratic in the row, is cheaper.
constexpr int64_t kSharingTokens = 512;
// Tokens of one forward pass, padding included: enough to keep the matrix products busy, few enough to stay in cache.
constexpr int64_t kPassTokens = 2048;
// A row joins a pass if at most one in so many of its tokens is padding there.
constexpr int64_t kMostPadding = 8;

// A prompt once, then the responses that are scored under it, each in a segment of its own with positions that go on
// where the prompt ends. A response's last token is only ever predicted, so it is not part of the row.
struct Row {
  int prompt;
  std::vector<int64_t> pairs;  // indices into ScoringBatch::pairs
  int64_t tokens;
  bool first = false;  // of its prompt
};

void CheckBatch(const Decoder& model, const ScoringBatch& batch) {
  for (const TokenIds& prompt : batch.prompts) SAMI_CHECK(!prompt.empty());
  for (const TokenIds& response : batch.responses) SAMI_CHECK(!response.empty());
  for (const ScoringBatch::Pair& pair : batch.pairs) {
    SAMI_CHECK(pair.prompt >= 0 && pair.prompt < batch.prompts.size()) << pair.prompt;
    SAMI_CHECK(pair.response >= 0 && pair.response < batch.responses.size()) << pair.response;
    const size_t joint = batch.prompts[pair.prompt].size() + batch.responses[pair.response].size();
    SAMI_CHECK(joint <= model.config().max_positions) << joint << " tokens";
  }
  SAMI_CHECK(batch.heads.empty() || batch.heads.size() == batch.pairs.size());
  for (size_t i = 0; i < batch.heads.size(); ++i) {
    const int64_t tokens = batch.responses[batch.pairs[i].response].size();
    SAMI_CHECK(batch.heads[i] >= 0 && batch.heads[i] <= tokens) << batch.heads[i];
  }
}

// Where sums are kept: of the pairs, less their heads; of their heads; of the prompts.
struct Slots {
  explicit Slots(const ScoringBatch& batch)
      : pairs(batch.pairs.size()), heads(batch.heads.size()), prompts(batch.score_prompts ? batch.prompts.size() : 0) {}
  int64_t size() const { return pairs + heads + prompts; }

  int64_t pairs, heads, prompts;
};

// Rows, longest first: those of similar length then share a forward pass and need little padding.
std::vector<Row> LayOut(const ScoringBatch& batch) {
  std::vector<Row> rows;
  std::vector<int64_t> open_row(batch.prompts.size(), -1);  // the row of a prompt that takes more responses
  for (size_t i = 0; i < batch.pairs.size(); ++i) {
    const auto [prompt, response] = batch.pairs[i];
    const int64_t prompt_tokens = batch.prompts[prompt].size(), tokens = batch.responses[response].size() - 1;
    int64_t& open = open_row[prompt];
    if (open < 0 ||
        rows[open].tokens + tokens > prompt_tokens + std::max({kSharingTokens, 2 * prompt_tokens, tokens})) {
      const bool first = open < 0;
      open = rows.size();
      rows.push_back({prompt, {}, prompt_tokens, first});
    }
    rows[open].pairs.push_back(i);
    rows[open].tokens += tokens;
  }
  std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.tokens > b.tokens; });
  return rows;
}

// One forward pass's input, and what is read from its output.
struct Pass {
  int64_t rows = 0;
  std::vector<int64_t> ids, positions, segments;  // [rows * width], padded
  // For every token that is scored: the position that predicts it (an index into rows * width), and its sum's slot.
  std::vector<int64_t> predictors, targets, slots;
};

void AppendRow(const ScoringBatch& batch, const Row& row, int64_t width, Pass& pass) {
  const int64_t begin = pass.ids.size();
  const auto append = [&pass](int32_t id, int64_t position, int64_t segment) {
    pass.ids.push_back(id);
    pass.positions.push_back(position);
    pass.segments.push_back(segment);
  };
  const TokenIds& prompt = batch.prompts[row.prompt];
  const int64_t prompt_tokens = prompt.size();
  for (int64_t t = 0; t < prompt_tokens; ++t) append(prompt[t], t, 0);
  const Slots slots(batch);
  const auto score = [&pass](int64_t predictor, int32_t target, int64_t slot) {
    pass.predictors.push_back(predictor);
    pass.targets.push_back(target);
    pass.slots.push_back(slot);
  };
  for (int64_t t = 1; batch.score_prompts && row.first && t < prompt_tokens; ++t) {
    score(begin + t - 1, prompt[t], slots.pairs + slots.heads + row.prompt);
  }
  for (size_t k = 0; k < row.pairs.size(); ++k) {
    const int64_t pair = row.pairs[k];
    const TokenIds& response = batch.responses[batch.pairs[pair].response];
    const int64_t head = batch.heads.empty() ? 0 : batch.heads[pair];
    int64_t predictor = begin + prompt_tokens - 1;  // the prompt's last token predicts every response's first
    for (int64_t t = 0; t < static_cast<int64_t>(response.size()); ++t) {
      score(predictor, response[t], t < head ? slots.pairs + pair : pair);
      if (t + 1 == static_cast<int64_t>(response.size())) break;
      predictor = pass.ids.size();
      append(response[t], prompt_tokens + t, k + 1);
    }
  }
  while (static_cast<int64_t>(pass.ids.size()) < begin + width) append(0, 0, -1);
}

// The end of the pass that begins with a row, the longest of those that follow.
size_t EndOfPass(const std::vector<Row>& rows, size_t begin) {
  const int64_t width = rows[begin].tokens;
  size_t end = begin + 1;
  while (end < rows.size() && (end + 1 - begin) * width <= kPassTokens &&
         kMostPadding * (width - rows[end].tokens) <= width) {
    ++end;
  }
  return end;
}

torch::Tensor OnDeviceOf(const Decoder& model, const std::vector<int64_t>& values) {
  return torch::tensor(values, torch::kInt64).to(model.device());
}

DecoderInput InputOf(const Decoder& model, const Pass& pass) {
  const auto rows = [&](const std::vector<int64_t>& values) { return OnDeviceOf(model, values).view({pass.rows, -1}); };
  DecoderInput input = {rows(pass.ids), rows(pass.positions), rows(pass.segments)};
  // A row's scores do not depend on its neighbours' lengths.
  input.spans_B = std::get<0>((input.positions_BT * (input.segments_BT >= 0)).max(1)) + 1;
  return input;
}

// This pass's share of each slot's sum.
torch::Tensor ScorePass(const Decoder& model, const Pass& pass, const Decoder::PassOutput& output, int64_t num_slots) {
  const torch::Tensor hidden_ND = output.hidden_BTD.flatten(0, 1).index_select(0, OnDeviceOf(model, pass.predictors));
  const torch::Tensor log_probs_N = TokenLogProbs(hidden_ND, output.head_VD, OnDeviceOf(model, pass.targets),
                                                  kMaxLogits, model.config().final_softcap);
  return torch::zeros({num_slots}, log_probs_N.options().requires_grad(false))
      .index_add(0, OnDeviceOf(model, pass.slots), log_probs_N);
}

std::vector<Pass> PassesOf(const ScoringBatch& batch) {
  const std::vector<Row> rows = LayOut(batch);
  std::vector<Pass> passes;
  for (size_t begin = 0; begin < rows.size();) {
    const size_t end = EndOfPass(rows, begin);
    Pass pass;
    pass.rows = end - begin;
    for (size_t r = begin; r < end; ++r) AppendRow(batch, rows[r], rows[begin].tokens, pass);
    passes.push_back(std::move(pass));
    begin = end;
  }
  return passes;
}

}  // namespace

PairScores ScorePairs(const Decoder& model, const ScoringBatch& batch) {
  CheckBatch(model, batch);
  const Slots slots(batch);
  torch::Tensor sums;
  PairScores scores;
  for (const ScoringBatch::Pair& pair : batch.pairs) scores.lengths.push_back(batch.responses[pair.response].size());
  const std::vector<Pass> passes = PassesOf(batch);
  // Layers that lie elsewhere are fetched once for all passes; otherwise a pass ends before the next begins.
  const size_t together = model.layer_source() != nullptr ? passes.size() : 1;
  for (size_t begin = 0; begin < passes.size(); begin += together) {
    std::vector<DecoderInput> inputs;
    for (size_t i = begin; i < begin + together; ++i) inputs.push_back(InputOf(model, passes[i]));
    const std::vector<Decoder::PassOutput> outputs = model.ForwardTogether(inputs);
    for (size_t i = 0; i < together; ++i) {
      const torch::Tensor share = ScorePass(model, passes[begin + i], outputs[i], slots.size());
      sums = sums.defined() ? sums + share : share;
    }
  }
  if (!sums.defined()) sums = torch::zeros({slots.size()});
  scores.sum_P = slots.size() == slots.pairs ? sums : sums.narrow(0, 0, slots.pairs);
  if (slots.heads > 0) {
    scores.head_P = sums.narrow(0, slots.pairs, slots.heads);
    scores.sum_P = scores.sum_P + scores.head_P;
  }
  if (batch.score_prompts) scores.prompt_Q = sums.narrow(0, slots.pairs + slots.heads, slots.prompts);
  return scores;
}

}  // namespace lm
