#include "lm/checkpoint.h"

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/jsonl.h"
#include "base/testing.h"
#include "lm/device.h"
#include "lm/inspection.h"
#include "lm/safetensors.h"
#include "lm/tensor_io.h"

namespace lm {
namespace {

using ::absl::StatusCode;
using ::base::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kQuery[] = "model.layers.1.self_attn.q_proj.weight";
constexpr char kNorm[] = "model.norm.weight";
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

ModelConfig Small() {
  ModelConfig config;
  config.vocab_size = 11;
  config.hidden_size = 8;
  config.intermediate_size = 12;
  config.num_layers = 2;
  config.num_heads = 2;
  config.num_kv_heads = 1;
  config.head_dim = 6;
  config.max_positions = 16;
  config.eos_ids = {2};
  return config;
}

std::string Folder(absl::string_view name) { return absl::StrCat(base::TestFolder(), "/", name); }

// The weights of Random(config, 1), by name, to be spoilt.
std::map<std::string, torch::Tensor> WeightsOf(const ModelConfig& config) {
  std::map<std::string, torch::Tensor> weights;
  const Decoder model = Decoder::Random(config, 1);
  for (const Parameter& parameter : model.parameters()) weights[parameter.name] = parameter.value;
  return weights;
}

std::string BytesOf(const std::map<std::string, torch::Tensor>& weights) {
  std::vector<TensorView> views;
  for (const auto& [name, value] : weights) views.push_back(ViewOf(name, value));
  return SafetensorsBytes(std::move(views));
}

// A model folder with these weights in one file.
std::string WriteModel(const ModelConfig& config, const std::map<std::string, torch::Tensor>& weights) {
  base::WriteTestFile("model/config.json", ModelConfigToJson(config));
  base::WriteTestFile("model/model.safetensors", BytesOf(weights));
  return Folder("model");
}

// The same with the weights in two shards, the norm alone in the second.
std::string WriteShards(std::map<std::string, torch::Tensor> weights) {
  base::Json index = {{"metadata", {{"total_size", 0}}}};
  for (const auto& [name, value] : weights) {
    index["weight_map"][name] = name == kNorm ? "b.safetensors" : "a.safetensors";
  }
  base::WriteTestFile("model/config.json", ModelConfigToJson(Small()));
  base::WriteTestFile("model/b.safetensors", BytesOf({{kNorm, weights[kNorm]}}));
  weights.erase(kNorm);
  base::WriteTestFile("model/a.safetensors", BytesOf(weights));
  base::WriteTestFile("model/model.safetensors.index.json", index.dump());
  return Folder("model");
}

// One line that names the file and the tensor.
void ExpectRefused(const std::string& folder, const std::string& file, const std::string& tensor,
                   const std::string& what) {
  EXPECT_THAT(LoadModel(folder),
              StatusIs(StatusCode::kInvalidArgument, AllOf(HasSubstr(absl::StrCat(folder, "/", file)),
                                                           HasSubstr(tensor), HasSubstr(what), Not(HasSubstr("\n")))));
}

TEST(TensorIoTest, EveryTypeRoundTrips) {
  const torch::Tensor values = torch::tensor({{0.0, 1.0, -2.5}, {100.0, 3.0, 1e-3}}, torch::kFloat64);
  for (const torch::ScalarType type :
       {torch::kFloat64, torch::kFloat32, torch::kFloat16, torch::kBFloat16, torch::kInt64, torch::kInt32,
        torch::kInt16, torch::kInt8, torch::kUInt8, torch::kBool}) {
    const torch::Tensor tensor = values.abs().to(type);
    const TensorView view = ViewOf("x", tensor);
    EXPECT_EQ(view.shape, (std::vector<int64_t>{2, 3}));
    EXPECT_EQ(view.bytes.size(), 6 * DTypeBytes(view.dtype));
    EXPECT_EQ(ToTensor(view).scalar_type(), type);
    EXPECT_TRUE(torch::equal(ToTensor(view), tensor)) << DTypeName(view.dtype);
  }
}

TEST(TensorIoTest, AwkwardViews) {
  EXPECT_EQ(ToTensor({"scalar", DType::kI8, {}, "\7"}).item<int>(), 7);
  EXPECT_EQ(ToTensor({"empty", DType::kF32, {0, 3}, ""}).sizes(), torch::IntArrayRef({0, 3}));
  const std::string unaligned("x\1\0\0\0\2\0\0\0", 9);
  EXPECT_TRUE(torch::equal(ToTensor({"unaligned", DType::kI32, {2}, absl::string_view(unaligned).substr(1)}),
                           torch::tensor({1, 2}, torch::kInt32)));
  EXPECT_TRUE(ToTensor({"bool of 7", DType::kBool, {1}, "\7"}).equal(torch::ones(1, torch::kBool)));
}

class StorageTest : public ::testing::TestWithParam<std::pair<StorageType, torch::ScalarType>> {};

TEST_P(StorageTest, SavedThenLoadedIsBitIdenticalAtStoragePrecision) {
  ModelConfig config = Small();
  config.storage = GetParam().first;
  const Decoder model = Decoder::Random(config, 3);
  ASSERT_OK(SaveModel(model, "", Folder("a")));
  ASSERT_OK_AND_ASSIGN(const Decoder loaded, LoadModel(Folder("a")));
  ASSERT_EQ(loaded.parameters().size(), model.parameters().size());
  for (size_t i = 0; i < model.parameters().size(); ++i) {
    const auto& [name, value] = loaded.parameters()[i];
    EXPECT_EQ(name, model.parameters()[i].name);
    EXPECT_EQ(value.scalar_type(), torch::kFloat32);
    EXPECT_TRUE(torch::equal(value, model.parameters()[i].value.to(GetParam().second).to(torch::kFloat32))) << name;
  }
  EXPECT_EQ(loaded.config().storage, config.storage);

  // What was loaded, saved again, is the same folder.
  ASSERT_OK(SaveModel(loaded, "", Folder("b")));
  EXPECT_EQ(*base::Sha256HexOfFolder(Folder("a")), *base::Sha256HexOfFolder(Folder("b")));
}

INSTANTIATE_TEST_SUITE_P(, StorageTest,
                         ::testing::Values(std::make_pair(StorageType::kFloat32, torch::kFloat32),
                                           std::make_pair(StorageType::kBfloat16, torch::kBFloat16),
                                           std::make_pair(StorageType::kFloat16, torch::kFloat16)));

TEST(SaveModelTest, ReplacesTheFolderAndWhatAKilledRunLeft) {
  base::WriteTestFile("m/old", "x");
  base::WriteTestFile("m.partial/older", "x");
  ASSERT_OK(SaveModel(Decoder::Random(Small(), 1), "", Folder("m/")));
  EXPECT_FALSE(base::FileExists(Folder("m/old")));
  EXPECT_FALSE(base::FileExists(Folder("m/older")));
  EXPECT_FALSE(base::FileExists(Folder("m.partial")));
  EXPECT_OK(LoadModel(Folder("m")));
}

TEST(SaveModelTest, CopiesTokenizerFilesAndNothingElse) {
  for (const char* name : {"tokenizer.json", "generation_config.json", "weights.bin"}) {
    base::WriteTestFile(absl::StrCat("from/", name), absl::StrCat("of ", name));
  }
  ASSERT_OK(SaveModel(Decoder::Random(Small(), 1), Folder("from"), Folder("to")));
  EXPECT_THAT(base::ReadFile(Folder("to/tokenizer.json")), base::IsOkAnd(std::string("of tokenizer.json")));
  EXPECT_TRUE(base::FileExists(Folder("to/generation_config.json")));
  EXPECT_FALSE(base::FileExists(Folder("to/weights.bin")));
}

TEST(SaveModelTest, AFailureLeavesNothing) {
  const Decoder model = Decoder::Random(Small(), 1);
  EXPECT_THAT(SaveModel(model, Folder("nowhere"), Folder("m")), StatusIs(StatusCode::kNotFound, HasSubstr("nowhere")));

  model.parameters()[0].value[0][0] = 1e6;  // fits float32, not float16
  ModelConfig half = Small();
  half.storage = StorageType::kFloat16;
  EXPECT_THAT(SaveModel(Decoder(half, model.parameters()), "", Folder("m")),
              StatusIs(StatusCode::kDataLoss, HasSubstr("model.embed_tokens.weight")));
  model.parameters()[0].value[0][0] = kNan;
  EXPECT_THAT(SaveModel(model, "", Folder("m")), StatusIs(StatusCode::kDataLoss, HasSubstr("not finite")));

  base::WriteTestFile("file", "");
  EXPECT_THAT(SaveModel(Decoder::Random(Small(), 1), "", Folder("file/m")), Not(base::IsOk()));
  EXPECT_FALSE(base::FileExists(Folder("m")));
  EXPECT_FALSE(base::FileExists(Folder("m.partial")));
}

TEST(SaveModelTest, ShardsHoldWhatOneFileWould) {
  const Decoder model = Decoder::Random(Small(), 4);
  ASSERT_OK(SaveModel(model, "", Folder("one")));
  // The embedding and the head have 11 * 8 * 4 = 352 bytes each, the largest weights 12 * 8 * 4 = 384.
  ASSERT_OK(SaveModel(model, "", Folder("many"), /*max_shard_bytes=*/1000));
  EXPECT_FALSE(base::FileExists(Folder("many/model.safetensors")));
  const auto index = base::ParseJson(*base::ReadFile(Folder("many/model.safetensors.index.json")), "index");
  ASSERT_OK(index);
  int64_t bytes = 0;
  for (const Parameter& parameter : model.parameters()) bytes += parameter.value.nbytes();
  EXPECT_EQ((*index)["metadata"]["total_size"], bytes);
  EXPECT_EQ((*index)["weight_map"].size(), model.parameters().size());
  std::set<std::string> shards;
  for (const auto& item : (*index)["weight_map"].items()) shards.insert(item.value().get<std::string>());
  EXPECT_GT(shards.size(), bytes / 1000);
  for (const std::string& shard : shards) {
    ASSERT_OK_AND_ASSIGN(const SafetensorsFile file, SafetensorsFile::Open(Folder(absl::StrCat("many/", shard))));
    int64_t held = 0;
    for (const TensorView& view : file.tensors()) held += view.bytes.size();
    EXPECT_LE(held, 1000) << shard;
    EXPECT_THAT(shard, ::testing::EndsWith(absl::StrFormat("-of-%05d.safetensors", shards.size())));
  }
  ASSERT_OK_AND_ASSIGN(const Decoder loaded, LoadModel(Folder("many")));
  ASSERT_OK(SaveModel(loaded, "", Folder("again")));
  EXPECT_EQ(*base::Sha256HexOfFolder(Folder("again")), *base::Sha256HexOfFolder(Folder("one")));
  // A weight that is larger than a shard has one of its own.
  ASSERT_OK(SaveModel(model, "", Folder("single"), /*max_shard_bytes=*/1));
  EXPECT_OK(LoadModel(Folder("single")));
}

// What /proc/self/status says, in bytes.
int64_t ProcessBytes(absl::string_view key) {
  const std::string status = *base::ReadFile("/proc/self/status");
  const size_t at = status.find(absl::StrCat(key, ":"));
  return at == std::string::npos ? -1 : 1024 * std::atoll(status.c_str() + at + key.size() + 1);
}

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
  ASSERT_OK(LoadModel(WriteZeros(Small())));  // the code itself takes memory once
  const std::string folder = WriteZeros(config);
  std::ofstream("/proc/self/clear_refs") << "5";  // the peak is that from now on
  const int64_t before = ProcessBytes("VmRSS");
  ASSERT_LT(ProcessBytes("VmHWM"), before + (1 << 20)) << "the peak before hides the peak to be measured";
  ASSERT_OK_AND_ASSIGN(const Decoder model, LoadModel(folder));
  const int64_t peak = ProcessBytes("VmHWM") - before, bytes = 4 * model.num_parameters();
  ASSERT_GT(bytes, 200 << 20);   // what does not grow with the weights, some 10 MiB, is little then
  EXPECT_GT(peak, 0.9 * bytes);  // the measurement measures
  EXPECT_LT(peak, 1.15 * bytes) << "for " << bytes << " bytes of weights";
  RecordProperty("peak_share", absl::StrCat(static_cast<double>(peak) / bytes));
}

TEST(LoadModelTest, KeptProjectionsChangeNoBit) {
  ModelConfig config = Small();
  config.storage = StorageType::kBfloat16;
  ASSERT_OK(SaveModel(Decoder::Random(config, 3), "", Folder("m")));
  LoadOptions options;
  options.keep_projections = true;
  ASSERT_OK_AND_ASSIGN(const Decoder kept, LoadModel(Folder("m"), options));
  ASSERT_OK_AND_ASSIGN(const Decoder wide, LoadModel(Folder("m")));
  for (const auto& [name, value] : kept.parameters()) {
    EXPECT_EQ(value.scalar_type(), absl::StrContains(name, "_proj") ? torch::kBFloat16 : torch::kFloat32) << name;
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

TEST(InspectModelTest, ListsEveryProblem) {
  auto weights = WeightsOf(Small());
  weights[kQuery] = torch::zeros({8, 12});
  weights[kNorm][3] = kNan;
  weights["stranger"] = torch::zeros(1);
  weights.erase("lm_head.weight");
  const std::string folder = WriteModel(Small(), weights);
  base::WriteTestFile("model/tokenizer.json", "{}");
  EXPECT_THAT(InspectModel(folder).problems,
              ::testing::UnorderedElementsAre(
                  AllOf(HasSubstr(kQuery), HasSubstr("shape [8, 12]")), AllOf(HasSubstr(kNorm), HasSubstr("finite")),
                  AllOf(HasSubstr("stranger"), HasSubstr("unexpected")),
                  AllOf(HasSubstr("lm_head.weight"), HasSubstr("missing")), HasSubstr("tokenizer.json")));
  EXPECT_THAT(InspectModel(Folder("none")).problems, ::testing::SizeIs(2));
}

TEST(LoadModelTest, MissingFilesAreNamed) {
  EXPECT_THAT(LoadModel(Folder("none")), StatusIs(StatusCode::kNotFound, HasSubstr("none/config.json")));
  base::WriteTestFile("model/config.json", ModelConfigToJson(Small()));
  EXPECT_THAT(LoadModel(Folder("model")), StatusIs(StatusCode::kNotFound, HasSubstr("neither model.safetensors nor")));
}

TEST(LoadModelTest, OtherFamilyIsUnimplemented) {
  base::WriteTestFile("model/config.json", R"({"model_type": "gpt2"})");
  EXPECT_THAT(LoadModel(Folder("model")), StatusIs(StatusCode::kUnimplemented, HasSubstr("gpt2")));
}

TEST(LoadModelTest, TruncatedFileIsRefused) {
  const std::string folder = WriteModel(Small(), WeightsOf(Small()));
  ASSERT_OK(LoadModel(folder));
  ASSERT_OK_AND_ASSIGN(const std::string bytes, base::ReadFile(folder + "/model.safetensors"));
  base::WriteTestFile("model/model.safetensors", bytes.substr(0, bytes.size() - 1));
  ExpectRefused(folder, "model.safetensors", "", "truncated");
}

TEST(LoadModelTest, EachWrongTensorIsNamed) {
  const auto spoilt = [](absl::string_view name, const torch::Tensor& value) {
    auto weights = WeightsOf(Small());
    weights[std::string(name)] = value;
    return WriteModel(Small(), weights);
  };
  const torch::Tensor query = torch::zeros({12, 8});
  ASSERT_OK(LoadModel(spoilt(kQuery, query)));
  ExpectRefused(spoilt(kQuery, query.t().contiguous()), "model.safetensors", kQuery, "shape [8, 12]; config.json asks");
  ExpectRefused(spoilt(kQuery, query.flatten()), "model.safetensors", kQuery, "shape [96]");
  ExpectRefused(spoilt(kQuery, query.to(torch::kInt32)), "model.safetensors", kQuery, "type I32");
  ExpectRefused(spoilt(kQuery, query.to(torch::kFloat64)), "model.safetensors", kQuery, "type F64");
  for (const double value : {kNan, kInfinity, -kInfinity}) {
    torch::Tensor broken = torch::zeros({12, 8}, torch::kBFloat16);
    broken[11][7] = value;
    ExpectRefused(spoilt(kQuery, broken), "model.safetensors", kQuery, "not finite");
  }
  ExpectRefused(spoilt("model.layers.2.mlp.up_proj.weight", query), "model.safetensors",
                "model.layers.2.mlp.up_proj.weight", "unexpected");
  ExpectRefused(spoilt("q_proj.bias", query), "model.safetensors", "q_proj.bias", "unexpected");
  EXPECT_OK(LoadModel(spoilt("model.layers.0.self_attn.rotary_emb.inv_freq", torch::zeros(3))));

  auto weights = WeightsOf(Small());
  weights.erase(kQuery);
  ExpectRefused(WriteModel(Small(), weights), "model.safetensors", kQuery, "missing");
}

TEST(LoadModelTest, ATiedHeadIsAbsentOrEqual) {
  ModelConfig config = Small();
  config.tie_word_embeddings = true;
  auto weights = WeightsOf(config);
  ASSERT_EQ(weights.count("lm_head.weight"), 0);
  EXPECT_OK(LoadModel(WriteModel(config, weights)));
  weights["lm_head.weight"] = weights["model.embed_tokens.weight"].clone();
  ASSERT_OK_AND_ASSIGN(const Decoder model, LoadModel(WriteModel(config, weights)));
  EXPECT_EQ(model.parameters().back().name, kNorm);
  weights["lm_head.weight"][3][3] += 1;
  ExpectRefused(WriteModel(config, weights), "model.safetensors", "lm_head.weight", "differs");
  weights["lm_head.weight"] = torch::zeros({3, 8});
  ExpectRefused(WriteModel(config, weights), "model.safetensors", "lm_head.weight", "shape [3, 8]");
}

TEST(LoadModelTest, ShardsGiveTheSameModel) {
  ASSERT_OK_AND_ASSIGN(const Decoder model, LoadModel(WriteShards(WeightsOf(Small()))));
  const auto weights = WeightsOf(Small());
  for (const auto& [name, value] : model.parameters()) EXPECT_TRUE(torch::equal(value, weights.at(name))) << name;
}

TEST(LoadModelTest, IndexAndShardsMustAgree) {
  const std::string index = "model.safetensors.index.json";
  const std::string folder = WriteShards(WeightsOf(Small()));
  const std::string good = *base::ReadFile(folder + "/" + index);
  const auto with = [&](absl::string_view tensor, base::Json shard) {
    base::Json json = base::Json::parse(good);
    json["weight_map"][std::string(tensor)] = std::move(shard);
    base::WriteTestFile("model/" + index, json.dump());
    return folder;
  };
  EXPECT_THAT(
      LoadModel(with("extra", "c.safetensors")),
      StatusIs(StatusCode::kNotFound, AllOf(HasSubstr(index), HasSubstr("the shard c.safetensors is missing"))));
  ExpectRefused(with("extra", "a.safetensors"), index, "extra", "is not in a.safetensors");
  ExpectRefused(with(kNorm, "a.safetensors"), index, kNorm, "is not in a.safetensors");
  ExpectRefused(with(kQuery, "b.safetensors"), index, kQuery, "a.safetensors");
  ExpectRefused(with("extra", "../model/a.safetensors"), index, "extra", "not a file's name");
  ExpectRefused(with("extra", 3), index, "extra", "not a text");
  for (const char* text : {"", "[]", "{}", R"({"weight_map": []})"}) {
    base::WriteTestFile("model/" + index, text);
    ExpectRefused(folder, index, "", "");
  }
  base::WriteTestFile("model/" + index, good);
  ASSERT_OK(LoadModel(folder));
  auto bad = WeightsOf(Small());
  base::WriteTestFile("model/b.safetensors", BytesOf({{kNorm, torch::zeros(9)}}));
  ExpectRefused(folder, "b.safetensors", kNorm, "shape [9]");
  base::WriteTestFile("model/b.safetensors", BytesOf({{kNorm, bad[kNorm]}, {"stranger", bad[kNorm]}}));
  ExpectRefused(folder, index, "stranger", "does not list");
}

}  // namespace
}  // namespace lm
