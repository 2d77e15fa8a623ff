#include "lm/checkpoint/safetensors.h"

#include <sys/stat.h>

#include <cstring>
#include <fstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/testing.h"

namespace lm {
namespace {

using ::absl::StatusCode;
using ::base::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

// A file with this header and this many bytes of data: 0, 1, 2, ...
std::string FileOf(absl::string_view header, int data_bytes) {
  const uint64_t size = header.size();
  std::string content(8, '\0');
  std::memcpy(&content[0], &size, 8);
  content.append(header.data(), header.size());
  for (int i = 0; i < data_bytes; ++i) content += static_cast<char>(i);
  return content;
}

absl::StatusOr<SafetensorsFile> Opened(absl::string_view content) {
  return SafetensorsFile::Open(base::WriteTestFile("x.safetensors", content));
}

// Every refusal is one line, names the file, and says `what`.
void ExpectRefused(absl::string_view content, const std::string& what) {
  EXPECT_THAT(Opened(content), StatusIs(StatusCode::kInvalidArgument,
                                        AllOf(HasSubstr("x.safetensors"), HasSubstr(what), Not(HasSubstr("\n")))));
}

void ExpectHeaderRefused(absl::string_view header, int data_bytes, const std::string& what) {
  SCOPED_TRACE(std::string(header.substr(0, 200)));
  ExpectRefused(FileOf(header, data_bytes), what);
}

TEST(SafetensorsTest, ReadsTensorsMetadataAndPadding) {
  const std::string header = R"({
    "b": {"dtype": "I16", "shape": [2, 1], "data_offsets": [4, 8]},
    "__metadata__": {"format": "pt", "": "é"},
    "a": {"dtype": "F32", "shape": [], "data_offsets": [0, 4]},
    "none": {"dtype": "U8", "shape": [3, 0], "data_offsets": [8, 8]}}   )";
  ASSERT_OK_AND_ASSIGN(const SafetensorsFile file, Opened(FileOf(header, 8)));
  ASSERT_EQ(file.tensors().size(), 3);
  EXPECT_EQ(file.tensors()[0].name, "a");  // by place, not by name
  EXPECT_EQ(file.tensors()[1].name, "b");
  EXPECT_EQ(file.tensors()[1].dtype, DType::kI16);
  EXPECT_EQ(file.tensors()[1].shape, (std::vector<int64_t>{2, 1}));
  EXPECT_EQ(file.tensors()[1].bytes, "\4\5\6\7");
  EXPECT_TRUE(file.Find("a")->shape.empty());
  EXPECT_EQ(file.Find("none")->bytes, "");
  EXPECT_EQ(file.Find("c"), nullptr);
  EXPECT_THAT(file.metadata(), UnorderedElementsAre(Pair("format", "pt"), Pair("", "é")));
}

TEST(SafetensorsTest, ViewsOutliveAMoveOfTheFile) {
  auto opened = Opened(FileOf(R"({"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}})", 3));
  ASSERT_OK(opened);
  const absl::string_view bytes = opened->Find("a")->bytes;
  const SafetensorsFile moved = *std::move(opened);
  EXPECT_EQ(bytes.data(), moved.Find("a")->bytes.data());
  EXPECT_EQ(bytes, std::string("\0\1\2", 3));
}

TEST(SafetensorsTest, MissingFileAndFolder) {
  EXPECT_THAT(SafetensorsFile::Open("/no/such.safetensors"), StatusIs(StatusCode::kNotFound, HasSubstr("/no/such")));
  EXPECT_THAT(SafetensorsFile::Open(base::TestFolder()), StatusIs(StatusCode::kInvalidArgument, HasSubstr("folder")));
}

