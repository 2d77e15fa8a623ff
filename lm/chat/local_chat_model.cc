#include "lm/chat/local_chat_model.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <mutex>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "base/hash.h"
#include "base/status.h"
#include "lm/chat/language_model.h"
#include "lm/decoding/generation.h"
#include "lm/decoding/stop_strings.h"
#include "lm/scoring/scoring.h"

namespace lm {
namespace {

using Done = absl::FunctionRef<bool(size_t, absl::StatusOr<ChatReply>)>;

constexpr char kNextTurn[] = "\n\nUser:";

std::string Capitalized(std::string word) {
  if (!word.empty()) word[0] = absl::ascii_toupper(word[0]);
  return word;
}

std::vector<std::string> StopStrings(const ChatRequest& request) {
  std::vector<std::string> stops = request.stop;
  if (!request.messages.empty()) stops.push_back(kNextTurn);
  return stops;
}

// Which random stream samples the reply.
uint64_t StreamItem(const ChatRequest& request) {
  return base::Id64(absl::StrCat(request.seed.value_or(0), "\n", PlainChatText(request)));
}

class LocalChatModel : public ChatModel {
 public:
  LocalChatModel(LanguageModel model, std::string name, LocalChatOptions options)
      : model_(std::move(model)), name_(std::move(name)), options_(std::move(options)) {}

  std::string name() const override { return name_; }

  void Complete(absl::Span<const ChatRequest> requests, Done done) override {
    std::vector<size_t> fitting;
    std::vector<TokenIds> prompts(requests.size());
    for (size_t i = 0; i < requests.size(); ++i) {
      prompts[i] = EncodePrompt(*model_.tokenizer, PlainChatText(requests[i]));
      const absl::Status status = Check(requests[i], prompts[i]);
      if (status.ok()) {
        fitting.push_back(i);
      } else if (!done(i, status)) {
        return;
      }
    }
    // Torch's exceptions, of which memory that does not suffice is one, end here.
    try {
      options_.labels.empty() ? Generate(requests, prompts, fitting, done) : ChooseLabels(prompts, fitting, done);
    } catch (const std::exception& e) {
      for (const size_t i : fitting) {
        if (answered_.count(i) > 0) continue;
        if (!done(i, absl::InternalError(absl::StrCat(name_, ": ", absl::string_view(e.what()).substr(0, 200))))) break;
      }
    }
    answered_.clear();
  }

 private:
  absl::Status Check(const ChatRequest& request, const TokenIds& prompt) const {
    SamplingOptions sampling;
    sampling.temperature = request.temperature;
    sampling.top_p = request.top_p;
    RETURN_IF_ERROR(CheckSamplingOptions(sampling));
    const int64_t reply = options_.labels.empty() ? request.max_tokens : LongestLabel();
    const int64_t context = model_.decoder.config().max_positions;
    if (static_cast<int64_t>(prompt.size()) + reply <= context && request.max_tokens >= 1) return absl::OkStatus();
    return absl::InvalidArgumentError(absl::StrCat("the prompt has ", prompt.size(), " tokens and the reply ", reply,
                                                   "; the context of ", name_, " is ", context));
  }

  // Replies with the same sampling are generated together.
  void Generate(absl::Span<const ChatRequest> requests, const std::vector<TokenIds>& prompts,
                const std::vector<size_t>& indices, Done done) {
    std::map<std::tuple<double, double, int64_t>, std::vector<size_t>> groups;
    for (const size_t i : indices) {
      groups[{requests[i].temperature, requests[i].top_p, requests[i].max_tokens}].push_back(i);
    }
    for (const auto& [sampling, group] : groups) {
      // In parts, so that an early end comes early.
      for (size_t begin = 0; begin < group.size(); begin += kPart) {
        const size_t end = std::min(group.size(), begin + kPart);
        if (!GeneratePart(requests, prompts, {group.begin() + begin, group.begin() + end}, done)) return;
      }
    }
  }

  // False: an early end was asked for.
  bool GeneratePart(absl::Span<const ChatRequest> requests, const std::vector<TokenIds>& prompts,
                    const std::vector<size_t>& part, Done done) {
    std::vector<GenerationRequest> generation;
    for (const size_t i : part) generation.push_back({prompts[i], StreamItem(requests[i]), 0});
    GenerationOptions options;
    options.sampling.temperature = requests[part[0]].temperature;
    options.sampling.top_p = requests[part[0]].top_p;
    options.max_new_tokens = requests[part[0]].max_tokens;
    options.stop_ids = model_.decoder.config().eos_ids;
    options.stream = "lm/chat";
    options.batch_size = options_.batch_size;
    options.threads = options_.threads;
    options.max_cache_bytes = options_.max_cache_bytes;
    options.ends = [&](int64_t k, const TokenIds& ids) {
      return FindStop(model_.tokenizer->Decode(ids), StopStrings(requests[part[k]])) != absl::string_view::npos;
    };
    std::mutex mutex;
    bool go_on = true;
    options.on_finished = [&](int64_t k, const Generation& generated) {
      ChatReply reply = Reply(requests[part[k]], prompts[part[k]], generated);
      const std::lock_guard<std::mutex> lock(mutex);
      answered_.insert(part[k]);
      if (go_on) go_on = done(part[k], std::move(reply));
    };
    const auto generated = lm::Generate(model_.decoder, generation, options);
    for (const size_t i : part) {
      if (go_on && answered_.insert(i).second) go_on = done(i, generated.status());
    }
    return go_on;
  }

