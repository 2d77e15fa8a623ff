#include "evaluation/replies/reader.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/text.h"
#include "evaluation/replies/mentions.h"
#include "evaluation/replies/refusals.h"
#include "evaluation/replies/run_on.h"
#include "evaluation/replies/thinking.h"
#include "evaluation/replies/uses.h"

namespace evaluation {
namespace {

using ::absl::string_view;
using Kind = Reading::Kind;
using Mentions = std::vector<Mention>;

// Bytes that are looked at around a mention.
constexpr size_t kAround = 80;

// Characters of a refusal that people are shown.
constexpr int64_t kExcerpt = 80;

// Pairs of quotation marks; a mark in several languages opens in one and closes in another.
constexpr std::pair<string_view, string_view> kQuotes[] = {
    {"\"", "\""},         {"'", "'"},           {"`", "`"},           {"\u201c", "\u201d"},
    {"\u201e", "\u201c"}, {"\u2018", "\u2019"}, {"\u00ab", "\u00bb"}, {"\u300c", "\u300d"},
};

bool IsMark(char c) { return absl::StrContains("*_`\"'()[]{}<>.,;:!|\\$#~-", c); }

string_view StripMarksAndSpace(string_view text) {
  while (!text.empty() && (absl::ascii_isspace(text.front()) || IsMark(text.front()))) text.remove_prefix(1);
  return text;
}

string_view Before(string_view text, const Mention& mention) {
  const size_t begin = mention.begin > kAround ? mention.begin - kAround : 0;
  return text.substr(begin, mention.begin - begin);
}

string_view After(string_view text, const Mention& mention) { return text.substr(mention.end, kAround); }

// Directly between two marks, or behind words that follow the opening mark on its line: "Rating: [[5]]".
bool IsQuoted(string_view text, const Mention& mention) {
  string_view before = Before(text, mention);
  const string_view after = After(text, mention);
  if (const size_t line = before.rfind('\n'); line != string_view::npos) before.remove_prefix(line + 1);
  for (const auto& [open, close] : kQuotes) {
    if (!absl::StartsWith(after, close)) continue;
    if (absl::EndsWith(before, open)) return true;
    if (open == "'") continue;  // an apostrophe more often
    const size_t at = before.rfind(open);
    if (at == string_view::npos) continue;
    if (open != close) return true;
    // Of marks that look alike, an odd number stands before a quotation's end.
    size_t count = 0;
    for (size_t i = before.find(open); i != string_view::npos; i = before.find(open, i + 1)) ++count;
    if (count % 2 == 1) return true;
  }
  return false;
}

// Nothing but a connective or a line's end between two mentions: "[[A]] or [[B]]", "[[A]] is better than [[B]]".
bool IsListed(string_view text, const Mention& first, const Mention& second) {
  if (second.begin - first.end > kAround) return false;
  std::string between;
  for (const char c : text.substr(first.end, second.begin - first.end)) {
    if (!absl::StrContains(" \t\r\n*_`\"'(),|/&>-", c)) between += absl::ascii_tolower(c);
  }
  constexpr string_view kConnectives[] = {
      "",         "or",         "and",       "nor",          "vs",         "vs.",
      "versus",   "not",        "andnot",    "butnot",       "isnot",      "over",
      "than",     "ratherthan", "insteadof", "isbetterthan", "betterthan", "beats",
      "winsover", "oder",       "und",       "nicht",        "statt",      "ou",
      "et",       "o",          "y",         "\u6216",       "\u3001",     "\u3082\u3057\u304f\u306f"};
  return std::find(std::begin(kConnectives), std::end(kConnectives), between) != std::end(kConnectives);
}

// "[[A]]: A is better", "[[C]] = tie": what a word stands for.
bool IsExplained(string_view text, const Mention& mention) {
  string_view after = After(text, mention);
  while (!after.empty() && absl::StrContains(" *`\"'", after[0])) after.remove_prefix(1);
  for (const string_view mark : {":", "=", "- ", "\u2013", "\u2014", "\uff1a"}) {
    if (absl::StartsWith(after, mark)) return true;
  }
  return false;
}

bool AllSame(const Mentions& mentions) {
  return std::all_of(mentions.begin(), mentions.end(),
                     [&](const Mention& mention) { return mention.value == mentions[0].value; });
}

// Whether the text holds the grammar's words.
bool Holds(const Grammar& grammar, string_view text) {
  const auto mentions = FindMentions(grammar, text);
  return !mentions.ok() || !mentions->empty();
}

// Nothing stands behind it, and before it on its line nothing, the end of a sentence or a label that a colon ends. Or
// it is the only one of the reply, on a line of its own.
bool IsComplete(const Grammar& grammar, string_view text, const Mention& mention, bool is_only, bool turn_ended) {
  string_view rest = text.substr(mention.end);
  switch (grammar.form) {
    case Grammar::Form::kWhole:
      return true;
    case Grammar::Form::kLed:
      if (rest.empty() && !turn_ended) return false;  // "Final Response: A" may go on
      break;
    default:
      break;
  }
  const bool is_last = StripMarksAndSpace(rest).empty();
  if (!is_last) {
    if (!is_only || grammar.form == Grammar::Form::kLed) return false;
    rest = rest.substr(0, rest.find('\n'));
    if (!StripMarksAndSpace(rest).empty()) return false;
  }
  string_view line = Before(text, mention);
  if (const size_t end = line.rfind('\n'); end != string_view::npos) {
    line.remove_prefix(end + 1);
  } else if (mention.begin > kAround) {
    return false;
  }
  while (!line.empty() && (absl::ascii_isspace(line.back()) || absl::StrContains("*_`\"'([", line.back()))) {
    line.remove_suffix(1);
  }
  if (StripMarksAndSpace(line).empty()) return true;
  if (!is_last) return false;
  if (absl::StrContains(".!?", line.back()) || absl::EndsWith(line, "\u3002")) return true;
  // A label, and no "I would say:".
  const size_t sentence = line.rfind(". ");
  if (sentence != string_view::npos) line.remove_prefix(sentence + 2);
  line = StripMarksAndSpace(line);
  const bool is_label = absl::EndsWith(line, ":") || absl::EndsWith(line, "\uff1a");
  return is_label && !absl::StartsWithIgnoreCase(line, "if ") && !absl::StrContains(line, "would");
}

Reading NoVerdict(Kind kind, std::string why) {
  Reading reading;
  reading.kind = kind;
  reading.why = std::move(why);
  return reading;
}

// Of mentions, by their weights, in their order: the one that decides, or nullptr where two are of the same weight and
// nothing says that the later one corrects the earlier.
const Mention* Decide(const std::vector<std::pair<const Mention*, Use::Weight>>& weighed) {
  Use::Weight most = Use::Weight::kAside;
  for (const auto& [mention, weight] : weighed) most = std::max(most, weight);
  // The end of a text decides over its midst, and not over a statement: it may be an afterthought.
  const Use::Weight least = most == Use::Weight::kStatement ? Use::Weight::kEnding : most;
  const Mention* last = nullptr;
  bool differ = false;
  Use::Weight weight_of_last = most;
  for (const auto& [mention, weight] : weighed) {
    if (weight < least) continue;
    differ = differ || (last != nullptr && !(last->value == mention->value));
    last = mention;
    weight_of_last = weight;
  }
  const bool may_correct = weight_of_last >= Use::Weight::kStatement;
  return differ && !may_correct ? nullptr : last;
}

// The mention that decides, or nullptr and why not.
const Mention* Choose(const Grammar& grammar, string_view text, const Mentions& mentions,
                      absl::Span<const string_view> shown, std::string* why) {
  const std::vector<Use> uses = FindUses(grammar, text, mentions);
  Mentions explained;
  for (const Mention& mention : mentions) {
    if (IsExplained(text, mention)) explained.push_back(mention);
  }
  const bool has_legend = !AllSame(explained);
  std::vector<std::pair<const Mention*, Use::Weight>> plain, quoted;
  std::vector<const Mention*> named;  // also what is dropped
  for (size_t i = 0; i < mentions.size(); ++i) {
    const Mention& mention = mentions[i];
    if (uses[i].is_recited || (has_legend && IsExplained(text, mention))) continue;
    const bool is_quoted = IsQuoted(text, mention);
    if (!is_quoted) named.push_back(&mention);
    if (uses[i].is_dropped) continue;
    (is_quoted ? quoted : plain).emplace_back(&mention, uses[i].weight);
  }
  const bool all_same = AllSame(mentions);
  if (plain.size() < mentions.size() || !all_same) {
    const bool may_quote = std::any_of(shown.begin(), shown.end(), [&](string_view t) { return Holds(grammar, t); });
    if (may_quote && (!all_same || plain.empty())) {
      *why = "it names several verdicts, and the texts that it judges name one themselves, so it may quote them";
      return nullptr;
    }
  }
  if (plain.empty()) {
    const bool stand = !quoted.empty() && std::all_of(quoted.begin(), quoted.end(), [&](const auto& mention) {
      return mention.first->value == quoted[0].first->value;
    });
    if (!stand) *why = "it names verdicts only as its instruction does, in quotation marks, or as what it does not say";
    return stand ? quoted.back().first : nullptr;
  }
  if (named.size() > 1) {
    const Mention &last = *named.back(), &before = *named[named.size() - 2];
    // The words of other forms are whole statements.
    const bool may_list = grammar.form == Grammar::Form::kWords || grammar.form == Grammar::Form::kNumbers ||
                          grammar.form == Grammar::Form::kPattern;
    if (may_list && !(last.value == before.value) && IsListed(text, before, last)) {
      *why = "its last words list two verdicts";
      return nullptr;
    }
  }
  const Mention* decisive = Decide(plain);
  if (decisive == nullptr) *why = "it names several verdicts, and nothing says which one decides";
  return decisive;
}

}  // namespace

Reading ReadReply(const Grammar& grammar, string_view reply, string_view finish_reason,
                  absl::Span<const string_view> shown) {
  const Said said = WithoutThinking(reply);
  const bool was_cut = finish_reason == "length" || said.unfinished_thinking;
  if (base::IsBlank(said.text)) {
    if (was_cut && said.thought) return NoVerdict(Kind::kCut, "the reply ends in its thinking");
    return NoVerdict(Kind::kEmpty, said.thought ? "nothing was said beside the thinking" : "the reply is empty");
  }
  auto mentions = FindMentions(grammar, said.text);
  if (!mentions.ok()) return NoVerdict(Kind::kUnreadable, std::string(mentions.status().message()));
  // What is written behind its own turn's end is none of the judge's words.
  string_view text = said.text;
  if (!mentions->empty()) text = text.substr(0, FindRunOn(text, mentions->front().end));
  while (!mentions->empty() && mentions->back().end > text.size()) mentions->pop_back();
  std::string why = "it names none of the verdicts that it was asked for";
  const Mention* chosen = mentions->empty() ? nullptr : Choose(grammar, text, *mentions, shown, &why);
  if (chosen != nullptr && !chosen->value.has_value()) {
    why = "its verdict is none that is allowed";
    chosen = nullptr;
  }
  if (was_cut &&
      (chosen == nullptr || !IsComplete(grammar, text, *chosen, AllSame(*mentions), text.size() < said.text.size()))) {
    return NoVerdict(Kind::kCut, "the reply was cut before its verdict was complete");
  }
  if (chosen == nullptr) {
    if (finish_reason == "refusal") {
      return NoVerdict(Kind::kRefused, absl::StrCat("the model declined: ", base::Excerpt(said.text, kExcerpt)));
    }
    if (finish_reason == "content_filter") return NoVerdict(Kind::kRefused, "the server filtered the reply");
    if (mentions->empty() && IsRefusal(said.text)) return NoVerdict(Kind::kRefused, "the model declined to judge");
    return NoVerdict(Kind::kUnreadable, why);
  }
  Reading reading;
  reading.kind = Kind::kRead;
  reading.value = *chosen->value;
  reading.begin = said.InReply(chosen->begin);
  reading.end = chosen->end > chosen->begin ? said.InReply(chosen->end - 1) + 1 : reading.begin;
  return reading;
}

}  // namespace evaluation
