#include "benchmarks/harness/tokenizer_text.h"

#include <cmath>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/random.h"

namespace benchmarks {
namespace {

constexpr int kWords = 20000;

class Writer {
 public:
  Writer() : random_(1, "benchmarks/tokenizer_text") {
    const std::vector<std::string> starts = {"b", "c", "d", "f",  "l",  "m",  "n", "p",
                                             "r", "s", "t", "th", "st", "pr", ""};
    const std::vector<std::string> middles = {"a", "e", "i", "o", "u", "ea", "ou", "ai"};
    const std::vector<std::string> ends = {"", "n", "r", "s", "t", "ng", "nd", "l", "ck"};
    for (int i = 0; i < kWords; ++i) {
      std::string word;
      const uint64_t syllables = 1 + random_.Below(i < 200 ? 2 : 4);
      for (uint64_t k = 0; k < syllables; ++k) absl::StrAppend(&word, Any(starts), Any(middles), Any(ends));
      words_.push_back(word);
    }
  }

  std::string Paragraph() {
    const double kind = random_.Uniform();
    if (kind < 0.7) return Sentence();
    if (kind < 0.8) return Arithmetic();
    return kind < 0.9 ? Program() : OtherScripts();
  }

 private:
  const std::string& Any(const std::vector<std::string>& items) { return items[random_.Below(items.size())]; }

  // Zipf's law: uniform in the logarithm of the rank.
  const std::string& Word() { return words_[static_cast<size_t>(std::exp(random_.Uniform() * std::log(kWords))) - 1]; }

  std::string Sentence() {
    std::string text = Word();
    if (!text.empty()) text[0] = absl::ascii_toupper(text[0]);
    for (uint64_t n = 4 + random_.Below(16); n > 0; --n) {
      absl::StrAppend(&text, random_.Below(9) == 0 ? ", " : " ", Word(), random_.Below(25) == 0 ? "'s" : "");
    }
    return absl::StrCat(text, random_.Below(8) == 0 ? "?" : ".", random_.Below(4) == 0 ? "\n\n" : " ");
  }

  std::string Arithmetic() {
    const uint64_t a = random_.Below(10000), b = 1 + random_.Below(100);
    return absl::StrCat(Word(), " ", a, " * ", b, " = $", a * b, ".00, so ", a * b, " / ", b, " = ", a, "\n");
  }

  std::string Program() {
    return absl::StrCat("  for (int ", Word(), " = 0; ", Word(), " < ", random_.Below(100), "; ++", Word(), ") {\n    ",
                        Word(), "_", Word(), "[", random_.Below(16), "] += ", Word(), "(\"", Word(), "\");\n  }\n");
  }

  std::string OtherScripts() {
    const std::vector<std::string> letters = {"\u043E", "\u0435", "\u0430", "\u0438", "\u043D", "\u0442", "\u0441"};
    const std::vector<std::string> characters = {"\u7684", "\u4E00", "\u662F", "\u4E0D", "\u4E86", "\u4EBA", "\u6211"};
    std::string text;
    for (uint64_t n = 3 + random_.Below(8); n > 0; --n) {
      for (uint64_t k = 2 + random_.Below(7); k > 0; --k) text += Any(letters);
      text += ' ';
    }
    for (uint64_t n = 5 + random_.Below(20); n > 0; --n) text += Any(characters);
    return absl::StrCat(text, random_.Below(3) == 0 ? "\U0001F642" : "\u3002", "\n");
  }

  base::RandomStream random_;
  std::vector<std::string> words_;
};

}  // namespace

std::vector<std::string> MakeDocuments(size_t total_bytes, size_t document_bytes) {
  Writer writer;
  std::vector<std::string> documents;
  for (size_t bytes = 0; bytes < total_bytes; bytes += documents.back().size()) {
    std::string document;
    while (document.size() < document_bytes) document += writer.Paragraph();
    documents.push_back(std::move(document));
  }
  return documents;
}

}  // namespace benchmarks
