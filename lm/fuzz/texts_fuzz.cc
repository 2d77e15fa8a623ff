// Any bytes as a file of a model's folder that says how texts are put to the model and end: refused in one line that
// names a file, or read as the headers promise. Nothing is rendered (template_fuzz.cc).
//
// The last byte says which file: '\n' chat_template.jinja, '}' tokenizer_config.json, ']' special_tokens_map.json,
// '\t' generation_config.json, ' ' config.json; any other tokenizer_config.json.
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/check.h"
#include "base/fuzz/one_line_error.h"
#include "lm/chat/end_tokens.h"
#include "lm/chat/published_sampling.h"
#include "lm/chat/template/chat_template.h"
#include "lm/tokenizer/bos_eos.h"
#include "lm/tokenizer/tokenizer.h"

namespace lm {
namespace {

constexpr char kTokenizer[] = R"({"added_tokens": [{"content": "<s>", "id": 3, "special": true, "normalized": false}],
  "normalizer": null, "pre_tokenizer": null, "post_processor": null, "decoder": null,
  "model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"]}})";

const std::string& Folder() {
  static const auto* const folder = [] {
    std::string path = std::filesystem::temp_directory_path() / "texts_fuzz.XXXXXX";
    SAMI_CHECK(mkdtemp(path.data()) != nullptr) << path;
    std::ofstream(path + "/tokenizer.json") << kTokenizer;
    return new std::string(path);
  }();
  return *folder;
}

std::string FileOf(absl::string_view text) {
  switch (text.empty() ? '}' : text.back()) {
    case '\n':
      return "chat_template.jinja";
    case ']':
      return "special_tokens_map.json";
    case '\t':
      return "generation_config.json";
    case ' ':
      return "config.json";
    default:
      return "tokenizer_config.json";
  }
}

void CheckTemplate(const absl::StatusOr<ChatTemplate>& found) {
  if (absl::IsNotFound(found.status())) return;
  if (!found.ok()) return base::CheckOneLineError(found.status(), Folder());
  SAMI_CHECK(absl::StartsWith(found->source, Folder())) << found->source;
  for (const auto& [name, token] : found->special_tokens.items()) {
    SAMI_CHECK(absl::EndsWith(name, "_token") && !token.get<std::string>().empty()) << name;
  }
}

void CheckSampling() {
  const auto sampling = ReadPublishedSampling(Folder());
  if (!sampling.ok()) return base::CheckOneLineError(sampling.status(), Folder());
  SAMI_CHECK(sampling->temperature >= 0 && sampling->top_k >= 0 && sampling->repetition_penalty > 0);
  SAMI_CHECK(sampling->top_p > 0 && sampling->top_p <= 1 && sampling->min_p >= 0 && sampling->min_p <= 1);
}

void CheckEnds(const Tokenizer& tokenizer) {
  ModelConfig config;
  config.vocab_size = 4;
  const auto ends = FindEndTokens(Folder(), config, tokenizer, /*chat=*/nullptr);
  if (!ends.ok()) return base::CheckOneLineError(ends.status(), Folder());
  for (const int32_t id : ends->stop) SAMI_CHECK(id >= 0 && id < config.vocab_size) << id;
  SAMI_CHECK(ends->taught >= -1 && ends->taught < config.vocab_size) << ends->taught;
}

void CheckAround(const Tokenizer& tokenizer, absl::string_view text) {
  const auto config = base::ParseJson(text, "config.json");
  if (!config.ok()) return;
  const auto around = AroundTextInTransformers4(tokenizer, *config, base::Json(), Folder());
  if (!around.ok()) return base::CheckOneLineError(around.status(), Folder());
  for (const TokenIds* ids : {&around->prefix, &around->suffix}) {
    for (const int32_t id : *ids) SAMI_CHECK(tokenizer.Token(id).has_value()) << id;
  }
}

void Test(absl::string_view text) {
  static const Tokenizer& tokenizer = *ParseTokenizer(kTokenizer, "tokenizer.json")->release();
  const std::string file = FileOf(text), path = absl::StrCat(Folder(), "/", file);
  std::ofstream(path, std::ios::binary) << text;
  if (file == "chat_template.jinja" || file == "special_tokens_map.json") {
    CheckTemplate(FindChatTemplate(Folder()));
  } else if (file == "tokenizer_config.json") {
    CheckTemplate(FindChatTemplate(Folder()));
    CheckTemplate(FindChatTemplate(Folder(), "tool_use"));
    CheckAround(tokenizer, text);
    CheckEnds(tokenizer);
    // The tokens that it adds to a tokenizer.json's.
    if (const auto loaded = LoadTokenizer(Folder() + "/tokenizer.json"); !loaded.ok()) {
      base::CheckOneLineError(loaded.status(), Folder());
    }
  } else {
    CheckSampling();
    CheckEnds(tokenizer);
  }
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace lm

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  lm::Test(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
