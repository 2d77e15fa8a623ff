#include "lm/decoding/generation.h"

#include <algorithm>
#include <exception>
#include <numeric>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "base/parallel.h"
#include "base/status.h"
#include "lm/decoding/device_sampling.h"
#include "lm/decoding/next_token.h"
#include "lm/decoding/row_decoder.h"
#include "lm/decoding/row_generation.h"
#include "lm/model/attention/kv_cache.h"
#include "lm/model/attention/rotary.h"

namespace lm {
namespace {

// Prompt tokens of one forward pass, padding included: enough to keep the matrix products busy, few enough to stay in
// cache.
constexpr int64_t kPrefillTokens = 2048;

absl::Status CheckOptions(const GenerationOptions& options) {
  RETURN_IF_ERROR(CheckSamplingOptions(options.sampling));
  if (options.max_new_tokens < 1 || options.batch_size < 1 || options.threads < 1) {
    return absl::InvalidArgumentError(absl::StrCat("max_new_tokens ", options.max_new_tokens, ", batch_size ",
                                                   options.batch_size, ", threads ", options.threads,
                                                   ": each must be at least 1"));
  }
  return absl::OkStatus();
}

absl::Status CheckRequests(const ModelConfig& config, const std::vector<GenerationRequest>& requests,
                           int64_t max_new_tokens) {
  for (size_t i = 0; i < requests.size(); ++i) {
    const TokenIds& prompt = requests[i].prompt;
    if (prompt.empty()) return absl::InvalidArgumentError(absl::StrCat("generation request ", i, ": empty prompt"));
    if (max_new_tokens > config.max_positions - static_cast<int64_t>(prompt.size())) {
      return absl::InvalidArgumentError(absl::StrCat(
          "generation request ", i, ": ", prompt.size(), " prompt tokens and ", max_new_tokens,
          " new ones exceed the model's context of ", config.max_positions, "; shorten the prompt or max_new_tokens"));
    }
    for (const int32_t id : prompt) {
      if (id >= 0 && id < config.vocab_size) continue;
      return absl::InvalidArgumentError(absl::StrCat("generation request ", i, ": token id ", id,
                                                     " is not in the model's vocabulary of ", config.vocab_size,
                                                     "; are model and tokenizer of the same folder?"));
    }
  }
  return absl::OkStatus();
}

// One batch of requests, decoded together. A sequence that has ended leaves: the last one takes its row.
class Batch {
 public:
  Batch(const Decoder& model, const GenerationOptions& options, const std::vector<GenerationRequest>& requests,
        absl::Span<const int64_t> members, std::vector<Generation>& results)
      : model_(model),
        options_(options),
        requests_(requests),
        members_(members),
        results_(results),
        device_(model.device()),
        cache_(NewCache()) {}

  absl::Status Run() {
    RETURN_IF_ERROR(CheckNotCancelled(options_));
    torch::Tensor hidden_BD = Prefill();
    while (true) {
      RETURN_IF_ERROR(TakeTokens(hidden_BD));
      if (rows_.empty()) return absl::OkStatus();
      RETURN_IF_ERROR(CheckNotCancelled(options_));
      RereadAtBorder();
      std::vector<int64_t> last_ids;
      for (const OpenSequence& row : rows_) last_ids.push_back(row.ids().back());
      hidden_BD = model_.Step(torch::tensor(last_ids, torch::kInt64).to(device_), cache_);
    }
  }

 private:
  int64_t Capacity() const {
    size_t longest = 0;
    for (const int64_t i : members_) longest = std::max(longest, requests_[i].prompt.size());
    return longest + options_.max_new_tokens;
  }

  // Reads every prompt; returns the hidden states that predict the first new tokens.
  torch::Tensor Prefill() {
    std::vector<torch::Tensor> last_hidden;
    for (size_t begin = 0; begin < members_.size();) {
      // Members are sorted by length, longest first.
      const int64_t width = requests_[members_[begin]].prompt.size();
      const auto part = members_.subspan(begin, std::max<int64_t>(1, kPrefillTokens / width));
      last_hidden.push_back(PrefillPart(part));
      begin += part.size();
    }
    return torch::cat(last_hidden);
  }

