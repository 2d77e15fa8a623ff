// Examples of every format and awkward files, for every reader.
#include "datasets/fuzz/readers.h"

#include <filesystem>
#include <vector>

#include "base/installation.h"
#include "base/testing.h"
#include "base/text.h"
#include "datasets/fuzz/awkward_files.h"

namespace datasets {
namespace {

using ::testing::Each;
using ::testing::Gt;

TEST(ReadersTest, EveryExampleIsReadBySomebodyAndEveryReaderReadsOne) {
  ASSERT_OK_AND_ASSIGN(const std::string folder, base::ShippedFile("datasets/fuzz/examples"));
  std::vector<int> taken(NumReaders(), 0);
  for (const auto& example : std::filesystem::directory_iterator(folder)) {
    int readers = 0;
    for (int reader = 0; reader < NumReaders(); ++reader) {
      const bool is_taken = ReadAndCheck(reader, example.path().string());
      readers += is_taken;
      taken[reader] += is_taken;
    }
    EXPECT_GE(readers, 1) << example.path();
  }
  EXPECT_THAT(taken, Each(Gt(0)));
}

TEST(ReadersTest, AwkwardFilesBreakNoPromise) {
  for (const std::string& content : AwkwardFiles()) {
    SCOPED_TRACE(base::Printable(content.substr(0, 100)));
    for (int reader = 0; reader < NumReaders(); ++reader) ReadAndCheck(reader, base::WriteTestFile("file", content));
  }
}

}  // namespace
}  // namespace datasets
