#include "experiments/pipeline/text_writer.h"

#include <cstdio>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/random.h"
#include "base/status.h"
#include "evaluation/judges/make_judge.h"
#include "experiments/pipeline/pipeline.h"
#include "experiments/pipeline/ranks/shared_work.h"
#include "experiments/spec/nodes.h"
#include "lm/chat/local_chat_model.h"
#include "lm/endpoint/endpoint.h"

namespace experiments {
namespace {

constexpr uint64_t kSeeds = uint64_t{1} << 31;  // servers take those below

lm::Inquiry InquiryOf(const lm::TextRequest& request, const lm::TextOptions& options, const std::string& extra) {
  lm::Inquiry inquiry;
  if (!options.asking.system.empty()) inquiry.request.messages.push_back({"system", options.asking.system});
  inquiry.request.messages.push_back({"user", request.prompt});
  inquiry.request.temperature = options.temperature;
  inquiry.request.top_p = options.top_p;
  inquiry.request.max_tokens = options.max_new_tokens;
  inquiry.request.stop = options.stop;
  base::RandomStream stream(options.seed, options.stream, request.item, request.sample);
  inquiry.request.seed = static_cast<int64_t>(stream.Below(kSeeds));
  inquiry.extra = extra;
  return inquiry;
}

}  // namespace

absl::StatusOr<AskedModel> AskModel(const Pipeline& pipeline, const sami_harness::Model& model,
                                    const std::string& subject) {
  AskedModel asked;
  if (model.has_replay()) {
    ASSIGN_OR_RETURN(asked.recording,
                     lm::Recording::Replay(pipeline.model_folders.at(model.name()), model.replay().model()));
    asked.extra = model.replay().extra();
    return asked;
  }
  if (model.has_folder()) {
    lm::LocalChatOptions options;
    options.device = pipeline.device;
    options.format = pipeline.chats.count(model.name()) > 0 ? pipeline.chats.at(model.name()) : nullptr;
    options.generation.threads = pipeline.model_threads();
    ASSIGN_OR_RETURN(asked.model, lm::LoadLocalChatModel(pipeline.model_folders.at(model.name()), options));
  } else {
    const auto access = pipeline.model_access.find(model.name());
    if (access == pipeline.model_access.end()) return NoModelAccess(model.name());
    ASSIGN_OR_RETURN(std::unique_ptr<lm::Endpoint> server, evaluation::MakeEndpoint(model.endpoint(), access->second));
    asked.extra = model.endpoint().extra();
    asked.cost = [endpoint = server.get()] { return lm::Summary(endpoint->statistics()); };
    asked.model = std::move(server);
  }
  ASSIGN_OR_RETURN(
      asked.recording,
      lm::Recording::Open(pipeline.run->OwnPathOf(absl::StrCat("exchanges/", subject, ".jsonl")), asked.model.get()));
  if (!asked.recording->note().empty()) {
    std::fprintf(stderr, "model %s: %s\n", model.name().c_str(), asked.recording->note().c_str());
  }
  return asked;
}

absl::StatusOr<TextWriter> TextWriter::Make(const Pipeline& pipeline, const std::string& arm_or_model,
                                            const std::string& subject) {
  TextWriter writer;
  writer.pipeline_ = &pipeline;
  writer.name_ = arm_or_model;
  const sami_harness::Model* model = FindNode(pipeline.spec.models(), RootModel(pipeline.spec, arm_or_model));
  if (model == nullptr || model->has_folder()) {
    ASSIGN_OR_RETURN(lm::LanguageModel loaded, LoadModel(pipeline, arm_or_model));
    writer.local_ = std::make_unique<lm::LanguageModel>(std::move(loaded));
    return writer;
  }
  ASSIGN_OR_RETURN(writer.server_, AskModel(pipeline, *model, subject));
  return writer;
}

absl::StatusOr<std::vector<lm::GeneratedText>> TextWriter::Write(const std::vector<lm::TextRequest>& requests,
                                                                 lm::TextOptions options, bool as_published) const {
  if (as_published && local_ == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat(
        options.title, ": sampling.as_published is for models with folders; give a server's temperature and top_p"));
  }
  if (as_published) {
    ASSIGN_OR_RETURN(options.published, lm::ReadPublishedSampling(local_->texts));
  }
  if (local_ != nullptr) return GenerateTexts(*pipeline_, name_, *local_, requests, options);
  std::vector<lm::Inquiry> inquiries;
  for (const lm::TextRequest& request : requests) inquiries.push_back(InquiryOf(request, options, server_.extra));
  server_.recording->ShowProgress(options.title, server_.cost);
  ASSIGN_OR_RETURN(const auto replies, server_.recording->Ask(inquiries));
  std::vector<lm::GeneratedText> texts;
  int64_t missing = 0;
  absl::Status first;
  for (const absl::StatusOr<lm::ChatReply>& reply : replies) {
    if (!reply.ok()) {
      first.Update(reply.status());
      ++missing;
      continue;
    }
    texts.push_back({std::string(absl::StripAsciiWhitespace(reply->text)),
                     reply->finish_reason != "length",
                     reply->completion_tokens,
                     {}});
  }
  if (missing == 0) return texts;
  return absl::UnavailableError(absl::StrCat(options.title, ": ", missing, " of ", requests.size(),
                                             " texts could not be had; ", first.message(),
                                             "; run again, and only those are asked for"));
}

}  // namespace experiments
