#include "lm/scoring/scoring.h"

#include <algorithm>
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
}

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
      open = rows.size();
      rows.push_back({prompt, {}, prompt_tokens});
    }
    rows[open].pairs.push_back(i);
    rows[open].tokens += tokens;
  }
  std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.tokens > b.tokens; });
  return rows;
}

// One forward pass's input, and what is read from its output.
struct Pass {
  std::vector<int64_t> ids, positions, segments;  // [rows * width], padded
  // For every token that is scored: the position that predicts it (an index into rows * width), and its pair.
  std::vector<int64_t> predictors, targets, pairs;
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
  for (size_t k = 0; k < row.pairs.size(); ++k) {
    const TokenIds& response = batch.responses[batch.pairs[row.pairs[k]].response];
    int64_t predictor = begin + prompt_tokens - 1;  // the prompt's last token predicts every response's first
    for (size_t t = 0; t < response.size(); ++t) {
      pass.predictors.push_back(predictor);
      pass.targets.push_back(response[t]);
      pass.pairs.push_back(row.pairs[k]);
      if (t + 1 == response.size()) break;
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

// [P]: this pass's share of each pair's sum.
torch::Tensor ScorePass(const Decoder& model, const Pass& pass, int64_t rows, int64_t num_pairs) {
  const auto tensor = [&model](const std::vector<int64_t>& values) {
    return torch::tensor(values, torch::kInt64).to(model.parameters()[0].value.device());
  };
  const DecoderInput input = {tensor(pass.ids).view({rows, -1}), tensor(pass.positions).view({rows, -1}),
                              tensor(pass.segments).view({rows, -1})};
  const torch::Tensor hidden_ND = model.Forward(input).flatten(0, 1).index_select(0, tensor(pass.predictors));
  const torch::Tensor log_probs_N = TokenLogProbs(hidden_ND, model.head(), tensor(pass.targets));
  return torch::zeros({num_pairs}, log_probs_N.options().requires_grad(false))
      .index_add(0, tensor(pass.pairs), log_probs_N);
}

}  // namespace

PairScores ScorePairs(const Decoder& model, const ScoringBatch& batch) {
  CheckBatch(model, batch);
  const int64_t num_pairs = batch.pairs.size();
  PairScores scores;
  for (const ScoringBatch::Pair& pair : batch.pairs) scores.lengths.push_back(batch.responses[pair.response].size());
  const std::vector<Row> rows = LayOut(batch);
  for (size_t begin = 0; begin < rows.size();) {
    const int64_t width = rows[begin].tokens;
    const size_t end = EndOfPass(rows, begin);
    Pass pass;
    for (size_t r = begin; r < end; ++r) AppendRow(batch, rows[r], width, pass);
    const torch::Tensor sum_P = ScorePass(model, pass, end - begin, num_pairs);
    scores.sum_P = scores.sum_P.defined() ? scores.sum_P + sum_P : sum_P;
    begin = end;
  }
  if (!scores.sum_P.defined()) scores.sum_P = torch::zeros({0});
  return scores;
}

}  // namespace lm