  torch::Tensor PrefillPart(absl::Span<const int64_t> part) {
    std::vector<TokenIds> texts;
    std::vector<int64_t> spans;
    for (const int64_t request : part) {
      texts.push_back(requests_[request].prompt);
      spans.push_back(texts.back().size());
      rows_.emplace_back(options_, requests_, request, results_[request]);
    }
    return Read(texts, spans);
  }

  // Takes texts through the model, into new rows of the cache; spans: as how long they count. The hidden states after
  // each one's last token.
  torch::Tensor Read(const std::vector<TokenIds>& texts, const std::vector<int64_t>& spans) {
    const int64_t rows = texts.size();
    size_t width = 0;
    for (const TokenIds& text : texts) width = std::max(width, text.size());
    std::vector<int64_t> ids(rows * width, 0), segments(rows * width, -1), lengths;
    for (int64_t r = 0; r < rows; ++r) {
      std::copy(texts[r].begin(), texts[r].end(), ids.begin() + r * width);
      std::fill_n(segments.begin() + r * width, texts[r].size(), 0);
      lengths.push_back(texts[r].size());
    }
    const auto tensor = [&](const std::vector<int64_t>& values) {
      return torch::tensor(values, torch::kInt64).view({rows, -1}).to(device_);
    };
    const int64_t columns = width;
    const torch::Tensor positions = torch::arange(columns, torch::kInt64).to(device_).expand({rows, columns});
    const torch::Tensor hidden =
        model_.Forward({tensor(ids), positions, tensor(segments), tensor(spans).flatten()}, &cache_);
    cache_.AddRows(lengths);
    const torch::Tensor last = (tensor(lengths) - 1).unsqueeze(-1).expand({rows, 1, hidden.size(2)});
    return hidden.gather(1, last).squeeze(1);
  }

  // Where a text is about to pass the rotary border, which changes all its keys, all are read once more but for their
  // last tokens.
  void RereadAtBorder() {
    const int64_t border = RotaryBorder(model_.config());
    const std::vector<int64_t>& lengths = cache_.lengths();
    if (border == 0 || std::count(lengths.begin(), lengths.end(), border) == 0) return;
    std::vector<TokenIds> texts;
    std::vector<int64_t> spans;
    for (const OpenSequence& row : rows_) {
      texts.push_back(requests_[row.request()].prompt);
      texts.back().insert(texts.back().end(), row.ids().begin(), row.ids().end());
      spans.push_back(texts.back().size());
      texts.back().pop_back();
    }
    cache_ = NewCache();
    Read(texts, spans);
  }

  KeyValueCache NewCache() const {
    return KeyValueCache(model_.config(), members_.size(), Capacity(),
                         torch::TensorOptions(device_).dtype(model_.type()));
  }

  // Adds each sequence's next token; which have ended. One transfer from the model's device: of ids where it can choose
  // them, else of logits.
  absl::StatusOr<std::vector<int64_t>> ChooseTokens(const torch::Tensor& logits_BV) {
    std::vector<int64_t> ended;
    const auto take = [&](auto choose) -> absl::Status {
      for (size_t r = 0; r < rows_.size(); ++r) {
        ASSIGN_OR_RETURN(const bool is_last, choose(rows_[r], r));
        if (is_last) ended.push_back(r);
      }
      return absl::OkStatus();
    };
    if (ChoosesOnDevice(options_.sampling)) {
      std::vector<double> uniforms;
      for (OpenSequence& row : rows_) uniforms.push_back(options_.sampling.temperature > 0 ? row.NextUniform() : 0);
      const torch::Tensor ids_B = ChooseOnDevice(logits_BV, options_.sampling, uniforms).cpu().contiguous();
      RETURN_IF_ERROR(take(
          [&](OpenSequence& row, size_t r) { return row.TakeId(static_cast<int32_t>(ids_B.data_ptr<int64_t>()[r])); }));
      return ended;
    }
    const torch::Tensor host_BV = logits_BV.cpu().contiguous();
    const size_t vocab_size = host_BV.size(1);
    RETURN_IF_ERROR(take([&](OpenSequence& row, size_t r) {
      return row.TakeToken({host_BV.data_ptr<float>() + r * vocab_size, vocab_size});
    }));
    return ended;
  }

