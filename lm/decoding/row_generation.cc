#include "lm/decoding/row_generation.h"

#include <algorithm>
#include <memory>
#include <numeric>
#include <utility>

#include "base/status.h"
#include "lm/decoding/next_token.h"
#include "lm/decoding/row_decoder.h"
#include "lm/model/attention/rotary.h"

namespace lm {
namespace {

// Prompt tokens of one forward pass: enough to keep the products busy, few enough to stay in cache.
constexpr int64_t kTokensAtOnce = 512;

// Requests with one prompt between them.
struct Prompt {
  const TokenIds* ids;
  std::vector<int64_t> requests;
  size_t started = 0;                 // of the requests
  size_t finished = 0;                // of the requests
  std::unique_ptr<TokenBlock> block;  // from its first request's start to its last one's end
  std::vector<float> first_logits;    // after its last token
};

struct Row {
  Prompt* prompt;
  std::unique_ptr<TokenBlock> own;
  OpenSequence sequence;
  bool ended = false;
  std::unique_ptr<TokenBlock> reread = nullptr;  // prompt and text, once the two have passed the rotary border
};

// The longest first, so that no long one starts at the end; equal ones together.
std::vector<Prompt> GroupByPrompt(const std::vector<GenerationRequest>& requests) {
  std::vector<int64_t> order(requests.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int64_t a, int64_t b) {
    const TokenIds &left = requests[a].prompt, &right = requests[b].prompt;
    return left.size() != right.size() ? left.size() > right.size() : left < right;
  });
  std::vector<Prompt> prompts;
  for (const int64_t request : order) {
    const TokenIds& ids = requests[request].prompt;
    if (prompts.empty() || *prompts.back().ids != ids) {
      prompts.emplace_back();
      prompts.back().ids = &ids;
    }
    prompts.back().requests.push_back(request);
  }
  return prompts;
}

// Slots that `tokens` tokens need where each sees `window`.
int64_t SlotsFor(int64_t tokens, int64_t window) { return window == 0 ? tokens : std::min(tokens, window); }

class Scheduler {
 public:
  Scheduler(const Decoder& model, const std::vector<GenerationRequest>& requests, const GenerationOptions& options,
            std::vector<Generation>& results)
      : decoder_(model, options.threads),
        requests_(requests),
        options_(options),
        results_(results),
        prompts_(GroupByPrompt(requests)) {}

  absl::Status Run() {
    while (true) {
      RETURN_IF_ERROR(Admit());
      if (rows_.empty()) return absl::OkStatus();
      RETURN_IF_ERROR(CheckNotCancelled(options_));
      RETURN_IF_ERROR(Step());
    }
  }

 private:
  // Fills the batch with sequences that wait, reads their prompts and chooses their first tokens. Sequences may end at
  // once, and others take their place.
  absl::Status Admit() {
    while (static_cast<int64_t>(rows_.size()) < options_.batch_size && next_ < prompts_.size()) {
      RETURN_IF_ERROR(CheckNotCancelled(options_));
      const size_t first_new = rows_.size();
      std::vector<Prompt*> unread;
      int64_t tokens = 0;
      while (static_cast<int64_t>(rows_.size()) < options_.batch_size && next_ < prompts_.size() &&
             tokens < kTokensAtOnce) {
        Prompt& prompt = prompts_[next_];
        if (prompt.block == nullptr) {
          unread.push_back(&prompt);
          tokens += prompt.ids->size();
          prompt.block = std::make_unique<TokenBlock>(decoder_.block_shape(), 0, prompt.ids->size());
        }
        Start(prompt);
        if (prompt.started == prompt.requests.size()) ++next_;
      }
      Read(unread);
      RETURN_IF_ERROR(TakeTokens(first_new, [&](const Row& row, size_t) { return row.prompt->first_logits.data(); }));
    }
    return absl::OkStatus();
  }

  // Starts as many of a prompt's sequences as there is room for.
  void Start(Prompt& prompt) {
    const int64_t length = prompt.ids->size(), slots = SlotsFor(options_.max_new_tokens, decoder_.window());
    while (prompt.started < prompt.requests.size() && static_cast<int64_t>(rows_.size()) < options_.batch_size) {
      const int64_t request = prompt.requests[prompt.started++];
      rows_.push_back({&prompt, std::make_unique<TokenBlock>(decoder_.block_shape(), length, slots),
                       OpenSequence(options_, requests_, request, results_[request])});
    }
  }

  // Takes prompts' tokens through the model, kTokensAtOnce at a time.
  void Read(const std::vector<Prompt*>& prompts) {
    std::vector<DecodingRow> rows;
    std::vector<Prompt*> ending;  // prompts whose last token is in rows, in order
    std::vector<int64_t> last;    // where
    const auto flush = [&] {
      if (rows.empty()) return;
      const float* logits = decoder_.Forward(rows, last);
      for (Prompt* const prompt : ending) {
        prompt->first_logits.assign(logits, logits + decoder_.vocab_size());
        logits += decoder_.vocab_size();
        KeepWhatIsSeen(*prompt);
      }
      rows.clear();
      ending.clear();
      last.clear();
    };
    for (Prompt* const prompt : prompts) {
      for (int64_t position = 0; position < static_cast<int64_t>(prompt->ids->size()); ++position) {
        rows.push_back({(*prompt->ids)[position], position, prompt->block.get(), nullptr,
                        IsLong(static_cast<int64_t>(prompt->ids->size()))});
        if (position + 1 == static_cast<int64_t>(prompt->ids->size())) {
          ending.push_back(prompt);
          last.push_back(rows.size() - 1);
        }
        if (static_cast<int64_t>(rows.size()) == kTokensAtOnce) flush();
      }
    }
    flush();
  }

