// IFEval's instructions and accuracies against what the published scorer said.
//
//   bazel test //evaluation:ifeval_golden_test --test_arg=--golden_dir=DIR
//
// runs every case of DIR's cases.jsonl, every item of items.jsonl, and aggregate.json. Verdicts of nltk 3.9.1 are the
// right ones where nltk's versions differ. Languages are CLD2's and not langdetect's: they are compared apart, without
// the cases in which langdetect itself changes its mind. Without the flag there is nothing to compare with.
#include <algorithm>
#include <cstdio>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/testing.h"
#include "datasets/queries/query.h"
#include "evaluation/ifeval/score.h"

namespace ifeval {
namespace {

using ::base::Json;

bool HasFlag(const Json& c, absl::string_view flag) {
  for (const Json& f : c.value("flags", Json::array())) {
    if (f.get<std::string>() == flag) return true;
  }
  return false;
}

Json WithoutNulls(const Json& kwargs) {
  Json kept = Json::object();
  for (const auto& [key, value] : kwargs.items()) {
    if (!value.is_null()) kept[key] = value;
  }
  return kept;
}

// Those that ask for a language, and so for its detection.
bool AsksLanguage(absl::string_view id) {
  return absl::StartsWith(id, "language:") || absl::StartsWith(id, "change_case:english");
}

class IfEvalGoldenTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = base::FolderFromFlag("golden_dir", "");
    if (folder_.empty()) GTEST_SKIP() << "--golden_dir names no folder";
  }
  std::vector<base::JsonLine> Lines(const char* name) const {
    auto lines = base::ReadJsonLines(absl::StrCat(folder_, "/", name));
    EXPECT_OK(lines);
    return lines.ok() && !lines->empty() ? *lines
                                         : (ADD_FAILURE() << name << " is empty", std::vector<base::JsonLine>());
  }
  std::string folder_;
};

TEST_F(IfEvalGoldenTest, EachInstruction) {
  int64_t languages = 0, agree = 0, yes = 0;
  std::set<std::string> differ;
  for (const base::JsonLine& line : Lines("cases.jsonl")) {
    const Json& c = line.value;
    const datasets::Instruction instruction = {c.at("instruction_id").get<std::string>(), WithoutNulls(c.at("kwargs"))};
    ASSERT_OK_AND_ASSIGN(const std::vector<Followed> scored,
                         Score({instruction}, c.at("response").get<std::string>(), CarriedPunktParameters()));
    const bool other_nltk = HasFlag(c, "nltk_dependent") && c.at("nltk_3_9_1").contains("strict");
    const Json& expected = other_nltk ? c.at("nltk_3_9_1") : c;
    const auto compare = [&](bool actual, const char* verdict) {
      if (HasFlag(c, absl::StrCat("unstable_", verdict))) return;
      const Json& wanted = HasFlag(c, "random_letter") ? c.at(absl::StrCat("literal_", verdict)) : expected.at(verdict);
      if (AsksLanguage(instruction.id)) {
        ++languages;
        yes += wanted.get<bool>() ? 1 : 0;
        agree += actual == wanted.get<bool>() ? 1 : 0;
        if (actual != wanted.get<bool>()) differ.insert(c.at("response").get<std::string>());
      } else {
        EXPECT_EQ(actual, wanted.get<bool>()) << verdict << " of " << c;
      }
    };
    compare(scored[0].strict, "strict");
    compare(scored[0].loose, "loose");
  }
  std::printf("%lld of %lld verdicts that hang on a language are langdetect's; the other texts:\n",
              static_cast<long long>(agree), static_cast<long long>(languages));
  for (const std::string& text : differ) std::printf("  %s\n", text.c_str());
  EXPECT_GT(agree, std::max(yes, languages - yes)) << "no better than a detector that says the same of every text";
}

TEST_F(IfEvalGoldenTest, ItemsAndTheirAccuracies) {
  double prompts_strict = 0, prompts_loose = 0, strict = 0, loose = 0, instructions = 0, items = 0;
  double other_languages = 0;  // verdicts that hang on CLD2 where langdetect says something else
  for (const base::JsonLine& line : Lines("items.jsonl")) {
    const Json& item = line.value;
    std::vector<datasets::Instruction> asked;
    for (size_t i = 0; i < item.at("instruction_id_list").size(); ++i) {
      asked.push_back({item.at("instruction_id_list")[i].get<std::string>(), WithoutNulls(item.at("kwargs")[i])});
    }
    ASSERT_OK_AND_ASSIGN(const std::vector<Followed> scored,
                         Score(asked, item.at("response").get<std::string>(), CarriedPunktParameters()));
    for (size_t i = 0; i < asked.size(); ++i) {
      const bool wants_strict = item.at("inst_level_strict_acc")[i].get<bool>();
      const bool wants_loose = item.at("inst_level_loose_acc")[i].get<bool>();
      if (AsksLanguage(asked[i].id)) {
        if (scored[i].strict != wants_strict || scored[i].loose != wants_loose) ++other_languages;
      } else {
        EXPECT_EQ(scored[i].strict, wants_strict) << asked[i].id << " of " << item;
        EXPECT_EQ(scored[i].loose, wants_loose) << asked[i].id << " of " << item;
      }
      strict += scored[i].strict ? 1 : 0;
      loose += scored[i].loose ? 1 : 0;
      ++instructions;
    }
    const Followed all = FollowedAll(scored);
    prompts_strict += all.strict ? 1 : 0;
    prompts_loose += all.loose ? 1 : 0;
    ++items;
  }
  ASSERT_OK_AND_ASSIGN(const std::string text, base::ReadFile(folder_ + "/aggregate.json"));
  ASSERT_OK_AND_ASSIGN(const Json aggregate, base::ParseJson(text, "aggregate.json"));
  // Each of those can move an accuracy by one prompt or instruction.
  const double of_prompts = other_languages / items + 1e-12, of_all = other_languages / instructions + 1e-12;
  EXPECT_NEAR(prompts_strict / items, aggregate.at("prompt_level_strict_acc").get<double>(), of_prompts);
  EXPECT_NEAR(prompts_loose / items, aggregate.at("prompt_level_loose_acc").get<double>(), of_prompts);
  EXPECT_NEAR(strict / instructions, aggregate.at("inst_level_strict_acc").get<double>(), of_all);
  EXPECT_NEAR(loose / instructions, aggregate.at("inst_level_loose_acc").get<double>(), of_all);
}

}  // namespace
}  // namespace ifeval
