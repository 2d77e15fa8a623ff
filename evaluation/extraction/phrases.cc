#include "evaluation/extraction/phrases.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace evaluation {
namespace {

using ::absl::string_view;

struct Entry {
  string_view text;
  Phrase phrase;
};
// Of two that begin alike, the longer stands first. A word of ASCII must end where its phrase ends.
constexpr Entry kPhrases[] = {
    {"final answer", Phrase::kFinalAnswer},
    {"final result", Phrase::kFinalAnswer},
    {"final_answer", Phrase::kFinalAnswer},
    {"answer", Phrase::kAnswer},
    {"ans", Phrase::kAnswer},
    {"antwort", Phrase::kAnswer},
    {"respuesta", Phrase::kAnswer},
    {"r\xC3\xA9ponse", Phrase::kAnswer},
    {"reponse", Phrase::kAnswer},
    {"risposta", Phrase::kAnswer},
    {"resposta", Phrase::kAnswer},
    {"antwoord", Phrase::kAnswer},
    {"\xD0\xBE\xD1\x82\xD0\xB2\xD0\xB5\xD1\x82", Phrase::kAnswer},                      // Russian, small
    {"\xD0\x9E\xD1\x82\xD0\xB2\xD0\xB5\xD1\x82", Phrase::kAnswer},                      // Russian, capital
    {"\xE7\xAD\x94\xE6\xA1\x88", Phrase::kAnswer},                                      // Chinese
    {"\xE7\xAD\x94\xE3\x81\x88", Phrase::kAnswer},                                      // Japanese
    {"\xE7\xAD\x94", Phrase::kAnswer},                                                  // both, short
    {"\xEC\xA0\x95\xEB\x8B\xB5", Phrase::kAnswer},                                      // Korean, the right one
    {"\xEB\x8B\xB5", Phrase::kAnswer},                                                  // Korean
    {"\xD8\xA7\xD9\x84\xD8\xAC\xD9\x88\xD8\xA7\xD8\xA8", Phrase::kAnswer},              // Arabic
    {"\xE0\xA4\x89\xE0\xA4\xA4\xE0\xA5\x8D\xE0\xA4\xA4\xE0\xA4\xB0", Phrase::kAnswer},  // Hindi
    {"\xE0\xA6\x89\xE0\xA6\xA4\xE0\xA7\x8D\xE0\xA6\xA4\xE0\xA6\xB0", Phrase::kAnswer},  // Bengali
    {"wait, ", Phrase::kCorrection},
    {"wait. ", Phrase::kCorrection},
    {"wait.\n", Phrase::kCorrection},
    {"it isn't.", Phrase::kCorrection},
    {"that isn't right", Phrase::kCorrection},
    {"this is wrong", Phrase::kCorrection},
    {"this is incorrect", Phrase::kCorrection},
    {"wait! ", Phrase::kCorrection},
    {"wait: ", Phrase::kCorrection},
    {"wait -", Phrase::kCorrection},
    {"wait...", Phrase::kCorrection},
    {"wait no", Phrase::kCorrection},
    {"wait that", Phrase::kCorrection},
    {"wait i", Phrase::kCorrection},
    {"wait\n", Phrase::kCorrection},
    {"hold on", Phrase::kCorrection},
    {"actually,", Phrase::kCorrection},
    {"correction:", Phrase::kCorrection},
    {"correction,", Phrase::kCorrection},
    {"oops", Phrase::kCorrection},
    {"scratch that", Phrase::kCorrectionAnywhere},
    {"strike that", Phrase::kCorrectionAnywhere},
    {"on second thought", Phrase::kCorrection},
    {"sorry, ", Phrase::kCorrection},
    {"sorry: ", Phrase::kCorrection},
    {"my mistake", Phrase::kCorrection},
    {"no wait", Phrase::kCorrectionAnywhere},
    {"no, wait", Phrase::kCorrectionAnywhere},
    {"no, ", Phrase::kCorrection},
    {"no: ", Phrase::kCorrectionToNumber},
    {"no -", Phrase::kCorrectionToNumber},
    {"no  -", Phrase::kCorrectionToNumber},
    {"actually", Phrase::kCorrectionToNumber},
    {"sorry", Phrase::kCorrectionToNumber},
    {"rather", Phrase::kCorrectionToNumber},
    {"er", Phrase::kCorrectionToNumber},
    {"uh", Phrase::kCorrectionToNumber},
    {"um", Phrase::kCorrectionToNumber},
    {"hmm", Phrase::kCorrectionToNumber},
    {"should be", Phrase::kCorrectionToNumber},
    {"should have been", Phrase::kCorrectionToNumber},
    {"or more precisely", Phrase::kCorrectionToNumber},
    {"or more exactly", Phrase::kCorrectionToNumber},
    {"edit:", Phrase::kCorrectionToNumber},
    {"corrected:", Phrase::kCorrectionToNumber},
    {"i mean", Phrase::kCorrection},
    {"i meant", Phrase::kCorrection},
    {"make that", Phrase::kCorrection},
    {"or rather", Phrase::kCorrection},
    // In other languages.
    {"perdón", Phrase::kCorrectionToNumber},
    {"digo", Phrase::kCorrectionToNumber},
    {"mejor dicho", Phrase::kCorrectionToNumber},
    {"pardon", Phrase::kCorrectionToNumber},
    {"non, ", Phrase::kCorrectionToNumber},
    {"plutôt", Phrase::kCorrectionToNumber},
    {"nein", Phrase::kCorrectionToNumber},
    {"entschuldigung", Phrase::kCorrectionToNumber},
    {"besser gesagt", Phrase::kCorrectionToNumber},
    {"korrektur", Phrase::kCorrectionToNumber},
    {"scusa", Phrase::kCorrectionToNumber},
    {"anzi", Phrase::kCorrectionToNumber},
    {"correzione", Phrase::kCorrectionToNumber},
    {"não, ", Phrase::kCorrectionToNumber},
    {"perdão", Phrase::kCorrectionToNumber},
    {"aliás", Phrase::kCorrectionToNumber},
    {"nee, ", Phrase::kCorrectionToNumber},
    {"нет, ", Phrase::kCorrectionToNumber},
    {"точнее", Phrase::kCorrectionToNumber},
    {"вернее", Phrase::kCorrectionToNumber},
    {"不对", Phrase::kCorrectionToNumber},
    {"不對", Phrase::kCorrectionToNumber},
    {"不, ", Phrase::kCorrectionToNumber},
    {"更正", Phrase::kCorrectionToNumber},
    {"いや", Phrase::kCorrectionToNumber},
    {"訂正", Phrase::kCorrectionToNumber},
    {"아니", Phrase::kCorrectionToNumber},
    {"정정", Phrase::kCorrectionToNumber},
    {"i made a mistake", Phrase::kCorrectionAnywhere},
    {"i made an error", Phrase::kCorrectionAnywhere},
    {"i miscounted", Phrase::kCorrectionAnywhere},
    {"i miscalculated", Phrase::kCorrectionAnywhere},
    {"let me redo", Phrase::kCorrectionAnywhere},
    {"let me recheck", Phrase::kCorrectionAnywhere},
    {"let me re-check", Phrase::kCorrectionAnywhere},
    {"let me reconsider", Phrase::kCorrectionAnywhere},
    {"it should be", Phrase::kCorrectionAnywhere},
    {"let me recalculate", Phrase::kCorrectionAnywhere},
    {"let me recompute", Phrase::kCorrectionAnywhere},
    {"let me correct", Phrase::kCorrectionAnywhere},
    {"let me fix", Phrase::kCorrectionAnywhere},
    {"that's wrong", Phrase::kCorrectionAnywhere},
    {"that is wrong", Phrase::kCorrectionAnywhere},
    {"that's not right", Phrase::kCorrectionAnywhere},
    {"that is not right", Phrase::kCorrectionAnywhere},
    {"that's incorrect", Phrase::kCorrectionAnywhere},
    {"that is incorrect", Phrase::kCorrectionAnywhere},
    {"i don't know", Phrase::kRefusal},
    {"i do not know", Phrase::kRefusal},
    {"i can't", Phrase::kRefusal},
    {"i cannot", Phrase::kRefusal},
    {"i can not", Phrase::kRefusal},
    {"i am unable", Phrase::kRefusal},
    {"i'm unable", Phrase::kRefusal},
    {"i am not able", Phrase::kRefusal},
    {"i'm not able", Phrase::kRefusal},
    {"i won't", Phrase::kRefusal},
    {"i'm not sure", Phrase::kRefusal},
    {"i am not sure", Phrase::kRefusal},
    {"we can't", Phrase::kRefusal},
    {"we cannot", Phrase::kRefusal},
    {"we can not", Phrase::kRefusal},
    {"we need more", Phrase::kRefusal},
    {"cannot be", Phrase::kCannotBe},
    {"can't be", Phrase::kCannotBe},
    {"can not be", Phrase::kCannotBe},
    {"not enough information", Phrase::kRefusal},
    {"isn't enough information", Phrase::kRefusal},
    {"insufficient information", Phrase::kRefusal},
    {"insufficient data", Phrase::kRefusal},
    {"not enough data", Phrase::kRefusal},
    {"there is no solution", Phrase::kRefusal},
    {"has no solution", Phrase::kRefusal},
    {"not given", Phrase::kRefusal},
    {"more information", Phrase::kRefusal},
    {"does not say", Phrase::kRefusal},
    {"does not provide", Phrase::kRefusal},
    {"doesn't provide", Phrase::kRefusal},
    {"does not give", Phrase::kRefusal},
    {"doesn't give", Phrase::kRefusal},
    {"doesn't say", Phrase::kRefusal},
    {"does not tell", Phrase::kRefusal},
    {"impossible to", Phrase::kRefusal},
    {"not possible to", Phrase::kRefusal},
    {"no way to", Phrase::kRefusal},
    {"no answer", Phrase::kRefusal},
    {"undetermined", Phrase::kRefusal},
    {"so", Phrase::kConclusion},
    {"therefore", Phrase::kConclusion},
    {"thus", Phrase::kConclusion},
    {"hence", Phrase::kConclusion},
    {"in total", Phrase::kConclusion},
    {"in conclusion", Phrase::kConclusion},
    {"altogether", Phrase::kConclusion},
    {"finally", Phrase::kConclusion},
    {"total", Phrase::kConclusion},
};

constexpr string_view kConnectors[] = {"is",
                                       "was",
                                       "be",
                                       "equals",
                                       "equal to",
                                       "comes to",
                                       "ist",
                                       "lautet",
                                       "es",
                                       "est",
                                       "sono",
                                       "are",
                                       "becomes",
                                       "comes out to",
                                       "turns out to be",
                                       "\xC3\xA8",
                                       "\xC3\xA9",
                                       "\xC3\x89\x73\x74",
                                       "\xE6\x98\xAF",
                                       "\xE4\xB8\xBA",
                                       "\xE7\x82\xBA",
                                       "\xE3\x81\xAF",
                                       "\xEC\x9D\x80",
                                       "\xEB\x8A\x94",
                                       "\xD9\x87\xD9\x88",
                                       "\xE0\xA4\xB9\xE0\xA5\x88"};
constexpr string_view kParticiples[] = {"found",      "obtained", "given",   "calculated", "computed",
                                        "determined", "derived",  "reached", "gotten",     "got",
                                        "answered",   "solved",   "known",   "inferred"};

// The entries by their first byte.
const std::array<std::vector<const Entry*>, 256>& ByFirstByte() {
  static const auto* const by_first = [] {
    auto* table = new std::array<std::vector<const Entry*>, 256>();
    for (const Entry& entry : kPhrases) (*table)[static_cast<unsigned char>(entry.text[0])].push_back(&entry);
    return table;
  }();
  return *by_first;
}

bool EndsWord(string_view text, size_t length) {
  if (!absl::ascii_isalpha(text[length - 1])) return true;
  return length >= text.size() || !absl::ascii_isalpha(text[length]);
}

const Entry* Find(string_view text) {
  if (text.empty()) return nullptr;
  for (const Entry* entry : ByFirstByte()[static_cast<unsigned char>(text[0])]) {
    if (absl::StartsWith(text, entry->text) && EndsWord(text, entry->text.size())) return entry;
  }
  return nullptr;
}

}  // namespace

Phrase PhraseAt(string_view text) {
  const Entry* found = Find(text);
  return found == nullptr ? Phrase::kNone : found->phrase;
}

size_t PhraseLength(string_view text) {
  const Entry* found = Find(text);
  return found == nullptr ? 0 : found->text.size();
}

size_t ConnectorLength(string_view text) {
  for (const string_view connector : kConnectors) {
    if (absl::StartsWith(text, connector) && EndsWord(text, connector.size())) return connector.size();
  }
  return 0;
}

bool IsParticiple(string_view word) {
  return std::find(std::begin(kParticiples), std::end(kParticiples), word) != std::end(kParticiples);
}

}  // namespace evaluation
