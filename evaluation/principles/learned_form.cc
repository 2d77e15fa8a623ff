// Learned principles of form: lists, lengths, questions, endings, commas, brackets, characters.
#include <algorithm>

#include "evaluation/principles/row.h"
#include "evaluation/text/quotations.h"

namespace principles {
namespace {

// Its number of words.
size_t LongestSentence(const Answer& answer) {
  size_t longest = 0;
  for (const auto& words : answer.words_by_sentence) longest = std::max(longest, words.size());
  return longest;
}

// Whether a question is asked outside of quotations: a mark that neither letter nor digit follows, as one does in
// links.
bool AsksSomething(const Answer& answer, const std::vector<bool>& quoted) {
  for (size_t i = 0; i < answer.prose.size(); ++i) {
    const char32_t c = answer.prose.At(i);
    const bool asks = c == '?' || c == 0xFF1F || c == 0x61F;
    if (asks && !quoted[i] && (c == 0xFF1F || !IsLetterOrDigit(answer.prose.At(i + 1)))) return true;
  }
  return false;
}

Side EndsWithQuestion(const Answer& answer) {
  const std::vector<bool> quoted = InQuotation(answer.prose, Quotations(answer.prose));
  size_t place = 0;
  const char32_t last = LastMark(answer.prose, &place);
  const bool ends = (last == '?' || last == 0xFF1F || last == 0x61F) && !quoted[place];
  return Between(ends, !AsksSomething(answer, quoted));
}

Side EndsWithStop(const Answer& answer) {
  size_t place = 0;
  const char32_t last = LastMark(answer.prose, &place);
  const bool is_stop = last == '.' || last == 0x3002;
  const bool is_ellipsis = last == 0x2026 || (last == '.' && answer.prose.At(place - 1) == '.');
  return Between(is_stop && !is_ellipsis, !is_stop && !is_ellipsis);
}

Side LastWord(const Answer& answer) {
  const Word& word = answer.words.back();
  return word.has_digit ? Side::kNeither : Either(word.letters >= 6);
}

Side Commas(const Answer& answer) {
  int64_t commas = 0;
  for (size_t i = 0; i < answer.prose.size(); ++i) {
    const char32_t c = answer.prose.At(i);
    commas += c == ',' || c == 0x3001 || c == 0xFF0C || c == 0x60C;
  }
  return Between(commas == 0, commas >= 2);
}

Side Brackets(const Answer& answer, char32_t open, char32_t close) {
  const BracketCounts counts = CountBrackets(answer.prose, open, close, answer.list_marks);
  return Between(counts.filled > 0, counts.all == 0);
}

// Two letters of another script in one word, or one ideograph: a single letter is a symbol of mathematics.
Side OtherScript(const Answer& answer) {
  bool has_any = false;
  for (const Word& word : answer.words) {
    int letters = 0;
    for (size_t i = word.span.begin; i < word.span.end; ++i) {
      const char32_t c = answer.prose.At(i);
      letters += IsIdeograph(c) ? 2 : IsLetter(c) && !IsLatin(c) ? 1 : 0;
    }
    if (letters >= 2) return Side::kPrinciple;
    has_any = has_any || letters > 0;
  }
  return Between(false, !has_any);
}

}  // namespace

std::vector<Row> LearnedFormRows() {
  return {
      {"numbered_list",
       "lists",
       LengthEffect::kLonger,
       {"Answer in a numbered list.", "Number your points, one a line.", "Use numbered steps."},
       {"Answer in prose, without any list.", "Write no list.", "Use no lists, but running text."},
       "at least two lines that begin with a number and a point or bracket / no line of a list",
       "a year or quantity of up to three digits at the start of a line; lists by letters",
       [](const Answer& a) {
         const int64_t numbered = CountLines(a.lines, LineKind::kNumbered);
         return Between(numbered >= 2, numbered == 0 && CountLines(a.lines, LineKind::kBullet) == 0);
       }},
      {"bullet_list",
       "lists",
       LengthEffect::kLonger,
       {"Use bullet points.", "Give your points as a bulleted list.", "List your points with dashes or dots."},
       {"Use no bullet points.", "Do not write bulleted lists.", "Avoid bullet points."},
       "at least two lines that begin with `-`, `*`, `+` or a dot and a space / no such line",
       "dialogue whose lines begin with a dash",
       [](const Answer& a) {
         const int64_t bullets = CountLines(a.lines, LineKind::kBullet);
         return Between(bullets >= 2, bullets == 0);
       }},
      {"one_sentence",
       "lengths",
       LengthEffect::kShorter,
       {"Answer in one sentence.", "Write a single sentence.", "Use exactly one sentence."},
       {"Answer in at least three sentences.", "Write three sentences or more.", "Use no fewer than three sentences."},
       "one sentence / at least three; each item of a list is one",
       "unusual abbreviations; inline lists: \"1. A 2. B\"",
       [](const Answer& a) { return Between(a.sentences.size() == 1, a.sentences.size() >= 3); }},
      {"few_words",
       "lengths",
       LengthEffect::kShorter,
       {"Use at most fifty words.", "Keep the answer to fifty words or fewer.", "Write no more than fifty words."},
       {"Use at least a hundred words.", "Write a hundred words or more.",
        "Let the answer be a hundred words or longer."},
       "at most 50 words / at least 100; a hyphenated word is several",
       "scripts without spaces other than Han and Kana",
       [](const Answer& a) { return Between(a.words.size() <= 50, a.words.size() >= 100); }},
      {"short_sentences",
       "lengths",
       LengthEffect::kShorter,
       {"Keep every sentence to at most fifteen words.", "Write short sentences, of fifteen words at most.",
        "Let no sentence be longer than fifteen words."},
       {"Write a sentence of more than twenty-five words.", "Let one sentence be longer than twenty-five words.",
        "Use a long sentence, of over twenty-five words."},
       "no sentence has more than 15 words / one has more than 25",
       "as one_sentence",
       [](const Answer& a) { return Between(LongestSentence(a) <= 15, LongestSentence(a) > 25); }},
      {"end_question",
       "questions",
       LengthEffect::kLonger,
       {"End with a question.", "Ask a question at the end.", "Let the last sentence be a question."},
       {"Do not ask anything.", "Ask no questions.", "Write no question."},
       "the last mark, before quotation marks, brackets and emoji, is a question mark / none outside of quotations",
       "questions without a mark; quotations in single marks",
       EndsWithQuestion},
      {"full_stop",
       "endings",
       LengthEffect::kNeutral,
       {"End with a full stop.", "Let a full stop be the last mark.", "Put a full stop at the very end."},
       {"End without a full stop.", "Put no full stop at the very end.", "Leave out the last full stop."},
       "the last mark, before quotation marks, brackets and emoji, is one full stop / is none and no ellipsis",
       "an abbreviation at the end: \"etc.\"",
       EndsWithStop},
      {"long_last_word",
       "endings",
       LengthEffect::kNeutral,
       {"Let the last word have at least six letters.", "End with a word of six letters or more.",
        "Make the last word a long one, of six letters at least."},
       {"Let the last word have at most five letters.", "End with a word of five letters or fewer.",
        "Make the last word a short one, of five letters at most."},
       "letters of the last word, an apostrophe inside is none; with a digit: neither",
       "links",
       LastWord},
      {"postscript",
       "endings",
       LengthEffect::kLonger,
       {"Add a postscript that begins with P.S.", "Close with a P.S.", "Put a P.S. after the answer."},
       {"Add no postscript.", "Write no P.S.", "Close without a P.S."},
       "a line after the first that begins with P.S. or PS: and goes on / p.s. nowhere",
       "postscripts of another name",
       [](const Answer& a) { return OfPresence(Postscript(a.prose, a.lines)); }},
      {"no_commas",
       "commas",
       LengthEffect::kNeutral,
       {"Use no commas.", "Write without commas.", "Do not use a single comma."},
       {"Use at least two commas.", "Write with two commas or more.", "Put in two commas at least."},
       "no comma / at least two; also those of East Asia and Arabic",
       "nothing: the comma in 1,000 counts",
       Commas},
      {"parentheses",
       "brackets",
       LengthEffect::kNeutral,
       {"Put something in parentheses.", "Use parentheses (like these).", "Write a part in round brackets."},
       {"Use no parentheses.", "Write without parentheses.", "Do not use round brackets."},
       "a pair with a letter or digit inside / neither mark; a list's \"1)\" is none",
       "formulas and links",
       [](const Answer& a) { return Brackets(a, '(', ')'); }},
      {"square_brackets",
       "brackets",
       LengthEffect::kNeutral,
       {"Put something in square brackets.", "Use square brackets [like these].", "Write a part in square brackets."},
       {"Use no square brackets.", "Write without square brackets.", "Do not use square brackets."},
       "a pair with a letter or digit inside / neither mark",
       "links in Markdown, LaTeX and indices",
       [](const Answer& a) { return Brackets(a, '[', ']'); }},
      {"plain_ascii",
       "characters",
       LengthEffect::kNeutral,
       {"Use only characters of a plain English keyboard.", "Write in plain ASCII.",
        "Use no accents, typographic marks or emoji."},
       {"Use a character that no plain English keyboard has, such as \u00e9.", "Write something beyond plain ASCII.",
        "Use an accent, a typographic mark or an emoji."},
       "no character beyond ASCII / one",
       "invisible characters",
       [](const Answer& a) { return Either(a.letters.beyond_ascii == 0); }},
      {"other_script",
       "characters",
       LengthEffect::kNeutral,
       {"Write a word in letters other than Latin ones.", "Use a word in another alphabet than ours.",
        "Put in a word of Greek, Russian, Chinese or another script."},
       {"Write in Latin letters only.", "Use no other alphabet than ours.", "Keep to the Latin script."},
       "two letters of another script in one word, or a Chinese or Japanese character / no letter of another script",
       "a variable of two Greek letters",
       OtherScript},
  };
}

}  // namespace principles
