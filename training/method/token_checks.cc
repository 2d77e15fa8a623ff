#include "training/method/token_checks.h"

#include "absl/strings/str_cat.h"

namespace training {

absl::Status CheckPromptAndResponse(const lm::TokenIds& prompt, const lm::TokenIds& response, int64_t max_tokens,
                                    absl::string_view where) {
  if (prompt.empty()) return absl::InvalidArgumentError(absl::StrCat(where, ": the prompt is empty"));
  if (response.empty()) return absl::InvalidArgumentError(absl::StrCat(where, ": the response is empty"));
  const int64_t tokens = prompt.size() + response.size();
  if (tokens <= max_tokens) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(where, ": prompt and response have ", tokens, " tokens, more than the ", max_tokens, " allowed"));
}

}  // namespace training
