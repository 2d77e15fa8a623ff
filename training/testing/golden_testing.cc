#include "training/testing/golden_testing.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <stdexcept>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/testing.h"
#include "lm/checkpoint/tensor_io.h"

namespace training {
namespace {

double JsonNumber(const base::Json& value) {
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_number()) return value.get<double>();
  const std::string text = value.get<std::string>();
  if (text == "nan") return std::numeric_limits<double>::quiet_NaN();
  if (text == "inf") return std::numeric_limits<double>::infinity();
  if (text == "-inf") return -std::numeric_limits<double>::infinity();
  throw std::invalid_argument(absl::StrCat("not a number: \"", text, "\""));
}

void Flatten(const base::Json& value, size_t depth, std::vector<int64_t>& shape, std::vector<double>& numbers) {
  if (!value.is_array()) {
    if (depth != shape.size()) throw std::invalid_argument("ragged list");
    numbers.push_back(JsonNumber(value));
    return;
  }
  if (depth == shape.size()) {
    if (!numbers.empty()) throw std::invalid_argument("ragged list");
    shape.push_back(value.size());
  }
  if (value.size() != shape[depth]) throw std::invalid_argument("ragged list");
  for (const base::Json& element : value) Flatten(element, depth + 1, shape, numbers);
}

}  // namespace

std::vector<std::string> GoldenFiles(const std::string& folder, absl::string_view prefix, absl::string_view suffix) {
  std::vector<std::string> paths;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (absl::StartsWith(name, prefix) && absl::EndsWith(name, suffix)) paths.push_back(entry.path().string());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

base::Json ReadGoldenJson(const std::string& path) {
  const absl::StatusOr<std::string> text = base::ReadFile(path);
  EXPECT_OK(text);
  if (!text.ok()) return {};
  absl::StatusOr<base::Json> document = base::ParseJson(*text, path);
  EXPECT_OK(document);
  return document.ok() ? *std::move(document) : base::Json();
}

const base::Json& CasesOf(const base::Json& document, const char* key) {
  static const base::Json none = base::Json::array();
  const bool found = document.is_object() && document.contains(key) && document[key].is_array();
  EXPECT_TRUE(found && !document[key].empty()) << "no \"" << key << "\"";
  return found ? document[key] : none;
}

torch::Tensor JsonTensor(const base::Json& value) {
  std::vector<int64_t> shape;
  std::vector<double> numbers;
  Flatten(value, 0, shape, numbers);
  return torch::tensor(numbers, torch::kFloat64).reshape(shape);
}

torch::ScalarType JsonDtype(const base::Json& name) {
  if (name == "float32") return torch::kFloat32;
  if (name == "float64") return torch::kFloat64;
  throw std::invalid_argument("dtype must be float32 or float64");
}

torch::Tensor FileTensor(const lm::SafetensorsFile& file, const std::string& name) {
  const lm::TensorView* view = file.Find(name);
  if (view == nullptr) throw std::invalid_argument(absl::StrCat(file.path(), ": no tensor ", name));
  return lm::ToTensor(*view);
}

::testing::AssertionResult TensorsAgree(const torch::Tensor& actual, const torch::Tensor& expected,
                                        Tolerance tolerance) {
  if (actual.numel() != expected.numel()) {
    return ::testing::AssertionFailure() << "shape " << actual.sizes() << ", expected " << expected.sizes();
  }
  const torch::Tensor a = actual.detach().to(torch::kFloat64).reshape({-1});
  const torch::Tensor e = expected.to(torch::kFloat64).reshape({-1});
  const torch::Tensor finite = e.masked_select(e.isfinite());
  const double scale = finite.numel() == 0 ? 0 : finite.abs().max().item<double>();
  const double limit = tolerance.relative * scale + tolerance.absolute;
  for (int64_t i = 0; i < a.numel(); ++i) {
    const double x = a[i].item<double>();
    const double y = e[i].item<double>();
    const bool agree = std::isnan(y) ? std::isnan(x) : std::isinf(y) ? x == y : std::abs(x - y) <= limit;
    if (!agree) {
      return ::testing::AssertionFailure() << "element " << i << ": " << x << ", expected " << y << " +- " << limit;
    }
  }
  return ::testing::AssertionSuccess();
}

Tolerance LossTolerance(torch::ScalarType dtype) {
  return dtype == torch::kFloat64 ? Tolerance{1e-12, 1e-15} : Tolerance{1e-5, 1e-6};
}

}  // namespace training
