// A chat model for tests: what it says is a function of the request.
#ifndef LM_TESTING_SCRIPTED_MODEL_H_
#define LM_TESTING_SCRIPTED_MODEL_H_

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "lm/chat/chat_model.h"

namespace lm {

class ScriptedModel : public ChatModel {
 public:
  using Script = std::function<absl::StatusOr<std::string>(const ChatRequest&)>;

  explicit ScriptedModel(Script script) : script_(std::move(script)) {}

  std::string name() const override { return "scripted"; }

  void Complete(absl::Span<const ChatRequest> requests,
                absl::FunctionRef<bool(size_t, absl::StatusOr<ChatReply>)> done) override {
    // From the last to the first: an order that nobody may count on.
    for (size_t i = requests.size(); i-- > 0;) {
      asked_.push_back(requests[i]);
      const absl::StatusOr<std::string> text = script_(requests[i]);
      ChatReply said = reply;
      said.text = text.value_or("");
      if (!(text.ok() ? done(i, std::move(said)) : done(i, text.status()))) return;
    }
  }

  const std::vector<ChatRequest>& asked() const { return asked_; }

  ChatReply reply = {"", "stop", "served", 3, 2};  // of all but the text

 private:
  const Script script_;
  std::vector<ChatRequest> asked_;
};

}  // namespace lm

#endif  // LM_TESTING_SCRIPTED_MODEL_H_
