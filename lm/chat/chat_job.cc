#include "lm/chat/chat_job.h"

#include <cstdio>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/progress.h"
#include "base/random.h"
#include "base/status.h"
#include "lm/chat/prompt_file.h"
#include "lm/chat/text_journal.h"
#include "lm/decoding/stop_strings.h"

namespace lm {
namespace {

absl::Status CheckJob(const ChatJob& job) {
  const auto wrong = [](const char* what) { return absl::InvalidArgumentError(what); };
  if (job.num_samples < 1) return wrong("num_samples must be at least 1");
  if (job.max_tokens < 1) return wrong("max_tokens must be at least 1");
  if (!(job.temperature >= 0 && job.temperature <= 1e6)) return wrong("temperature must be a number >= 0");
  if (!(job.top_p > 0 && job.top_p <= 1)) return wrong("top_p must be in (0, 1]");
  for (const std::string& stop : job.stop) {
    if (stop.empty()) return wrong("a stop string is empty");
  }
  return absl::OkStatus();
}

// All that changes results, as far as it is in our hands.
base::OrderedJson Settings(const ChatModel& model, const ChatJob& job, const std::string& prompts) {
  base::OrderedJson settings = {{"model", model.name()},
                                {"prompts", base::Sha256Hex(prompts)},
                                {"num_samples", job.num_samples},
                                {"chat", job.chat},
                                {"temperature", job.temperature},
                                {"top_p", job.top_p},
                                {"max_tokens", job.max_tokens},
                                {"stop", job.stop},
                                {"seed", job.seed}};
  settings.update(job.settings);
  return settings;
}

absl::StatusOr<ChatRequest> Request(const ChatJob& job, const PromptLine& prompt) {
  if (!prompt.prompt_ids.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(prompt.where, ": prompt_ids are of one tokenizer, and the API takes texts; give \"prompt\""));
  }
  ChatRequest request;
  request.messages = prompt.messages;
  if (job.chat && request.messages.empty()) request.messages = {{"user", prompt.prompt}};
  if (request.messages.empty()) request.prompt = prompt.prompt;
  request.temperature = job.temperature;
  request.top_p = job.top_p;
  request.max_tokens = job.max_tokens;
  request.stop = job.stop;
  return request;
}

// Texts that could not be had, by the reason.
class Missing {
 public:
  void Add(const TextJournal::Key& key, const absl::Status& status) {
    const auto [found, is_new] = reasons_.try_emplace(std::string(status.message()), Reason{key, status, 0});
    if (key < found->second.first) found->second.first = key;
    ++found->second.count;
    ++count_;
  }

  // OK when there are none.
  absl::Status Report(const std::vector<PromptLine>& prompts, int64_t total, const std::string& out) const {
    if (count_ == 0) return absl::OkStatus();
    std::map<TextJournal::Key, const Reason*> by_key;
    for (const auto& [message, reason] : reasons_) by_key[reason.first] = &reason;
    std::string text = absl::StrCat(count_, " of ", total, " texts are missing; those that are there are in ", out,
                                    ".partial, and the same command goes on with the others");
    constexpr size_t kReasons = 5;
    size_t shown = 0;
    for (const auto& [key, reason] : by_key) {
      if (++shown > kReasons) break;
      absl::StrAppend(&text, "\n  ", prompts[key.first].where, ", sample ", key.second,
                      reason->count > 1 ? absl::StrCat(" and ", reason->count - 1, " more") : "", ": ",
                      reason->status.message());
    }
    if (by_key.size() > kReasons) absl::StrAppend(&text, "\n  and ", by_key.size() - kReasons, " other reasons");
    return absl::Status(by_key.begin()->second->status.code(), text);
  }

 private:
  struct Reason {
    TextJournal::Key first;
    absl::Status status;
    int64_t count;
  };
  std::map<std::string, Reason> reasons_;
  int64_t count_ = 0;
};

base::OrderedJson Line(const PromptLine& prompt, int64_t sample, const ChatReply& reply, const ChatJob& job) {
  // Some servers leave the stop string in.
  const std::string text = reply.text.substr(0, FindStop(reply.text, job.stop));
  const bool is_cut = text.size() < reply.text.size();
  base::OrderedJson tokens;
  if (reply.completion_tokens > 0) tokens = reply.completion_tokens;
  return {{"id", prompt.id},
          {"sample", sample},
          {"text", text},
          {"finish_reason", is_cut ? "stop" : reply.finish_reason},
          {"tokens", tokens}};
}

}  // namespace

absl::Status RunChatJob(ChatModel& model, const ChatJob& job) {
  RETURN_IF_ERROR(CheckJob(job));
  ASSIGN_OR_RETURN(const std::string text, base::ReadFile(job.prompts));
  ASSIGN_OR_RETURN(const std::vector<PromptLine> prompts, ParsePrompts(text, job.prompts));
  std::vector<ChatRequest> requests;
  std::vector<TextJournal::Key> keys;
  ASSIGN_OR_RETURN(TextJournal journal, TextJournal::Open(job.out, Settings(model, job, text)));
  for (size_t i = 0; i < prompts.size(); ++i) {
    ASSIGN_OR_RETURN(ChatRequest request, Request(job, prompts[i]));
    for (int64_t sample = 0; sample < job.num_samples; ++sample) {
      if (journal.Has({i, sample})) continue;
      request.seed = base::RandomStream(job.seed, "lm/chat_job", prompts[i].item, sample).NextUint32() >> 1;
      requests.push_back(request);
      keys.push_back({i, sample});
    }
  }
  std::fprintf(stderr, "%lld texts to ask for, %lld of an earlier run\n", static_cast<long long>(requests.size()),
               static_cast<long long>(journal.size()));
  absl::Status written;
  Missing missing;
  {
    base::Progress progress("generate", requests.size(), "texts");
    model.Complete(requests, [&](size_t index, absl::StatusOr<ChatReply> reply) {
      const auto& [prompt, sample] = keys[index];
      if (reply.ok()) {
        written.Update(journal.Add(keys[index], Line(prompts[prompt], sample, *reply, job)));
      } else {
        missing.Add(keys[index], reply.status());
      }
      progress.Add(reply.ok(), job.detail ? job.detail() : "");
      return written.ok();
    });
  }
  RETURN_IF_ERROR(written);
  RETURN_IF_ERROR(missing.Report(prompts, prompts.size() * job.num_samples, job.out));
  return journal.Finish();
}

}  // namespace lm
