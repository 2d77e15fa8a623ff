// Verdict parsers: how a judge's reply is read, ours and the published ones by name.
//
//   strict    ours: evaluation/replies/reader.h, in any grammar. The verdict that is given outside of thinking counts;
//             a reply that was cut has none.
//   fastchat  FastChat's llm_judge (arXiv:2306.05685): the first of "[[A]]", "[[B]]", "[[C]]", in this order, that
//             occurs anywhere; ratings, any number without a sign, from the first "[[n]]", else from the first "[n]";
//             two ratings that differ by at most 0.1 are a tie. In FastChat's three grammars.
//   sami-ext  win_rates.py of arXiv:2410.01704's code: whether an A and a B occur in what follows "Final Response:".
//             Both, neither or no such words are a tie, so it finds a verdict in everything. In "final-response".
//
// The published ones read the reply as it is, thinking and all, as their code does.
#ifndef EVALUATION_JUDGES_PARSERS_H_
#define EVALUATION_JUDGES_PARSERS_H_

#include <array>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "evaluation/replies/grammar.h"
#include "evaluation/replies/verdict.h"

namespace evaluation {

enum class Parser { kStrict, kFastChat, kSamiExt };

inline constexpr std::array<Parser, 3> kParsers = {Parser::kStrict, Parser::kFastChat, Parser::kSamiExt};

absl::string_view ParserName(Parser parser);
// kInvalidArgument lists the names.
absl::StatusOr<Parser> ParserFromName(absl::string_view name);

// As ReadReply (evaluation/replies/reader.h), by this parser; it reads the grammar (CheckGrammar).
Reading ParseReply(Parser parser, const Grammar& grammar, absl::string_view reply, absl::string_view finish_reason,
                   absl::Span<const absl::string_view> shown);

// kInvalidArgument when the parser can read nothing in that grammar.
absl::Status CheckGrammar(Parser parser, const Grammar& grammar);

// The grammar of a prompt's output format. kInvalidArgument lists those that there are.
absl::StatusOr<Grammar> GrammarOfFormat(absl::string_view output_format);

// Ratings that differ by no more are a tie, in FastChat.
inline constexpr double kFastChatTieDifference = 0.1;

}  // namespace evaluation

#endif  // EVALUATION_JUDGES_PARSERS_H_
