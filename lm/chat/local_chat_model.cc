#include "lm/chat/local_chat_model.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "base/status.h"
#include "lm/checkpoint/model_files.h"
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
    ScoringBatch batch;
    batch.prompts = {PromptIds(model_, request)};
    batch.responses = LabelIds();
    const int labels = batch.responses.size();
    for (int label = 0; label < labels; ++label) batch.pairs.push_back({0, label});
    // Torch's exceptions, of which memory that does not suffice is one, end here.
    try {
      const torch::NoGradGuard no_grad;
      const torch::Tensor sums = ScorePairs(model_.decoder, batch).sum_P.to(torch::kFloat64).cpu();
      const double* scores = sums.data_ptr<double>();
      const size_t best = std::max_element(scores, scores + labels) - scores;
      std::vector<std::string> texts;
      for (int label = 0; label < labels; ++label) texts.push_back(absl::StrFormat("%.6g", scores[label]));
      return ChatReply{absl::StrCat(options_.labels[best],
                                    "\nlog-probabilities of the labels, in their order: ", absl::StrJoin(texts, ", ")),
                       "stop", "", static_cast<int64_t>(batch.prompts[0].size()), 0};
    } catch (const std::exception& e) {
      return absl::InternalError(absl::string_view(e.what()).substr(0, 200));
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
  ASSIGN_OR_RETURN(LanguageModel model, LoadLanguageModel(folder, load));
  ASSIGN_OR_RETURN(const std::string hash, ModelIdentity(folder));
  const std::filesystem::path path = std::filesystem::path(folder).lexically_normal();
  const std::string last = (path.has_filename() ? path : path.parent_path()).filename().string();
  const std::string labels = options.labels.empty() ? "" : absl::StrCat(" labels ", absl::StrJoin(options.labels, " "));
  return MakeLocalChatModel(std::move(model), absl::StrCat(last, "@", hash.substr(0, 12), labels), options);
}

}  // namespace lm
