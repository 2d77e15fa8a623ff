#include "lm/chat/text_generation.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <mutex>
#include <tuple>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/hash.h"
#include "base/progress.h"
#include "base/status.h"
#include "lm/decoding/generation.h"
#include "lm/decoding/stop_strings.h"

namespace lm {
namespace {

using Done = absl::FunctionRef<bool(size_t, absl::StatusOr<ChatReply>)>;

constexpr char kNextTurn[] = "\n\nUser:";

std::string Capitalized(std::string word) {
  if (!word.empty()) word[0] = absl::ascii_toupper(word[0]);
  return word;
}

std::vector<std::string> StopStrings(const LanguageModel& model, const ChatRequest& request) {
  std::vector<std::string> stops = request.stop;
  if (!request.messages.empty() && model.chat == nullptr) stops.push_back(kNextTurn);
  return stops;
}

SamplingOptions SamplingOf(const ChatRequest& request) {
  return {request.temperature, request.top_k.value_or(0), request.top_p, request.min_p.value_or(0),
          request.repetition_penalty.value_or(1)};
}

// Without one of its own, a function of the seed and the prompt.
ReplyStream StreamOf(const ChatRequest& request) {
  if (request.stream.has_value()) return *request.stream;
  const std::string prompt =
      request.prompt_ids.empty() ? PlainChatText(request) : absl::StrJoin(request.prompt_ids, " ");
  return {0, "lm/chat", base::Id64(absl::StrCat(request.seed.value_or(0), "\n", prompt)), 0};
}

// Bytes that the system could give a program now; 0 when it does not say.
int64_t FreeBytes() {
  std::ifstream file("/proc/meminfo");
  std::string name, rest;
  int64_t kib;
  while (file >> name >> kib && std::getline(file, rest)) {
    if (name == "MemAvailable:") return kib * 1024;
  }
  return 0;
}

absl::Status Check(const ModelConfig& config, const ChatRequest& request, const TokenIds& prompt) {
  RETURN_IF_ERROR(CheckSamplingOptions(SamplingOf(request)));
  if (request.max_tokens < 1) return absl::InvalidArgumentError("max_tokens must be at least 1");
  if (prompt.empty()) return absl::InvalidArgumentError("the prompt is empty");
  if (request.max_tokens > config.max_positions - static_cast<int64_t>(prompt.size())) {
    return absl::InvalidArgumentError(absl::StrCat("the prompt has ", prompt.size(), " tokens; with max_tokens ",
                                                   request.max_tokens, " that exceeds the model's context of ",
                                                   config.max_positions, "; shorten it or lower max_tokens"));
  }
  for (const int32_t id : prompt) {
    if (id >= 0 && id < config.vocab_size) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("token id ", id, " is not in the model's vocabulary of ", config.vocab_size));
  }
  return absl::OkStatus();
}

ChatReply MakeReply(const LanguageModel& model, const ChatRequest& request, size_t prompt_tokens,
                    const Generation& generated) {
  const std::vector<int32_t>& ends = model.ends.stop;
  const absl::Span<const int32_t> ids = generated.ids;
  const bool has_end = !ids.empty() && std::count(ends.begin(), ends.end(), ids.back()) > 0;
  const absl::Span<const int32_t> said = ids.first(ids.size() - (has_end ? 1 : 0));
  std::string text = model.tokenizer->Decode(said);
  const size_t stop = FindStop(text, StopStrings(model, request));
  const bool is_cut = stop != absl::string_view::npos;
  if (is_cut) text.resize(stop);
  if (!request.messages.empty()) text = std::string(absl::StripAsciiWhitespace(text));
  return {std::move(text),
          generated.finish_reason == FinishReason::kStop ? "stop" : "length",
          "",
          static_cast<int64_t>(prompt_tokens),
          static_cast<int64_t>(ids.size()),
          is_cut ? TokenIds() : TokenIds(said.begin(), said.end()),
          TokenIds(ids.begin(), ids.end())};
}

// What requests that are generated together have in common.
using Kind = std::tuple<double, double, int64_t, double, double, int64_t, uint64_t, std::string>;

Kind KindOf(const ChatRequest& request) {
  const SamplingOptions sampling = SamplingOf(request);
  const ReplyStream stream = StreamOf(request);
  return {sampling.temperature,        sampling.top_p,     sampling.top_k, sampling.min_p,
          sampling.repetition_penalty, request.max_tokens, stream.seed,    stream.name};
}

// Those of `requests` that `members` names, all of one kind. False: an early end was asked for.
bool GenerateTogether(const LanguageModel& model, absl::Span<const ChatRequest> requests,
                      const std::vector<TokenIds>& prompts, const std::vector<size_t>& members,
                      const TextGenerationOptions& how, Done done) {
  const ChatRequest& any = requests[members[0]];
  GenerationOptions options;
  options.sampling = SamplingOf(any);
  options.max_new_tokens = any.max_tokens;
  options.stop_ids = model.ends.stop;
  options.seed = StreamOf(any).seed;
  options.stream = StreamOf(any).name;
  options.batch_size = how.batch_size;
  options.threads = how.threads;
  options.max_cache_bytes = how.max_cache_bytes;
  if (how.max_cache_bytes == TextGenerationOptions::kMostOfFreeMemory) {
    // What a device has free its allocator knows, which says so itself.
    options.max_cache_bytes = model.decoder.device().is_cpu() ? static_cast<int64_t>(0.9 * FreeBytes()) : 0;
  }
  std::vector<GenerationRequest> generation;
  std::vector<std::vector<std::string>> stops;
  for (const size_t i : members) {
    const ReplyStream stream = StreamOf(requests[i]);
    generation.push_back({prompts[i], stream.item, stream.sample});
    stops.push_back(StopStrings(model, requests[i]));
  }
  // The whole text each time: a stop string may lie across any number of tokens, and some tokenizers decode a token
  // differently after others. Costs a thousandth of the token's own decoding.
  options.ends = [&](int64_t k, const TokenIds& ids) {
    return !stops[k].empty() && FindStop(model.tokenizer->Decode(ids), stops[k]) != absl::string_view::npos;
  };
  std::mutex mutex;
  bool go_on = true;
  std::vector<bool> is_answered(members.size(), false);
  options.is_cancelled = [&] {
    const std::lock_guard<std::mutex> lock(mutex);
    return !go_on;
  };
  options.on_finished = [&](int64_t k, const Generation& generated) {
    const size_t i = members[k];
    ChatReply reply = MakeReply(model, requests[i], prompts[i].size(), generated);
    const std::lock_guard<std::mutex> lock(mutex);
    is_answered[k] = true;
    if (go_on) go_on = done(i, std::move(reply));
  };
  const absl::Status status = Generate(model.decoder, generation, options).status();
  for (size_t k = 0; k < members.size() && go_on; ++k) {
    if (!is_answered[k]) go_on = done(members[k], status);
  }
  return go_on;
}

// Whether two requests are known to have the same prompt.
bool AskTheSame(const ChatRequest& a, const ChatRequest& b) {
  const auto is_alike = [](const ChatMessage& x, const ChatMessage& y) {
    return x.role == y.role && x.content == y.content;
  };
  return a.prompt == b.prompt && a.prompt_ids.empty() && b.prompt_ids.empty() &&
         a.allow_special_in_text == b.allow_special_in_text &&
         std::equal(a.messages.begin(), a.messages.end(), b.messages.begin(), b.messages.end(), is_alike);
}

}  // namespace

