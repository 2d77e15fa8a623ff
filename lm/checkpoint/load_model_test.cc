// What LoadModel makes of a sound folder: the same weights, in little memory, where they were asked for.

#include <cstring>
#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/memory/memory_peak.h"
#include "base/testing.h"
#include "lm/checkpoint/checkpoint.h"
#include "lm/checkpoint/inspection.h"
#include "lm/checkpoint/safetensors.h"
#include "lm/runtime/device.h"
#include "lm/testing/checkpoint_testing.h"

namespace lm {
namespace {

using ::absl::StatusCode;
using ::base::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;

// A sparse file of zeros in BF16, so that making it takes no memory.
std::string WriteZeros(const ModelConfig& config) {
  base::Json header;
  int64_t end = 0;
  for (const auto& [name, shape] : ParameterShapes(config)) {
    const int64_t begin = end;
    end += ByteCount(shape, DType::kBF16);
    header[name] = {{"dtype", "BF16"}, {"shape", shape}, {"data_offsets", {begin, end}}};
  }
  const std::string text = header.dump();
  std::string start(8, '\0');
  const uint64_t length = text.size();
  std::memcpy(&start[0], &length, 8);
  base::WriteTestFile("zeros/config.json", ModelConfigToJson(config));
  base::WriteTestFile("zeros/model.safetensors", start + text);
  std::filesystem::resize_file(Folder("zeros/model.safetensors"), 8 + length + end);
  return Folder("zeros");
}

TEST(LoadModelTest, TakesLittleMoreMemoryThanTheWeights) {
  ModelConfig config = Small();
  config.vocab_size = 40000;
  config.hidden_size = 640;
  config.intermediate_size = 1024;
  config.num_layers = 16;
  config.tie_word_embeddings = true;
  const std::string folder = WriteZeros(config);
  for (const bool keep_stored : {true, false}) {
    LoadOptions options;
    options.keep_stored = keep_stored;
    ASSERT_OK(LoadModel(folder, options));  // the code itself, and what torch keeps, take memory once
    const base::MemoryPeak memory;
    ASSERT_TRUE(memory.is_exact()) << "the peak before hides the peak to be measured";
    ASSERT_OK_AND_ASSIGN(const Decoder model, LoadModel(folder, options));
    int64_t bytes = 0;
    for (const Parameter& parameter : model.parameters()) bytes += parameter.value.nbytes();
    const int64_t peak = memory.bytes();
    ASSERT_GT(bytes, 100 << 20);   // what does not grow with the weights, some 10 MiB, is little then
    EXPECT_GT(peak, 0.9 * bytes);  // the measurement measures
    EXPECT_LT(peak, 1.15 * bytes) << "for " << bytes << " bytes of weights";
    EXPECT_EQ(bytes / model.num_parameters(), keep_stored ? 2 : 4);
    RecordProperty("peak_share", absl::StrCat(static_cast<double>(peak) / bytes));
  }
}

TEST(LoadModelTest, KeptMatricesChangeNoBit) {
  ModelConfig config = Small();
  config.storage = StorageType::kBfloat16;
  ASSERT_OK(SaveModel(Decoder::Random(config, 3), "", Folder("m")));
  LoadOptions options;
  options.keep_stored = true;
  ASSERT_OK_AND_ASSIGN(const Decoder kept, LoadModel(Folder("m"), options));
  ASSERT_OK_AND_ASSIGN(const Decoder wide, LoadModel(Folder("m")));
  for (const auto& [name, value] : kept.parameters()) {
    EXPECT_EQ(value.scalar_type(), value.dim() == 2 ? torch::kBFloat16 : torch::kFloat32) << name;
  }
  const torch::Tensor ids = torch::arange(10).view({2, 5});
  const DecoderInput input = {ids, torch::arange(5).expand({2, 5}).contiguous(), torch::zeros_like(ids)};
  EXPECT_TRUE(torch::equal(kept.Forward(input), wide.Forward(input)));
}

TEST(LoadModelTest, AnUnusableDeviceIsRefused) {
  ASSERT_OK(SaveModel(Decoder::Random(Small(), 1), "", Folder("m")));
  LoadOptions options;
  for (const char* name : {"gpu", "cuda:", "cuda:-1", "cuda:x", ""}) {
    options.device = name;
    EXPECT_THAT(LoadModel(Folder("m"), options), StatusIs(StatusCode::kInvalidArgument, HasSubstr("\"cuda:N\"")));
  }
  options.device = "cuda:99";
  EXPECT_THAT(LoadModel(Folder("m"), options), StatusIs(StatusCode::kFailedPrecondition, HasSubstr("cuda:99")));
  if (!torch::cuda::is_available()) {
    EXPECT_THAT(CheckDevice("cuda"), StatusIs(StatusCode::kFailedPrecondition, HasSubstr("CUDA")));
  }
  EXPECT_OK(CheckDevice("cpu"));
}

TEST(InspectModelTest, TellsWhatIsThere) {
  ASSERT_OK(SaveModel(Decoder::Random(Small(), 1), "", Folder("m"), /*max_shard_bytes=*/3000));
  const ModelInspection found = InspectModel(Folder("m"));
  EXPECT_THAT(found.problems, ::testing::IsEmpty());
  EXPECT_EQ(found.parameters, Decoder::Random(Small(), 1).num_parameters());
  EXPECT_EQ(found.file_bytes, 4 * found.parameters);
  EXPECT_THAT(InspectionText(found), AllOf(HasSubstr("family:     llama\n"), HasSubstr("2 layers"), HasSubstr("F32"),
                                           HasSubstr("problems:   none")));
}

TEST(LoadModelTest, ShardsGiveTheSameModel) {
  ASSERT_OK_AND_ASSIGN(const Decoder model, LoadModel(WriteShards(WeightsOf(Small()))));
  const auto weights = WeightsOf(Small());
  for (const auto& [name, value] : model.parameters()) EXPECT_TRUE(torch::equal(value, weights.at(name))) << name;
}

}  // namespace
}  // namespace lm
