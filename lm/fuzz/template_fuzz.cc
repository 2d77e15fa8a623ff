// Any bytes as a chat template, rendered by Jinja in its child process: an error that names the template, or a text
// whose stretches of the assistant's lie in it; and the renderer goes on with the next one.
#include <cstdint>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "base/check.h"
#include "lm/chat/template/chat_template.h"

namespace lm {
namespace {

void TestTemplate(absl::string_view text) {
  const ChatTemplate chat = {std::string(text), "t.jinja", {{"bos_token", "<s>"}, {"eos_token", "</s>"}}};
  const base::OrderedJson messages = {{{"role", "user"}, {"content", "a\xc3\xa9\xe6\x97\xa5?"}},
                                      {{"role", "assistant"}, {"content", "b"}}};
  RenderOptions options;
  options.now = "2026-01-31";
  options.continue_final_message = text.size() % 2 == 1;
  const auto rendered = RenderChat(chat, messages, options);
  if (!rendered.ok()) {
    SAMI_CHECK(absl::IsInvalidArgument(rendered.status()) || absl::IsResourceExhausted(rendered.status()))
        << rendered.status().ToString();
    SAMI_CHECK(absl::StartsWith(rendered.status().message(), "t.jinja: ")) << rendered.status().ToString();
    return;
  }
  size_t last = 0;
  for (const auto& [begin, end] : rendered->assistant) {
    SAMI_CHECK(begin <= end && end <= rendered->text.size()) << begin << ' ' << end << ' ' << rendered->text.size();
    SAMI_CHECK(begin >= last) << begin << " before " << last;
    last = begin;
  }
}

}  // namespace
}  // namespace lm

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  lm::TestTemplate(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
