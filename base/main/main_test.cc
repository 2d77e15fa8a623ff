#include "base/main/main.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <functional>
#include <new>
#include <stdexcept>
#include <thread>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/testing.h"

namespace base {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

struct Outcome {
  int exit_code = -1;  // -1: a signal
  std::string errors;
};

// A program whose standard output is what `prepare` makes of it.
Outcome RunChild(const std::function<void()>& prepare, const std::function<int()>& program) {
  const std::string log = TestFolder() + "/stderr";
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    dup2(open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644), STDERR_FILENO);
    if (prepare) prepare();
    _exit(program());
  }
  int status = 0;
  waitpid(child, &status, 0);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, ReadFile(log).value_or("")};
}

Outcome RunBody(const std::function<void()>& prepare, const std::function<int()>& body) {
  return RunChild(prepare, [&] { return RunGuarded([&] { return body(); }); });
}

void OutputTo(const char* path) { dup2(open(path, O_WRONLY), STDOUT_FILENO); }

int Print() {
  std::printf("text\n");
  return 0;
}

TEST(MainTest, ExceptionsAreOneLine) {
  const Outcome memory = RunBody(nullptr, []() -> int { throw std::bad_alloc(); });
  EXPECT_EQ(memory.exit_code, 1);
  EXPECT_THAT(memory.errors, StartsWith("error: out of memory"));
  const Outcome other = RunBody(nullptr, []() -> int { throw std::runtime_error("what\nat a place"); });
  EXPECT_EQ(other.exit_code, 1);
  EXPECT_EQ(other.errors, "error: unexpected, and worth a report: what\n");
  EXPECT_EQ(RunBody(nullptr, []() -> int { throw 3; }).exit_code, 1);
}

TEST(MainTest, ExceptionsOfThreadsAreOneLine) {
  const Outcome outcome = RunBody(nullptr, [] {
    std::thread([] { throw std::bad_alloc(); }).join();
    return 0;
  });
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.errors, StartsWith("error: out of memory"));
}

TEST(MainTest, OutputThatIsNotTakenIsAnError) {
  const Outcome full = RunBody([] { OutputTo("/dev/full"); }, Print);
  EXPECT_EQ(full.exit_code, 1);
  EXPECT_THAT(full.errors, AllOf(StartsWith("error: standard output: "), HasSubstr("No space left")));
  // A code of the program's own is kept.
  EXPECT_EQ(RunBody([] { OutputTo("/dev/full"); }, [] { return Print() + 2; }).exit_code, 2);
  const Outcome pipe_end = RunBody(
      [] {
        int ends[2];
        if (pipe(ends) != 0) _exit(125);
        close(ends[0]);
        dup2(ends[1], STDOUT_FILENO);
      },
      Print);
  EXPECT_EQ(pipe_end.exit_code, 1);  // and no SIGPIPE
  EXPECT_THAT(pipe_end.errors, HasSubstr("Broken pipe"));
}

TEST(MainTest, FilesAboveTheLimitAreAnErrorAndNoSignal) {
  const Outcome outcome = RunBody(
      [] {
        const struct rlimit none = {0, RLIM_INFINITY};
        OutputTo(WriteTestFile("out", "").c_str());
        setrlimit(RLIMIT_FSIZE, &none);
        dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);  // a file, too
      },
      Print);
  EXPECT_EQ(outcome.exit_code, 1);
}

// Else the next file that is opened is standard output, and what is printed goes into it.
TEST(MainTest, AClosedStreamIsNoFilesNumber) {
  const std::string file = TestFolder() + "/product";
  const Outcome outcome =
      RunBody([] { close(STDOUT_FILENO); }, [&] { return WriteFileAtomically(file, "whole\n").ok() ? Print() : 3; });
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(ReadFile(file), IsOkAnd(std::string("whole\n")));
}

TEST(MainTest, APrinterOfNothingNeedsNoOutput) {
  EXPECT_EQ(RunBody([] { OutputTo("/dev/full"); }, [] { return 0; }).exit_code, 0);
  EXPECT_EQ(RunBody([] { close(STDOUT_FILENO); }, [] { return 0; }).exit_code, 0);
}

TEST(MainTest, WordsThatAreNoFlagsAreRefusedByBodiesWithoutAny) {
  const auto with = [](std::vector<const char*> words) {
    words.insert(words.begin(), "program");
    return RunChild(nullptr, [&] {
      return RunMain(words.size(), const_cast<char**>(words.data()), "usage", [] { return absl::OkStatus(); });
    });
  };
  EXPECT_EQ(with({}).exit_code, 0);
  const Outcome outcome = with({"=x\x1b"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.errors, StartsWith("error: what is \"=x\"?"));
  EXPECT_EQ(with({"--no_such_flag"}).exit_code, 2);
}

}  // namespace
}  // namespace base
