// How a conversation becomes the text that a model is given: by its chat template, with what people wrote kept apart
// from what the template wrote. No torch.
//
// Control tokens that stand in a message ("<|im_end|>" in a question) are text, unless they are meant: they are taken
// out of the messages before the template sees them, one private-use character each, and put back behind it.
#ifndef LM_CHAT_CHAT_FORMAT_H_
#define LM_CHAT_CHAT_FORMAT_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/jsonl.h"
#include "lm/chat/chat_model.h"
#include "lm/chat/template/chat_template.h"
#include "lm/tokenizer/encode_turns.h"
#include "lm/tokenizer/tokenizer.h"

namespace lm {

// A text in stretches, each with what special tokens are in it.
struct PromptText {
  struct Stretch {
    std::string text;
    SpecialText special = SpecialText::kAsText;
  };
  std::vector<Stretch> stretches;

  static PromptText Of(absl::string_view text, SpecialText special = SpecialText::kAsText) {
    return {{{std::string(text), special}}};
  }
  std::string Text() const;
  std::vector<TextPiece> Pieces() const;  // of this, which must outlive them
  PromptText Before(size_t byte) const;
  PromptText From(size_t byte) const;
};

// EncodePrompt of encode_turns.h: ids with BOS as the tokenizer says.
TokenIds EncodePrompt(const Tokenizer& tokenizer, const PromptText& prompt);
PromptAndResponse EncodePromptAndResponse(const Tokenizer& tokenizer, const PromptText& prompt,
                                          const PromptText& response);

// Whether the token is one that SpecialText is about.
bool IsSpecial(const Tokenizer& tokenizer, int32_t id);
// The first of those that the text spells; empty where it spells none.
std::string FirstSpecial(const Tokenizer& tokenizer, absl::string_view text);

struct ChatFormat {
  ChatTemplate chat_template;
  base::OrderedJson variables = base::OrderedJson::object();  // RenderOptions'
  std::string now;                                            // RenderOptions'
  // A first message of the role "system" goes before the first user's text, a blank line between: for templates that
  // know no such role.
  bool fold_system = false;
  SpecialText content = SpecialText::kAsText;  // of messages
};

// Which format a folder's model is asked in.
struct ChatFormatChoice {
  // "auto": the folder's own template where it has one, else plain text. "plain". Or a template's name, where the
  // folder has several, or "file:" and the path of one.
  std::string chat_template = "auto";
  base::OrderedJson variables = base::OrderedJson::object();
  std::string now;
  bool fold_system = false;
};

// Null for plain text. Errors: FindChatTemplate's.
absl::StatusOr<std::shared_ptr<const ChatFormat>> FindChatFormat(const std::string& folder,
                                                                 const ChatFormatChoice& choice);

// Whether a folder's model, which FindModelPlaces finds, has a template of its own.
bool HasChatTemplate(const std::string& folder);

// How a text is put to a model.
struct Asking {
  std::string system;  // the system's message, where there is one; of no effect on models without chat template
  SpecialText special = SpecialText::kAsText;
};

// What a text becomes that a model is asked: what a user says, by its chat format; without one (null) the text as it
// stands. Errors: RenderPrompt's.
absl::StatusOr<PromptText> PromptOf(const ChatFormat* chat, const Tokenizer& tokenizer, absl::string_view text,
                                    const Asking& asking = {});

// [{"role": ..., "content": ...}, ...].
base::OrderedJson MessagesJson(const std::vector<ChatMessage>& messages);

// The conversation with the assistant's turn begun, which the reply continues. Errors: RenderChat's; kInvalidArgument
// for messages that hold characters of both private-use planes.
absl::StatusOr<PromptText> RenderPrompt(const ChatFormat& format, const Tokenizer& tokenizer,
                                        const base::OrderedJson& messages);

struct RenderedExchange {
  PromptText prompt, response;
};

// A conversation and how it goes on: `response` is all that the template writes for `completion`, end of turn and what
// comes behind it included. Where it begins is known exactly: behind RenderPrompt's text, which the whole must begin
// with, or at the last {% generation %} block. kInvalidArgument where neither is so, with the reason.
absl::StatusOr<RenderedExchange> RenderExchange(const ChatFormat& format, const Tokenizer& tokenizer,
                                                const base::OrderedJson& prompt, const base::OrderedJson& completion);

}  // namespace lm

#endif  // LM_CHAT_CHAT_FORMAT_H_