TEST(SafetensorsTest, EveryTruncationIsRefused) {
  const std::string whole = FileOf(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", 8);
  ASSERT_OK(Opened(whole));
  for (size_t size = 0; size < whole.size(); ++size) ExpectRefused(whole.substr(0, size), "truncated");
  ExpectRefused(whole + "x", "last 1 bytes belong to no tensor");
}

TEST(SafetensorsTest, OversizedHeaderIsRefused) {
  std::string content = FileOf("{}", 0);
  const uint64_t sizes[] = {SafetensorsFile::kMaxHeaderBytes + 1, uint64_t{1} << 63, ~uint64_t{0}};
  for (const uint64_t size : sizes) {
    std::memcpy(&content[0], &size, 8);
    ExpectRefused(content, "at most 100000000");
  }
}

TEST(SafetensorsTest, MalformedHeaderIsRefused) {
  ExpectHeaderRefused("", 0, "not valid JSON");
  ExpectHeaderRefused("{", 0, "not valid JSON");
  ExpectHeaderRefused("{}{}", 0, "not valid JSON");
  ExpectHeaderRefused("{\"\xff\":1}", 0, "not valid JSON");
  ExpectHeaderRefused("[]", 0, "not a JSON object");
  ExpectHeaderRefused("null", 0, "not a JSON object");
  ExpectHeaderRefused(std::string(100000, '['), 0, "in one another");
  ExpectHeaderRefused(std::string(100000, '[') + std::string(100000, ']'), 0, "in one another");
  ExpectHeaderRefused(R"({"a":{"dtype":"U8","shape":[],"data_offsets":[0,1]},"a":3})", 1, "the key \"a\" twice");
  ExpectHeaderRefused(R"({"a":{"dtype":"U8","dtype":"I8","shape":[],"data_offsets":[0,1]}})", 1, "\"dtype\" twice");
  ExpectHeaderRefused(R"({"__metadata__":[]})", 0, "__metadata__");
  ExpectHeaderRefused(R"({"__metadata__":{"epoch":3}})", 0, "\"epoch\" is not a text");
  ExpectHeaderRefused(R"({"a\nb":3})", 0, "\"a\\nb\": its entry");
}

TEST(SafetensorsTest, MisshapenTensorsAreRefused) {
  const auto header = [](absl::string_view dtype, absl::string_view shape, absl::string_view offsets) {
    return absl::StrCat(R"({"w":{"dtype":)", dtype, R"(,"shape":)", shape, R"(,"data_offsets":)", offsets, "}}");
  };
  EXPECT_OK(Opened(FileOf(header("\"F32\"", "[2,1]", "[0,8]"), 8)));
  ExpectHeaderRefused(header("\"F8_E4M3\"", "[8]", "[0,8]"), 8, "unknown dtype \"F8_E4M3\"");
  ExpectHeaderRefused(header("3", "[8]", "[0,8]"), 8, "dtype is missing");
  for (const char* shape : {"[-2]", "[2.0]", "2", "null", "[null]", "[9223372036854775808]", "[1e30]", "[\"2\"]"}) {
    ExpectHeaderRefused(header("\"F32\"", shape, "[0,8]"), 8, "shape is not a list");
  }
  for (const char* offsets : {"[0]", "[0,4,8]", "[8,0]", "[-8,0]", "null", "[0.0,8]"}) {
    ExpectHeaderRefused(header("\"F32\"", "[2]", offsets), 8, "data_offsets are not");
  }
  ExpectHeaderRefused(header("\"F32\"", "[3]", "[0,8]"), 8, "takes 12 bytes, and its data_offsets span 8");
  ExpectHeaderRefused(header("\"F16\"", "[2]", "[0,8]"), 8, "takes 4 bytes");
  ExpectHeaderRefused(header("\"F32\"", "[4611686018427387904,4611686018427387904]", "[0,8]"), 8, "more than 2^63");
  ExpectHeaderRefused(header("\"F32\"", "[4]", "[0,16]"), 8, "truncated");
  ExpectHeaderRefused(header("\"F32\"", "[2]", "[16,24]"), 8, "truncated");
  ExpectHeaderRefused(R"({"w":{"shape":[],"data_offsets":[0,1]}})", 1, "dtype is missing");
  ExpectHeaderRefused(R"({"w":{"dtype":"U8","data_offsets":[0,1]}})", 1, "shape is not");
  ExpectHeaderRefused(R"({"w":{"dtype":"U8","shape":[]}})", 1, "data_offsets are not");
}

TEST(SafetensorsTest, OverlapsAndHolesAreRefused) {
  const auto header = [](absl::string_view a, absl::string_view b) {
    return absl::StrCat(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":)", a,
                        R"(},"b":{"dtype":"U8","shape":[4],"data_offsets":)", b, "}}");
  };
  EXPECT_OK(Opened(FileOf(header("[4,8]", "[0,4]"), 8)));
  ExpectHeaderRefused(header("[0,4]", "[3,7]"), 7, "\"b\": its bytes overlap");
  ExpectHeaderRefused(header("[0,4]", "[0,4]"), 4, "\"b\": its bytes overlap");
  ExpectHeaderRefused(header("[0,4]", "[5,9]"), 9, "\"b\": the 1 bytes before it");
  ExpectHeaderRefused(header("[1,5]", "[5,9]"), 9, "\"a\": the 1 bytes before it");
}

// Whatever a file says, what is read lies within it.
TEST(SafetensorsTest, SpoiltHeadersAreRefusedOrHarmless) {
  const std::string good =
      SafetensorsBytes({{"a", DType::kF16, {2, 1}, "1234"}, {"b", DType::kU8, {3}, "567"}}, {{"k", "v"}});
  const std::string path = base::TestFolder() + "/spoilt.safetensors";
  int accepted = 0;
  for (size_t place = 0; place < good.size(); ++place) {
    for (const char c : {'\0', ' ', '"', '0', '9', '[', '}', ',', '\xff'}) {
      std::string spoilt = good;
      spoilt[place] = c;
      std::ofstream(path, std::ios::binary) << spoilt;
      const auto file = SafetensorsFile::Open(path);
      if (!file.ok()) continue;
      ++accepted;
      size_t bytes = 0;
      for (const TensorView& tensor : file->tensors()) {
        int64_t count = DTypeBytes(tensor.dtype);
        for (const int64_t size : tensor.shape) count *= size;
        ASSERT_EQ(tensor.bytes.size(), count);
        bytes += tensor.bytes.size();
        EXPECT_THAT(spoilt, HasSubstr(std::string(tensor.bytes)));
      }
      EXPECT_EQ(bytes, 7);
    }
  }
  EXPECT_GE(accepted, 7 * 9);  // every change of the data, at least
}

TEST(SafetensorsTest, WrittenFileReadsBackAlignedAndSorted) {
  const std::string wide = "01234567abcdefgh";
  const std::vector<TensorView> tensors = {{"half", DType::kBF16, {3}, "abcdef"},
                                           {"flag", DType::kBool, {}, absl::string_view("\1", 1)},
                                           {"quote\"\n", DType::kF64, {2, 1}, wide},
                                           {"empty", DType::kI32, {0, 7}, ""}};
  const std::string bytes = SafetensorsBytes(tensors, {{"format", "pt"}});
  ASSERT_OK_AND_ASSIGN(const SafetensorsFile file, Opened(bytes));
  ASSERT_EQ(file.tensors().size(), 4);
  EXPECT_EQ(file.tensors()[0].name, "quote\"\n");
  EXPECT_EQ(file.tensors()[1].name, "empty");
  EXPECT_EQ(file.tensors()[2].name, "half");
  EXPECT_EQ(file.tensors()[3].name, "flag");
  for (const TensorView& tensor : tensors) {
    const TensorView* read = file.Find(tensor.name);
    ASSERT_NE(read, nullptr) << tensor.name;
    EXPECT_EQ(read->dtype, tensor.dtype);
    EXPECT_EQ(read->shape, tensor.shape);
    EXPECT_EQ(read->bytes, tensor.bytes);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(read->bytes.data()) % DTypeBytes(read->dtype), 0) << tensor.name;
  }
  EXPECT_THAT(file.metadata(), UnorderedElementsAre(Pair("format", "pt")));

  // The same bytes whatever the order; and a file of nothing is a file.
  EXPECT_EQ(SafetensorsBytes({tensors[3], tensors[1], tensors[0], tensors[2]}, {{"format", "pt"}}), bytes);
  EXPECT_OK(Opened(SafetensorsBytes({})));
}

