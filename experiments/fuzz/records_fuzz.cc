// Any bytes as a file of a run's folder: as lines of each kind of record, which are refused in one line that names the
// place or read back as they are written; as the spec, the run's record and a stage's record, which a reader of the
// folder meets changed or half written; and as a table.
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/check.h"
#include "base/fuzz/memory_file.h"
#include "base/fuzz/one_line_error.h"
#include "experiments/run/accuracy_files.h"
#include "experiments/run/layout.h"
#include "experiments/run/lm_eval.h"
#include "experiments/run/records.h"
#include "experiments/run/run_files.h"
#include "experiments/run/tables.h"
#include "experiments/verify/verify.h"
#include "sami/contrastive_data.h"

namespace experiments {
namespace {

namespace fs = std::filesystem;

template <typename Record>
void TestLine(const base::JsonLine& line, absl::StatusOr<Record> (*parse)(const base::JsonLine&)) {
  const absl::StatusOr<Record> record = parse(line);
  if (!record.ok()) return base::CheckOneLineError(record.status(), line.where);
  const std::string written = base::PrintJson(ToJson(*record));
  const auto value = base::ParseJson(written, "written");
  SAMI_CHECK(value.ok()) << value.status().ToString();
  const absl::StatusOr<Record> again = parse({*value, "again"});
  SAMI_CHECK(again.ok()) << again.status().ToString();
  SAMI_CHECK(base::PrintJson(ToJson(*again)) == written) << written;
}

void TestLines(absl::string_view text) {
  const auto lines = base::ParseJsonLines(text, "records.jsonl");
  if (!lines.ok()) return base::CheckOneLineError(lines.status(), "records.jsonl:");
  for (const base::JsonLine& line : *lines) {
    TestLine(line, ParseAttempt);
    TestLine(line, ParseInformationSample);
    TestLine(line, ParseAnswerScore);
    TestLine(line, ParseAskedQuestion);
    TestLine(line, ParseStepMetrics);
    TestLine(line, ParseTrainingCost);
    TestLine(line, ParseLmEvalSample);
  }
}

void TestContrastive(absl::string_view text) {
  const std::string path = base::MemoryFile(text);
  const auto queries = sami::ReadContrastiveData(path);
  if (!queries.ok()) base::CheckOneLineError(queries.status(), path);
}

void TestCounts(absl::string_view text) {
  const std::string path = base::MemoryFile(text);
  const auto counts = ReadFilterCounts(path);
  if (!counts.ok()) base::CheckOneLineError(counts.status(), path);
}

// A run's folder of this process. Whatever is in it, a reader of it reads what it can.
const std::string& Folder() {
  static const auto* const folder = [] {
    std::string path = fs::temp_directory_path() / "records_fuzz.XXXXXX";
    SAMI_CHECK(mkdtemp(path.data()) != nullptr) << path;
    for (const std::string& file : {StageFile("x"), RowsFile(kResults)}) {
      fs::create_directories(fs::path(absl::StrCat(path, "/", file)).parent_path());
    }
    std::ofstream(absl::StrCat(path, "/", kSpecFile)) << "name: 'x'\n";
    return new std::string(path);
  }();
  return *folder;
}

// One file of the folder is the text, and the others are as they were.
void TestFolder(const std::string& file, absl::string_view text) {
  const std::string path = absl::StrCat(Folder(), "/", file);
  std::ofstream(path, std::ios::binary) << text;
  const auto run = RunFiles::Open(Folder());
  SAMI_CHECK(run.ok()) << run.status().ToString();
  const JsonRows rows = run->Rows(kResults);
  ParseWinRates(rows);
  ParseMutualInformation(rows, 0.95);
  ParseOverlap(rows);
  ParseLeaks(rows);
  ParseAccuracy(rows);
  ParseExtraction(rows);
  ParseCurves(rows);
  run->Evaluations();
  run->Arms(MetricsFile("*"));
  if (const auto verified = Verify(Folder()); verified.ok()) {
    SAMI_CHECK(!verified->faults.empty());  // it was never made
    const std::string line = VerificationLine(Folder(), *verified);
    SAMI_CHECK(absl::StrContains(line, "not whole")) << line;
  } else {
    base::CheckOneLineError(verified.status(), Folder());
  }
  if (file == kSpecFile) {
    std::ofstream(path) << "name: 'x'\n";
  } else {
    fs::remove(path);
  }
}

void Test(absl::string_view text) {
  if (text.empty()) return;
  switch (text.back() % 8) {
    case 2:  // a line's end
      TestContrastive(text);
      return TestLines(text);
    case 5:  // a table's or an object's
      TestCounts(text);
      return TestFolder(RowsFile(kResults), text);
    case 3:  // '#', behind text format
      return TestFolder(kRecordFile, text);
    case 4:  // 'd', of "# record"
      return TestFolder(StageFile("x"), text);
    case 6:
      return TestFolder(kSpecFile, text);
    default:
      return TestLines(text);
  }
}

}  // namespace
}  // namespace experiments

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  experiments::Test(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
