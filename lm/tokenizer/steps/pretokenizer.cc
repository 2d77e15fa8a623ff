#include "lm/tokenizer/steps/pretokenizer.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "lm/tokenizer/text/byte_level.h"
#include "lm/tokenizer/text/unicode.h"
#include "lm/tokenizer/text/utf8.h"

namespace lm {
namespace {

using Kind = PreTokenizerStep::Kind;

struct Piece {
  size_t begin, end;
  bool is_match;
};

// The matches and what lies between, in order.
std::vector<Piece> Pieces(const PreTokenizerStep& step, absl::string_view text) {
  std::vector<Piece> pieces;
  size_t done = 0;
  const auto add = [&](size_t begin, size_t end) {
    if (begin > done) pieces.push_back({done, begin, false});
    pieces.push_back({begin, end, true});
    done = end;
  };
  if (step.kind == Kind::kPattern) {
    step.pattern->ForEachMatch(text, add);
  } else {
    for (size_t at = 0, size; at < text.size(); at += size) {
      size = std::max<size_t>(1, LeadingCharacterSize(text.substr(at)));
      if (step.matches(CodePoint(text.data() + at, size))) add(at, at + size);
    }
  }
  if (done < text.size()) pieces.push_back({done, text.size(), false});
  if (step.invert) {
    for (Piece& piece : pieces) piece.is_match = !piece.is_match;
  }
  return pieces;
}

std::vector<Piece> Behave(SplitBehavior behavior, std::vector<Piece> pieces) {
  const bool reversed = behavior == SplitBehavior::kMergedWithNext;
  if (reversed) std::reverse(pieces.begin(), pieces.end());
  std::vector<Piece> result;
  bool after_match = false;
  for (const Piece& piece : pieces) {
    const bool joins = behavior == SplitBehavior::kContiguous
                           ? piece.is_match == after_match
                           : piece.is_match && !after_match && behavior >= SplitBehavior::kMergedWithPrevious;
    after_match = piece.is_match;
    if (behavior == SplitBehavior::kRemoved && piece.is_match) continue;
    if (joins && !result.empty()) {
      (reversed ? result.back().begin : result.back().end) = reversed ? piece.begin : piece.end;
    } else {
      result.push_back(piece);
    }
  }
  if (reversed) std::reverse(result.begin(), result.end());
  return result;
}

// Runs of word characters and runs of other marks.
void ForEachWordOrMarks(absl::string_view text, absl::FunctionRef<void(size_t, size_t)> use) {
  enum Class { kSpace, kWord, kMark };
  Class of_run = kSpace;
  size_t begin = 0;
  for (size_t at = 0, size; at <= text.size(); at += size) {
    size = std::max<size_t>(1, LeadingCharacterSize(text.substr(at)));
    Class now = kSpace;
    if (at < text.size()) {
      const char32_t c = CodePoint(text.data() + at, size);
      now = IsWordCharacter(c) ? kWord : IsSpaceCharacter(c) ? kSpace : kMark;
    }
    if (now == of_run) continue;
    if (of_run != kSpace) use(begin, at);
    begin = at;
    of_run = now;
  }
}

AlignedText WithPrefix(absl::string_view prefix, const AlignedView& text) {
  AlignedText result(text);
  result.Append(prefix, result.tracked ? text.spans[0] : TextSpan());
  result.Append(text);
  return result;
}

AlignedText AsSymbols(const AlignedView& text) {
  AlignedText result(text);
  result.text.reserve(2 * text.text.size());
  for (size_t i = 0; i < text.text.size(); ++i) {
    result.Append(ByteSymbol(text.text[i]), result.tracked ? text.spans[i] : TextSpan());
  }
  return result;
}

}  // namespace

PreTokenizer::PreTokenizer(std::vector<PreTokenizerStep> steps) : steps_(std::move(steps)) {
  for (const PreTokenizerStep& step : steps_) {
    looks_at_characters_ |= step.kind != Kind::kMetaspace && (step.kind != Kind::kByteLevel || step.pattern);
  }
}

void PreTokenizer::ForEachWord(const AlignedView& text, bool as_bytes, Use use) const {
  if (!looks_at_characters_) return Run(0, text, as_bytes, use);
  const bool symbols = !as_bytes && std::any_of(steps_.begin(), steps_.end(),
                                                [](const auto& step) { return step.kind == Kind::kByteLevel; });
  for (size_t at = 0; at < text.text.size();) {
    const size_t good = WellFormedPrefixSize(text.text.substr(at));
    if (good > 0) Run(0, text.Sub(at, good), as_bytes, use);
    at += good;
    const size_t broken = BrokenPrefixSize(text.text.substr(at));
    if (broken > 0 && symbols) {
      const AlignedText as_symbols = AsSymbols(text.Sub(at, broken));
      use(as_symbols.view());
    } else if (broken > 0) {
      use(text.Sub(at, broken));
    }
    at += broken;
  }
}

void PreTokenizer::Run(size_t step, const AlignedView& text, bool as_bytes, Use use) const {
  if (text.text.empty()) return;
  if (step == steps_.size()) return use(text);
  const PreTokenizerStep& now = steps_[step];
  const auto go_on = [&](size_t begin, size_t end) {
    if (end > begin) Run(step + 1, text.Sub(begin, end - begin), as_bytes, use);
  };
  switch (now.kind) {
    case Kind::kMetaspace:
      return RunMetaspace(step, text, as_bytes, use);
    case Kind::kByteLevel:
      return RunByteLevel(step, text, as_bytes, use);
    case Kind::kWordsAndMarks:
      return ForEachWordOrMarks(text.text, go_on);
    case Kind::kPattern:
    case Kind::kCharacters:
      break;
  }
  if (now.behavior != SplitBehavior::kIsolated || now.kind == Kind::kCharacters) {
    for (const Piece& piece : Behave(now.behavior, Pieces(now, text.text))) go_on(piece.begin, piece.end);
    return;
  }
  size_t done = 0;
  now.pattern->ForEachMatch(text.text, [&](size_t begin, size_t end) {
    go_on(done, begin);
    go_on(begin, end);
    done = end;
  });
  go_on(done, text.text.size());
}

void PreTokenizer::RunMetaspace(size_t step, const AlignedView& text, bool as_bytes, Use use) const {
  const auto& [mark, prepend, split] = steps_[step].metaspace;
  AlignedText marked(text);
  size_t done = 0;
  for (size_t at; (at = text.text.find(' ', done)) != absl::string_view::npos; done = at + 1) {
    marked.Append(text.Sub(done, at - done));
    marked.Append(mark, marked.tracked ? text.spans[at] : TextSpan());
  }
  marked.Append(text.Sub(done));
  const bool wanted =
      prepend == Metaspace::Prepend::kAlways || (prepend == Metaspace::Prepend::kFirst && text.source_begin == 0);
  if (wanted && !absl::StartsWith(marked.text, mark)) marked = WithPrefix(mark, marked.view());
  const AlignedView view = marked.view();
  size_t begin = 0;
  while (split) {
    const size_t next = view.text.find(mark, begin + 1);
    if (next == absl::string_view::npos) break;
    Run(step + 1, view.Sub(begin, next - begin), as_bytes, use);
    begin = next;
  }
  Run(step + 1, view.Sub(begin), as_bytes, use);
}

void PreTokenizer::RunByteLevel(size_t step, const AlignedView& text, bool as_bytes, Use use) const {
  const PreTokenizerStep& now = steps_[step];
  if (now.add_prefix_space && !absl::StartsWith(text.text, " ")) {
    return RunByteLevel(step, WithPrefix(" ", text).view(), as_bytes, use);
  }
  const auto go_on = [&](size_t begin, size_t end) {
    if (end == begin) return;
    const AlignedView word = text.Sub(begin, end - begin);
    if (as_bytes && step + 1 == steps_.size()) return use(word);
    const AlignedText symbols = AsSymbols(word);
    Run(step + 1, symbols.view(), as_bytes, use);
  };
  size_t done = 0;
  if (now.pattern) {
    now.pattern->ForEachMatch(text.text, [&](size_t begin, size_t end) {
      go_on(done, begin);
      go_on(begin, end);
      done = end;
    });
  }
  go_on(done, text.text.size());
}

}  // namespace lm
