#include "datasets/sources/pinned.h"

#include <cstdlib>
#include <set>

#include "base/file.h"
#include "base/hash.h"
#include "base/program.h"
#include "base/testing.h"
#include "datasets/sources/testing.h"
#include "gtest/gtest-spi.h"

namespace datasets {
namespace {

using ::base::IsOkAnd;
using ::base::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

constexpr char kLeftOut[] = "gsm8k/example_model_solutions.jsonl";

TEST(PinnedTest, TheTableIsWellFormed) {
  std::set<std::string> names, repositories;
  for (const PinnedSource& source : PinnedSources()) {
    SCOPED_TRACE(source.name);
    EXPECT_TRUE(names.insert(source.name).second);
    EXPECT_TRUE(repositories.insert(source.repository).second);
    EXPECT_THAT(source.sha256, MatchesRegex("[0-9a-f]{64}"));
    EXPECT_THAT(source.url, MatchesRegex("https://raw\\.githubusercontent\\.com/[^/]+/[^/]+/[0-9a-f]{40}/.+"));
    // --distdir looks for the last part of the URL.
    EXPECT_THAT(source.url, ::testing::EndsWith(std::string("/") + source.file));
    EXPECT_THAT(std::string(source.licence), ::testing::AnyOf("MIT", "Apache-2.0"));
  }
  EXPECT_FALSE(names.empty());
}

TEST(PinnedTest, FilesThatAreHereHaveTheBytesOfTheTable) {
  absl::Status absent;
  for (const PinnedSource& source : PinnedSources()) {
    if (source.name == std::string(kLeftOut)) continue;
    const auto path = PinnedFile(source.name);
    absent.Update(path.status());
    if (!path.ok()) continue;
    EXPECT_THAT(base::Sha256HexOfFile(*path), IsOkAnd(std::string(source.sha256))) << source.name;
  }
  SKIP_OR_FAIL_IF_ERROR(absent);
}

TEST(PinnedTest, AnAbsentFileIsOneLineThatSaysHowToGetIt) {
  for (const PinnedSource& source : PinnedSources()) {
    if (source.name == std::string(kLeftOut)) continue;
    const auto path = PinnedFile(source.name);
    if (path.ok()) continue;
    EXPECT_THAT(path, StatusIs(absl::StatusCode::kNotFound,
                               AllOf(HasSubstr(source.name), HasSubstr(source.url), HasSubstr(source.sha256),
                                     HasSubstr("--distdir"), HasSubstr("SAMI_DATA"), Not(HasSubstr("\n")))));
  }
}

TEST(PinnedTest, BugsAreNotTakenForAbsentFiles) {
  EXPECT_THAT(PinnedFile("mt_bench/no_such_file"), StatusIs(absl::StatusCode::kInternal, HasSubstr("declares no")));
  EXPECT_THAT(PinnedFile(kLeftOut), StatusIs(absl::StatusCode::kInternal, HasSubstr("under data")));
}

TEST(PinnedTest, BytesWithAnotherChecksumAreRefused) {
  const std::string right = base::Runfile("@pinned_test_right/refused_on_purpose.txt");
  EXPECT_THAT(base::ReadFile(right), IsOkAnd(HasSubstr("Bytes whose checksum")));
  EXPECT_EQ(base::Runfile("@pinned_test_right/ABSENT"), "");
  EXPECT_EQ(base::Runfile("@pinned_test_wrong/refused_on_purpose.txt"), "");
  EXPECT_NE(base::Runfile("@pinned_test_wrong/ABSENT"), "");
}

class SkipTest : public ::testing::Test {
 protected:
  SkipTest() {
    const char* value = std::getenv("REQUIRE_DATA");
    if (value != nullptr) before_ = value;
  }
  ~SkipTest() override { setenv("REQUIRE_DATA", before_.c_str(), 1); }

  // What a test that needs `status` to be OK would report.
  static ::testing::TestPartResult Outcome(const absl::Status& status) {
    ::testing::TestPartResultArray results;
    {
      ::testing::ScopedFakeTestPartResultReporter reporter(&results);
      [&] { SKIP_OR_FAIL_IF_ERROR(status); }();
    }
    EXPECT_EQ(results.size(), 1);
    return results.GetTestPartResult(0);
  }

 private:
  std::string before_;
};

TEST_F(SkipTest, AnAbsentFileSkips) {
  unsetenv("REQUIRE_DATA");
  const auto outcome = Outcome(absl::NotFoundError("one line"));
  EXPECT_TRUE(outcome.skipped());
  EXPECT_THAT(outcome.message(), HasSubstr("one line"));
}

TEST_F(SkipTest, AnAbsentFileFailsWhereDataIsRequired) {
  setenv("REQUIRE_DATA", "1", 1);
  const auto outcome = Outcome(absl::NotFoundError("one line"));
  EXPECT_TRUE(outcome.fatally_failed());
  EXPECT_THAT(outcome.message(), HasSubstr("one line"));
}

TEST_F(SkipTest, ABugFailsAlways) {
  unsetenv("REQUIRE_DATA");
  EXPECT_TRUE(Outcome(absl::InternalError("a bug")).fatally_failed());
}

}  // namespace
}  // namespace datasets
