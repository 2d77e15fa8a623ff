// Chat templates: the programs by which the makers of a model put conversations into text, rendered as transformers
// does.
//
// They are Jinja's, and are rendered by Jinja, Debian's python3-jinja2, in a child process: immutable sandbox, no
// loader, no file and no socket, 1 GiB of memory, five seconds of processor time a conversation (renderer.py). One
// child serves the whole program; it is started anew when a template has ended it.
#ifndef LM_CHAT_TEMPLATE_CHAT_TEMPLATE_H_
#define LM_CHAT_TEMPLATE_CHAT_TEMPLATE_H_

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/jsonl.h"

namespace lm {

struct ChatTemplate {
  std::string text;
  std::string source;  // where it is from: "DIR/chat_template.jinja", "DIR/tokenizer_config.json"
  // {"bos_token": "<s>", ...}: what the tokenizer's files call special, as templates see it.
  base::OrderedJson special_tokens = base::OrderedJson::object();
};

// The template that a model's folder has, as transformers 5 finds it: chat_template.jinja, else tokenizer_config.json's
// chat_template; by `name` one of its list or of additional_chat_templates/, "default" where that is empty.
// kNotFound where there is none, with what to do; kInvalidArgument for a list without that name (which are there is
// said), and for files that are not of their form.
absl::StatusOr<ChatTemplate> FindChatTemplate(const std::string& folder, absl::string_view name = "");

// A template of one's own, with the folder's special tokens.
absl::StatusOr<ChatTemplate> ChatTemplateOf(const std::string& folder, std::string text, std::string source);

struct RenderOptions {
  bool add_generation_prompt = false;   // the assistant's turn is begun
  bool continue_final_message = false;  // the last message's turn is not ended; excludes the former
  // More variables, above the special tokens: "tools", "documents", "enable_thinking", ...
  base::OrderedJson variables = base::OrderedJson::object();
  // What strftime_now tells, "2025-03-09" or with "T08:05:07" behind it. Where it is empty, a template that asks for
  // the date is refused: what it renders would change from day to day.
  std::string now;
};

struct RenderedChat {
  std::string text;
  // Bytes [begin, end) of the text that stand in {% generation %} blocks, ascending: what the assistant says.
  std::vector<std::pair<size_t, size_t>> assistant;
};

// messages: a list of objects, {"role", "content", ...}, as the template wants them; members that are null are absent.
// Errors, with the template's source: kInvalidArgument where the template refuses the conversation (its own words),
// fails or is wrong; kResourceExhausted where it takes too much; kFailedPrecondition where there is no Jinja, with what
// to install. Thread-safe; one conversation at a time, about 0.2 ms each.
absl::StatusOr<RenderedChat> RenderChat(const ChatTemplate& chat, const base::OrderedJson& messages,
                                        const RenderOptions& options);

}  // namespace lm

#endif  // LM_CHAT_TEMPLATE_CHAT_TEMPLATE_H_