  void KeepWhatIsSeen(Prompt& prompt) {
    const int64_t length = prompt.ids->size(), seen = SlotsFor(length, decoder_.window());
    prompt.block->SetEndPosition(length);
    if (seen < length) prompt.block = std::make_unique<TokenBlock>(prompt.block->Last(seen));
  }

  // Whether a text of so many tokens has passed the rotary border.
  bool IsLong(int64_t tokens) const { return decoder_.border() > 0 && tokens > decoder_.border(); }

  // A text that passes the border has other keys: it is read once more, all but its last token, into a block of its
  // own.
  void Reread(Row& row, int64_t tokens) {
    TokenIds ids = *row.prompt->ids;
    ids.insert(ids.end(), row.sequence.ids().begin(), row.sequence.ids().end());
    row.reread = std::make_unique<TokenBlock>(decoder_.block_shape(), 0, tokens - 1);
    row.own = std::make_unique<TokenBlock>(
        decoder_.block_shape(), tokens - 1,
        SlotsFor(row.prompt->ids->size() + options_.max_new_tokens - (tokens - 1), decoder_.window()));
    for (int64_t begin = 0; begin < tokens - 1; begin += kTokensAtOnce) {
      std::vector<DecodingRow> rows;
      for (int64_t t = begin; t < std::min(begin + kTokensAtOnce, tokens - 1); ++t) {
        rows.push_back({ids[t], t, row.reread.get(), nullptr, /*is_long=*/true});
      }
      decoder_.Forward(rows, {});
    }
    row.reread->SetEndPosition(tokens - 1);
  }

  absl::Status Step() {
    std::vector<DecodingRow> tokens;
    std::vector<int64_t> all(rows_.size());
    std::iota(all.begin(), all.end(), 0);
    for (Row& row : rows_) {
      const TokenIds& ids = row.sequence.ids();
      const int64_t prompt = row.prompt->ids->size(), position = prompt + static_cast<int64_t>(ids.size()) - 1;
      const bool is_long = IsLong(position + 1);
      if (is_long && !IsLong(prompt) && row.reread == nullptr) Reread(row, position + 1);
      TokenBlock* const before = row.reread != nullptr ? row.reread.get() : row.prompt->block.get();
      tokens.push_back({ids.back(), position, before, row.own.get(), is_long});
    }
    const float* const logits = decoder_.Forward(tokens, all);
    return TakeTokens(0, [&](const Row&, size_t i) { return logits + i * decoder_.vocab_size(); });
  }

  // Adds a token to each row from `first` on, by logits_of(row, its index), and lets those go that have ended.
  template <typename LogitsOf>
  absl::Status TakeTokens(size_t first, LogitsOf logits_of) {
    std::vector<absl::Status> statuses(rows_.size());
    decoder_.team().Run(rows_.size() - first, [&](int64_t i, int) {
      Row& row = rows_[first + i];
      const absl::Span<const float> logits(logits_of(row, first + i), decoder_.vocab_size());
      const absl::StatusOr<bool> ended = row.sequence.TakeToken(logits);
      statuses[first + i] = ended.status();
      row.ended = ended.value_or(true);
    });
    for (const absl::Status& status : statuses) RETURN_IF_ERROR(status);
    for (Row& row : rows_) {
      if (!row.ended) continue;
      const int64_t request = row.sequence.request();
      if (options_.on_finished) options_.on_finished(request, results_[request]);
      if (++row.prompt->finished < row.prompt->requests.size()) continue;
      row.prompt->block = nullptr;
      row.prompt->first_logits = {};
    }
    // The others keep their order, so that rows of one prompt stay next to each other.
    rows_.erase(std::remove_if(rows_.begin(), rows_.end(), [](const Row& row) { return row.ended; }), rows_.end());
    return absl::OkStatus();
  }

  RowDecoder decoder_;
  const std::vector<GenerationRequest>& requests_;
  const GenerationOptions& options_;
  std::vector<Generation>& results_;
  std::vector<Prompt> prompts_;
  size_t next_ = 0;  // first prompt with a sequence that waits
  std::vector<Row> rows_;
};

}  // namespace

absl::Status GenerateRowwise(const Decoder& model, const std::vector<GenerationRequest>& requests,
                             const GenerationOptions& options, std::vector<Generation>& results) {
  return Scheduler(model, requests, options, results).Run();
}

int64_t RowwiseCacheBytes(const ModelConfig& config, const std::vector<GenerationRequest>& requests,
                          const GenerationOptions& options) {
  const TokenBlockShape shape = {config.num_layers, config.num_kv_heads, config.head_dim};
  const std::vector<Prompt> prompts = GroupByPrompt(requests);  // the longest first
  const int64_t sequences = std::min<int64_t>(options.batch_size, requests.size());
  const int64_t window = CommonWindow(config);
  int64_t slots = SlotsFor(options.max_new_tokens, window);
  // A text that passes the border takes a block for all of itself.
  if (RotaryBorder(config) > 0 && !prompts.empty()) slots += prompts[0].ids->size() + options.max_new_tokens;
  int64_t bytes = sequences * TokenBlock::Bytes(shape, slots);
  for (int64_t i = 0; i < std::min<int64_t>(sequences, prompts.size()); ++i) {
    bytes += TokenBlock::Bytes(shape, SlotsFor(prompts[i].ids->size(), window));
  }
  return bytes;
}

}  // namespace lm
