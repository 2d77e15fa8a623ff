// Test tokenizers: small tokenizer files for tests.
#ifndef LM_TOKENIZER_TOKENIZER_TESTING_H_
#define LM_TOKENIZER_TOKENIZER_TESTING_H_

#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "base/jsonl.h"
#include "lm/tokenizer/text/byte_level.h"
#include "lm/tokenizer/text/byte_token.h"
#include "lm/tokenizer/text/metaspace.h"

namespace lm {

// Over bytes: byte b has the id b, the k-th merge makes the token 256 + k.
inline base::Json TinyTokenizer(const std::vector<std::pair<std::string, std::string>>& merges) {
  base::Json model = {{"type", "BPE"}, {"vocab", base::Json::object()}, {"merges", base::Json::array()}};
  for (int byte = 0; byte < 256; ++byte) model["vocab"][ByteSymbol(byte)] = byte;
  int next_id = 256;
  for (const auto& [left, right] : merges) {
    model["vocab"][left + right] = next_id++;
    model["merges"].push_back(left + " " + right);
  }
  return {{"added_tokens", base::Json::array()},
          {"normalizer", nullptr},
          {"pre_tokenizer", {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", true}}},
          {"post_processor", nullptr},
          {"decoder", {{"type", "ByteLevel"}}},
          {"model", model}};
}

inline base::Json OrdinaryToken(const std::string& content, int id) {
  return {{"content", content}, {"id", id}, {"special", false}, {"normalized", true}};
}

inline base::Json SpecialToken(const std::string& content, int id) {
  return {{"content", content}, {"id", id}, {"special", true}, {"normalized", false}};
}

// Over characters, as Mistral's: <unk> 0, <s> 1, </s> 2, byte b is 3 + b, the k-th merge makes 259 + k; `characters`
// have the ids after that.
inline base::Json TinyMetaspaceTokenizer(const std::vector<std::pair<std::string, std::string>>& merges,
                                         const std::vector<std::string>& characters) {
  base::Json vocab = {{"<unk>", 0}, {"<s>", 1}, {"</s>", 2}};
  for (int byte = 0; byte < 256; ++byte) vocab[ByteToken(byte)] = 3 + byte;
  base::Json json_merges = base::Json::array();
  int next_id = 259;
  for (const auto& [left, right] : merges) {
    if (!vocab.contains(left + right)) vocab[left + right] = next_id++;
    json_merges.push_back({left, right});
  }
  for (const std::string& character : characters) vocab[character] = next_id++;
  const base::Json bos = {{"SpecialToken", {{"id", "<s>"}, {"type_id", 0}}}};
  const base::Json text = {{"Sequence", {{"id", "A"}, {"type_id", 0}}}};
  const base::Json mark = {{"String", kSpaceMark}}, space = {{"String", " "}};
  return {{"added_tokens", {SpecialToken("<unk>", 0), SpecialToken("<s>", 1), SpecialToken("</s>", 2)}},
          {"normalizer",
           {{"type", "Sequence"},
            {"normalizers",
             {{{"type", "Prepend"}, {"prepend", kSpaceMark}},
              {{"type", "Replace"}, {"pattern", space}, {"content", kSpaceMark}}}}}},
          {"pre_tokenizer", nullptr},
          {"post_processor",
           {{"type", "TemplateProcessing"},
            {"single", {bos, text}},
            {"special_tokens", {{"<s>", {{"id", "<s>"}, {"ids", {1}}, {"tokens", {"<s>"}}}}}}}},
          {"decoder",
           {{"type", "Sequence"},
            {"decoders",
             {{{"type", "Replace"}, {"pattern", mark}, {"content", " "}},
              {{"type", "ByteFallback"}},
              {{"type", "Fuse"}},
              {{"type", "Strip"}, {"content", " "}, {"start", 1}, {"stop", 0}}}}}},
          {"model",
           {{"type", "BPE"},
            {"unk_token", "<unk>"},
            {"fuse_unk", true},
            {"byte_fallback", true},
            {"vocab", vocab},
            {"merges", json_merges}}}};
}

// The sentencepiece model of the same vocabulary, for files like TinyMetaspaceTokenizer's: pieces with the negated id
// as score, as Llama's and Mistral's have. Protobuf's wire format is written by hand: sentencepiece's schema is not at
// hand, and a second one under its name would clash with the library's.
inline std::string SentencePieceModelOf(const base::Json& tokenizer) {
  const auto varint = [](uint64_t value) {
    std::string bytes;
    for (; value >= 128; value >>= 7) bytes += static_cast<char>(value | 128);
    return bytes + static_cast<char>(value);
  };
  const auto integer = [&](int field, uint64_t value) { return varint(field << 3) + varint(value); };
  const auto message = [&](int field, const std::string& content) {
    return varint(field << 3 | 2) + varint(content.size()) + content;
  };
  const base::Json& vocab = tokenizer["model"]["vocab"];
  std::vector<std::string> pieces(vocab.size());
  for (const auto& [token, id] : vocab.items()) pieces[id.get<int>()] = token;
  const base::Json& merges = tokenizer["model"]["merges"];
  std::vector<float> scores(pieces.size(), -static_cast<float>(merges.size()));
  for (size_t rank = merges.size(); rank-- > 0;) {
    const base::Json& merge = merges[rank];
    std::string piece = merge.is_string() ? merge.get<std::string>() : merge[0].get<std::string>();
    merge.is_string() ? piece.erase(piece.find(' '), 1) : piece += merge[1].get<std::string>();
    scores[vocab[piece].get<int>()] = -static_cast<float>(rank);
  }
  std::string model;
  for (size_t id = 0; id < pieces.size(); ++id) {
    std::string score(sizeof(float), 0);
    std::memcpy(&score[0], &scores[id], sizeof(float));
    constexpr int kNormal = 1, kUnknown = 2, kControl = 3, kByte = 6;
    const int type = id == 0 ? kUnknown : id <= 2 ? kControl : ByteOfToken(pieces[id]) ? kByte : kNormal;
    model += message(1, message(1, pieces[id]) + varint(2 << 3 | 5) + score + integer(3, type));
  }
  constexpr int kBpe = 2;
  model += message(2, integer(3, kBpe) + integer(4, pieces.size()) + integer(35, /*byte_fallback=*/1));
  return model + message(3, integer(3, /*add_dummy_prefix=*/1) + integer(4, /*remove_extra_whitespaces=*/0) +
                                integer(5, /*escape_whitespaces=*/1));
}

}  // namespace lm

#endif  // LM_TOKENIZER_TOKENIZER_TESTING_H_
