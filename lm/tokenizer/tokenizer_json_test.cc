// What LoadTokenizer refuses, and what it says.
#include <functional>

#include "base/testing.h"
#include "lm/tokenizer/tokenizer.h"
#include "lm/tokenizer/tokenizer_testing.h"

namespace lm {
namespace {

using ::base::Json;
using ::base::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

absl::Status Edited(const std::function<void(Json&)>& edit) {
  Json json = TinyTokenizer({{"a", "b"}, {"ab", "c"}});
  edit(json);
  return ParseTokenizer(json.dump(), "tokenizer.json").status();
}

auto Unimplemented(const char* message) {
  return StatusIs(absl::StatusCode::kUnimplemented, AllOf(StartsWith("tokenizer.json: "), HasSubstr(message)));
}

auto Invalid(const char* message) {
  return StatusIs(absl::StatusCode::kInvalidArgument, AllOf(StartsWith("tokenizer.json: "), HasSubstr(message)));
}

TEST(TokenizerJson, TheUneditedFileIsRead) {
  EXPECT_OK(Edited([](Json&) {}));
}

TEST(TokenizerJson, NamesUnsupportedModels) {
  EXPECT_THAT(Edited([](Json& j) { j["model"]["type"] = "Other"; }), Unimplemented("model of type Other"));
  EXPECT_THAT(Edited([](Json& j) { j["model"]["dropout"] = 0.1; }), Unimplemented("model.dropout"));
  EXPECT_OK(Edited([](Json& j) { j["model"]["end_of_word_suffix"] = "</w>"; }));
  EXPECT_OK(Edited([](Json& j) { j["model"].erase("type"); }));
  EXPECT_OK(Edited([](Json& j) { j["model"]["dropout"] = 0.0; }));
}

TEST(TokenizerJson, NamesUnsupportedComponents) {
  EXPECT_THAT(Edited([](Json& j) {
                j["normalizer"] = {{"type", "Other"}};
              }),
              Unimplemented("normalizer of type Other"));
  EXPECT_THAT(Edited([](Json& j) { j["decoder"] = {{"type", "CTC"}}; }), Unimplemented("decoder of type CTC"));
  EXPECT_THAT(Edited([](Json& j) {
                j["pre_tokenizer"] = {{"type", "UnicodeScripts"}};
              }),
              Unimplemented("pre_tokenizer of type UnicodeScripts"));
  EXPECT_THAT(Edited([](Json& j) {
                j["post_processor"] = {{"type", "Other"}};
              }),
              Unimplemented("post_processor of type Other"));
}

TEST(TokenizerJson, UnigramNeedsPiecesAndScores) {
  const auto status = [](const std::function<void(Json&)>& edit) {
    return Edited([&](Json& j) {
      j["model"] = {{"type", "Unigram"},
                    {"unk_id", 0},
                    {"vocab", Json::array({Json::array({"<unk>", 0.0}), Json::array({"a", -1.5})})}};
      edit(j["model"]);
    });
  };
  EXPECT_OK(status([](Json&) {}));
  EXPECT_THAT(status([](Json& model) { model["vocab"] = Json::array(); }), Invalid("model.vocab must have 1 to"));
  EXPECT_THAT(status([](Json& model) { model["vocab"][1] = "a"; }), Invalid("model.vocab[1] must be a piece and its"));
  EXPECT_THAT(status([](Json& model) { model["unk_id"] = 2; }), Invalid("model.unk_id is no piece's id"));
}

TEST(TokenizerJson, SequencesNestSoDeepAndNoDeeper) {
  const auto nested = [](int depth) {
    Json steps = {{"type", "NFC"}};
    for (; depth > 0; --depth) steps = {{"type", "Sequence"}, {"normalizers", Json::array({steps})}};
    return Edited([&](Json& j) { j["normalizer"] = steps; });
  };
  EXPECT_OK(nested(3));
  EXPECT_THAT(nested(40), Invalid("is nested more than 16 deep"));
}

TEST(TokenizerJson, NamesWhatIsMissingOrWrongInComponents) {
  EXPECT_THAT(Edited([](Json& j) { j["normalizer"] = {{"type", "Prepend"}}; }), Invalid("normalizer.prepend must be"));
  EXPECT_THAT(Edited([](Json& j) {
                j["normalizer"] = {{"type", "Replace"}, {"pattern", {{"String", ""}}}, {"content", "b"}};
              }),
              Invalid("normalizer.pattern.String must not be empty"));
  for (const char* bytes : {"", "*", "AAAA", "BAAAAAAAAAA=", "CAAAAAAAAAAA"}) {
    EXPECT_THAT(Edited([&](Json& j) {
                  j["normalizer"] = {{"type", "Precompiled"}, {"precompiled_charsmap", bytes}};
                }),
                Invalid("normalizer.precompiled_charsmap "))
        << bytes;
  }
  Json metaspace = {{"type", "Metaspace"}, {"replacement", ""}};
  EXPECT_THAT(Edited([&](Json& j) { j["pre_tokenizer"] = metaspace; }),
              Invalid("pre_tokenizer.replacement must be one"));
  metaspace["replacement"] = "_";
  metaspace["prepend_scheme"] = "last";
  EXPECT_THAT(Edited([&](Json& j) { j["pre_tokenizer"] = metaspace; }),
              Invalid("pre_tokenizer.prepend_scheme is \"last\""));
  metaspace["prepend_scheme"] = "always";
  metaspace["add_prefix_space"] = false;
  EXPECT_THAT(Edited([&](Json& j) { j["decoder"] = metaspace; }), Invalid("decoder.prepend_scheme contradicts"));
  EXPECT_THAT(Edited([](Json& j) {
                j["decoder"] = {{"type", "Strip"}, {"content", " "}, {"start", -1}, {"stop", 0}};
              }),
              Invalid("decoder.start must be 0 to"));
}

TEST(TokenizerJson, NamesUnsupportedSteps) {
  const auto steps = [](Json steps) {
    return Edited([&](Json& j) { j["pre_tokenizer"] = {{"type", "Sequence"}, {"pretokenizers", steps}}; });
  };
  const Json bytes = {{"type", "ByteLevel"}, {"add_prefix_space", false}};
  Json split = {{"type", "Split"}, {"pattern", {{"Regex", "a"}}}, {"behavior", "Isolated"}};
  EXPECT_OK(steps(Json::array({split, bytes})));
  EXPECT_OK(steps(Json::array({split})));
  EXPECT_OK(steps(Json::array({bytes, split})));
  split["behavior"] = "Joined";
  EXPECT_THAT(steps(Json::array({split, bytes})), Invalid("pretokenizers[0].behavior is \"Joined\""));
  split.erase("behavior");
  EXPECT_THAT(steps(Json::array({split, bytes})), Invalid("pretokenizers[0].behavior is missing"));
  split["behavior"] = "Isolated";
  split["pattern"] = {{"Regex", "\\h"}};
  EXPECT_THAT(steps(Json::array({split, bytes})),
              Unimplemented("pretokenizers[0].pattern.Regex cannot be used: the construct \\h"));
  split["pattern"] = {{"Regex", "(a"}};
  EXPECT_THAT(steps(Json::array({split, bytes})),
              Invalid("pretokenizers[0].pattern.Regex cannot be used: the pattern (a"));
  split["pattern"] = nullptr;
  EXPECT_THAT(steps(Json::array({split, bytes})), Invalid("pretokenizers[0].pattern.String must be a string"));
}

TEST(TokenizerJson, TemplatesNestAndMustAgreeWithTheVocabulary) {
  const auto with = [](Json items, Json ids) {
    return Edited([&](Json& j) {
      const Json special = {{"ab", {{"id", "ab"}, {"ids", ids}}}};
      j["post_processor"] = {{"type", "TemplateProcessing"}, {"single", items}, {"special_tokens", special}};
    });
  };
  const Json text = {{"Sequence", {{"id", "A"}}}}, second = {{"Sequence", {{"id", "B"}}}};
  const Json token = {{"SpecialToken", {{"id", "ab"}}}}, unknown = {{"SpecialToken", {{"id", "zz"}}}};
  const Json ids = Json::array({256});
  EXPECT_OK(with(Json::array({token, text, token}), ids));
  EXPECT_THAT(with(Json::array({token}), ids), Unimplemented("post_processor.single"));
  EXPECT_THAT(with(Json::array({text, text}), ids), Unimplemented("post_processor.single"));
  EXPECT_THAT(with(Json::array({text, second}), ids), Unimplemented("post_processor.single"));
  EXPECT_THAT(with(Json::array({unknown, text}), ids), Invalid("post_processor.special_tokens.zz.ids must be a list"));
  EXPECT_THAT(with(Json::array({token, text}), Json::array({999})),
              Invalid("post_processor.special_tokens.ab.ids[0] is 999, which is no token's id"));
  EXPECT_THAT(with(Json::array({token, text}), Json::array({-1})), Invalid("is -1, which is no token's id"));
}

TEST(TokenizerJson, CharactersWithoutATokenVanishOrAreUnknown) {
  const auto encode = [&](const std::function<void(Json&)>& edit) {
    Json json = TinyMetaspaceTokenizer({}, {"a"});
    json["normalizer"] = nullptr;
    edit(json["model"]);
    return ParseTokenizer(json.dump(), "tokenizer.json").value()->Encode("ab\u00E9");
  };
  using ::testing::ElementsAre;
  EXPECT_THAT(encode([](Json&) {}), ElementsAre(259, 3 + 'b', 3 + 0xC3, 3 + 0xA9));
  EXPECT_THAT(encode([](Json& model) { model["vocab"].erase("<0xA9>"); }), ElementsAre(259, 3 + 'b', 0));
  EXPECT_THAT(encode([](Json& model) { model["byte_fallback"] = false; }), ElementsAre(259, 0));
  EXPECT_THAT(encode([](Json& model) { model["byte_fallback"] = false, model["unk_token"] = nullptr; }),
              ElementsAre(259));
  Json json = TinyMetaspaceTokenizer({}, {"a"});
  json["model"]["unk_token"] = "zz";
  EXPECT_THAT(ParseTokenizer(json.dump(), "tokenizer.json"), Invalid("model.unk_token is \"zz\""));
}

// What stood around a character that vanishes is merged, as by the Rust library, though a space's mark begins there.
TEST(TokenizerJson, MarksAroundAVanishedCharacterAreMerged) {
  Json json = TinyMetaspaceTokenizer({{"\u2581", "\u2581"}}, {"\u2581", "a"});
  json["normalizer"] = nullptr;
  json["model"]["unk_token"] = nullptr;
  const auto ids = [&] { return ParseTokenizer(json.dump(), "tokenizer.json").value()->Encode("a\u2581b\u2581a"); };
  EXPECT_THAT(ids(), ::testing::ElementsAre(261, 260, 3 + 'b', 260, 261));
  json["model"]["vocab"].erase("<0x62>");
  EXPECT_THAT(ids(), ::testing::ElementsAre(261, 259, 261));
}

TEST(TokenizerJson, WhatATerminalObeysIsShown) {
  EXPECT_THAT(Edited([](Json& j) {
                j["decoder"] = {{"type", "Byte\x7f\n\x1b[2J"}};
              }),
              Unimplemented("decoder of type Byte\\x7f\\n\\x1b[2J is not supported"));
}

TEST(TokenizerJson, VocabularyAndMergesMustAgree) {
  EXPECT_THAT(Edited([](Json& j) { j["model"]["vocab"].erase("ab"); }),
              Invalid("model.merges[0] needs the token \"ab\", which model.vocab lacks"));
  EXPECT_THAT(Edited([](Json& j) { j["model"]["merges"][1] = "z\x7f\n c"; }),
              Invalid("model.merges[1] needs the token \"z\\177\\n\""));
  EXPECT_THAT(Edited([](Json& j) { j["model"]["merges"][1] = "a b c"; }), Invalid("model.merges[1] must be"));
  EXPECT_THAT(Edited([](Json& j) { j["model"]["merges"][1] = Json::array({"a"}); }),
              Invalid("model.merges[1] must be"));
  EXPECT_THAT(Edited([](Json& j) { j["model"]["merges"] = 3; }), Invalid("model.merges must be a list"));
}

TEST(TokenizerJson, VocabularyIsOneToOne) {
  EXPECT_OK(Edited([](Json& j) { j["model"]["vocab"].erase("A"); })) << "bytes may lack";
  EXPECT_THAT(Edited([](Json& j) { j["model"]["vocab"]["ab"] = 65; }), Invalid("the id 65, which another token has"));
  EXPECT_THAT(Edited([](Json& j) { j["model"]["vocab"]["ab"] = -1; }), Invalid("the id -1"));
  EXPECT_THAT(Edited([](Json& j) { j["model"]["vocab"]["ab"] = 1 << 30; }), Invalid("the id 1073741824"));
  EXPECT_THAT(Edited([](Json& j) { j["model"]["vocab"]["ab"] = 1.5; }), Invalid("model.vocab.ab must be an integer"));
  EXPECT_THAT(Edited([](Json& j) { j["model"]["vocab"] = Json::array(); }), Invalid("model.vocab must be an object"));
}

TEST(TokenizerJson, AddedTokensMustAgreeWithTheVocabulary) {
  EXPECT_THAT(Edited([](Json& j) { j["added_tokens"] = Json::array({SpecialToken("ab", 300)}); }),
              Invalid("added_tokens[0] has the id 300, but model.vocab gives \"ab\" the id 256"));
  EXPECT_THAT(Edited([](Json& j) { j["added_tokens"] = Json::array({SpecialToken("<s>", 256)}); }),
              Invalid("added_tokens[0] has the id 256, which is that of \"ab\""));
  EXPECT_THAT(Edited([](Json& j) {
                j["added_tokens"] = Json::array({SpecialToken("<a>", 300), SpecialToken("<b>", 300)});
              }),
              Invalid("added_tokens[1] has the id 300, which is that of \"<a>\""));
  EXPECT_THAT(Edited([](Json& j) {
                j["added_tokens"] = Json::array({SpecialToken("<a>", 300), SpecialToken("<a>", 301)});
              }),
              Invalid("added_tokens[1] is a second \"<a>\""));
  EXPECT_THAT(Edited([](Json& j) { j["added_tokens"] = Json::array({SpecialToken("", 300)}); }),
              Invalid("added_tokens[0].content must not be empty"));
  EXPECT_THAT(Edited([](Json& j) { j["added_tokens"] = Json::array({SpecialToken("<a>", -5)}); }),
              Invalid("added_tokens[0].id"));
  EXPECT_OK(Edited([](Json& j) { j["added_tokens"] = Json::array({SpecialToken("ab", 256)}); }));
}

TEST(TokenizerJson, MalformedFilesAreNamed) {
  const std::string path = base::WriteTestFile("tokenizer.json", "{\"model\": {");
  EXPECT_THAT(LoadTokenizer(path), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(path)));
  EXPECT_THAT(LoadTokenizer(path + ".absent"), StatusIs(absl::StatusCode::kNotFound, HasSubstr(path + ".absent")));
  EXPECT_THAT(ParseTokenizer("[]", "tokenizer.json"), Invalid("must be a JSON object"));
  EXPECT_THAT(ParseTokenizer("{}", "tokenizer.json"), Invalid("model must be an object"));
  EXPECT_THAT(Edited([](Json& j) { j["model"] = 1; }), Invalid("model must be an object"));
  EXPECT_THAT(Edited([](Json& j) { j["pre_tokenizer"]["use_regex"] = "yes"; }),
              Invalid("pre_tokenizer.use_regex must be true or false, not string"));
}

}  // namespace
}  // namespace lm
