#include "lm/chat/generation_job.h"

#include <cstdio>
#include <filesystem>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/jsonl.h"
#include "base/random.h"
#include "base/status.h"
#include "lm/chat/prompt_file.h"
#include "lm/chat/recording.h"
#include "lm/decoding/sampling.h"
#include "lm/decoding/stop_strings.h"

namespace lm {
namespace {

// Their requests are held in memory, some 500 bytes each.
constexpr int64_t kMaxTexts = 4000000;

absl::Status CheckJob(const GenerationJob& job) {
  const auto wrong = [](const char* what) { return absl::InvalidArgumentError(what); };
  const ChatRequest& request = job.request;
  if (job.num_samples < 1) return wrong("num_samples must be at least 1");
  if (job.num_samples > kMaxTexts) {
    return absl::InvalidArgumentError(
        absl::StrCat("num_samples is ", job.num_samples, ", and a job has at most ", kMaxTexts, " texts"));
  }
  if (request.max_tokens < 1) return wrong("max_tokens must be at least 1");
  for (const std::string& stop : request.stop) {
    if (stop.empty()) return wrong("a stop string is empty");
  }
  return CheckSamplingOptions({request.temperature, request.top_k.value_or(0), request.top_p, request.min_p.value_or(0),
                               request.repetition_penalty.value_or(1)});
}

// A text that is asked for.
struct Text {
  const PromptLine* prompt;
  int64_t sample;
};

// What the prompt asks for, whatever the sample.
ChatRequest RequestOf(const GenerationJob& job, const PromptLine& prompt) {
  ChatRequest request = job.request;
  request.messages = prompt.messages;
  request.prompt_ids = prompt.prompt_ids;
  if (job.chat && !prompt.prompt.empty()) {
    request.messages = {{"user", prompt.prompt}};
  } else {
    request.prompt = prompt.prompt;
  }
  if (!job.system.empty() && !request.messages.empty() && request.messages[0].role != "system") {
    request.messages.insert(request.messages.begin(), {"system", job.system});
  }
  return request;
}

// Texts that could not be had, by the reason; OK when there are none.
absl::Status Missing(const GenerationJob& job, const std::vector<Text>& texts,
                     const std::vector<absl::StatusOr<ChatReply>>& replies) {
  std::vector<std::pair<absl::Status, std::vector<size_t>>> reasons;  // in the order of their first texts
  std::map<std::string, size_t> places;
  size_t count = 0;
  for (size_t i = 0; i < replies.size(); ++i) {
    if (replies[i].ok()) continue;
    ++count;
    const auto [place, is_new] = places.emplace(std::string(replies[i].status().message()), reasons.size());
    if (is_new) reasons.push_back({replies[i].status(), {}});
    reasons[place->second].second.push_back(i);
  }
  if (count == 0) return absl::OkStatus();
  std::string message = absl::StrCat(count, " of ", texts.size(), " texts are missing; those that are there are in ",
                                     job.out, ".partial, and the same command goes on with the others");
  constexpr size_t kShown = 5;
  for (size_t r = 0; r < reasons.size() && r < kShown; ++r) {
    const auto& [status, members] = reasons[r];
    const Text& first = texts[members[0]];
    absl::StrAppend(&message, "\n  ", first.prompt->where, ", sample ", first.sample,
                    members.size() > 1 ? absl::StrCat(" and ", members.size() - 1, " more") : "", ": ",
                    status.message());
  }
  if (reasons.size() > kShown) absl::StrAppend(&message, "\n  and ", reasons.size() - kShown, " other reasons");
  return absl::Status(reasons[0].first.code(), message);
}

base::OrderedJson Line(const GenerationJob& job, const Text& wanted, const ChatReply& reply) {
  // Some servers leave the stop string in.
  const std::string text = reply.text.substr(0, FindStop(reply.text, job.request.stop));
  const bool is_cut = text.size() < reply.text.size();
  base::OrderedJson tokens;
  if (reply.completion_tokens > 0) tokens = reply.completion_tokens;
  return {{"id", wanted.prompt->id},
          {"sample", wanted.sample},
          {"text", text},
          {"finish_reason", is_cut ? "stop" : reply.finish_reason},
          {"tokens", tokens}};
}

}  // namespace

absl::Status RunGenerationJob(ChatModel& model, const GenerationJob& job) {
  RETURN_IF_ERROR(CheckJob(job));
  ASSIGN_OR_RETURN(const std::string file, base::ReadFile(job.prompts));
  ASSIGN_OR_RETURN(const std::vector<PromptLine> prompts, ParsePrompts(file, job.prompts));
  if (base::FileExists(job.out) && !job.overwrite) {
    return absl::FailedPreconditionError(absl::StrCat(
        job.out, ": is there already, complete; write to another file, or give --overwrite to replace it"));
  }
  if (static_cast<int64_t>(prompts.size()) > kMaxTexts / job.num_samples) {
    return absl::InvalidArgumentError(absl::StrCat(job.prompts, ": ", prompts.size(), " prompts of ", job.num_samples,
                                                   " samples are more than the ", kMaxTexts,
                                                   " texts that a job may have; cut it into several"));
  }
  std::vector<Text> texts;
  std::vector<Inquiry> inquiries;
  std::map<std::string, std::pair<int64_t, std::string>> remarks;  // how many prompts, where the first is
  for (const PromptLine& prompt : prompts) {
    Inquiry inquiry{RequestOf(job, prompt)};
    inquiry.extra = job.extra;
    RETURN_IF_ERROR(base::Annotate(model.Check(inquiry.request), prompt.where));
    const std::string remark = model.Remark(inquiry.request);
    if (!remark.empty()) ++remarks.emplace(remark, std::pair(int64_t{0}, prompt.where)).first->second.first;
    for (int64_t sample = 0; sample < job.num_samples; ++sample) {
      inquiry.repeat = sample;
      inquiry.request.seed = base::RandomStream(job.seed, "lm/chat_job", prompt.item, sample).NextUint32() >> 1;
      inquiry.request.stream = ReplyStream{job.seed, "lm/generate", prompt.item, static_cast<uint32_t>(sample)};
      inquiries.push_back(inquiry);
      texts.push_back({&prompt, sample});
    }
  }
  for (const auto& [remark, seen] : remarks) {
    std::fprintf(stderr, "note: of %lld prompts, the first at %s: %s\n", static_cast<long long>(seen.first),
                 seen.second.c_str(), remark.c_str());
  }
  const std::string partial = job.out + ".partial";
  ASSIGN_OR_RETURN(const std::unique_ptr<Recording> recording, Recording::Open(partial, &model));
  RETURN_IF_ERROR(recording->CheckHoldsOnly(inquiries));
  if (!recording->note().empty()) std::fprintf(stderr, "note: %s\n", recording->note().c_str());
  std::fprintf(stderr, "%lld texts to ask for, %lld of an earlier run\n",
               static_cast<long long>(texts.size() - recording->size()), static_cast<long long>(recording->size()));
  recording->ShowProgress("generate", job.cost);
  ASSIGN_OR_RETURN(const std::vector<absl::StatusOr<ChatReply>> replies, recording->Ask(inquiries));
  RETURN_IF_ERROR(Missing(job, texts, replies));
  std::vector<base::OrderedJson> lines;
  for (size_t i = 0; i < texts.size(); ++i) lines.push_back(Line(job, texts[i], *replies[i]));
  const auto write_lines = [&](base::WritePart write) -> absl::Status {
    for (const base::OrderedJson& line : lines) {
      RETURN_IF_ERROR(write(base::PrintJson(line) + "\n"));
    }
    return absl::OkStatus();
  };
  // "<out>.partial" is the recording.
  RETURN_IF_ERROR(base::WriteFileInParts(job.out, write_lines, job.out + ".complete"));
  std::error_code ignored;
  std::filesystem::rename(Recording::ServersFile(partial), Recording::ServersFile(job.out), ignored);
  std::filesystem::remove(partial, ignored);
  return absl::OkStatus();
}

}  // namespace lm
