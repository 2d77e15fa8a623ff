#include "lm/tokenizer/bpe/bpe_trainer.h"

#include <algorithm>
#include <ctime>
#include <map>

#include "absl/strings/str_cat.h"
#include "base/jsonl.h"
#include "base/random.h"
#include "base/testing.h"
#include "lm/tokenizer/text/byte_level.h"
#include "lm/tokenizer/tokenizer.h"

namespace lm {
namespace {

using ::base::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Optional;

std::vector<std::string> Merges(const std::string& tokenizer_json) {
  return base::Json::parse(tokenizer_json)["model"]["merges"].get<std::vector<std::string>>();
}

BpeTrainerOptions Options(int64_t vocab_size, std::vector<std::string> special_tokens = {}) {
  BpeTrainerOptions options;
  options.vocab_size = vocab_size;
  options.special_tokens = std::move(special_tokens);
  return options;
}

// Words: aab 3 times, ab twice, b twice.
//   counts:            aa 3, ab 3 + 2 = 5            -> "a b"
//   a+ab 3, ab 2, b 2: a,ab 3                        -> "a ab"
//   aab 3, ab 2, b 2:  no pair is left
TEST(BpeTrainer, LearnsByHand) {
  BpeTrainerOptions options = Options(300);
  options.word_pattern = "[^.]+";
  ASSERT_OK_AND_ASSIGN(const std::string json, TrainByteLevelBpe({"aab.ab.b.aab", "b.ab.aab"}, options));
  EXPECT_THAT(Merges(json), ElementsAre("a b", "a ab"));
  ASSERT_OK_AND_ASSIGN(const auto tokenizer, ParseTokenizer(json, "trained"));
  EXPECT_EQ(tokenizer->vocab_size(), 258);  // smaller than asked for
  EXPECT_THAT(tokenizer->Encode("aab"), ElementsAre(257));
  EXPECT_THAT(tokenizer->Encode("abb"), ElementsAre(256, 'b'));
}

// ab, ba, cd and dc occur twice each: the lowest left id, then the lowest right id, goes first. Then aba: ab a.
TEST(BpeTrainer, TiesGoToTheLowestIds) {
  BpeTrainerOptions options = Options(300);
  options.word_pattern = "[^.]+";
  ASSERT_OK_AND_ASSIGN(const std::string json, TrainByteLevelBpe({"dcd.dcd.bab.bab"}, options));
  EXPECT_THAT(Merges(json), ElementsAre("a b", "b ab", "c d", "d cd"));
}

TEST(BpeTrainer, SpecialTokensComeFirstAndBytesNext) {
  ASSERT_OK_AND_ASSIGN(const std::string json, TrainByteLevelBpe({"x"}, Options(258, {"<|pad|>", "<|endoftext|>"})));
  ASSERT_OK_AND_ASSIGN(const auto tokenizer, ParseTokenizer(json, "trained"));
  EXPECT_THAT(tokenizer->TokenId("<|pad|>"), Optional(0));
  EXPECT_THAT(tokenizer->TokenId("<|endoftext|>"), Optional(1));
  for (int byte = 0; byte < 256; ++byte) EXPECT_THAT(tokenizer->TokenId(ByteSymbol(byte)), Optional(2 + byte));
  EXPECT_EQ(tokenizer->vocab_size(), 258);
  EXPECT_THAT(tokenizer->Encode("x<|endoftext|>", SpecialText::kAsTokens), ElementsAre(2 + 'x', 1));
}

TEST(BpeTrainer, NothingIsLearntFromSpecialTokens) {
  ASSERT_OK_AND_ASSIGN(const std::string json,
                       TrainByteLevelBpe({"<|pad|><|pad|><|pad|>no no"}, Options(300, {"<|pad|>"})));
  EXPECT_THAT(Merges(json), ElementsAre("n o"));
}

// "\u0120no", as a text, is how " no" is written as a token: that one is not learnt. " n" goes before "no" as a tie.
TEST(BpeTrainer, ATokenIsNeverWrittenLikeASpecialOne) {
  ASSERT_OK_AND_ASSIGN(const std::string json, TrainByteLevelBpe({"x no no no"}, Options(300, {"\u0120no"})));
  EXPECT_THAT(Merges(json), ElementsAre("\u0120 n"));
}

TEST(BpeTrainer, RarePairsAreNotMerged) {
  BpeTrainerOptions options = Options(300);
  ASSERT_OK_AND_ASSIGN(const std::string twice, TrainByteLevelBpe({"abab xy"}, options));
  EXPECT_THAT(Merges(twice), ElementsAre("a b"));
  options.min_pair_count = 3;
  ASSERT_OK_AND_ASSIGN(const std::string never, TrainByteLevelBpe({"abab xy"}, options));
  EXPECT_THAT(Merges(never), ElementsAre());
}

TEST(BpeTrainer, DigitsStayApart) {
  std::vector<std::string> texts(20, "In 2024 2024 2024, 1000 + 1000");
  ASSERT_OK_AND_ASSIGN(const std::string json, TrainByteLevelBpe(texts, Options(400)));
  ASSERT_OK_AND_ASSIGN(const auto tokenizer, ParseTokenizer(json, "trained"));
  EXPECT_THAT(tokenizer->Encode("2024"), ElementsAre('2', '0', '2', '4'));
}

std::vector<std::string> SyntheticTexts(int n, uint64_t seed) {
  const std::vector<std::string> syllables = {"ba", "na", "co", "lin", "ter", "o", "e", "rs", "\u00E9t", "\u65E5"};
  base::RandomStream random(seed, "lm/bpe_trainer_test");
  std::vector<std::string> texts(n);
  for (std::string& text : texts) {
    for (int word = 0; word < 12; ++word) {
      for (uint64_t s = 1 + random.Below(4); s > 0; --s) text += syllables[random.Below(random.Below(10) + 1)];
      text += word % 5 == 4 ? ", " : " ";
    }
  }
  return texts;
}

TEST(BpeTrainer, ReachesTheSizeAskedForAndIsDeterministic) {
  std::vector<std::string> texts = SyntheticTexts(300, 1);
  const BpeTrainerOptions options = Options(512, {"<|pad|>", "<|endoftext|>"});
  ASSERT_OK_AND_ASSIGN(const std::string json, TrainByteLevelBpe(texts, options));
  ASSERT_OK_AND_ASSIGN(const auto tokenizer, ParseTokenizer(json, "trained"));
  EXPECT_EQ(tokenizer->vocab_size(), 512);
  std::reverse(texts.begin(), texts.end());
  ASSERT_OK_AND_ASSIGN(const std::string again, TrainByteLevelBpe(texts, options));
  EXPECT_EQ(json, again);
}

// The definition: count every pair of every word afresh before each merge.
std::vector<std::string> LearnByDefinition(const std::vector<std::string>& words, int merges, int64_t min_count) {
  std::vector<std::vector<int>> sequences;
  std::vector<std::string> tokens;
  for (int byte = 0; byte < 256; ++byte) tokens.push_back(ByteSymbol(byte));
  for (const std::string& word : words) sequences.emplace_back(word.begin(), word.end());
  std::vector<std::string> learnt;
  while (learnt.size() < merges) {
    std::map<std::pair<int, int>, int64_t> counts;
    for (const auto& s : sequences) {
      for (size_t i = 0; i + 1 < s.size(); ++i) ++counts[{s[i], s[i + 1]}];
    }
    const auto best = std::max_element(counts.begin(), counts.end(),
                                       [](const auto& a, const auto& b) { return a.second < b.second; });
    if (best == counts.end() || best->second < min_count) break;
    const auto [left, right] = best->first;
    learnt.push_back(tokens[left] + " " + tokens[right]);
    const std::string token = tokens[left] + tokens[right];
    const int id = std::find(tokens.begin(), tokens.end(), token) - tokens.begin();
    if (id == tokens.size()) tokens.push_back(token);
    for (auto& s : sequences) {
      for (size_t i = 0; i + 1 < s.size(); ++i) {
        if (s[i] == left && s[i + 1] == right) s[i] = id, s.erase(s.begin() + i + 1);
      }
    }
  }
  return learnt;
}

TEST(BpeTrainer, AgreesWithTheDefinitionOnRandomWords) {
  base::RandomStream random(1, "lm/bpe_trainer_test/definition");
  for (int trial = 0; trial < 60; ++trial) {
    std::vector<std::string> words;
    for (int i = 0; i < 30; ++i) {
      std::string word(1 + random.Below(12), ' ');
      for (char& letter : word) letter = static_cast<char>('a' + random.Below(1 + trial % 4));
      words.push_back(word);
    }
    BpeTrainerOptions options = Options(256 + 40);
    options.word_pattern = "[a-z]+";
    std::string text;
    for (const std::string& word : words) absl::StrAppend(&text, word, ".");
    ASSERT_OK_AND_ASSIGN(const std::string json, TrainByteLevelBpe({text}, options));
    // "." is a word of its own. Where two merges make one token, more than 40 merges fit.
    const std::vector<std::string> merges = Merges(json);
    ASSERT_EQ(merges, LearnByDefinition(words, merges.size(), 2)) << "trial " << trial;
    ASSERT_GE(merges.size(), std::min<size_t>(40, LearnByDefinition(words, 41, 2).size()));
  }
}

TEST(BpeTrainer, RefusesWhatCannotWork) {
  EXPECT_THAT(TrainByteLevelBpe({"x"}, Options(257, {"<a>", "<b>"})),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("need at least 258")));
  EXPECT_THAT(TrainByteLevelBpe({}, Options(300)), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no text")));
  EXPECT_THAT(TrainByteLevelBpe({"", ""}, Options(300)),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no text")));
  for (const char* token : {"", "a", "\u0120", "<b>", "\xFF"}) {
    EXPECT_THAT(TrainByteLevelBpe({"x"}, Options(300, {"<b>", token})),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("special token")))
        << token;
  }
  BpeTrainerOptions options = Options(300);
  options.word_pattern = "(a";
  EXPECT_THAT(TrainByteLevelBpe({"x"}, options),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("word_pattern")));
}

// A megabyte takes some 50 ms; counting every pair afresh before each merge would take minutes.
TEST(BpeTrainer, IsQuick) {
  const std::vector<std::string> texts = SyntheticTexts(14000, 2);
  const std::clock_t start = std::clock();
  ASSERT_OK_AND_ASSIGN(const std::string json, TrainByteLevelBpe(texts, Options(4096)));
  EXPECT_EQ(Merges(json).size(), 4096 - 256);
  EXPECT_LT(static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC, 10.0);
}

}  // namespace
}  // namespace lm