void Apply(const PublishedSampling& sampling, ChatRequest* request) {
  request->temperature = sampling.temperature;
  request->top_k = sampling.top_k;
  request->top_p = sampling.top_p;
  request->min_p = sampling.min_p;
  request->repetition_penalty = sampling.repetition_penalty;
}

std::string PlainChatText(const ChatRequest& request) {
  if (request.messages.empty()) return request.prompt;
  std::string text;
  for (const ChatMessage& message : request.messages) {
    absl::StrAppend(&text, Capitalized(message.role), ": ", message.content, "\n\n");
  }
  return text + "Assistant:";
}

absl::StatusOr<PromptText> PromptTextOf(const LanguageModel& model, const ChatRequest& request) {
  if (!request.prompt_ids.empty()) return PromptText();
  const SpecialText special = request.allow_special_in_text ? SpecialText::kAsTokens : SpecialText::kAsText;
  if (request.messages.empty() || model.chat == nullptr) return PromptText::Of(PlainChatText(request), special);
  ChatFormat format = *model.chat;
  if (request.allow_special_in_text) format.content = special;
  return RenderPrompt(format, *model.tokenizer, MessagesJson(request.messages));
}

absl::StatusOr<TokenIds> PromptIds(const LanguageModel& model, const ChatRequest& request) {
  if (!request.prompt_ids.empty()) return request.prompt_ids;
  ASSIGN_OR_RETURN(const PromptText prompt, PromptTextOf(model, request));
  return EncodePrompt(*model.tokenizer, prompt);
}

