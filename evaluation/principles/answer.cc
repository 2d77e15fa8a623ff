#include "evaluation/principles/answer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"

namespace principles {
namespace {

std::vector<bool> ListMarks(const Characters& text, const std::vector<Line>& lines) {
  std::vector<bool> marks(text.size(), false);
  for (const Line& line : lines) {
    if (line.kind != LineKind::kBullet && line.kind != LineKind::kNumbered) continue;
    std::fill(marks.begin() + static_cast<ptrdiff_t>(line.span.begin),
              marks.begin() + static_cast<ptrdiff_t>(line.content), true);
  }
  return marks;
}

// Words that stand in each sentence: both are in the order of the text.
std::vector<std::vector<Word>> WordsBySentence(const std::vector<Word>& words, const std::vector<Sentence>& sentences) {
  std::vector<std::vector<Word>> result(sentences.size());
  size_t w = 0;
  for (size_t s = 0; s < sentences.size(); ++s) {
    while (w < words.size() && words[w].span.begin < sentences[s].span.begin) ++w;
    for (; w < words.size() && words[w].span.begin < sentences[s].span.end; ++w) result[s].push_back(words[w]);
  }
  return result;
}

}  // namespace

Answer::Answer(absl::string_view given) : text(absl::StripTrailingAsciiWhitespace(given)) {
  const Characters all(text);
  says_something = FirstLetterOrDigit(all) < all.size();
  Prose without_code = WithoutCode(all);
  code_blocks = without_code.code_blocks;
  prose = std::move(without_code.text);
  prose_says_something = FirstLetterOrDigit(prose) < prose.size();
  letters = CountLetters(prose);
  lines = Lines(prose);
  blocks = Blocks(prose, lines);
  words = Words(prose);
  sentences = Sentences(prose, lines);
  words_by_sentence = WordsBySentence(words, sentences);
  list_marks = ListMarks(prose, lines);
  reads_of_whole_ = all.reads();
}

}  // namespace principles
