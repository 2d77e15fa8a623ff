#include "lm/checkpoint/model_places.h"

#include <cstdlib>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/testing.h"
#include "lm/checkpoint/model_files.h"

namespace lm {
namespace {

namespace fs = std::filesystem;
using ::base::IsOkAnd;
using ::base::StatusIs;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;

class ModelPlacesTest : public ::testing::Test {
 protected:
  void SetUp() override { setenv("HF_HUB_CACHE", Path("hub").c_str(), 1); }
  std::string Path(const std::string& name) const { return (fs::path(folder_) / name).lexically_normal().string(); }
  void Write(const std::string& name, const std::string& text) {
    fs::create_directories(fs::path(Path(name)).parent_path());
    ASSERT_OK(base::WriteFileAtomically(Path(name), text));
  }
  const std::string folder_ = base::TestFolder();
};

TEST_F(ModelPlacesTest, NamesOfTheLocalCache) {
  Write("hub/models--org--name/snapshots/abc/config.json", "{}");
  Write("hub/models--org--name/snapshots/def/config.json", "{}");
  EXPECT_THAT(FindModelFolder("org/name"),
              StatusIs(absl::StatusCode::kNotFound, AllOf(HasSubstr(Path("hub")), HasSubstr("hf download org/name"))));
  Write("hub/models--org--name/refs/main", "abc\n");
  EXPECT_THAT(FindModelFolder("org/name"), IsOkAnd(EndsWith("snapshots/abc")));
  EXPECT_THAT(FindModelFolder("hf:org/name@def"), IsOkAnd(EndsWith("snapshots/def")));
  EXPECT_THAT(FindModelFolder("hf:org/name@v2"), StatusIs(absl::StatusCode::kNotFound, HasSubstr("--revision v2")));
  Write("hub/models--gpt2/snapshots/one/config.json", "{}");
  EXPECT_THAT(FindModelFolder("hf:gpt2"), IsOkAnd(EndsWith("snapshots/one")));
  EXPECT_THAT(FindModelFolder("hf:../../x"), StatusIs(absl::StatusCode::kNotFound, HasSubstr("is not in")));
  // Paths stay paths, there or not.
  EXPECT_THAT(FindModelFolder(Path("hub")), IsOkAnd(Path("hub")));
  EXPECT_THAT(FindModelFolder("a/b/c"), IsOkAnd(EndsWith("a/b/c")));
}

TEST_F(ModelPlacesTest, AnAdapterLiesOverItsBase) {
  Write("base/config.json", "{}");
  ASSERT_OK_AND_ASSIGN(const ModelPlaces base, FindModelPlaces(Path("base")));
  EXPECT_EQ(base.model, Path("base"));
  EXPECT_EQ(base.adapter, "");
  Write("lora/adapter_config.json", R"({"base_model_name_or_path": "../base"})");
  ASSERT_OK_AND_ASSIGN(const ModelPlaces lora, FindModelPlaces(Path("lora")));
  EXPECT_EQ(lora.model, Path("base"));
  EXPECT_EQ(lora.adapter, Path("lora"));
  EXPECT_EQ(lora.texts, Path("base"));
  Write("lora/tokenizer.json", "{}");
  EXPECT_EQ(FindModelPlaces(Path("lora"))->texts, Path("lora"));
  Write("lora/adapter_config.json", R"({"base_model_name_or_path": "org/none"})");
  EXPECT_THAT(FindModelPlaces(Path("lora")),
              StatusIs(absl::StatusCode::kNotFound, AllOf(HasSubstr("hf download"), HasSubstr("merge-adapter"))));
  Write("lora/adapter_config.json", R"({"base_model_name_or_path": null})");
  EXPECT_THAT(FindModelPlaces(Path("lora")), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("names no base")));
}

// By the contents of both, not by where the base lies.
TEST_F(ModelPlacesTest, IdentityOfAnAdapter) {
  const auto identity = [&](const std::string& base) {
    Write("lora/adapter_config.json", absl::StrCat(R"({"r": 1, "base_model_name_or_path": "../)", base, "\"}"));
    return *ModelIdentity(Path("lora"));
  };
  Write("a/config.json", "{}");
  Write("b/config.json", "{}");
  Write("c/config.json", "{ }");
  EXPECT_EQ(identity("a"), identity("b"));
  EXPECT_NE(identity("a"), identity("c"));
}

}  // namespace
}  // namespace lm
