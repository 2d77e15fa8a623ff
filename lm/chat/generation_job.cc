#include "lm/chat/generation_job.h"

#include <algorithm>
#include <cstdio>
#include <mutex>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/progress.h"
#include "base/status.h"
#include "lm/chat/prompt_file.h"
#include "lm/chat/text_journal.h"
#include "lm/decoding/generation.h"
#include "lm/decoding/stop_strings.h"

namespace lm {
namespace {

// Distinguishes models of one shape: each parameter's first numbers, which any training changes.
std::string Fingerprint(const Decoder& model) {
  constexpr int64_t kNumbers = 1024;
  std::string bytes;
  for (const auto& [name, value] : model.parameters()) {
    const torch::Tensor head = value.detach().flatten().slice(0, 0, kNumbers).to(torch::kFloat32).cpu().contiguous();
    absl::StrAppend(&bytes, name, absl::string_view(static_cast<const char*>(head.data_ptr()), head.nbytes()));
  }
  return base::Sha256Hex(bytes);
}

// All that changes results.
base::OrderedJson Settings(const LanguageModel& model, const GenerationJob& job, const std::string& prompts) {
  return {{"model", Fingerprint(model.decoder)},
          {"prompts", base::Sha256Hex(prompts)},
          {"num_samples", job.num_samples},
          {"temperature", job.sampling.temperature},
          {"top_k", job.sampling.top_k},
          {"top_p", job.sampling.top_p},
          {"min_p", job.sampling.min_p},
          {"repetition_penalty", job.sampling.repetition_penalty},
          {"max_tokens", job.max_tokens},
          {"stop", job.stop},
          {"seed", job.seed}};
}

// The ids of every prompt; an error names the line of one that leaves no room or has foreign ids.
absl::StatusOr<std::vector<TokenIds>> EncodePrompts(const LanguageModel& model, const std::vector<PromptLine>& prompts,
                                                    int64_t max_tokens) {
  const ModelConfig& config = model.decoder.config();
  std::vector<TokenIds> encoded;
  for (const PromptLine& prompt : prompts) {
    if (!prompt.messages.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat(prompt.where,
                       ": \"messages\" needs a chat template, a program that is not run here; apply it "
                       "yourself and give its text as \"prompt\", or ask an endpoint"));
    }
    encoded.push_back(prompt.prompt_ids.empty() ? EncodePrompt(*model.tokenizer, prompt.prompt) : prompt.prompt_ids);
    const TokenIds& ids = encoded.back();
    if (static_cast<int64_t>(ids.size()) + max_tokens > config.max_positions) {
      return absl::InvalidArgumentError(absl::StrCat(
          prompt.where, ": the prompt has ", ids.size(), " tokens; with max_tokens ", max_tokens,
          " that exceeds the model's context of ", config.max_positions, "; shorten it or lower max_tokens"));
    }
    for (const int32_t id : ids) {
      if (id < config.vocab_size) continue;
      return absl::InvalidArgumentError(
          absl::StrCat(prompt.where, ": token id ", id, " is not in the model's vocabulary of ", config.vocab_size));
    }
  }
  return encoded;
}

// Results on their way from the threads that decode to the journal.
class Writer {
 public:
  Writer(const LanguageModel& model, const GenerationJob& job, const std::vector<PromptLine>& prompts,
         TextJournal& journal)
      : model_(model),
        job_(job),
        prompts_(prompts),
        journal_(journal),
        progress_("generate", prompts.size() * job.num_samples - journal.size(), "texts") {}

  void Add(const TextJournal::Key& key, const Generation& generation) {
    const absl::Span<const int32_t> all = generation.ids;
    const std::vector<int32_t>& ends = model_.decoder.config().eos_ids;
    const bool has_end = std::count(ends.begin(), ends.end(), all.back()) > 0;
    std::string text = model_.tokenizer->Decode(all.first(all.size() - (has_end ? 1 : 0)));
    const size_t stop = FindStop(text, job_.stop);
    if (stop != absl::string_view::npos) text.resize(stop);
    const std::lock_guard<std::mutex> lock(mutex_);
    status_.Update(
        journal_.Add(key, {{"id", prompts_[key.first].id},
                           {"sample", key.second},
                           {"text", text},
                           {"finish_reason", generation.finish_reason == FinishReason::kStop ? "stop" : "length"},
                           {"tokens", all.size()}}));
    progress_.Add(1);
  }

  const absl::Status& status() const { return status_; }

 private:
  const LanguageModel& model_;
  const GenerationJob& job_;
  const std::vector<PromptLine>& prompts_;
  TextJournal& journal_;
  base::Progress progress_;
  std::mutex mutex_;
  absl::Status status_;
};

absl::Status CheckJob(const GenerationJob& job) {
  if (job.num_samples < 1) return absl::InvalidArgumentError("num_samples must be at least 1");
  for (const std::string& stop : job.stop) {
    if (stop.empty()) return absl::InvalidArgumentError("a stop string is empty");
  }
  return CheckSamplingOptions(job.sampling);
}

GenerationOptions Options(const LanguageModel& model, const GenerationJob& job) {
  GenerationOptions options;
  options.sampling = job.sampling;
  options.max_new_tokens = job.max_tokens;
  options.stop_ids = model.decoder.config().eos_ids;
  options.seed = job.seed;
  options.stream = "lm/generate";
  options.batch_size = job.batch_size;
  options.threads = job.threads;
  options.max_cache_bytes = job.max_cache_bytes;
  if (job.stop.empty()) return options;
  // The whole text each time: a stop string may lie across any number of tokens, and some tokenizers decode a token
  // differently after others. Costs a thousandth of the token's own decoding.
  options.ends = [&model, &job](int64_t, const TokenIds& ids) {
    return FindStop(model.tokenizer->Decode(ids), job.stop) != absl::string_view::npos;
  };
  return options;
}

}  // namespace

absl::Status RunGenerationJob(const LanguageModel& model, const GenerationJob& job) {
  RETURN_IF_ERROR(CheckJob(job));
  ASSIGN_OR_RETURN(const std::string text, base::ReadFile(job.prompts));
  ASSIGN_OR_RETURN(const std::vector<PromptLine> prompts, ParsePrompts(text, job.prompts));
  ASSIGN_OR_RETURN(const std::vector<TokenIds> encoded, EncodePrompts(model, prompts, job.max_tokens));
  ASSIGN_OR_RETURN(TextJournal journal, TextJournal::Open(job.out, Settings(model, job, text)));
  std::vector<GenerationRequest> requests;
  std::vector<TextJournal::Key> keys;
  for (size_t i = 0; i < prompts.size(); ++i) {
    for (int64_t sample = 0; sample < job.num_samples; ++sample) {
      if (journal.Has({i, sample})) continue;
      requests.push_back({encoded[i], prompts[i].item, static_cast<uint32_t>(sample)});
      keys.push_back({i, sample});
    }
  }
  GenerationOptions options = Options(model, job);
  std::fprintf(stderr, "%lld texts to generate, %lld of an earlier run; key/value cache: at most %.1f MiB\n",
               static_cast<long long>(requests.size()), static_cast<long long>(journal.size()),
               CacheBytes(model.decoder, requests, options) / 1048576.0);
  {
    Writer writer(model, job, prompts, journal);
    options.on_finished = [&](int64_t request, const Generation& generation) { writer.Add(keys[request], generation); };
    RETURN_IF_ERROR(Generate(model.decoder, requests, options).status());
    RETURN_IF_ERROR(writer.status());
  }
  return journal.Finish();
}

}  // namespace lm
