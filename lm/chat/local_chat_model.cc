#include "lm/chat/local_chat_model.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "base/hash.h"
#include "base/status.h"
#include "lm/checkpoint/model_files.h"
#include "lm/checkpoint/model_places.h"
#include "lm/scoring/scoring.h"

namespace lm {
namespace {

using Done = absl::FunctionRef<bool(size_t, absl::StatusOr<ChatReply>)>;

class LocalChatModel : public ChatModel {
 public:
  LocalChatModel(LanguageModel model, std::string name, LocalChatOptions options)
      : model_(std::move(model)), name_(std::move(name)), options_(std::move(options)) {}

  std::string name() const override { return name_; }

  absl::Status Check(const ChatRequest& request) const override {
    if (options_.labels.empty()) return CheckRequest(model_, request);
    ChatRequest label = request;
    label.max_tokens = LongestLabel();
    return CheckRequest(model_, label);
  }

  std::string Remark(const ChatRequest& request) const override {
    if (request.allow_special_in_text) return "";
    std::vector<std::string> texts = {request.prompt};
    for (const ChatMessage& message : request.messages) texts.push_back(message.content);
    for (const std::string& text : texts) {
      const std::string special = FirstSpecial(*model_.tokenizer, text);
      if (!special.empty()) return absl::StrCat("special tokens, as ", special, ", are in the text, and are text");
    }
    return "";
  }

  void Complete(absl::Span<const ChatRequest> requests, Done done) override {
    const auto named = [&](size_t i, absl::StatusOr<ChatReply> reply) {
      if (!reply.ok()) return done(i, base::Annotate(reply.status(), name_));
      reply->model = name_;
      return done(i, std::move(reply));
    };
    if (options_.labels.empty()) {
      GenerateReplies(model_, requests, options_.generation, named);
      return;
    }
    for (size_t i = 0; i < requests.size(); ++i) {
      if (!named(i, ChooseLabel(requests[i]))) return;
    }
  }

 private:
  absl::StatusOr<ChatReply> ChooseLabel(const ChatRequest& request) const {
    RETURN_IF_ERROR(Check(request));
    ASSIGN_OR_RETURN(const PromptText prompt, PromptTextOf(model_, request));
    ScoringBatch batch;
    for (const PromptAndResponse& ids : LabelIds(prompt)) {
      const int label = static_cast<int>(batch.prompts.size());
      batch.pairs.push_back({label, label});
      batch.prompts.push_back(request.prompt_ids.empty() ? ids.prompt : request.prompt_ids);
      batch.responses.push_back(ids.response);
    }
    const int labels = static_cast<int>(batch.responses.size());
    // Torch's exceptions, of which memory that does not suffice is one, end here.
    try {
      const torch::NoGradGuard no_grad;
      const torch::Tensor sums = ScorePairs(model_.decoder, batch).sum_P.to(torch::kFloat64).cpu();
      const double* scores = sums.data_ptr<double>();
      const size_t best = std::max_element(scores, scores + labels) - scores;
      std::vector<std::string> texts;
      ChatReply reply;
      for (int label = 0; label < labels; ++label) {
        texts.push_back(absl::StrFormat("%.6g", scores[label]));
        reply.alternatives.push_back({options_.labels[label], scores[label]});
      }
      reply.text = absl::StrCat(options_.labels[best], kLabelsNote, absl::StrJoin(texts, ", "));
      reply.finish_reason = "stop";
      reply.prompt_tokens = static_cast<int64_t>(batch.prompts[0].size());
      return reply;
    } catch (const std::exception& e) {
      return absl::InternalError(absl::string_view(e.what()).substr(0, 200));
    }
  }

  // The prompt with each label behind it: behind "Assistant:" a space comes first.
  std::vector<PromptAndResponse> LabelIds(const PromptText& prompt) const {
    std::vector<PromptAndResponse> ids;
    for (const std::string& label : options_.labels) {
      ids.push_back(EncodeResponse(model_, prompt, label, /*has_ended=*/false));
    }
    return ids;
  }

  int64_t LongestLabel() const {
    size_t longest = 0;
    for (const PromptAndResponse& ids : LabelIds(PromptText())) longest = std::max(longest, ids.response.size());
    return longest;
  }

  const LanguageModel model_;
  const std::string name_;
  const LocalChatOptions options_;
};

}  // namespace

std::unique_ptr<ChatModel> MakeLocalChatModel(LanguageModel model, const std::string& name,
                                              const LocalChatOptions& options) {
  return std::make_unique<LocalChatModel>(std::move(model), name, options);
}

absl::StatusOr<std::unique_ptr<ChatModel>> LoadLocalChatModel(const std::string& folder,
                                                              const LocalChatOptions& options) {
  LoadOptions load;
  load.device = options.device;
  load.keep_stored = true;
  load.compute_as_stored = options.compute_as_stored;
  std::shared_ptr<const ChatFormat> chat = options.format;
  if (chat == nullptr) {
    ASSIGN_OR_RETURN(const ModelPlaces places, FindModelPlaces(folder));
    ASSIGN_OR_RETURN(chat, FindChatFormat(places.texts, options.chat));
  }
  ASSIGN_OR_RETURN(LanguageModel model, LoadLanguageModel(folder, load, std::move(chat)));
  ASSIGN_OR_RETURN(const std::string hash, ModelIdentity(folder));
  const std::filesystem::path path = std::filesystem::path(folder).lexically_normal();
  const std::string last = (path.has_filename() ? path : path.parent_path()).filename().string();
  const std::string labels = options.labels.empty() ? "" : absl::StrCat(" labels ", absl::StrJoin(options.labels, " "));
  // The folder's own template is among its files.
  const ChatFormatChoice& chat_choice = options.chat;
  const std::string how =
      absl::StrCat(chat_choice.chat_template, "\n", chat_choice.variables.dump(), "\n", chat_choice.now, "\n",
                   chat_choice.fold_system, "\n", model.chat == nullptr ? "" : model.chat->chat_template.text);
  const bool is_own = chat_choice.chat_template == "auto" && chat_choice.variables.empty() &&
                      !chat_choice.fold_system && (model.chat == nullptr || chat_choice.now.empty());
  const std::string asked = is_own ? "" : absl::StrCat(" chat ", base::Sha256Hex(how).substr(0, 12));
  return MakeLocalChatModel(
      std::move(model),
      absl::StrCat(last, "@", hash.substr(0, 12), labels, asked, options.compute_as_stored ? " as stored" : ""),
      options);
}

}  // namespace lm
