#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/testing.h"
#include "conformance/pack.h"
#include "lm/checkpoint/safetensors.h"
#include "lm/checkpoint/tensor_io.h"

namespace sami {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(ConformanceTest, HasItsCasesOfEveryKind) {
  const std::vector<ConformanceCase> cases = MakeConformanceCases();
  EXPECT_EQ(cases.size(), 1010u);  // as the READMEs say
  std::set<std::string> kinds, ids;
  int errors = 0;
  for (const ConformanceCase& c : cases) {
    kinds.insert(c.kind);
    ids.insert(c.id);
    errors += !c.error.empty();
    EXPECT_EQ(c.error.empty(), !c.answers.empty()) << c.id;
    for (const auto& [name, answer] : c.answers) EXPECT_TRUE(answer.isfinite().all().item<bool>()) << c.id << name;
  }
  EXPECT_THAT(kinds, ElementsAre("dpo", "kl", "sami", "sami_metrics", "sft"));
  EXPECT_EQ(ids.size(), cases.size());
  EXPECT_GT(errors, 10);
}

TEST(ConformanceTest, FindsWhatIsWrongAndNothingElse) {
  const std::vector<ConformanceCase> all = MakeConformanceCases();
  std::vector<ConformanceCase> cases = {all.front(), all[300]};
  for (const ConformanceCase& c : all) {
    if (!c.error.empty()) {
      cases.push_back(c);
      break;
    }
  }
  const std::string folder = base::TestFolder();
  const auto write = [&](const std::vector<ConformanceCase>& pack) {
    std::filesystem::remove_all(folder);
    ASSERT_OK(WriteConformancePack(pack, folder));
  };
  write(cases);
  EXPECT_THAT(WriteConformancePack(cases, folder),
              base::StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr(folder)));
  EXPECT_THAT(CheckConformance(MakeConformanceCases(), folder), base::IsOkAnd(::testing::SizeIs(all.size() - 3)));
  EXPECT_THAT(CheckConformance(cases, folder), base::IsOkAnd(IsEmpty()));

  const auto answer = [&](NamedTensors tensors) {
    std::vector<ConformanceCase> theirs = cases;
    theirs[0].answers = std::move(tensors);
    write(theirs);
  };
  NamedTensors wrong = cases[0].answers;
  wrong[0].second = wrong[0].second + 1e-8;
  answer(wrong);
  EXPECT_THAT(CheckConformance(cases, folder), base::IsOkAnd(ElementsAre(HasSubstr("loss is off by"))));
  wrong[0].second = cases[0].answers[0].second.to(torch::kFloat32);  // rounding is no fault
  answer(wrong);
  EXPECT_THAT(CheckConformance(cases, folder), base::IsOkAnd(IsEmpty()));
  wrong[0].second = torch::zeros({9}, torch::kFloat64);
  wrong.pop_back();
  answer(wrong);
  EXPECT_THAT(CheckConformance(cases, folder),
              base::IsOkAnd(ElementsAre(::testing::AllOf(HasSubstr("of shape [9]"), HasSubstr("is missing")))));

  write(cases);
  ASSERT_OK(base::WriteFileAtomically(folder + "/errors.json", absl::StrCat("{\"", cases[1].id, "\": \"\"}")));
  EXPECT_THAT(CheckConformance(cases, folder),
              base::IsOkAnd(ElementsAre(HasSubstr("was refused"), HasSubstr("should have been refused"))));
  EXPECT_THAT(CheckConformance(cases, folder + "/none"),
              base::StatusIs(absl::StatusCode::kNotFound, HasSubstr("none")));
}

}  // namespace
}  // namespace sami