TEST(SafetensorsTest, WriterIsAtomic) {
  const std::string path = base::TestFolder() + "/deep/er/y.safetensors";
  ASSERT_OK(WriteSafetensors(path, {{"a", DType::kU8, {1}, "x"}}));
  EXPECT_FALSE(base::FileExists(path + ".partial"));
  EXPECT_THAT(base::ReadFile(path), base::IsOkAnd(SafetensorsBytes({{"a", DType::kU8, {1}, "x"}})));
}

TEST(SafetensorsDeathTest, WriterRefusesOurMistakes) {
  EXPECT_DEATH(SafetensorsBytes({{"a", DType::kF32, {1}, "xyz"}}), "a");
  EXPECT_DEATH(SafetensorsBytes({{"a", DType::kU8, {1}, "x"}, {"a", DType::kU8, {1}, "y"}}), "a");
  EXPECT_DEATH(SafetensorsBytes({{"__metadata__", DType::kU8, {1}, "x"}}), "__metadata__");
}

TEST(SafetensorsTest, AFifoIsNotWaitedFor) {
  const std::string path = base::TestFolder() + "/model.safetensors";
  ASSERT_EQ(mkfifo(path.c_str(), 0644), 0);
  EXPECT_THAT(SafetensorsFile::Open(path).status(),
              base::StatusIs(absl::StatusCode::kInvalidArgument, ::testing::HasSubstr("a folder or a device")));
}

}  // namespace
}  // namespace lm
