#include "sami/principles/writer.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "base/status.h"
#include "base/text.h"

namespace sami {
namespace {

constexpr size_t kShownCharacters = 80;  // of a reply in a message

absl::Status Validate(const WriterOptions& options) {
  const auto error = [](absl::string_view message) { return absl::InvalidArgumentError(message); };
  if (absl::StripAsciiWhitespace(options.task).empty()) return error("the task must not be empty");
  if (options.count < 1 || options.count > 1000) return error("the number of principles must be from 1 to 1000");
  if (options.replies < 1) return error("at least one reply must be allowed");
  return absl::OkStatus();
}

}  // namespace

std::string WriterPrompt(const WriterOptions& options, const std::vector<datasets::Principle>& so_far,
                         const std::string& problem) {
  std::string prompt = absl::StrCat(
      "A language model will answer requests of this kind:\n\n", absl::StripAsciiWhitespace(options.task), "\n\nWrite ",
      options.count - static_cast<int64_t>(so_far.size()),
      " principles that its answers could follow. Each is one short instruction about how to answer, such that a "
      "reader "
      "can tell from an answer alone whether it was followed. With each goes its antithesis: an instruction, as short, "
      "that asks for the opposite and that a reasonable person could prefer too. No two say the same.\n\n"
      "Reply with a JSON list and nothing else, one object a principle:\n"
      "[{\"name\": \"one_word\", \"principle\": \"...\", \"antithesis\": \"...\"");
  if (!options.limits.categories.empty()) absl::StrAppend(&prompt, ", \"relevant_for\": [\"...\"]");
  absl::StrAppend(&prompt, "}, ...]\n");
  if (!options.limits.categories.empty()) {
    absl::StrAppend(&prompt, "\"relevant_for\" lists the kinds of request that it suits, of: ",
                    absl::StrJoin(options.limits.categories, ", "), ".\n");
  }
  absl::StrAppend(&prompt, "No principle and no antithesis may be longer than ", options.limits.max_characters,
                  " characters.\n");
  if (!so_far.empty()) absl::StrAppend(&prompt, "\nThese are there already; write others:\n");
  for (const datasets::Principle& principle : so_far) {
    absl::StrAppend(&prompt, "- ", principle.text, " / ", principle.antitheses[0], "\n");
  }
  if (!problem.empty()) {
    absl::StrAppend(&prompt, "\nAn earlier reply could not be used as it was: ", problem, ".\n");
  }
  return prompt;
}

absl::StatusOr<std::vector<datasets::Principle>> WritePrinciples(const WriterOptions& options, lm::Recording& recording,
                                                                 std::vector<std::string>* problems) {
  RETURN_IF_ERROR(Validate(options));
  std::vector<datasets::Principle> principles;
  std::string problem, said;
  int64_t replies = 0;
  while (replies < options.replies && static_cast<int64_t>(principles.size()) < options.count) {
    lm::Inquiry inquiry;
    inquiry.request.messages = {{"user", WriterPrompt(options, principles, problem)}};
    inquiry.request.temperature = options.temperature;
    inquiry.request.top_p = options.top_p;
    inquiry.request.max_tokens = options.max_tokens;
    inquiry.request.seed = options.seed + replies++;
    inquiry.extra = options.extra;
    ASSIGN_OR_RETURN(const auto answers, recording.Ask({inquiry}));
    ASSIGN_OR_RETURN(const lm::ChatReply reply, answers[0]);
    said = reply.text;
    problem = std::string(AddWrittenPrinciples(reply.text, options.limits, &principles).message());
    principles.resize(std::min<size_t>(principles.size(), options.count));
    if (!problem.empty()) problems->push_back(problem);
  }
  if (static_cast<int64_t>(principles.size()) < options.count) {
    return absl::UnavailableError(
        absl::StrCat(recording.model(), " wrote ", principles.size(), " usable principles of ", options.count, " in ",
                     replies, replies == 1 ? " reply" : " replies", problem.empty() ? "" : "; of the last: ", problem,
                     "; it said ", base::Excerpt(said, kShownCharacters), ". What was said is kept and not asked for ",
                     "again: allow more replies, or give another seed, task or model"));
  }
  return principles;
}

}  // namespace sami
