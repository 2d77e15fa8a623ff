#include "evaluation/replies/loose_json.h"

#include <cmath>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/strip.h"

namespace evaluation {
namespace {

using ::absl::string_view;
using ::base::Json;

// Bounds how often a byte is read in vain: by the values that are open around it.
constexpr int kMaxDepth = 8;

void AppendUtf8(uint32_t c, std::string* text) {
  if (c >= 0xd800 && c < 0xe000) c = 0xfffd;  // halves of pairs are not put together
  if (c < 0x80) {
    *text += static_cast<char>(c);
  } else if (c < 0x800) {
    *text += static_cast<char>(0xc0 | c >> 6);
    *text += static_cast<char>(0x80 | (c & 0x3f));
  } else {
    *text += static_cast<char>(0xe0 | c >> 12);
    *text += static_cast<char>(0x80 | (c >> 6 & 0x3f));
    *text += static_cast<char>(0x80 | (c & 0x3f));
  }
}

// Bytes that are no UTF-8 become U+FFFD: a value is as its strict JSON.
std::string WithoutBrokenUtf8(const std::string& text) {
  return Json::parse(Json(text).dump(-1, ' ', false, Json::error_handler_t::replace));
}

class Parser {
 public:
  explicit Parser(string_view text) : rest_(text) {}

  // Takes a value off the text; false where there is none, and then the rest is of no use. Nothing is built without
  // `value`.
  bool Take(Json* value, int depth = 0) {
    SkipSpace();
    if (rest_.empty() || depth > kMaxDepth) return false;
    if (rest_[0] == '{') return TakeObject(value, depth);
    if (rest_[0] == '[') return TakeList(value, depth);
    if (rest_[0] != '"' && rest_[0] != '\'') return TakeWord(value);
    std::string text;
    if (!TakeString(value == nullptr ? nullptr : &text)) return false;
    if (value != nullptr) *value = std::move(text);
    return true;
  }

  string_view rest() const { return rest_; }

 private:
  void SkipSpace() { rest_ = absl::StripLeadingAsciiWhitespace(rest_); }

  // Whether the next mark, which is taken, is this one.
  bool TakeMark(char mark) {
    SkipSpace();
    return absl::ConsumePrefix(&rest_, string_view(&mark, 1));
  }

  // Entries with commas between, up to the mark. `take` takes one.
  template <typename TakeEntry>
  bool TakeEntries(char end, const TakeEntry& take) {
    rest_.remove_prefix(1);
    while (!TakeMark(end)) {
      if (!take()) return false;
      if (!TakeMark(',')) return TakeMark(end);
    }
    return true;
  }

  bool TakeObject(Json* value, int depth) {
    if (value != nullptr) *value = Json::object();
    return TakeEntries('}', [&] {
      std::string key;
      if (!TakeString(value == nullptr ? nullptr : &key) || !TakeMark(':')) return false;
      if (value == nullptr) return Take(nullptr, depth + 1);
      return !value->contains(key) && Take(&(*value)[key], depth + 1);
    });
  }

  bool TakeList(Json* value, int depth) {
    if (value != nullptr) *value = Json::array();
    return TakeEntries(']', [&] {
      if (value == nullptr) return Take(nullptr, depth + 1);
      value->push_back(nullptr);
      return Take(&value->back(), depth + 1);
    });
  }

  bool TakeString(std::string* text) {
    SkipSpace();
    if (rest_.empty() || (rest_[0] != '"' && rest_[0] != '\'')) return false;
    const char stops[] = {rest_[0], '\\'};
    rest_.remove_prefix(1);
    while (true) {
      const size_t plain = rest_.find_first_of(string_view(stops, 2));
      if (plain == string_view::npos) return false;
      if (text != nullptr) text->append(rest_.data(), plain);
      const bool ends = rest_[plain] != '\\';
      rest_.remove_prefix(plain + 1);
      if (ends && text != nullptr) *text = WithoutBrokenUtf8(*text);
      if (ends) return true;
      if (!TakeEscape(text)) return false;
    }
  }

  bool TakeEscape(std::string* text) {
    if (rest_.empty()) return false;
    const char c = rest_[0];
    rest_.remove_prefix(1);
    constexpr string_view kLetters = "bfnrt", kMeanings = "\b\f\n\r\t";
    const size_t letter = kLetters.find(c);
    if (c != 'u') {
      if (text != nullptr) *text += letter == string_view::npos ? c : kMeanings[letter];
      return true;
    }
    uint32_t code = 0;
    if (rest_.size() < 4 || !absl::SimpleHexAtoi(rest_.substr(0, 4), &code)) return false;
    rest_.remove_prefix(4);
    if (text != nullptr) AppendUtf8(code, text);
    return true;
  }

  // A number, or a name of Python's or JSON's.
  bool TakeWord(Json* value) {
    const auto is_part = [](char c) { return absl::ascii_isalnum(c) || c == '.' || c == '+' || c == '-'; };
    size_t size = 0;
    while (size < rest_.size() && is_part(rest_[size])) ++size;
    const string_view word = rest_.substr(0, size);
    rest_.remove_prefix(size);
    Json read;
    int64_t whole;
    double number;
    if (word == "true" || word == "True") {
      read = true;
    } else if (word == "false" || word == "False") {
      read = false;
    } else if (absl::SimpleAtoi(word, &whole)) {
      read = whole;
    } else if (word != "null" && word != "None") {
      if (!absl::SimpleAtod(word, &number) || !std::isfinite(number)) return false;
      read = number;
    }
    if (value != nullptr) *value = std::move(read);
    return true;
  }

  string_view rest_;
};

}  // namespace

std::vector<FoundJson> FindJson(string_view text, char open) {
  std::vector<FoundJson> found;
  for (size_t at = text.find(open); at != string_view::npos; at = text.find(open, at)) {
    Parser parser(text.substr(at));
    Json value;
    if (!parser.Take(nullptr) || !Parser(text.substr(at)).Take(&value)) {
      ++at;
      continue;
    }
    const size_t end = text.size() - parser.rest().size();
    found.push_back({std::move(value), at, end});
    at = end;
  }
  return found;
}

}  // namespace evaluation
