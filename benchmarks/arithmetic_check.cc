// What moves from one arithmetic to another: threads, libraries and kernels of matrix products here; versions of torch
// and processors by files.
//
//   bazel run //benchmarks:arithmetic_check
//   bazel run //benchmarks:arithmetic_check -- --save=FILE      # on one machine, or with one LIBTORCH
//   bazel run //benchmarks:arithmetic_check -- --against=FILE   # and on another
#include <cstdint>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "analysis/figures/table.h"
#include "base/main/main.h"
#include "base/outputs/outputs.h"
#include "base/program.h"
#include "base/progress.h"
#include "base/status.h"
#include "base/text.h"
#include "benchmarks/harness/fixed_results.h"
#include "lm/arithmetic/arithmetic.h"
#include "lm/arithmetic/products.h"
#include "lm/runtime/runtime.h"

ABSL_FLAG(std::string, arithmetic, "auto", "What the others are compared with: lm/arithmetic/products.h.");
ABSL_FLAG(std::string, save, "",
          "A file that gets the results of --arithmetic on one thread, for --against elsewhere.");
ABSL_FLAG(std::string, against, "", "A file of --save: the results here are compared with it alone.");

namespace benchmarks {
namespace {

using ::analysis::NumberFormat;

constexpr ModelSize kSize = ModelSize::kSmall;

class Comparison {
 public:
  explicit Comparison(FixedResults reference) : reference_(std::move(reference)) {
    table_.columns = {{"what", "what"}};
    for (const char* part : {"log-probabilities", "weights", "tokens"}) {
      table_.columns.push_back(
          {absl::StrCat(part, "_equal"), absl::StrCat(part, " equal %"), NumberFormat::kPercent, 2});
      table_.columns.push_back({absl::StrCat(part, "_largest"), "off by", NumberFormat::kGeneral});
    }
    table_.columns.pop_back();  // tokens are equal or not
    table_.notes = {"Equal: to the bit. Off by: the largest difference.",
                    "log-probabilities: sums over 32 tokens, about -270; one unit in the last place is 3e-5. weights: "
                    "after 8 steps of SAMI; the largest is "
                    "about 1. tokens: sampled at temperature 1."};
  }

  void Add(const std::string& what, const FixedResults& results) {
    const Distance log_probs = DistanceOf(results.log_probs, reference_.log_probs);
    const Distance weights = DistanceOf(results.weights, reference_.weights);
    table_.rows.push_back({what, log_probs.equal, log_probs.largest, weights.equal, weights.largest,
                           DistanceOf(results.tokens, reference_.tokens).equal});
  }

  std::string Text(const std::string& caption) {
    table_.caption = caption;
    return analysis::ToText(table_);
  }

 private:
  const FixedResults reference_;
  analysis::Table table_;
};

std::string Here() {
  const lm::Arithmetic here = lm::ThisArithmetic("cpu");
  return absl::StrCat(here.products, "; torch ", here.torch, "; ", here.kernels, "; ", here.math_library, "; ",
                      here.processor);
}

absl::Status Main() {
  const std::string arithmetic = absl::GetFlag(FLAGS_arithmetic);
  const std::string save = base::UserPath(absl::GetFlag(FLAGS_save));
  const std::string against = base::UserPath(absl::GetFlag(FLAGS_against));
  if (!save.empty()) RETURN_IF_ERROR(base::CheckOutputFile(save, {}, "sami_arithmetic"));
  RETURN_IF_ERROR(lm::ChooseProducts(arithmetic));
  lm::SetUpRuntime();
  base::Progress::SetQuiet(true);
  FixedResults reference = ComputeFixedResults(kSize, /*threads=*/1);
  const std::string here = Here();
  if (!save.empty()) return WriteFixedResults(reference, here, save);
  if (!against.empty()) {
    ASSIGN_OR_RETURN(const RecordedResults recorded, ReadFixedResults(against, reference));
    Comparison comparison(recorded.results);
    comparison.Add(arithmetic, reference);
    std::printf("%s", comparison.Text(absl::StrCat(here, ", beside ", base::OneLine(recorded.arithmetic))).c_str());
    return absl::OkStatus();
  }
  Comparison comparison(reference);
  comparison.Add("the same again", ComputeFixedResults(kSize, 1));
  for (const int threads : {2, 3})
    comparison.Add(absl::StrCat(threads, " threads"), ComputeFixedResults(kSize, threads));
  for (const std::string& choice : lm::ProductChoices()) {
    if (!lm::ChooseProducts(choice).ok()) continue;  // named, and yet libtorch cannot
    const lm::Products products = lm::ProductsInUse();
    comparison.Add(absl::StrCat(choice, ": ", products.library, ", ", products.kernels), ComputeFixedResults(kSize, 1));
    if (choice == "own") {
      comparison.Add("own, compute_type: BFLOAT16_PRODUCTS", ComputeFixedResults(kSize, 1, /*rounds=*/true));
    }
  }
  std::printf("%s", comparison.Text(absl::StrCat("Beside one thread of ", here)).c_str());
  return absl::OkStatus();
}

}  // namespace
}  // namespace benchmarks

int main(int argc, char** argv) {
  return base::RunMain(argc, argv,
                       "Compares results to the bit: by threads, libraries, kernels, machines.\n\n"
                       "Usage: sami arithmetic-check [--arithmetic=NAME] [--save=FILE | --against=FILE]",
                       benchmarks::Main);
}
