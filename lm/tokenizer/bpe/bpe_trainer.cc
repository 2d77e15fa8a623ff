#include "lm/tokenizer/bpe/bpe_trainer.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "lm/tokenizer/bpe/bpe_learner.h"
#include "lm/tokenizer/steps/added_tokens.h"
#include "lm/tokenizer/steps/pretokenizer.h"
#include "lm/tokenizer/text/byte_level.h"
#include "lm/tokenizer/text/utf8.h"

namespace lm {
namespace {

using base::OrderedJson;

constexpr int kBytes = 256;

absl::Status CheckOptions(const BpeTrainerOptions& options) {
  const int64_t least = kBytes + static_cast<int64_t>(options.special_tokens.size());
  if (options.vocab_size < least) {
    return absl::InvalidArgumentError(absl::StrCat("vocab_size is ", options.vocab_size, "; 256 bytes and ",
                                                   options.special_tokens.size(), " special tokens need at least ",
                                                   least));
  }
  absl::flat_hash_set<std::string> taken;
  for (int byte = 0; byte < kBytes; ++byte) taken.insert(ByteSymbol(byte));
  for (const std::string& token : options.special_tokens) {
    if (token.empty() || WellFormedPrefixSize(token) < token.size()) {
      return absl::InvalidArgumentError(absl::StrCat("special token \"", token, "\" is empty or not UTF-8"));
    }
    if (!taken.insert(token).second) {
      return absl::InvalidArgumentError(
          absl::StrCat("special token \"", token, "\" is given twice, or the token of a single byte"));
    }
  }
  return absl::OkStatus();
}

std::vector<AddedToken> SpecialTokens(const BpeTrainerOptions& options) {
  std::vector<AddedToken> tokens;
  for (const std::string& content : options.special_tokens) {
    tokens.push_back({content, static_cast<int32_t>(tokens.size()), /*special=*/true});
  }
  return tokens;
}

// The distinct words in ascending order, as the ids of their bytes.
std::vector<CountedWord> CountWords(const std::vector<std::string>& texts, const AddedTokens& special_tokens,
                                    const PreTokenizer& pre_tokenizer, int32_t first_byte_id) {
  absl::flat_hash_map<std::string, int64_t> counts;
  for (const std::string& text : texts) {
    special_tokens.Split(
        text, [](size_t, size_t) { return true; },
        [&](const AddedTokens::Part& part) {
          if (part.token != nullptr) return;
          const AlignedView piece = {absl::string_view(text).substr(part.begin, part.end - part.begin)};
          pre_tokenizer.ForEachWord(piece, true, [&](const AlignedView& word) { ++counts[word.text]; });
        });
  }
  std::vector<CountedWord> words;
  words.reserve(counts.size());
  for (const auto& [word, count] : counts) {
    words.push_back({{}, count});
    for (const char byte : word) words.back().symbols.push_back(first_byte_id + static_cast<uint8_t>(byte));
  }
  std::sort(words.begin(), words.end(),
            [](const CountedWord& a, const CountedWord& b) { return a.symbols < b.symbols; });
  return words;
}

struct LearntVocabulary {
  std::vector<std::string> tokens;  // by id, as tokenizer.json writes them
  std::vector<SymbolPair> merges;
};

LearntVocabulary Learn(std::vector<CountedWord> words, const BpeTrainerOptions& options) {
  LearntVocabulary vocabulary;
  vocabulary.tokens = options.special_tokens;
  for (int byte = 0; byte < kBytes; ++byte) vocabulary.tokens.push_back(ByteSymbol(byte));
  absl::flat_hash_map<std::string, int32_t> ids;
  for (const std::string& token : vocabulary.tokens) ids.emplace(token, ids.size());

  BpeLearner learner(std::move(words));
  while (vocabulary.tokens.size() < options.vocab_size) {
    const std::optional<SymbolPair> pair = learner.MostFrequent(std::max<int64_t>(1, options.min_pair_count));
    if (!pair) break;
    const std::string token = vocabulary.tokens[pair->left] + vocabulary.tokens[pair->right];
    // Two pairs can make one token: "ab" "c" and "a" "bc".
    const auto [known, is_new] = ids.try_emplace(token, vocabulary.tokens.size());
    if (known->second < options.special_tokens.size()) {
      learner.Forbid(*pair);
      continue;
    }
    if (is_new) vocabulary.tokens.push_back(token);
    vocabulary.merges.push_back(*pair);
    learner.Merge(*pair, known->second);
  }
  return vocabulary;
}

OrderedJson ByteLevelJson() {
  return {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"trim_offsets", true}, {"use_regex", false}};
}

// Every field that the tokenizers library writes, so that no reader has to guess.
std::string ToJson(const LearntVocabulary& vocabulary, const BpeTrainerOptions& options) {
  OrderedJson added_tokens = OrderedJson::array();
  for (const AddedToken& token : SpecialTokens(options)) {
    added_tokens.push_back({{"id", token.id},
                            {"content", token.content},
                            {"single_word", false},
                            {"lstrip", false},
                            {"rstrip", false},
                            {"normalized", false},
                            {"special", true}});
  }
  const OrderedJson split = {
      {"type", "Split"}, {"pattern", {{"Regex", options.word_pattern}}}, {"behavior", "Isolated"}, {"invert", false}};
  OrderedJson::object_t vocab;
  for (size_t id = 0; id < vocabulary.tokens.size(); ++id) vocab.emplace_back(vocabulary.tokens[id], id);
  OrderedJson merges = OrderedJson::array();
  for (const SymbolPair& pair : vocabulary.merges) {
    merges.push_back(absl::StrCat(vocabulary.tokens[pair.left], " ", vocabulary.tokens[pair.right]));
  }
  const OrderedJson document = {
      {"version", "1.0"},
      {"truncation", nullptr},
      {"padding", nullptr},
      {"added_tokens", std::move(added_tokens)},
      {"normalizer", nullptr},
      {"pre_tokenizer", {{"type", "Sequence"}, {"pretokenizers", OrderedJson::array({split, ByteLevelJson()})}}},
      {"post_processor", nullptr},
      {"decoder", ByteLevelJson()},
      {"model",
       {{"type", "BPE"},
        {"dropout", nullptr},
        {"unk_token", nullptr},
        {"continuing_subword_prefix", nullptr},
        {"end_of_word_suffix", nullptr},
        {"fuse_unk", false},
        {"byte_fallback", false},
        {"ignore_merges", false},
        {"vocab", std::move(vocab)},
        {"merges", std::move(merges)}}}};
  return document.dump(2) + "\n";
}

}  // namespace

absl::StatusOr<std::string> TrainByteLevelBpe(const std::vector<std::string>& texts, const BpeTrainerOptions& options) {
  RETURN_IF_ERROR(CheckOptions(options));
  absl::StatusOr<SplitPattern> pattern = SplitPattern::Compile(options.word_pattern);
  if (!pattern.ok()) return base::Annotate(pattern.status(), "word_pattern");
  PreTokenizerStep split;
  split.kind = PreTokenizerStep::Kind::kPattern;
  split.pattern = *std::move(pattern);
  std::vector<CountedWord> words = CountWords(texts, AddedTokens(SpecialTokens(options)), PreTokenizer({split}),
                                              static_cast<int32_t>(options.special_tokens.size()));
  if (words.empty()) return absl::InvalidArgumentError("there is no text to learn a vocabulary from");
  return ToJson(Learn(std::move(words), options), options);
}

}  // namespace lm
