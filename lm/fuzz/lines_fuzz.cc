// Any bytes as a line of recorded exchanges, and as a file of prompts: refused in one line that names the place, or
// read as the headers promise.
#include <cstdint>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "base/check.h"
#include "base/fuzz/one_line_error.h"
#include "lm/chat/exchange.h"
#include "lm/chat/prompt_file.h"

namespace lm {
namespace {

constexpr char kWhere[] = "lines.jsonl";

void TestExchange(absl::string_view line) {
  const auto exchange = ParseExchange(line, kWhere);
  if (!exchange.ok()) return base::CheckOneLineError(exchange.status(), kWhere);
  SAMI_CHECK(exchange->id.size() == 64 && MayBeginExchange(line.substr(0, 4)));
}

void TestPrompts(absl::string_view text) {
  const auto prompts = ParsePrompts(text, kWhere);
  if (!prompts.ok()) return base::CheckOneLineError(prompts.status(), kWhere);
  for (const PromptLine& line : *prompts) {
    SAMI_CHECK(!line.prompt.empty() + !line.prompt_ids.empty() + !line.messages.empty() == 1) << line.where;
    SAMI_CHECK(absl::StartsWith(line.where, kWhere));
  }
}

}  // namespace
}  // namespace lm

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  lm::TestExchange(text);
  lm::TestPrompts(text);
  return 0;
}
