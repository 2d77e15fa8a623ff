#include "evaluation/ifeval/language.h"

#include <algorithm>
#include <array>
#include <string>

#include "cld2/public/compact_lang_det.h"
#include "cld2/public/encodings.h"

namespace ifeval {
namespace {

bool IsOf(char32_t c, View marks) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || marks.find(c) != View::npos;
}

// Where the address of a page ends that begins at a place; the place where none does.
size_t PageEnd(View text, size_t at) {
  size_t end = at + (text.compare(at, 7, U"http://") == 0 ? 7 : text.compare(at, 8, U"https://") == 0 ? 8 : 0);
  while (end > at && end < text.size() && IsOf(text[end], U"-_.?&~;+=/#")) ++end;
  return end;
}

// Without addresses of pages (http in lower case) and of mail, as langdetect takes them out.
Text WithoutAddresses(View text) {
  Text kept;
  for (size_t i = 0; i < text.size();) {
    if (const size_t end = text[i] == 'h' ? PageEnd(text, i) : i; end > i) {
      kept += U' ';
      i = end;
    } else if (text[i] == '@' && i > 0 && IsOf(text[i - 1], U"-_.") && i + 2 < text.size() &&
               IsOf(text[i + 1], U"-_") && IsOf(text[i + 2], U"-_.")) {
      while (!kept.empty() && IsOf(kept.back(), U"-_.")) kept.pop_back();
      for (++i; i < text.size() && IsOf(text[i], U"-_."); ++i) {
      }
      kept += U' ';
    } else {
      kept += text[i++];
    }
  }
  return kept;
}

bool HasLetter(View text) {
  return std::any_of(text.begin(), text.end(), [](char32_t c) { return IsWord(c) && !IsDecimal(c) && c != '_'; });
}

// CLD2's codes where they differ from langdetect's.
std::string LangdetectCode(CLD2::Language language) {
  const std::string code = CLD2::LanguageCode(language);
  if (code == "zh") return "zh-cn";
  if (code == "zh-Hant") return "zh-tw";
  if (code == "iw") return "he";
  if (code == "nb" || code == "nn") return "no";
  if (code == "fil") return "tl";
  return code;
}

// The language of most of the text; "un" where CLD2 knows none.
std::string Detect(const std::string& text) {
  const CLD2::CLDHints hints = {nullptr, nullptr, CLD2::UNKNOWN_ENCODING, CLD2::UNKNOWN_LANGUAGE};
  std::array<CLD2::Language, 3> languages;
  std::array<int, 3> percents;
  std::array<double, 3> scores;
  int letters = 0;
  bool reliable = false;
  const CLD2::Language best = CLD2::ExtDetectLanguageSummary(
      text.data(), static_cast<int>(text.size()), /*is_plain_text=*/true, &hints, /*flags=*/0, languages.data(),
      percents.data(), scores.data(), nullptr, &letters, &reliable);
  return LangdetectCode(best);
}

}  // namespace

bool IsInLanguage(View text, absl::string_view code) {
  const Text kept = WithoutAddresses(text);
  return !HasLetter(kept) || Detect(Encode(kept)) == code;
}

}  // namespace ifeval