  ChatReply Reply(const ChatRequest& request, const TokenIds& prompt, const Generation& generated) const {
    const std::vector<int32_t>& ends = model_.decoder.config().eos_ids;
    const absl::Span<const int32_t> ids = generated.ids;
    const bool has_end = !ids.empty() && std::count(ends.begin(), ends.end(), ids.back()) > 0;
    std::string text = model_.tokenizer->Decode(ids.first(ids.size() - (has_end ? 1 : 0)));
    const size_t stop = FindStop(text, StopStrings(request));
    if (stop != absl::string_view::npos) text.resize(stop);
    if (!request.messages.empty()) text = std::string(absl::StripAsciiWhitespace(text));
    return {std::move(text), generated.finish_reason == FinishReason::kStop ? "stop" : "length", name_,
            static_cast<int64_t>(prompt.size()), static_cast<int64_t>(ids.size())};
  }

  void ChooseLabels(const std::vector<TokenIds>& prompts, const std::vector<size_t>& indices, Done done) {
    const std::vector<TokenIds> labels = LabelIds();
    const torch::NoGradGuard no_grad;
    for (const size_t i : indices) {
      ScoringBatch batch;
      batch.prompts = {prompts[i]};
      batch.responses = labels;
      for (int label = 0; label < static_cast<int>(labels.size()); ++label) batch.pairs.push_back({0, label});
      const torch::Tensor sums = ScorePairs(model_.decoder, batch).sum_P.to(torch::kFloat64).cpu();
      const double* scores = sums.data_ptr<double>();
      const size_t best = std::max_element(scores, scores + labels.size()) - scores;
      std::vector<std::string> texts;
      for (size_t label = 0; label < labels.size(); ++label) texts.push_back(absl::StrFormat("%.6g", scores[label]));
      ChatReply reply{absl::StrCat(options_.labels[best],
                                   "\nlog-probabilities of the labels, in their order: ", absl::StrJoin(texts, ", ")),
                      "stop", name_, static_cast<int64_t>(prompts[i].size()), 0};
      answered_.insert(i);
      if (!done(i, std::move(reply))) return;
    }
  }

  // What follows "Assistant:".
  std::vector<TokenIds> LabelIds() const {
    std::vector<TokenIds> ids;
    for (const std::string& label : options_.labels) ids.push_back(model_.tokenizer->Encode(" " + label));
    return ids;
  }

  int64_t LongestLabel() const {
    size_t longest = 0;
    for (const TokenIds& ids : LabelIds()) longest = std::max(longest, ids.size());
    return longest;
  }

  static constexpr size_t kPart = 256;

  const LanguageModel model_;
  const std::string name_;
  const LocalChatOptions options_;
  std::set<size_t> answered_;  // of the running call
};

}  // namespace

std::string PlainChatText(const ChatRequest& request) {
  if (request.messages.empty()) return request.prompt;
  std::string text;
  for (const ChatMessage& message : request.messages) {
    absl::StrAppend(&text, Capitalized(message.role), ": ", message.content, "\n\n");
  }
  return text + "Assistant:";
}

absl::StatusOr<std::unique_ptr<ChatModel>> LoadLocalChatModel(const std::string& folder,
                                                              const LocalChatOptions& options) {
  LoadOptions load;
  load.device = options.device;
  ASSIGN_OR_RETURN(LanguageModel model, LoadLanguageModel(folder, load));
  ASSIGN_OR_RETURN(const std::string hash, base::Sha256HexOfFolder(folder));
  const std::filesystem::path path = std::filesystem::path(folder).lexically_normal();
  const std::string last = (path.has_filename() ? path : path.parent_path()).filename().string();
  const std::string labels = options.labels.empty() ? "" : absl::StrCat(" labels ", absl::StrJoin(options.labels, " "));
  return std::unique_ptr<ChatModel>(
      new LocalChatModel(std::move(model), absl::StrCat(last, "@", hash.substr(0, 12), labels), options));
}

}  // namespace lm
