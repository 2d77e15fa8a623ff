#include "evaluation/replies/uses.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/types/span.h"
#include "evaluation/replies/cues/cue_words.h"
#include "evaluation/replies/recitals.h"

namespace evaluation {
namespace {

using ::absl::string_view;
using Weight = Use::Weight;

// What the words before a mention make of it.
struct Before {
  int condition = -1, negation = -1, near_negation = -1, label = -1;  // places of the last ones in Words::found
  size_t condition_begin = 0;
  bool is_when = false, unreal = false, hypothetical = false, tentative = false, aside = false;
  bool inserted_after_negation = false;
  bool concluded = false, chosen = false, ends_in_colon = false;
  int commas = 0;  // behind the condition
};

constexpr string_view kConjunctions[] = {"and", "or",  "that", "then", "say", "output", "und", "oder", "dass", "et",
                                         "ou",  "que", "y",    "o",    "e",   "che",    "и",   "или",  "что"};
constexpr string_view kNo[] = {"no", "nein", "non", "нет", "não", "nej", "nee", "nie", "いや"};
constexpr string_view kSpeakers[] = {"i", "ich", "je", "yo", "io", "eu", "я", "ik"};
// Words that lead from a negation over others to the verdict: "I do not think that it should be [[A]]".
constexpr string_view kLeading[] = {
    "is",   "be",   "was",  "say",   "give", "output", "choose", "pick", "call", "as",  "a",   "an",   "the",    "to",
    "ist",  "sei",  "sein", "sagen", "ein",  "eine",   "der",    "die",  "das",  "est", "un",  "une",  "le",     "la",
    "dire", "être", "es",   "sea",   "ser",  "decir",  "el",     "è",    "sia",  "il",  "dar", "être", "dirais", "это"};

bool Has(absl::Span<const string_view> list, string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

bool IsWithoutSpaces(const Words& words, size_t i) { return static_cast<unsigned char>(words.At(i)[0]) >= 0xe3; }

bool OpensClause(const Words& words, size_t i) {
  if (i == 0 || IsWithoutSpaces(words, i)) return true;
  switch (words.found[i - 1].cue) {
    case CueWord::kWord:
    case CueWord::kNegation:
    case CueWord::kHypothetical:
    case CueWord::kTentative:
      return Has(kConjunctions, words.At(i - 1));
    default:
      return true;
  }
}

// Whether nothing, not even what no list has, stands between two words.
bool IsNext(const Words& words, size_t i, size_t next) {
  return i + 1 == next && words.found[next].begin <= words.found[i].end + 1;
}

bool IsGerund(const Words& words, size_t i) { return i < words.found.size() && absl::EndsWith(words.At(i), "ing"); }

Before Analyse(const Words& words) {
  Before before;
  const size_t count = words.found.size();
  for (size_t i = 0; i < count; ++i) {
    const int place = static_cast<int>(i);
    const string_view word = words.At(i);
    const bool at_start = i == 0 || words.found[i - 1].cue == CueWord::kMark;
    const bool mark_follows = i + 1 < count && words.found[i + 1].cue == CueWord::kMark;
    if (at_start && mark_follows && Has(kNo, word)) {
      before = Before();
      before.concluded = true;
      continue;
    }
    switch (words.found[i].cue) {
      case CueWord::kMark:
        if (word == ";") before = Before();
        before.aside = false;
        // "It is not, in my opinion, [[A]]": the negation goes on behind what is put in.
        if (word == "," && before.negation >= 0 && before.inserted_after_negation) {
          before.negation = place;
          before.inserted_after_negation = false;
        } else if (word == "," && before.negation >= 0 && IsNext(words, before.negation, place)) {
          before.inserted_after_negation = true;
        } else {
          before.negation = -1;
        }
        if (word == ",") ++before.commas;
        break;
      case CueWord::kBreak:
        before = Before();
        break;
      case CueWord::kSo: {
        const bool concludes = at_start || i + 1 == count || words.At(i - 1) == "and";
        if (!concludes) break;
        before = Before();
        before.concluded = true;
        break;
      }
      case CueWord::kConclusion:
        before = Before();
        before.concluded = true;
        break;
      case CueWord::kChoice:
        before.chosen = true;
        break;
      case CueWord::kCondition:
      case CueWord::kWhen:
        if (!OpensClause(words, i) || IsGerund(words, i + 1)) break;
        before.condition = place;
        before.condition_begin = words.found[i].begin;
        before.is_when = words.found[i].cue == CueWord::kWhen;
        before.commas = 0;
        break;
      case CueWord::kNegation:
        before.negation = place;
        before.inserted_after_negation = false;
        break;
      case CueWord::kNearNegation:
        before.near_negation = place;
        break;
      case CueWord::kUnreal:
        // "had a": only as in "Had A been right".
        if ((absl::StartsWith(word, "had ") || absl::StartsWith(word, "were ")) && !at_start) break;
        before.unreal = true;
        break;
      case CueWord::kHypothetical:
        if (i == 0 || !Has(kSpeakers, words.At(i - 1))) before.hypothetical = true;
        break;
      case CueWord::kTentative:
        // "Some speak for [[A]], others for [[B]]" is no aside, "Others say [[B]]" is.
        if (word != "others" || at_start) before.tentative = true;
        break;
      case CueWord::kAside:
        before.aside = true;
        break;
      case CueWord::kLabel:
        // "The other judge's verdict" is none of this one.
        if (i == 0 || !absl::EndsWith(words.At(i - 1), "'s")) before.label = place;
        break;
      default:
        break;
    }
  }
  before.ends_in_colon = count > 0 && words.At(count - 1) == ":";
  return before;
}

bool IsConditional(const Before& before, const Words& words) {
  if (before.condition < 0) return false;
  // Long and winding ones are arguments: "When the user asks for a poem, A gives one, and a good one, [[A]]".
  const size_t distance = words.text.size() - before.condition_begin;
  return before.is_when ? distance <= 60 && before.commas <= 1 : distance <= 120 && before.commas <= 2;
}

bool IsNegated(const Before& before, const Words& words) {
  const int last = static_cast<int>(words.found.size()) - 1;
  if (before.near_negation >= 0 && before.near_negation == last) return true;
  if (before.negation < 0) return false;
  const int between = last - before.negation;
  constexpr size_t kNearBytes = 12;  // four characters
  if (IsWithoutSpaces(words, before.negation)) {
    return words.text.size() <= words.found[before.negation].end + kNearBytes;
  }
  return between <= 2 || (between <= 7 && Has(kLeading, words.At(last)));
}

// What the words behind a mention make of it.
struct Behind {
  bool conditional = false, explained = false, fails = false, wins = false, hypothetical = false, is_subject = false,
       asked = false;
};

Behind AnalyseBehind(const Words& words) {
  constexpr size_t kPredicate = 4;  // words in which it says what it says
  Behind behind;
  size_t i = 0;
  if (i < words.found.size() && words.At(i) == ",") ++i;
  const bool has_comma = i > 0;
  if (i == words.found.size()) return behind;
  // "[[A]]: no."
  const bool denies = Has(kNo, words.At(words.found.size() - 1)) && words.found.size() <= 2;
  behind.fails = denies && words.found[0].cue == CueWord::kMark;
  switch (words.found[i].cue) {
    case CueWord::kCondition:
    case CueWord::kWhen:
      behind.conditional = !IsGerund(words, i + 1);
      return behind;
    case CueWord::kMeaning:
      behind.explained = true;
      return behind;
    case CueWord::kMark:
    case CueWord::kReason:
    case CueWord::kAside:
    case CueWord::kBreak:
    case CueWord::kConclusion:
    case CueWord::kSo:
    case CueWord::kChoice:
    case CueWord::kStatement:
    case CueWord::kNoNegation:
      return behind;
    default:
      break;
  }
  if (has_comma) return behind;
  behind.is_subject = true;
  for (const size_t end = std::min(words.found.size(), i + kPredicate); i < end; ++i) {
    const CueWord cue = words.found[i].cue;
    if (cue == CueWord::kMark || cue == CueWord::kReason || cue == CueWord::kAside) break;
    behind.fails = behind.fails || cue == CueWord::kNegation || cue == CueWord::kFailing;
    behind.wins = behind.wins || cue == CueWord::kWinning || cue == CueWord::kLabel;
    behind.hypothetical = behind.hypothetical || cue == CueWord::kHypothetical || cue == CueWord::kUnreal;
    behind.asked = behind.asked || cue == CueWord::kQuestion;
  }
  return behind;
}

// "~~[[A]]~~"
bool IsStruckOut(const Clause& clause, string_view text, const Mention& mention) {
  for (const auto& [open, close] :
       {std::pair<string_view, string_view>("~~", "~~"), {"<s>", "</s>"}, {"<del>", "</del>"}}) {
    if (absl::EndsWith(clause.before, open) && absl::StartsWith(text.substr(mention.end), close)) return true;
  }
  return false;
}

Weight WeightOf(const Clause& clause, const Words& words, const Before& before, const Behind& behind, Use* use) {
  const bool is_alone =
      clause.begins_sentence && clause.ends_sentence && !clause.trails_off && StripMarksAround(clause.before).empty();
  const bool is_subject = behind.is_subject && !behind.wins;
  if (before.tentative || before.aside) return Weight::kAside;
  if ((before.hypothetical || behind.hypothetical) && !use->is_labelled && !use->is_concluded) return Weight::kAside;
  if (use->is_labelled || (is_alone && clause.ends_text)) return Weight::kDecision;
  if (use->is_concluded || before.chosen) return is_subject ? Weight::kProse : Weight::kDecision;
  if (is_subject) return Weight::kAside;
  if (clause.trails_off) return Weight::kProse;
  constexpr size_t kLabel = 60;  // bytes of what may be a label in any language
  const bool is_announced = clause.begins_sentence && before.ends_in_colon && words.text.size() <= kLabel;
  if (is_alone || behind.wins || is_announced) return Weight::kStatement;
  return clause.ends_text ? Weight::kEnding : Weight::kProse;
}

}  // namespace

std::vector<Use> FindUses(const Grammar& grammar, string_view text, const std::vector<Mention>& mentions) {
  std::vector<Use> uses(mentions.size());
  if (grammar.form == Grammar::Form::kWhole) return uses;
  const bool is_prose = grammar.form == Grammar::Form::kWords || grammar.form == Grammar::Form::kNumbers;
  const bool is_statement = !is_prose && grammar.form != Grammar::Form::kPattern;
  const std::vector<Clause> clauses = FindClauses(text, mentions);
  for (size_t i = 0; i < mentions.size(); ++i) {
    Use& use = uses[i];
    use.clause = clauses[i];
    const bool has_heading = !use.clause.heading.empty();
    Words words = FindCueWords(has_heading ? use.clause.heading : use.clause.before, false);
    Before before = Analyse(words);
    if (has_heading && !before.ends_in_colon) {
      constexpr size_t kTitle = 6;  // words: "# Final verdict"
      if (before.label < 0 || words.found.size() > kTitle) use.clause.heading = string_view();
      const int label = use.clause.heading.empty() ? -1 : before.label;
      before = Before();
      before.label = label;
    }
    const Behind behind = AnalyseBehind(FindCueWords(use.clause.after, true));
    constexpr int kToLabel = 4;
    use.is_labelled = before.label >= 0 && static_cast<int>(words.found.size()) - 1 - before.label <= kToLabel;
    use.is_concluded = before.concluded;
    // "My verdict is [[C]] for a tie": a decision, whatever it means.
    const bool is_explained = behind.explained && !use.is_labelled && !use.is_concluded && !before.chosen;
    use.is_recited = IsConditional(before, words) || behind.conditional || is_explained;
    const bool is_negative = IsNegated(before, words) || behind.fails || use.clause.is_asked || behind.asked ||
                             (behind.hypothetical && !behind.wins) || IsStruckOut(use.clause, text, mentions[i]);
    use.is_dropped = before.unreal || (!is_statement && is_negative);
    use.weight = WeightOf(use.clause, words, before, behind, &use);
    if (!is_prose && (is_statement || use.weight > Weight::kAside)) use.weight = Weight::kDecision;
  }
  MarkRecitals(grammar, text, mentions, &uses);
  return uses;
}

}  // namespace evaluation
