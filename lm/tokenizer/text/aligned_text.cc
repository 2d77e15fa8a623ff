#include "lm/tokenizer/text/aligned_text.h"

#include <algorithm>

#include "lm/tokenizer/text/utf8.h"

namespace lm {

AlignedView AlignedView::Sub(size_t begin, size_t size) const {
  AlignedView part = {text.substr(begin, size), spans == nullptr ? nullptr : spans + begin, source_begin + begin};
  if (spans != nullptr && !part.text.empty()) part.source_begin = part.spans[0].begin;
  return part;
}

TextSpan AlignedView::Source(size_t begin, size_t end) const {
  end = std::min(end, text.size());
  if (begin >= end) return {source_begin, source_begin};
  return {spans[begin].begin, spans[end - 1].end};
}

void AlignedText::Append(absl::string_view bytes, TextSpan span) {
  text.append(bytes.data(), bytes.size());
  if (tracked) spans.insert(spans.end(), bytes.size(), span);
}

void AlignedText::Append(const AlignedView& part) {
  text.append(part.text.data(), part.text.size());
  if (tracked) spans.insert(spans.end(), part.spans, part.spans + part.text.size());
}

void AlignedText::AppendChanged(const AlignedView& source, size_t begin, size_t removed,
                                absl::Span<const CharacterChange> changes) {
  size_t at = begin + removed;
  const auto next = [&] { return std::max<size_t>(1, LeadingCharacterSize(source.text.substr(at))); };
  for (const auto& [c, change] : changes) {
    const size_t size = text.size();
    AppendUtf8(c, text);
    const size_t first = at;
    for (int taken = change; taken <= 0 && at < source.text.size(); ++taken) at += next();
    if (!tracked) continue;
    TextSpan span = {source.source_begin, source.source_begin};
    if (at > first) {
      span = {source.spans[first].begin, source.spans[at - 1].end};
    } else if (at > 0) {
      span = source.spans[at - 1];
    }
    spans.insert(spans.end(), text.size() - size, span);
  }
}

std::vector<TextSpan> OwnSpans(absl::string_view text) {
  std::vector<TextSpan> spans;
  spans.reserve(text.size());
  while (spans.size() < text.size()) {
    const size_t begin = spans.size();
    const size_t size = std::max<size_t>(1, LeadingCharacterSize(text.substr(begin)));
    spans.insert(spans.end(), size, {begin, begin + size});
  }
  return spans;
}

}  // namespace lm
