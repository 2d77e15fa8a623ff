#include "lm/model_golden_testing.h"

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/file.h"
#include "lm/checkpoint/checkpoint.h"
#include "lm/checkpoint/tensor_io.h"

namespace lm {
namespace {

// The folder itself, or one of links to its files, with the other config.json.
std::string ModelFolder(const GoldenCase& golden) {
  namespace fs = std::filesystem;
  const fs::path folder = fs::path(GoldenFolder()) / golden.name;
  if (golden.config == "config.json") return folder.string();
  const fs::path links = fs::path(base::TestFolder()) / golden.name;
  fs::create_directories(links);
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().filename() != "config.json") fs::create_symlink(entry.path(), links / entry.path().filename());
  }
  fs::create_symlink(folder / golden.config, links / "config.json");
  return links.string();
}

}  // namespace

const std::string& GoldenFolder() {
  static const std::string* folder = new std::string(base::FolderFromFlag("golden_dir", "lm/testdata/models"));
  return *folder;
}

std::vector<GoldenCase> GoldenCases() {
  std::vector<GoldenCase> cases;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(GoldenFolder(), error)) {
    if (!entry.is_directory()) continue;
    for (const char* config : {"config.json", "config_v4.json"}) {
      if (config == absl::string_view("config.json") ||
          base::FileExists(absl::StrCat(entry.path().string(), "/", config))) {
        cases.push_back({entry.path().filename().string(), config});
      }
    }
  }
  std::sort(cases.begin(), cases.end(), [](const GoldenCase& a, const GoldenCase& b) {
    return a.name != b.name ? a.name < b.name : a.config < b.config;
  });
  return cases;
}

std::vector<GenerationRequest> Prompts(const RecordedBatch& batch) {
  std::vector<GenerationRequest> requests;
  for (int64_t row = 0; row < batch.input.ids_BT.size(0); ++row) {
    const torch::Tensor ids = batch.input.ids_BT[row].index({batch.is_token_BT[row]}).to(torch::kInt32).contiguous();
    requests.push_back(
        {TokenIds(ids.data_ptr<int32_t>(), ids.data_ptr<int32_t>() + ids.numel()), static_cast<uint64_t>(row), 0});
  }
  return requests;
}

std::vector<TokenIds> Generated(const Decoder& model, const RecordedBatch& batch, const TokenIds& stop_ids) {
  GenerationOptions options;
  options.max_new_tokens = kGreedyTokens;
  options.stop_ids = stop_ids;
  const auto results = Generate(model, Prompts(batch), options);
  EXPECT_OK(results);
  std::vector<TokenIds> ids;
  if (results.ok()) {
    for (const Generation& result : *results) ids.push_back(result.ids);
  }
  return ids;
}

std::vector<TokenIds> UpTo(int32_t stop_id, std::vector<TokenIds> rows) {
  for (TokenIds& ids : rows) {
    const auto stop = std::find(ids.begin(), ids.end(), stop_id);
    if (stop != ids.end()) ids.erase(stop + 1, ids.end());
  }
  return rows;
}

void GoldenCaseTest::SetUp() {
  const std::string folder = absl::StrCat(GoldenFolder(), "/", GetParam().name);
  absl::StatusOr<Decoder> model = LoadModel(ModelFolder(GetParam()));
  ASSERT_OK(model);
  model_ = *std::move(model);
  ASSERT_OK_AND_ASSIGN(golden_, SafetensorsFile::Open(folder + "/golden.safetensors"));
  ASSERT_OK_AND_ASSIGN(const std::string text, base::ReadFile(folder + "/golden.json"));
  ASSERT_OK_AND_ASSIGN(json_, base::ParseJson(text, folder + "/golden.json"));
}

torch::Tensor GoldenCaseTest::Golden(const std::string& name) const {
  const TensorView* view = golden_.Find(name);
  if (view == nullptr) throw std::runtime_error(absl::StrCat(golden_.path(), ": tensor ", name, " is missing"));
  return ToTensor(*view);
}

RecordedBatch GoldenCaseTest::GoldenBatch(const std::string& kind) const {
  RecordedBatch batch;
  batch.input.ids_BT = Golden(kind + ".input_ids");
  batch.is_token_BT = Golden(kind + ".attention_mask").to(torch::kBool);
  batch.logits_BTV = Golden(kind + ".logits");
  batch.input.segments_BT = batch.is_token_BT.to(torch::kInt64) - 1;  // tokens are shared, padding is -1
  batch.input.positions_BT = HasGolden(kind + ".position_ids")
                                 ? Golden(kind + ".position_ids")
                                 : torch::arange(batch.input.ids_BT.size(1)).expand_as(batch.input.ids_BT).contiguous();
  return batch;
}

}  // namespace lm
