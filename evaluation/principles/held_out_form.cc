// Held-out principles of form: paragraphs, case, marks, quotations, Markdown and other formats.
#include <algorithm>

#include "evaluation/principles/row.h"
#include "evaluation/text/quotations.h"

namespace principles {
namespace {

// A list or a table is no paragraph.
Side SingleParagraph(const Answer& answer) {
  const bool is_text = std::all_of(answer.lines.begin(), answer.lines.end(), [](const Line& line) {
    return line.kind == LineKind::kText || line.kind == LineKind::kBlank;
  });
  return Between(answer.blocks.size() == 1 && is_text && answer.code_blocks == 0, answer.blocks.size() >= 2);
}

Side LowerCase(const Answer& answer) {
  if (answer.letters.upper == 0) return Between(answer.letters.lower > 0, false);
  const auto first =
      std::find_if(answer.words.begin(), answer.words.end(), [](const Word& word) { return word.letters > 0; });
  const bool begins = first != answer.words.end() && IsUpper(answer.prose.At(first->span.begin));
  return Between(false, begins && answer.letters.lower > answer.letters.upper);
}

Side CapitalWord(const Answer& answer) {
  return Either(
      std::any_of(answer.words.begin(), answer.words.end(), [](const Word& word) { return word.IsAllCapitals(); }));
}

// != is no exclamation.
Side Exclamation(const Answer& answer) {
  bool has_mark = false;
  for (size_t i = 0; i < answer.prose.size(); ++i) {
    const char32_t c = answer.prose.At(i);
    if (c == 0xFF01 || (c == '!' && answer.prose.At(i + 1) != '=')) return Side::kPrinciple;
    has_mark = has_mark || c == '!';
  }
  return Between(false, !has_mark);
}

// As a mark of the sentence: before a space or the line's end, also where Markdown's emphasis stands between. 10:30 and
// links have other ones.
Side Colon(const Answer& answer) {
  bool has_any = false;
  for (size_t i = 0; i < answer.prose.size(); ++i) {
    const char32_t c = answer.prose.At(i);
    if (c != ':' && c != 0xFF1A) continue;
    has_any = true;
    const char32_t after = answer.prose.At(i + 1);
    if (c == 0xFF1A || IsSpace(after) || after == '*' || after == '_') return Side::kPrinciple;
  }
  return Between(false, !has_any);
}

Side Hyphen(const Answer& answer) {
  bool has_any = false;
  for (size_t i = 0; i < answer.prose.size(); ++i) {
    const char32_t c = answer.prose.At(i);
    if ((c != '-' && c != 0x2010 && c != 0x2011) || answer.list_marks[i]) continue;
    const bool joins = IsLetterOrDigit(answer.prose.At(i - 1)) && IsLetterOrDigit(answer.prose.At(i + 1));
    if (joins && (IsLetter(answer.prose.At(i - 1)) || IsLetter(answer.prose.At(i + 1)))) return Side::kPrinciple;
    has_any = has_any || joins;
  }
  return Between(false, !has_any);
}

Side Ellipsis(const Answer& answer) {
  for (size_t i = 0; i < answer.prose.size(); ++i) {
    const char32_t c = answer.prose.At(i);
    if (c == 0x2026) return Side::kPrinciple;
    if (c == '.' && answer.prose.At(i + 1) == '.' && answer.prose.At(i + 2) == '.') return Side::kPrinciple;
  }
  return Side::kAntithesis;
}

// A long dash, or a short one, a hyphen or two between spaces, or two hyphens between letters.
bool IsDash(const Characters& text, size_t i) {
  const char32_t c = text.At(i);
  if (c == 0x2014) return true;
  if (c != '-' && c != 0x2013) return false;
  const bool is_double = c == '-' && text.At(i + 1) == '-';
  const char32_t before = text.At(i - 1);
  const char32_t after = text.At(is_double ? i + 2 : i + 1);
  return (before == ' ' && after == ' ') || (is_double && IsLetter(before) && IsLetter(after));
}

Side Dash(const Answer& answer) {
  for (const Line& line : answer.lines) {
    if (line.kind == LineKind::kTable || line.kind == LineKind::kRule) continue;
    for (size_t i = std::max(line.content, line.span.begin); i < line.span.end; ++i) {
      if (IsDash(answer.prose, i)) return Side::kPrinciple;
    }
  }
  return Side::kAntithesis;
}

Side QuotationMarks(const Answer& answer) {
  if (!Quotations(answer.prose).empty()) return Side::kPrinciple;
  for (size_t i = 0; i < answer.prose.size(); ++i) {
    if (IsDoubleQuote(answer.prose.At(i))) return Side::kNeither;
  }
  return Side::kAntithesis;
}

bool HasInProse(const Answer& answer, char32_t c) {
  for (size_t i = 0; i < answer.prose.size(); ++i) {
    if (answer.prose.At(i) == c) return true;
  }
  return false;
}

Side CodeBlock(const Answer& answer) {
  const bool has_fence =
      answer.text.find("```") != absl::string_view::npos || answer.text.find("~~~") != absl::string_view::npos;
  return Between(answer.code_blocks > 0, !has_fence && !HasInProse(answer, '`'));
}

Side Table(const Answer& answer) {
  return Between(HasTable(answer.prose, answer.lines), CountLines(answer.lines, LineKind::kTable) == 0);
}

}  // namespace

std::vector<Row> HeldOutFormRows() {
  return {
      {"single_paragraph",
       "paragraphs",
       LengthEffect::kShorter,
       {"Write a single paragraph.", "Keep everything in one paragraph.", "Use one paragraph only."},
       {"Write at least two paragraphs.", "Divide the answer into paragraphs.", "Use two paragraphs or more."},
       "one block without lists, headings, tables and code / two or more; blank lines divide blocks",
       "paragraphs that a single line end divides",
       SingleParagraph},
      {"lower_case",
       "case",
       LengthEffect::kNeutral,
       {"Write in lower case only.", "Use no capital letters.", "Write everything in small letters."},
       {"Write in normal case.", "Use capital letters as usual.", "Begin sentences with capital letters."},
       "no capital letter / the first letter is one, and fewer than half of all are",
       "a capital at the beginning alone",
       LowerCase},
      {"capital_word",
       "case",
       LengthEffect::kNeutral,
       {"Write a word in CAPITALS.", "Put at least one word in capital letters throughout.",
        "Shout a word, all in capitals."},
       {"Write no word in capitals.", "Put no word in capital letters throughout.", "Shout no word in capitals."},
       "a word of two letters or more that are all capitals / none",
       "NASA, PDF and II count",
       CapitalWord},
      {"exclamation",
       "marks",
       LengthEffect::kNeutral,
       {"Use an exclamation mark.", "Write something with an exclamation mark!", "Exclaim something."},
       {"Use no exclamation marks.", "Write without exclamation marks.", "Exclaim nothing."},
       "an exclamation mark, not of != / none",
       "factorials",
       Exclamation},
      {"colon",
       "marks",
       LengthEffect::kNeutral,
       {"Use a colon.", "Write something behind a colon: like this.", "Let a colon occur."},
       {"Use no colons.", "Write without colons.", "Let no colon occur."},
       "a colon before a space or line end / none, also not in 10:30",
       "smileys before a space",
       Colon},
      {"hyphen",
       "marks",
       LengthEffect::kNeutral,
       {"Use a hyphenated word, such as well-known.", "Write a word that has a hyphen.", "Join two words by a hyphen."},
       {"Use no hyphenated word, such as well-known.", "Write no word that has a hyphen.",
        "Join no words by a hyphen."},
       "a hyphen between letters or a letter and a digit / none between letters and digits",
       "links",
       Hyphen},
      {"ellipsis",
       "marks",
       LengthEffect::kNeutral,
       {"Use an ellipsis.", "Trail off somewhere, with three dots...", "Write three dots in a row."},
       {"Use no ellipsis.", "Never trail off with three dots.", "Write no three dots in a row."},
       "three points in a row or the sign of an ellipsis / none",
       "nothing",
       Ellipsis},
      {"dash",
       "marks",
       LengthEffect::kNeutral,
       {"Use a dash - like this.", "Set something off by a dash.", "Put a dash between two words."},
       {"Use no dashes.", "Set nothing off by a dash.", "Put no dash between words."},
       "a long dash, or a short one, a hyphen or two between spaces, or two between letters / none; lists' marks are "
       "none"
       "none",
       "a minus sign between spaces",
       Dash},
      {"quotation_marks",
       "quotations",
       LengthEffect::kNeutral,
       {"Put something in double quotation marks.", "Quote something, in double quotation marks.",
        "Use double quotation marks."},
       {"Put nothing in double quotation marks.", "Quote nothing in double quotation marks.",
        "Use no double quotation marks."},
       "a passage with a letter or digit between double marks of any form / no double mark",
       "two inch signs behind words",
       QuotationMarks},
      {"bold",
       "markup",
       LengthEffect::kNeutral,
       {"Put something in bold.", "Highlight something in **bold**.", "Use bold text."},
       {"Put nothing in bold.", "Highlight nothing in bold.", "Use no bold text."},
       "`**...**` or `__...__` on a line / no two such marks in a row",
       "HTML's and LaTeX's bold",
       [](const Answer& a) { return OfPresence(Bold(a.prose)); }},
      {"heading",
       "markup",
       LengthEffect::kLonger,
       {"Use a Markdown heading.", "Put a heading above a part, marked by #.",
        "Write a line that is a heading, after #."},
       {"Use no Markdown headings.", "Put no headings above parts.", "Write no heading."},
       "a line that begins with one to six # and a space / none",
       "headings in bold or underlined",
       [](const Answer& a) { return Either(CountLines(a.lines, LineKind::kHeading) > 0); }},
      {"code_block",
       "markup",
       LengthEffect::kLonger,
       {"Put something in a code block.", "Use a fenced code block.", "Write a block of code between lines of ```."},
       {"Use no code formatting.", "Put nothing in a code block.", "Write without code blocks and backticks."},
       "a fence of backticks or tildes with something in it / no fence and no backtick",
       "code by indentation",
       CodeBlock,
       true},
      {"table",
       "markup",
       LengthEffect::kLonger,
       {"Use a Markdown table.", "Put something in a table.", "Draw a table in Markdown."},
       {"Use no table.", "Put nothing in a table.", "Draw no tables."},
       "a line with `|` above a line like `|---|---|` / no line that begins with `|` or is such a line",
       "tables of another form",
       Table},
      {"title",
       "markup",
       LengthEffect::kLonger,
       {"Give the answer a title in <<double angular brackets>>.", "Write a title, like <<title>>.",
        "Put a title between << and >>."},
       {"Give the answer no title in double angular brackets.", "Write no title like <<title>>.",
        "Put no title between << and >>."},
       "<<...>> with a text on a line / no << or >>",
       "<< and >> of shifts on one line",
       [](const Answer& a) { return OfPresence(AngularTitle(a.prose)); }},
      {"latex_math",
       "markup",
       LengthEffect::kNeutral,
       {"Write something in LaTeX, such as $x$.", "Use LaTeX for some expression.",
        "Put something between dollar signs."},
       {"Use no LaTeX.", "Write every expression as plain text, not in LaTeX.", "Put nothing between dollar signs."},
       "`$...$`, `$$...$$`, `\\(...\\)`, `\\[...\\]` or `\\begin{` / none, and no backslash before a letter",
       "`$20 or 30$`",
       [](const Answer& a) { return OfPresence(Latex(a.prose)); }},
      {"json",
       "markup",
       LengthEffect::kNeutral,
       {"Answer in JSON.", "Let the whole answer be a JSON object.", "Write valid JSON and nothing else."},
       {"Answer in plain text, not in JSON.", "Let the answer not be JSON.", "Write no JSON."},
       "all of it is one object or array, also in one fence / it does not begin with { or [ or a fence of JSON",
       "JSON behind other text",
       [](const Answer& a) { return OfPresence(Json(a.text)); },
       true},
  };
}

}  // namespace principles
