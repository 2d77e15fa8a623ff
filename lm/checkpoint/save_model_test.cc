// What SaveModel writes, and that it reads back.
#include <filesystem>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/jsonl.h"
#include "base/testing.h"
#include "lm/checkpoint/checkpoint.h"
#include "lm/checkpoint/safetensors.h"
#include "lm/testing/checkpoint_testing.h"
#include "lm/testing/test_model.h"

namespace lm {
namespace {

using ::absl::StatusCode;
using ::base::StatusIs;
using ::testing::HasSubstr;
using ::testing::Not;

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

TEST(SaveModelTest, EveryFamilyComesBackAsItWas) {
  for (const FamilyTraits& traits : Families()) {
    SCOPED_TRACE(traits.name);
    const Decoder model = RandomModelOf(TinyConfigOf(traits), torch::kFloat32);
    ASSERT_OK(SaveModel(model, "", Folder(traits.name)));
    ASSERT_OK_AND_ASSIGN(const Decoder loaded, LoadModel(Folder(traits.name)));
    EXPECT_EQ(ModelConfigToJson(loaded.config()), ModelConfigToJson(model.config()));
    const DecoderInput input = PlainInput({3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3, 2, 3, 8, 4});
    EXPECT_TRUE(torch::equal(loaded.Logits(loaded.Forward(input)), model.Logits(model.Forward(input))));
  }
}

TEST(SaveModelTest, TheTypeIsTheOneThatCameUnlessAnotherIsAskedFor) {
  // Merged models' config.json often does not say it.
  base::Json json = base::Json::parse(ModelConfigToJson(Small()));
  json.erase("torch_dtype");
  NamedTensors weights = WeightsOf(Small());
  for (auto& [name, value] : weights) value = value.to(torch::kBFloat16);
  const std::string folder = WriteModel(Small(), weights);
  base::WriteTestFile("model/config.json", json.dump());
  ASSERT_OK_AND_ASSIGN(const Decoder model, LoadModel(folder));
  EXPECT_EQ(model.config().storage, StorageType::kBfloat16);
  const auto type_in = [](const std::string& name) {
    return DTypeName(SafetensorsFile::Open(Folder(name + "/model.safetensors"))->Find(kNorm)->dtype);
  };
  ASSERT_OK(SaveModel(model, "", Folder("as_it_came")));
  EXPECT_EQ(type_in("as_it_came"), "BF16");
  ASSERT_OK(SaveModel(model, "", Folder("wide"), 5'000'000'000, StorageType::kFloat32));
  EXPECT_EQ(type_in("wide"), "F32");
  EXPECT_EQ(LoadModel(Folder("wide"))->config().storage, StorageType::kFloat32);
}

TEST(SaveModelTest, AFolderWithSomethingInItStays) {
  base::WriteTestFile("m/old", "x");
  EXPECT_THAT(SaveModel(Decoder::Random(Small(), 1), "", Folder("m/")),
              StatusIs(StatusCode::kFailedPrecondition, HasSubstr("/m: ")));
  EXPECT_TRUE(base::FileExists(Folder("m/old")));
  EXPECT_FALSE(base::FileExists(Folder("m.partial")));
  base::WriteTestFile("n.partial/older", "x");
  EXPECT_THAT(SaveModel(Decoder::Random(Small(), 1), "", Folder("n")),
              StatusIs(StatusCode::kFailedPrecondition, HasSubstr("/n.partial: ")));
  EXPECT_TRUE(base::FileExists(Folder("n.partial/older")));
}

TEST(SaveModelTest, TokenizerFilesOfElsewhereAreNotCopied) {
  namespace fs = std::filesystem;
  const std::string secret = base::WriteTestFile("secret", "x");
  // As huggingface_hub lays a model out.
  base::WriteTestFile("hub/blobs/1234", "of a blob");
  fs::create_directories(Folder("hub/snapshots/main"));
  fs::create_symlink("../../blobs/1234", Folder("hub/snapshots/main/tokenizer.json"));
  ASSERT_OK(SaveModel(Decoder::Random(Small(), 1), Folder("hub/snapshots/main"), Folder("a")));
  EXPECT_THAT(base::ReadFile(Folder("a/tokenizer.json")), base::IsOkAnd(std::string("of a blob")));
  fs::create_symlink(secret, Folder("hub/snapshots/main/chat_template.jinja"));
  EXPECT_THAT(SaveModel(Decoder::Random(Small(), 1), Folder("hub/snapshots/main"), Folder("b")),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("chat_template.jinja: is a link out of its folder")));
  EXPECT_FALSE(base::FileExists(Folder("b")));
  // A folder of links to another one.
  for (const char* name : {"config.json", "tokenizer.json"}) {
    base::WriteTestFile(absl::StrCat("real/", name), "of the real one");
    fs::create_directories(Folder("links"));
    fs::create_symlink(Folder(absl::StrCat("real/", name)), Folder(absl::StrCat("links/", name)));
  }
  ASSERT_OK(SaveModel(Decoder::Random(Small(), 1), Folder("links"), Folder("c")));
  EXPECT_THAT(base::ReadFile(Folder("c/tokenizer.json")), base::IsOkAnd(std::string("of the real one")));
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

}  // namespace
}  // namespace lm