absl::Status CheckRequest(const LanguageModel& model, const ChatRequest& request) {
  ASSIGN_OR_RETURN(const TokenIds prompt, PromptIds(model, request));
  return Check(model.decoder.config(), request, prompt);
}

void GenerateReplies(const LanguageModel& model, absl::Span<const ChatRequest> requests,
                     const TextGenerationOptions& options, Done done) {
  std::vector<TokenIds> prompts;
  std::map<Kind, std::vector<size_t>> kinds;
  for (size_t i = 0; i < requests.size(); ++i) {
    // The samples of a prompt come after each other as a rule.
    if (i > 0 && AskTheSame(requests[i], requests[i - 1])) {
      prompts.push_back(prompts.back());
    } else {
      absl::StatusOr<TokenIds> prompt = PromptIds(model, requests[i]);
      prompts.push_back(prompt.ok() ? *std::move(prompt) : TokenIds());
      if (!prompt.ok()) {
        if (!done(i, prompt.status())) return;
        continue;
      }
    }
    const absl::Status status = Check(model.decoder.config(), requests[i], prompts.back());
    if (status.ok()) {
      kinds[KindOf(requests[i])].push_back(i);
    } else if (!done(i, status)) {
      return;
    }
  }
  for (const auto& [kind, members] : kinds) {
    if (!GenerateTogether(model, requests, prompts, members, options, done)) return;
  }
}

absl::StatusOr<std::vector<GeneratedText>> GenerateTexts(const LanguageModel& model,
                                                         const std::vector<TextRequest>& requests,
                                                         const TextOptions& options) {
  std::vector<ChatRequest> asked;
  for (const TextRequest& request : requests) {
    ChatRequest& text = asked.emplace_back();
    if (model.chat == nullptr) {
      text.prompt = request.prompt;
    } else {
      if (!options.asking.system.empty()) text.messages.push_back({"system", options.asking.system});
      text.messages.push_back({"user", request.prompt});
    }
    text.allow_special_in_text = options.asking.special == SpecialText::kAsTokens;
    text.temperature = options.temperature;
    text.top_p = options.top_p;
    if (options.published.has_value()) Apply(*options.published, &text);
    text.max_tokens = options.max_new_tokens;
    text.stop = options.stop;
    text.stream = ReplyStream{options.seed, options.stream, request.item, request.sample};
  }
  TextGenerationOptions how;
  how.threads = options.threads;
  base::Progress progress(options.title, requests.size(), "texts");
  std::vector<GeneratedText> texts(requests.size());
  absl::Status status;
  GenerateReplies(model, asked, how, [&](size_t i, absl::StatusOr<ChatReply> reply) {
    if (!reply.ok()) {
      status = base::Annotate(reply.status(), absl::StrCat("question ", requests[i].item));
      return false;
    }
    texts[i] = {std::string(absl::StripAsciiWhitespace(reply->text)), reply->finish_reason == "stop",
                reply->completion_tokens, std::move(reply->ids), std::move(reply->sampled)};
    progress.Add(1);
    return true;
  });
  RETURN_IF_ERROR(status);
  return texts;
}

}  // namespace lm
