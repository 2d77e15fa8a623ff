#include "evaluation/ifeval/instructions.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status.h"
#include "evaluation/ifeval/arguments.h"
#include "evaluation/ifeval/forms.h"
#include "evaluation/ifeval/language.h"
#include "evaluation/python/regex.h"
#include "evaluation/python/treebank_words.h"

namespace ifeval {
namespace {

using Answer = absl::StatusOr<bool>;

Answer HasKeywords(const Arguments& arguments, const Response& response) {
  ASSIGN_OR_RETURN(const std::vector<Text> keywords, arguments.Strings("keywords"));
  for (const Text& keyword : keywords) {
    ASSIGN_OR_RETURN(const int64_t count, CountKeyword(response.text, keyword, /*whole_words=*/false));
    if (count == 0) return false;
  }
  return true;
}

Answer KeywordFrequency(const Arguments& arguments, const Response& response) {
  ASSIGN_OR_RETURN(const Text keyword, arguments.String("keyword"));
  ASSIGN_OR_RETURN(const int64_t count, CountKeyword(response.text, Strip(keyword), /*whole_words=*/false));
  return arguments.Compare(count, "relation", "frequency");
}

Answer HasNoForbiddenWord(const Arguments& arguments, const Response& response) {
  ASSIGN_OR_RETURN(const std::vector<Text> words, arguments.Strings("forbidden_words"));
  for (const Text& word : words) {
    ASSIGN_OR_RETURN(const int64_t count, CountKeyword(response.text, word, /*whole_words=*/true));
    if (count > 0) return false;
  }
  return true;
}

Answer LetterFrequency(const Arguments& arguments, const Response& response) {
  ASSIGN_OR_RETURN(const Text letter, arguments.String("letter"));
  const Text lower = Lower(response.text), wanted = Lower(Strip(letter));
  const auto count = wanted.size() == 1 ? std::count(lower.begin(), lower.end(), wanted[0]) : 0;
  return arguments.Compare(count, "let_relation", "let_frequency");
}

Answer IsInWantedLanguage(const Arguments& arguments, const Response& response) {
  ASSIGN_OR_RETURN(const Text language, arguments.String("language"));
  return IsInLanguage(response.text, Encode(language));
}

Answer NumberOfSentences(const Arguments& arguments, const Response& response) {
  const auto count = static_cast<int64_t>(Sentences(response.text, response.punkt).size());
  return arguments.Compare(count, "relation", "num_sentences");
}

Answer NumberOfParagraphs(const Arguments& arguments, const Response& response) {
  ASSIGN_OR_RETURN(const int64_t wanted, arguments.Number("num_paragraphs"));
  return CountParagraphs(response.text) == wanted;
}

Answer NumberOfWords(const Arguments& arguments, const Response& response) {
  return arguments.Compare(CountWords(response.text), "relation", "num_words");
}

Answer FirstWordOfParagraph(const Arguments& arguments, const Response& response) {
  ASSIGN_OR_RETURN(const int64_t n, arguments.Number("nth_paragraph"));
  ASSIGN_OR_RETURN(const int64_t count, arguments.Number("num_paragraphs"));
  ASSIGN_OR_RETURN(const Text word, arguments.String("first_word"));
  return ParagraphBeginsWith(response.text, n, count, Lower(word));
}

Answer NumberOfPlaceholders(const Arguments& arguments, const Response& response) {
  ASSIGN_OR_RETURN(const int64_t wanted, arguments.Number("num_placeholders"));
  return CountPlaceholders(response.text) >= wanted;
}

Answer Postscript(const Arguments& arguments, const Response& response) {
  ASSIGN_OR_RETURN(const Text marker, arguments.String("postscript_marker"));
  return HasPostscript(response.text, Strip(marker));
}

Answer NumberOfBullets(const Arguments& arguments, const Response& response) {
  ASSIGN_OR_RETURN(const int64_t wanted, arguments.Number("num_bullets"));
  return CountBullets(response.text) == wanted;
}

Answer IsOneOfThreeAnswers(const Arguments&, const Response& response) {
  static constexpr std::array<View, 3> kAnswers = {U"My answer is yes.", U"My answer is no.", U"My answer is maybe."};
  return std::any_of(kAnswers.begin(), kAnswers.end(),
                     [&](View answer) { return response.text.find(answer) != View::npos; });
}

Answer NumberOfHighlights(const Arguments& arguments, const Response& response) {
  ASSIGN_OR_RETURN(const int64_t wanted, arguments.Number("num_highlights"));
  return CountHighlights(response.text) >= wanted;
}

Answer NumberOfSections(const Arguments& arguments, const Response& response) {
  ASSIGN_OR_RETURN(const Text divider, arguments.String("section_spliter"));  // as the benchmark spells it
  ASSIGN_OR_RETURN(const int64_t wanted, arguments.Number("num_sections"));
  ASSIGN_OR_RETURN(const int64_t count, CountSections(response.text, Strip(divider)));
  return count >= wanted;
}

Answer IsJson(const Arguments&, const Response& response) { return IsFencedJson(response.text); }
Answer Title(const Arguments&, const Response& response) { return HasTitle(response.text); }
Answer TwoResponses(const Arguments&, const Response& response) { return HasTwoResponses(response.text); }

Answer RepeatsPrompt(const Arguments& arguments, const Response& response) {
  ASSIGN_OR_RETURN(const Text prompt, arguments.String("prompt_to_repeat"));
  const Text wanted = Lower(Strip(prompt));
  return Lower(Strip(response.text)).compare(0, wanted.size(), wanted) == 0;
}

Answer EndsWith(const Arguments& arguments, const Response& response) {
  ASSIGN_OR_RETURN(const Text phrase, arguments.String("end_phrase"));
  const Text wanted = Lower(Strip(phrase)), text = Lower(Strip(Strip(response.text), U"\""));
  return text.size() >= wanted.size() && text.compare(text.size() - wanted.size(), wanted.size(), wanted) == 0;
}

Answer IsQuoted(const Arguments&, const Response& response) {
  const View text = Strip(response.text);
  return text.size() > 1 && text.front() == '"' && text.back() == '"';
}

Answer HasNoComma(const Arguments&, const Response& response) { return response.text.find(U',') == View::npos; }

Answer IsEnglishInCapitals(const Arguments&, const Response& response) {
  return IsUpperText(response.text) && IsInLanguage(response.text, "en");
}

Answer IsEnglishInLowerCase(const Arguments&, const Response& response) {
  return IsLowerText(response.text) && IsInLanguage(response.text, "en");
}

Answer NumberOfCapitalWords(const Arguments& arguments, const Response& response) {
  const std::vector<Text> words = TreebankWords(response.text, response.punkt);
  const auto count = std::count_if(words.begin(), words.end(), [](const Text& word) { return IsUpperText(word); });
  return arguments.Compare(count, "capital_relation", "capital_frequency");
}

struct Kind {
  absl::string_view id;
  Answer (*check)(const Arguments&, const Response&);
};

// Sorted by id.
constexpr std::array<Kind, 25> kKinds = {{
    {"change_case:capital_word_frequency", NumberOfCapitalWords},
    {"change_case:english_capital", IsEnglishInCapitals},
    {"change_case:english_lowercase", IsEnglishInLowerCase},
    {"combination:repeat_prompt", RepeatsPrompt},
    {"combination:two_responses", TwoResponses},
    {"detectable_content:number_placeholders", NumberOfPlaceholders},
    {"detectable_content:postscript", Postscript},
    {"detectable_format:constrained_response", IsOneOfThreeAnswers},
    {"detectable_format:json_format", IsJson},
    {"detectable_format:multiple_sections", NumberOfSections},
    {"detectable_format:number_bullet_lists", NumberOfBullets},
    {"detectable_format:number_highlighted_sections", NumberOfHighlights},
    {"detectable_format:title", Title},
    {"keywords:existence", HasKeywords},
    {"keywords:forbidden_words", HasNoForbiddenWord},
    {"keywords:frequency", KeywordFrequency},
    {"keywords:letter_frequency", LetterFrequency},
    {"language:response_language", IsInWantedLanguage},
    {"length_constraints:nth_paragraph_first_word", FirstWordOfParagraph},
    {"length_constraints:number_paragraphs", NumberOfParagraphs},
    {"length_constraints:number_sentences", NumberOfSentences},
    {"length_constraints:number_words", NumberOfWords},
    {"punctuation:no_comma", HasNoComma},
    {"startend:end_checker", EndsWith},
    {"startend:quotation", IsQuoted},
}};

}  // namespace

std::vector<std::string> Kinds() {
  std::vector<std::string> ids;
  for (const Kind& kind : kKinds) ids.emplace_back(kind.id);
  return ids;
}

absl::StatusOr<bool> Follows(const datasets::Instruction& instruction, const Response& response) {
  const auto* kind = std::find_if(kKinds.begin(), kKinds.end(), [&](const Kind& k) { return k.id == instruction.id; });
  if (kind == kKinds.end()) {
    return absl::InvalidArgumentError(
        absl::StrCat("there is no instruction \"", instruction.id, "\"; IFEval's are ", absl::StrJoin(Kinds(), ", ")));
  }
  return kind->check(Arguments(instruction), response);
}

absl::Status CheckInstruction(const datasets::Instruction& instruction) {
  return Follows(instruction, {U"", CarriedPunktParameters()}).status();
}

}  // namespace ifeval
