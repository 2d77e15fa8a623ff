#include "lm/tokenizer/steps/character_map.h"

#include <utf8proc.h>

#include <algorithm>

#include "absl/status/status.h"
#include "lm/tokenizer/text/utf8.h"

namespace lm {
namespace {

constexpr size_t kUnit = 4;  // bytes

uint32_t UnitAt(absl::string_view bytes) {
  uint32_t unit = 0;
  for (size_t i = 0; i < kUnit; ++i) unit |= static_cast<uint32_t>(static_cast<uint8_t>(bytes[i])) << 8 * i;
  return unit;
}

// Of a Darts unit.
uint32_t Offset(uint32_t unit) { return (unit >> 10) << ((unit & 1u << 9) >> 6); }
uint32_t Label(uint32_t unit) { return unit & (1u << 31 | 0xFF); }
bool HasLeaf(uint32_t unit) { return (unit >> 8 & 1) != 0; }

// Bytes of the grapheme cluster that well-formed `text` begins with.
size_t LeadingGraphemeSize(absl::string_view text) {
  size_t at = LeadingCharacterSize(text);
  char32_t previous = CodePoint(text.data(), at);
  utf8proc_int32_t state = 0;
  while (at < text.size()) {
    const size_t size = LeadingCharacterSize(text.substr(at));
    const char32_t next = CodePoint(text.data() + at, size);
    if (utf8proc_grapheme_break_stateful(previous, next, &state)) break;
    previous = next;
    at += size;
  }
  return at;
}

}  // namespace

absl::StatusOr<CharacterMap> CharacterMap::Parse(absl::string_view bytes) {
  const size_t size = bytes.size() < kUnit ? 0 : UnitAt(bytes);
  if (size == 0 || size % kUnit != 0 || size > bytes.size() - kUnit || bytes.back() != '\0') {
    return absl::InvalidArgumentError("is no trie with texts behind it");
  }
  CharacterMap map;
  for (size_t at = 0; at < size; at += kUnit) map.trie_.push_back(UnitAt(bytes.substr(kUnit + at)));
  map.texts_ = std::string(bytes.substr(kUnit + size));
  if (map.texts_.empty()) return absl::InvalidArgumentError("has no texts behind its trie");
  return map;
}

const char* CharacterMap::Find(absl::string_view text) const {
  uint32_t node = Offset(trie_[0]);
  for (const char byte : text) {
    const auto label = static_cast<uint8_t>(byte);
    node ^= label;
    if (label == 0 || node >= trie_.size() || Label(trie_[node]) != label) return nullptr;
    const uint32_t unit = trie_[node];
    node ^= Offset(unit);
    if (!HasLeaf(unit)) continue;
    const uint32_t place = node < trie_.size() ? trie_[node] & ~(1u << 31) : 0;
    return place < texts_.size() ? texts_.data() + place : nullptr;
  }
  return nullptr;
}

bool CharacterMap::AppendMapped(const AlignedView& source, size_t begin, size_t size, AlignedText& result) const {
  const absl::string_view part = source.text.substr(begin, size);
  const char* const mapped = Find(part);
  if (mapped == nullptr) return false;
  int extra = 0;  // characters more than before
  for (size_t at = 0; at < part.size(); at += LeadingCharacterSize(part.substr(at))) --extra;
  std::vector<CharacterChange> changes;
  absl::string_view rest = mapped;
  while (!rest.empty()) {
    const size_t next = LeadingCharacterSize(rest);
    if (next == 0) return false;
    changes.push_back({CodePoint(rest.data(), next), 0});
    rest.remove_prefix(next);
    ++extra;
  }
  for (int i = 0; i < extra; ++i) changes[changes.size() - 1 - i].change = 1;
  if (extra < 0 && !changes.empty()) changes.back().change = extra;
  result.AppendChanged(source, begin, 0, changes);
  return true;
}

AlignedText CharacterMap::Apply(const AlignedView& source) const {
  constexpr size_t kLongest = 6;
  AlignedText result(source);
  const absl::string_view text = source.text;
  size_t good_end = 0;  // of well-formed text
  for (size_t at = 0; at < text.size();) {
    if (at >= good_end) good_end = at + WellFormedPrefixSize(text.substr(at));
    if (at == good_end) {
      result.Append(source.Sub(at, 1));
      ++at;
      continue;
    }
    const size_t end = at + LeadingGraphemeSize(text.substr(at, good_end - at));
    if (end - at < kLongest && AppendMapped(source, at, end - at, result)) {
      at = end;
      continue;
    }
    while (at < end) {
      const size_t size = LeadingCharacterSize(text.substr(at));
      if (!AppendMapped(source, at, size, result)) result.Append(source.Sub(at, size));
      at += size;
    }
  }
  return result;
}

}  // namespace lm