  // Adds each sequence's next token and lets those go that have ended.
  absl::Status TakeTokens(const torch::Tensor& hidden_BD) {
    ASSIGN_OR_RETURN(const std::vector<int64_t> ended, ChooseTokens(model_.Logits(hidden_BD).to(torch::kFloat32)));
    // From the back, so that the row which takes an ended one's place has not ended itself.
    for (auto row = ended.rbegin(); row != ended.rend(); ++row) {
      const int64_t request = rows_[*row].request();
      if (options_.on_finished) options_.on_finished(request, results_[request]);
      cache_.RemoveRow(*row);
      rows_[*row] = std::move(rows_.back());
      rows_.pop_back();
    }
    return absl::OkStatus();
  }

  const Decoder& model_;
  const GenerationOptions& options_;
  const std::vector<GenerationRequest>& requests_;
  const absl::Span<const int64_t> members_;
  std::vector<Generation>& results_;
  const torch::Device device_;
  KeyValueCache cache_;
  std::vector<OpenSequence> rows_;  // as in the cache
};

// Prompts of similar length together; the longest first, so that no thread starts on one at the end.
std::vector<int64_t> ByLength(const std::vector<GenerationRequest>& requests) {
  std::vector<int64_t> order(requests.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](int64_t a, int64_t b) { return requests[a].prompt.size() > requests[b].prompt.size(); });
  return order;
}

absl::Status GenerateInBatches(const Decoder& model, const std::vector<GenerationRequest>& requests,
                               const GenerationOptions& options, std::vector<Generation>& results) {
  const std::vector<int64_t> order = ByLength(requests);
  const int64_t batches = (requests.size() + options.batch_size - 1) / options.batch_size;
  std::vector<absl::Status> statuses(batches);
  base::ParallelFor(batches, options.threads, [&](int64_t b) {
    const c10::InferenceMode no_autograd;
    try {
      const auto members = absl::MakeConstSpan(order).subspan(b * options.batch_size, options.batch_size);
      statuses[b] = Batch(model, options, requests, members, results).Run();
    } catch (const std::exception& error) {
      statuses[b] = absl::InternalError(absl::StrCat("generation failed: ", error.what()));
    }
  });
  for (const absl::Status& status : statuses) RETURN_IF_ERROR(status);
  return absl::OkStatus();
}

}  // namespace

int64_t CacheBytes(const Decoder& model, const std::vector<GenerationRequest>& requests,
                   const GenerationOptions& options) {
  if (RowDecoder::Supports(model)) return RowwiseCacheBytes(model.config(), requests, options);
  size_t longest = 0;
  for (const GenerationRequest& request : requests) longest = std::max(longest, request.prompt.size());
  const ModelConfig& config = model.config();
  const int64_t sequences = std::min<int64_t>(requests.size(), options.batch_size * options.threads);
  return 2 * config.num_layers * config.num_kv_heads * config.head_dim * sequences *
         (static_cast<int64_t>(longest) + options.max_new_tokens) * torch::elementSize(model.type());
}

absl::StatusOr<std::vector<Generation>> Generate(const Decoder& model, const std::vector<GenerationRequest>& requests,
                                                 const GenerationOptions& options) {
  RETURN_IF_ERROR(CheckOptions(options));
  RETURN_IF_ERROR(CheckRequests(model.config(), requests, options.max_new_tokens));
  const int64_t bytes = CacheBytes(model, requests, options);
  if (options.max_cache_bytes > 0 && bytes > options.max_cache_bytes) {
    return absl::ResourceExhaustedError(absl::StrCat("the key/value cache may need ", bytes, " bytes, and ",
                                                     options.max_cache_bytes, " are allowed; lower batch_size (",
                                                     options.batch_size, ") or max_new_tokens (",
                                                     options.max_new_tokens, "), or shorten the longest prompts"));
  }
  std::vector<Generation> results(requests.size());
  try {
    RETURN_IF_ERROR(RowDecoder::Supports(model) ? GenerateRowwise(model, requests, options, results)
                                                : GenerateInBatches(model, requests, options, results));
  } catch (const std::exception& error) {
    return absl::InternalError(absl::StrCat("generation failed: ", error.what()));
  }
  return results;
}

}  // namespace lm
