#include "evaluation/extraction/no_answer.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "evaluation/extraction/solution.h"
#include "evaluation/numbers/plain_text.h"

namespace evaluation {
namespace {

using ::absl::string_view;

constexpr size_t kClause = 80;  // bytes in which what cannot be done is named

// In lower case as far as ASCII goes.
constexpr string_view kRefusals[] = {
    // Spanish, Portuguese, Italian, French
    "faltan datos", "datos insuficientes", "información insuficiente", "no lo sé", "no sé la respuesta", "não sei",
    "faltam dados", "faltam informações", "dados insuficientes", "informações insuficientes", "non lo so",
    "dati insufficienti", "informazioni insufficienti", "je ne sais pas", "données insuffisantes",
    "informations insuffisantes",
    // German, Dutch
    "ich weiß es nicht", "ich weiß nicht", "ich weiss nicht", "nicht bestimmbar", "unbestimmbar", "nicht lösbar",
    "unlösbar", "ik weet het niet", "niet te bepalen", "niet te berekenen", "onbepaald",
    // Russian
    "я не знаю", "Я не знаю", "ответ неизвестен", "Ответ неизвестен",
    // Chinese
    "我不知道", "我不确定", "我不確定", "答案未知", "答案不明", "信息不足", "資訊不足", "条件不足", "條件不足",
    "数据不足", "數據不足", "资料不足", "資料不足", "无解", "無解",
    // Japanese
    "決定できません", "決定できない", "求められません", "求められない", "求めることができ", "求めることはでき",
    "計算できません", "計算できない", "特定できません", "特定できない", "答えられません", "答えられない",
    "わかりません", "分かりません", "わからない", "分からない", "答えは不明", "情報が足りません", "情報が足りない",
    "情報が不足", "情報不足",
    // Korean
    "알 수 없", "알수없", "구할 수 없", "결정할 수 없", "계산할 수 없", "답할 수 없", "확인할 수 없", "모르겠",
    "정보가 부족", "정보가 충분하지",
    // Arabic, Hindi, Bengali
    "لا أعرف", "لا أعلم", "الجواب غير معروف", "पता नहीं", "ज्ञात नहीं", "निर्धारित नहीं", "জানি না", "জানা নেই",
    "নির্ধারণ করা সম্ভব নয়", "নির্ধারণ করা যায় না"};
// These need a word of kFinding in their clause.
constexpr string_view kCannot[] = {"faltan",
                                   "falta",
                                   "faltam",
                                   "mancano",
                                   "il manque",
                                   "es fehlen",
                                   "fehlen",
                                   "ontbreken",
                                   "не хватает",
                                   "缺少",
                                   "no se puede",
                                   "no se pueden",
                                   "no puedo",
                                   "no podemos",
                                   "no es posible",
                                   "es imposible",
                                   "imposible",
                                   "no hay",
                                   "não é possível",
                                   "não se pode",
                                   "não posso",
                                   "não podemos",
                                   "é impossível",
                                   "impossível",
                                   "não há",
                                   "non è possibile",
                                   "non si può",
                                   "non posso",
                                   "non possiamo",
                                   "è impossibile",
                                   "impossibile",
                                   "non ci sono",
                                   "non abbiamo",
                                   "on ne peut",
                                   "nous ne pouvons",
                                   "ne peut pas",
                                   "ne peut être",
                                   "il est impossible",
                                   "impossible de",
                                   "il n'y a pas",
                                   "pas assez",
                                   "je ne peux",
                                   "kann nicht",
                                   "kann man nicht",
                                   "können nicht",
                                   "lässt sich nicht",
                                   "ist nicht möglich",
                                   "unmöglich",
                                   "nicht genug",
                                   "nicht genügend",
                                   "nicht ausreichend",
                                   "kan niet",
                                   "kunnen niet",
                                   "onmogelijk",
                                   "niet genoeg",
                                   "onvoldoende",
                                   "niet mogelijk",
                                   "невозможно",
                                   "Невозможно",
                                   "нельзя",
                                   "Нельзя",
                                   "недостаточно",
                                   "Недостаточно",
                                   "не могу",
                                   "неизвестно",
                                   "Неизвестно",
                                   "无法",
                                   "無法",
                                   "不能",
                                   "不可能",
                                   "没法",
                                   "没有足够",
                                   "沒有足夠",
                                   "لا يمكن",
                                   "لا يوجد"};
// Beginnings of words for finding an answer, and for what it takes.
constexpr string_view kFinding[] = {
    "determin", "détermin", "calcul",   "saber",    "sapere",  "savoir",  "conocer",  "respond",     "répond",
    "rispond",  "resolver", "resolvid", "résoudre", "risolv",  "obtener", "hallar",   "información", "informa",
    "datos",    "dados",    "dati ",    "données",  "bestimm", "berechn", "ermittel", "beantwort",   "gelöst",
    "lösen",    "angaben",  "daten",    "bepaal",   "bepalen", "bereken", "gegevens", "определ",     "вычисл",
    "рассчит",  "ответ",    "решить",   "узнать",   "найти",   "данных",  "информац", "сказать",     "确定",
    "確定",     "计算",     "計算",     "回答",     "得出",    "求出",    "求解",     "求得",        "判断",
    "判斷",     "知道",     "解答",     "算出",     "推断",    "推斷",    "得知",     "解出",        "给出",
    "信息",     "資訊",     "条件",     "條件",     "تحديد",   "حساب",    "معرفة",    "معلومات"};

constexpr string_view kNothing[] = {"unknown",        "unclear",          "undefined",     "indeterminate",
                                    "undeterminable", "indeterminable",   "ambiguous",     "not known",
                                    "not clear",      "not determinable", "not available", "unavailable",
                                    "unsolvable",     "impossible",       "missing",       "n/a",
                                    "none",           "no solution",      "desconocida",   "desconocido",
                                    "inconnue",       "unbekannt",        "sconosciuta",   "desconhecida",
                                    "onbekend"};
constexpr string_view kAnswers[] = {"answer",   "problem", "question", "ans",       "result",
                                    "solution", "outcome", "total",    "respuesta", "réponse",
                                    "antwort",  "lösung",  "risposta", "resposta",  "antwoord"};
constexpr string_view kLinks[] = {"is", "was", "remains", "stays", "es", "est", "ist", "bleibt", "è", "é"};
constexpr string_view kFillers[] = {"still", "currently", "simply", "therefore", "thus", "just", "an", "also", "then"};

template <size_t n>
bool IsOneOf(string_view word, const string_view (&words)[n]) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

bool BeginsWithWord(string_view text, string_view word) {
  return absl::StartsWith(text, word) &&
         (!absl::ascii_isalpha(word.back()) || text.size() == word.size() || !absl::ascii_isalpha(text[word.size()]));
}

enum class Kind { kRefusal, kCannot, kFinding, kNothing };
struct Phrase {
  string_view text;
  Kind kind;
};

// Of the first three bytes, which each of the phrases has.
size_t Slot(string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  return (byte(0) * 31 + byte(1) * 7 + byte(2)) % 256;
}

// By their slots.
const std::array<std::vector<Phrase>, 256>& Phrases() {
  static const auto* const phrases = [] {
    auto* table = new std::array<std::vector<Phrase>, 256>();
    const auto add = [table](const string_view* begin, const string_view* end, Kind kind) {
      for (; begin != end; ++begin) (*table)[Slot(*begin)].push_back({*begin, kind});
    };
    add(std::begin(kRefusals), std::end(kRefusals), Kind::kRefusal);
    add(std::begin(kCannot), std::end(kCannot), Kind::kCannot);
    add(std::begin(kFinding), std::end(kFinding), Kind::kFinding);
    add(std::begin(kNothing), std::end(kNothing), Kind::kNothing);
    return table;
  }();
  return *phrases;
}

// Whether one of kFinding begins in the clause.
bool NamesFinding(string_view text) {
  const size_t end = std::min(text.size(), kClause);
  for (size_t at = 0; at < end && at + 3 <= text.size(); ++at) {
    const char c = text[at];
    if (c == '.' || c == ';' || c == '\n' || c == '!' || c == '?') return false;
    if ((static_cast<unsigned char>(c) & 0xC0) == 0x80) continue;  // inside a character
    if (at > 0 && absl::ascii_isalpha(text[at - 1]) && absl::ascii_isalpha(c)) continue;
    for (const Phrase& phrase : Phrases()[Slot(text.substr(at))]) {
      if (phrase.kind == Kind::kFinding && absl::StartsWith(text.substr(at), phrase.text)) return true;
    }
  }
  return false;
}

// Whether nothing stands before: at the beginning of the text, of a box, or behind hashes.
bool IsAllOfItsPlace(string_view before) {
  for (int characters = 0; characters < 8 && !before.empty(); ++characters) {
    if (before.back() == kBoxMark || before.back() == '#') return true;
    if (before.back() != ' ' && before.back() != '{' && before.back() != kNarrowSpace) return false;
    before.remove_suffix(1);
  }
  return before.empty();
}

}  // namespace

bool SaysNoAnswer(string_view text) {
  if (text.size() < 3) return false;
  for (const Phrase& phrase : Phrases()[Slot(text)]) {
    if (phrase.kind != Kind::kRefusal && phrase.kind != Kind::kCannot) continue;
    if (!BeginsWithWord(text, phrase.text)) continue;
    if (phrase.kind == Kind::kRefusal || NamesFinding(text.substr(phrase.text.size()))) return true;
  }
  return false;
}

bool AnswersNothing(string_view before, string_view text) {
  if (text.size() < 3) return false;
  const std::vector<Phrase>& phrases = Phrases()[Slot(text)];
  const auto found = std::find_if(phrases.begin(), phrases.end(), [&](const Phrase& phrase) {
    return phrase.kind == Kind::kNothing && BeginsWithWord(text, phrase.text);
  });
  if (found == phrases.end()) return false;
  const string_view behind = text.substr(found->text.size());
  const bool ends =
      behind.empty() || absl::StrContains(".,;:!(}\n", behind.substr(0, 1)) || absl::StartsWith(behind, " (");
  if (ends && IsAllOfItsPlace(before)) return true;
  string_view word = TakeLastWord(&before);
  for (int fillers = 0; fillers < 2 && IsOneOf(word, kFillers); ++fillers) word = TakeLastWord(&before);
  bool linked = false;
  if (word.empty() && (absl::EndsWith(before, ":") || absl::EndsWith(before, "="))) {
    before.remove_suffix(1);
    word = TakeLastWord(&before);
    linked = true;
  }
  if (IsOneOf(word, kLinks)) {
    word = TakeLastWord(&before);
    linked = true;
  }
  return linked && (IsOneOf(word, kAnswers) || (word == "it" && ends));
}

}  // namespace evaluation
