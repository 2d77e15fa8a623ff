// The child process that renders, and what is said to it.
#include <memory>
#include <mutex>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "lm/chat/template/chat_template.h"
#include "lm/chat/template/line_process.h"
#include "lm/chat/template/renderer.h"

namespace lm {
namespace {

using ::base::OrderedJson;

constexpr char kPython[] = "/usr/bin/python3";  // Debian's, which has Debian's Jinja
// Of the clock on the wall. The processor's, which a template may use up, is limited by the child.
constexpr absl::Duration kPatience = absl::Minutes(2);

class Renderer {
 public:
  // The child's reply.
  absl::StatusOr<OrderedJson> Ask(const OrderedJson& request) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (child_ == nullptr) RETURN_IF_ERROR(Start());
    const absl::Status sent = child_->Send(request.dump(-1, ' ', false, OrderedJson::error_handler_t::replace));
    absl::StatusOr<std::string> line = sent.ok() ? child_->Receive(kPatience) : sent;
    if (line.ok()) return OrderedJson::parse(*line);
    child_.reset();
    return absl::ResourceExhaustedError(
        absl::StrCat("it takes more than 1 GiB of memory or 5 s of processor time, or writes too much (",
                     line.status().message(), ")"));
  }

 private:
  absl::Status Start() {
    auto child = LineProcess::Start({kPython, "-I", "-c", kRenderer});
    const bool has_jinja = child.ok() && (*child)->Receive(kPatience).ok();
    if (has_jinja) {
      child_ = *std::move(child);
      return absl::OkStatus();
    }
    return absl::FailedPreconditionError(absl::StrCat(
        "chat templates are rendered by ", kPython, " with Jinja, and there is none; install python3-jinja2",
        child.ok() ? "" : absl::StrCat(" (", child.status().message(), ")")));
  }

  std::mutex mutex_;
  std::unique_ptr<LineProcess> child_;
};

// Places of characters in a text, ascending, to places of bytes. The child counts code points.
std::vector<std::pair<size_t, size_t>> ByteSpans(const std::string& text, const OrderedJson& spans) {
  std::vector<std::pair<size_t, size_t>> bytes;
  size_t byte = 0, character = 0;
  const auto at = [&](size_t place) {
    if (place < character) byte = character = 0;
    while (character < place && byte < text.size()) {
      ++byte;
      while (byte < text.size() && (text[byte] & 0xC0) == 0x80) ++byte;
      ++character;
    }
    return byte;
  };
  for (const OrderedJson& span : spans) {
    const size_t begin = at(span[0].get<size_t>());
    bytes.emplace_back(begin, at(span[1].get<size_t>()));
  }
  return bytes;
}

}  // namespace

absl::StatusOr<RenderedChat> RenderChat(const ChatTemplate& chat, const OrderedJson& messages,
                                        const RenderOptions& options) {
  static Renderer* const renderer = new Renderer;  // never destroyed: threads may outlive main
  OrderedJson variables = chat.special_tokens;
  variables.update(options.variables);
  const OrderedJson now = options.now.empty() ? OrderedJson() : OrderedJson(options.now);
  const auto reply = renderer->Ask({{"template", chat.text},
                                    {"messages", messages},
                                    {"variables", variables},
                                    {"add_generation_prompt", options.add_generation_prompt},
                                    {"continue_final_message", options.continue_final_message},
                                    {"now", now}});
  if (!reply.ok()) return base::Annotate(reply.status(), chat.source);
  const auto error = reply->find("error");
  if (error == reply->end()) {
    RenderedChat rendered;
    rendered.text = (*reply)["text"].get<std::string>();
    rendered.assistant = ByteSpans(rendered.text, (*reply)["spans"]);
    return rendered;
  }
  const bool is_its_own = (*reply)["said_by_template"].get<bool>();
  return absl::InvalidArgumentError(absl::StrCat(
      chat.source, is_its_own ? ": the template refuses the messages: " : ": ", error->get<std::string>()));
}

}  // namespace lm
