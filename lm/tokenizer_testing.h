// A small tokenizer.json for tests: byte b has the id b, the k-th merge makes the token 256 + k.
#ifndef LM_TOKENIZER_TESTING_H_
#define LM_TOKENIZER_TESTING_H_

#include <string>
#include <utility>
#include <vector>

#include "base/jsonl.h"
#include "lm/byte_level.h"

namespace lm {

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

inline base::Json SpecialToken(const std::string& content, int id) {
  return {{"content", content}, {"id", id}, {"special", true}, {"normalized", false}};
}

inline base::Json OrdinaryToken(const std::string& content, int id) {
  return {{"content", content}, {"id", id}, {"special", false}, {"normalized", true}};
}

}  // namespace lm

#endif  // LM_TOKENIZER_TESTING_H_
