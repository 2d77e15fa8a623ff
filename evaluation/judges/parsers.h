// Verdict parsers: from a judge's reply to its verdict, one strict parser and the published ones by name.
//
//   strict    ours: what the prompt's output format asks for and nothing else. A reply that names no verdict, or more
//             than one, has none.
//   fastchat  FastChat's llm_judge (arXiv:2306.05685): the first of "[[A]]", "[[B]]", "[[C]]", in this order, that
//             occurs anywhere; ratings from the first "[[n]]", else from the first "[n]".
//   sami-ext  win_rates.py of arXiv:2410.01704's code: whether an A and a B occur in what follows "Final Response:".
//             Both, neither or no such words are a tie, so it finds a verdict in everything.
//
// Output formats, the `output_format` of a prompt: "[[A]]", "[[rating]]" (FastChat's), "[[rating_a,rating_b]]" (its old
// prompts'), "Final Response: A" (the papers').
#ifndef EVALUATION_JUDGES_PARSERS_H_
#define EVALUATION_JUDGES_PARSERS_H_

#include <array>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "evaluation/judges/judge.h"

namespace evaluation {

enum class Parser { kStrict, kFastChat, kSamiExt };

inline constexpr std::array<Parser, 3> kParsers = {Parser::kStrict, Parser::kFastChat, Parser::kSamiExt};

absl::string_view ParserName(Parser parser);
// kInvalidArgument lists the names.
absl::StatusOr<Parser> ParserFromName(absl::string_view name);

// Of a prompt that shows two answers. nullopt: no verdict. Strict: of "[[A]]", every occurrence of "[[A]]", "[[B]]" and
// "[[C]]" (a tie) must be the same one; of "Final Response: A", the words must stand once, and what follows must be A,
// B or C (a tie), perhaps in quotes, stars or brackets and with a full stop; of "[[rating_a,rating_b]]", one pair of
// numbers from 1 to 10, equal ones being a tie. FastChat takes a difference of at most 0.1 for a tie, and knows no
// "Final Response: A".
std::optional<Verdict> ParseVerdict(Parser parser, absl::string_view output_format, absl::string_view reply);

// Of a prompt that shows one answer. Strict: every "[[n]]" must be the same number from 1 to 10. FastChat: any number
// without a sign.
std::optional<double> ParseRating(Parser parser, absl::string_view reply);

// kInvalidArgument when the parser can read nothing in that format.
absl::Status CheckFormat(Parser parser, absl::string_view output_format);

// Ratings that differ by no more are a tie, in FastChat.
inline constexpr double kFastChatTieDifference = 0.1;

}  // namespace evaluation

#endif  // EVALUATION_JUDGES_PARSERS_H_
