#include "evaluation/judges/parsers.h"

#include <cmath>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"

namespace evaluation {
namespace {

constexpr absl::string_view kLetter = "[[A]]";
constexpr absl::string_view kRating = "[[rating]]";
constexpr absl::string_view kTwoRatings = "[[rating_a,rating_b]]";
constexpr absl::string_view kFinalResponse = "Final Response: A";
constexpr absl::string_view kFinalWords = "Final Response:";

constexpr std::pair<absl::string_view, Verdict> kLetters[] = {
    {"[[A]]", Verdict::kFirst}, {"[[B]]", Verdict::kSecond}, {"[[C]]", Verdict::kTie}};

// Takes digits, and perhaps a point and digits, off the text: the published pattern \d+\.?\d*.
std::optional<double> TakeNumber(absl::string_view* text) {
  const auto digits = [&](size_t from) {
    while (from < text->size() && absl::ascii_isdigit((*text)[from])) ++from;
    return from;
  };
  size_t end = digits(0);
  if (end == 0) return std::nullopt;
  if (end < text->size() && (*text)[end] == '.') end = digits(end + 1);
  double number;
  if (!absl::SimpleAtod(text->substr(0, end), &number)) return std::nullopt;
  text->remove_prefix(end);
  return number;
}

// `count` numbers between the marks, separated by a comma and at most one blank; all places, in order.
std::vector<std::vector<double>> FindNumbers(absl::string_view text, absl::string_view open, absl::string_view close,
                                             size_t count) {
  std::vector<std::vector<double>> found;
  for (size_t at = text.find(open); at != absl::string_view::npos; at = text.find(open, at + 1)) {
    absl::string_view rest = text.substr(at + open.size());
    std::vector<double> numbers;
    while (numbers.size() < count) {
      if (!numbers.empty()) {
        if (!absl::ConsumePrefix(&rest, ",")) break;
        if (!rest.empty() && absl::ascii_isspace(rest[0])) rest.remove_prefix(1);
      }
      const std::optional<double> number = TakeNumber(&rest);
      if (!number.has_value()) break;
      numbers.push_back(*number);
    }
    if (numbers.size() == count && absl::StartsWith(rest, close)) found.push_back(std::move(numbers));
  }
  return found;
}

// The first one between double brackets, else between single ones.
std::optional<std::vector<double>> FastChatNumbers(absl::string_view reply, size_t count) {
  for (const auto& [open, close] : {std::pair("[[", "]]"), std::pair("[", "]")}) {
    auto found = FindNumbers(reply, open, close, count);
    if (!found.empty()) return std::move(found[0]);
  }
  return std::nullopt;
}

// The one that all places give, if it is a rating.
std::optional<std::vector<double>> StrictNumbers(absl::string_view reply, size_t count) {
  const auto found = FindNumbers(reply, "[[", "]]", count);
  if (found.empty()) return std::nullopt;
  for (const std::vector<double>& other : found) {
    if (other != found[0]) return std::nullopt;
  }
  for (const double number : found[0]) {
    if (number < 1 || number > 10) return std::nullopt;
  }
  return found[0];
}

Verdict CompareRatings(const std::vector<double>& ratings, double tie) {
  if (std::abs(ratings[0] - ratings[1]) <= tie) return Verdict::kTie;
  return ratings[0] > ratings[1] ? Verdict::kFirst : Verdict::kSecond;
}

std::optional<Verdict> StrictLetter(absl::string_view reply) {
  std::optional<Verdict> verdict;
  for (const auto& [text, meaning] : kLetters) {
    if (!absl::StrContains(reply, text)) continue;
    if (verdict.has_value()) return std::nullopt;
    verdict = meaning;
  }
  return verdict;
}

std::optional<Verdict> StrictFinalResponse(absl::string_view reply) {
  const size_t at = reply.find(kFinalWords);
  if (at == absl::string_view::npos || reply.find(kFinalWords, at + 1) != absl::string_view::npos) return std::nullopt;
  absl::string_view rest = absl::StripAsciiWhitespace(reply.substr(at + kFinalWords.size()));
  const auto is_mark = [](char c) { return absl::StrContains("'\"*[]()<>.", c); };
  while (!rest.empty() && is_mark(rest.front())) rest.remove_prefix(1);
  while (!rest.empty() && is_mark(rest.back())) rest.remove_suffix(1);
  if (rest == "A") return Verdict::kFirst;
  if (rest == "B") return Verdict::kSecond;
  if (rest == "C") return Verdict::kTie;
  return std::nullopt;
}

std::optional<Verdict> StrictVerdict(absl::string_view output_format, absl::string_view reply) {
  if (output_format == kLetter) return StrictLetter(reply);
  if (output_format == kFinalResponse) return StrictFinalResponse(reply);
  if (output_format != kTwoRatings) return std::nullopt;
  const auto ratings = StrictNumbers(reply, 2);
  if (!ratings.has_value()) return std::nullopt;
  return CompareRatings(*ratings, 0);
}

std::optional<Verdict> FastChatVerdict(absl::string_view output_format, absl::string_view reply) {
  if (output_format == kTwoRatings) {
    const auto ratings = FastChatNumbers(reply, 2);
    if (!ratings.has_value()) return std::nullopt;
    return CompareRatings(*ratings, kFastChatTieDifference);
  }
  if (output_format != kLetter) return std::nullopt;
  for (const auto& [text, verdict] : kLetters) {
    if (absl::StrContains(reply, text)) return verdict;
  }
  return std::nullopt;
}

Verdict SamiExtVerdict(absl::string_view reply) {
  const size_t at = reply.find(kFinalWords);
  if (at == absl::string_view::npos) return Verdict::kTie;
  absl::string_view part = reply.substr(at + kFinalWords.size());
  part = part.substr(0, part.find(kFinalWords));
  const bool first = absl::StrContains(part, 'A'), second = absl::StrContains(part, 'B');
  return first == second ? Verdict::kTie : first ? Verdict::kFirst : Verdict::kSecond;
}

}  // namespace

absl::string_view ParserName(Parser parser) {
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

absl::StatusOr<Parser> ParserFromName(absl::string_view name) {
  std::vector<absl::string_view> names;
  for (const Parser parser : kParsers) {
    if (name == ParserName(parser)) return parser;
    names.push_back(ParserName(parser));
  }
  return absl::InvalidArgumentError(
      absl::StrCat("there is no parser \"", name, "\"; there are ", absl::StrJoin(names, ", ")));
}

std::optional<Verdict> ParseVerdict(Parser parser, absl::string_view output_format, absl::string_view reply) {
  switch (parser) {
    case Parser::kStrict:
      return StrictVerdict(output_format, reply);
    case Parser::kFastChat:
      return FastChatVerdict(output_format, reply);
    case Parser::kSamiExt:
      return SamiExtVerdict(reply);
  }
  return std::nullopt;
}

std::optional<double> ParseRating(Parser parser, absl::string_view reply) {
  std::optional<std::vector<double>> rating;
  switch (parser) {
    case Parser::kFastChat:
      rating = FastChatNumbers(reply, 1);
      break;
    case Parser::kStrict:
    case Parser::kSamiExt:  // has no ratings of its own
      rating = StrictNumbers(reply, 1);
      break;
  }
  if (!rating.has_value()) return std::nullopt;
  return (*rating)[0];
}

absl::Status CheckFormat(Parser parser, absl::string_view output_format) {
  std::vector<absl::string_view> known;
  switch (parser) {
    case Parser::kStrict:
      known = {kLetter, kRating, kTwoRatings, kFinalResponse};
      break;
    case Parser::kFastChat:
      known = {kLetter, kRating, kTwoRatings};
      break;
    case Parser::kSamiExt:
      known = {kFinalResponse};
      break;
  }
  for (const absl::string_view format : known) {
    if (format == output_format) return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat("parser ", ParserName(parser), " reads no output format \"",
                                                 output_format, "\"; it reads ", absl::StrJoin(known, ", ")));
}

}  // namespace evaluation
