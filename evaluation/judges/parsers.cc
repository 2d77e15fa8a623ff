#include "evaluation/judges/parsers.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "evaluation/replies/mentions.h"
#include "evaluation/replies/reader.h"

namespace evaluation {
namespace {

using ::absl::string_view;

Reading Read(Value value, size_t begin, size_t end) {
  Reading reading;
  reading.kind = Reading::Kind::kRead;
  reading.value = value;
  reading.begin = begin;
  reading.end = end;
  return reading;
}

Reading Nothing() {
  Reading reading;
  reading.why = "it names none of the verdicts that it was asked for";
  return reading;
}

Reading ByFastChat(const Grammar& grammar, string_view reply) {
  if (grammar.form == Grammar::Form::kWords) {
    for (const Grammar::Word& word : grammar.words) {
      const size_t at = reply.find(word.text);
      if (at != string_view::npos) return Read({word.verdict, word.strength, 0}, at, at + word.text.size());
    }
    return Nothing();
  }
  for (const auto& [open, close] : {std::pair("[[", "]]"), std::pair("[", "]")}) {
    const std::vector<FoundNumbers> found = FindNumbers(reply, open, close, grammar.ratings);
    if (found.empty()) continue;
    const std::vector<double>& numbers = found[0].numbers;
    const Value value = grammar.ratings == 1
                            ? Value{Verdict::kTie, 1, numbers[0]}
                            : Value{CompareRatings(numbers[0], numbers[1], kFastChatTieDifference), 1, 0};
    return Read(value, found[0].begin, found[0].end);
  }
  return Nothing();
}

Reading BySamiExt(const Grammar& grammar, string_view reply) {
  const size_t at = reply.find(grammar.lead);
  if (at == string_view::npos) return Read({}, 0, 0);
  const size_t begin = at + grammar.lead.size();
  const string_view part = reply.substr(begin, reply.find(grammar.lead, begin) - begin);
  const bool first = absl::StrContains(part, 'A'), second = absl::StrContains(part, 'B');
  const Verdict verdict = first == second ? Verdict::kTie : first ? Verdict::kFirst : Verdict::kSecond;
  return Read({verdict, 1, 0}, at, begin + part.size());
}

}  // namespace

string_view ParserName(Parser parser) {
  switch (parser) {
    case Parser::kStrict:
      return "strict";
    case Parser::kFastChat:
      return "fastchat";
    case Parser::kSamiExt:
      return "sami-ext";
  }
  return "";
}

absl::StatusOr<Parser> ParserFromName(string_view name) {
  std::vector<string_view> names;
  for (const Parser parser : kParsers) {
    if (name == ParserName(parser)) return parser;
    names.push_back(ParserName(parser));
  }
  return absl::InvalidArgumentError(
      absl::StrCat("there is no parser \"", name, "\"; there are ", absl::StrJoin(names, ", ")));
}

Reading ParseReply(Parser parser, const Grammar& grammar, string_view reply, string_view finish_reason,
                   absl::Span<const string_view> shown) {
  switch (parser) {
    case Parser::kStrict:
      return ReadReply(grammar, reply, finish_reason, shown);
    case Parser::kFastChat:
      return ByFastChat(grammar, reply);
    case Parser::kSamiExt:
      return BySamiExt(grammar, reply);
  }
  return Nothing();
}

absl::Status CheckGrammar(Parser parser, const Grammar& grammar) {
  const bool reads = parser == Parser::kStrict ||
                     (parser == Parser::kFastChat && absl::StartsWith(grammar.name, "fastchat-")) ||
                     (parser == Parser::kSamiExt && grammar.name == "final-response");
  if (reads) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("parser ", ParserName(parser), " reads no verdicts of the grammar \"", grammar.name, "\"; it reads ",
                   parser == Parser::kFastChat ? "those that begin with fastchat-" : "final-response"));
}

absl::StatusOr<Grammar> GrammarOfFormat(string_view output_format) {
  const Grammar* grammar = FindGrammar(output_format);
  if (grammar != nullptr) return *grammar;
  return absl::InvalidArgumentError(absl::StrCat("the prompts' output format \"", output_format,
                                                 "\" names no grammar of verdicts; there are ",
                                                 absl::StrJoin(GrammarNames(), ", ")));
}

}  // namespace evaluation
