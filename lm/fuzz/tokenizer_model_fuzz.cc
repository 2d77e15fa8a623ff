// Any bytes as a tokenizer.model: refused in one line, or a tokenizer that keeps to tokenizer.h on awkward text.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>

#include "absl/strings/string_view.h"
#include "base/check.h"
#include "base/fuzz/memory_file.h"
#include "base/fuzz/one_line_error.h"
#include "lm/tokenizer/tokenizer.h"
#include "lm/tokenizer/tokenizer_testing.h"

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);

namespace lm {
namespace {

constexpr absl::string_view kTexts[] = {
    "",
    "a<s>b",
    "  ab \n\xc3\xa9 \xe2\x96\x81\xef\xbd\xb1 1234",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "\xff\xfe\xc0\x80\xed\xa0\x80 \xf4\x90\x80\x80\xe2\x96",
};

void CheckIds(const Tokenizer& tokenizer, const TokenIds& ids) {
  for (const int32_t id : ids) {
    SAMI_CHECK(id >= 0 && id < tokenizer.vocab_size()) << id << " of " << tokenizer.vocab_size();
    SAMI_CHECK(tokenizer.Token(id).has_value()) << id;
  }
}

// A file of the name by which it is known what it is; a link to one in memory.
const std::string& Path() {
  static const auto* const path = [] {
    std::string folder = std::filesystem::temp_directory_path() / "tokenizer_model_fuzz.XXXXXX";
    SAMI_CHECK(mkdtemp(folder.data()) != nullptr) << folder;
    std::filesystem::create_symlink(base::MemoryFile(""), folder + "/tokenizer.model");
    return new std::string(folder + "/tokenizer.model");
  }();
  return *path;
}

void TestTokenizer(absl::string_view bytes) {
  const std::string& path = Path();
  base::MemoryFile(bytes);
  const auto tokenizer = LoadTokenizer(path);
  if (!tokenizer.ok()) return base::CheckOneLineError(tokenizer.status(), path);
  for (const absl::string_view text : kTexts) {
    const Encoding encoding = (*tokenizer)->EncodePieces({{text, SpecialText::kAsTokens}});
    CheckIds(**tokenizer, encoding.ids);
    SAMI_CHECK(encoding.spans.size() == encoding.ids.size());
    for (const TextSpan& span : encoding.spans) SAMI_CHECK(span.begin <= span.end && span.end <= text.size());
    CheckIds(**tokenizer, (*tokenizer)->AddSpecialTokens(encoding.ids));
    (*tokenizer)->Decode(encoding.ids);
    (*tokenizer)->Decode({-1, INT32_MAX, static_cast<int32_t>((*tokenizer)->vocab_size())});
  }
}

// Small models, which inputs that are none are replaced by: bytes alone find no way into the format.
const std::string& Example(unsigned seed) {
  static const auto* const examples = [] {
    base::Json json = TinyMetaspaceTokenizer({{"a", "b"}, {kSpaceMark, "a"}}, {kSpaceMark, "a", "b", "\xc3\xa9"});
    const std::string whole = SentencePieceModelOf(json);
    // The same without bytes to fall back on.
    base::Json vocab = base::Json::object();
    for (const auto& [token, id] : json["model"]["vocab"].items()) {
      if (id < 3) vocab[token] = id;
      if (id >= 259) vocab[token] = id.get<int>() - 256;
    }
    json["model"]["vocab"] = vocab;
    return new std::string[2]{whole, SentencePieceModelOf(json)};
  }();
  return examples[seed % 8 == 0 ? 0 : 1];
}

}  // namespace
}  // namespace lm

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  lm::TestTokenizer(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size, unsigned seed) {
  if (size < 8 || seed % 64 == 0) {
    const std::string& example = lm::Example(seed / 64);
    size = std::min(example.size(), max_size);
    std::memcpy(data, example.data(), size);
  }
  return LLVMFuzzerMutate(data, size, max_size);
}
