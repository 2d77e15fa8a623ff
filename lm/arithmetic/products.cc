#include "lm/arithmetic/products.h"

#include <ATen/Context.h>
#include <ATen/Version.h>
#include <dlfcn.h>
#include <torch/types.h>

#include <cstdlib>
#include <cstring>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/check.h"
#include "lm/arithmetic/onednn.h"
#include "lm/arithmetic/own.h"
#include "lm/arithmetic/processor.h"
#include "lm/arithmetic/sgemm.h"

namespace lm {
namespace {

constexpr char kCoreVariable[] = "OPENBLAS_CORETYPE";
constexpr int kOwnVersion = 1;  // one more with each change of the order of their sums

std::string CoreOfUser() {
  const char* const variable = std::getenv(kCoreVariable);
  return variable == nullptr ? "" : variable;
}

// Looked up by name, since another libtorch comes with another library.
template <typename Function>
Function* Find(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_DEFAULT, name));
}

// OpenBLAS, as it is loaded.
struct OpenBlas {
  const char* (*config)() = Find<const char*()>("openblas_get_config");
  const char* (*kernels)() = Find<const char*()>("openblas_get_corename");
  void (*quit)() = Find<void()>("gotoblas_dynamic_quit");
  void (*init)() = Find<void()>("gotoblas_dynamic_init");

  bool IsThere() const { return config != nullptr && kernels != nullptr; }
  // Else it was built for one processor.
  bool CanChange() const { return IsThere() && quit != nullptr && init != nullptr; }

  std::string Name() const {
    const std::vector<std::string> words = absl::StrSplit(config(), ' ', absl::SkipEmpty());
    return words.size() < 2 ? "OpenBLAS" : absl::StrCat(words[0], " ", words[1]);
  }

  // OpenBLAS reads the name from the environment, which is then as it was: programs that this one starts choose for
  // themselves. Empty: what it chooses by itself, or what the user's environment says.
  void Change(const std::string& name) const {
    const std::string before = CoreOfUser();
    if (!name.empty()) setenv(kCoreVariable, name.c_str(), /*overwrite=*/1);
    quit();
    init();
    if (name.empty()) return;
    if (before.empty()) {
      unsetenv(kCoreVariable);
    } else {
      setenv(kCoreVariable, before.c_str(), /*overwrite=*/1);
    }
  }
};

struct Kernels {
  const char* name;
  std::vector<const char*> needs;  // features of the processor
};

const std::vector<Kernels>& AllKernels() {
  static const auto* all = [] {
    const std::vector<const char*> avx2 = {"avx2", "fma"}, avx512 = {"avx512f", "avx512bw", "avx512dq", "avx512vl"};
    std::vector<const char*> bf16 = avx512, amx;
    bf16.push_back("avx512_bf16");
    amx = bf16;
    amx.insert(amx.end(), {"amx_tile", "amx_bf16"});
    return new std::vector<Kernels>{{"Prescott", {}},     {"Nehalem", {"sse4_2"}}, {"Sandybridge", {"avx"}},
                                    {"Haswell", avx2},    {"Zen", avx2},           {"SkylakeX", avx512},
                                    {"Cooperlake", bf16}, {"Sapphirerapids", amx}};
  }();
  return *all;
}

// The first feature that the processor lacks for them; empty: none.
std::string Lacks(const Kernels& kernels) {
  for (const char* feature : kernels.needs) {
    if (!ThisProcessor().Has(feature)) return feature;
  }
  return "";
}

const Kernels* FindKernels(absl::string_view name) {
  for (const Kernels& kernels : AllKernels()) {
    if (absl::EqualsIgnoreCase(kernels.name, name)) return &kernels;
  }
  return nullptr;
}

// Without asking MKL itself, which would set itself up for it.
bool HasMkl() { return at::hasMKL(); }

// What is in this process, for errors.
std::string WhatThereIs() {
  const OpenBlas openblas;
  return absl::StrCat("this libtorch computes with ", openblas.IsThere() ? openblas.Name() : ProductsInUse().library);
}

absl::Status ChooseOpenBlas(const OpenBlas& openblas, absl::string_view name) {
  const Kernels* kernels = FindKernels(name);
  if (kernels == nullptr) {
    const auto add_name = [](std::string* out, const Kernels& known) {
      absl::StrAppend(out, absl::AsciiStrToLower(known.name));
    };
    return absl::InvalidArgumentError(absl::StrCat("arithmetic \"openblas-", name, "\" is unknown; after openblas- is ",
                                                   absl::StrJoin(AllKernels(), ", ", add_name)));
  }
  if (!openblas.CanChange()) {
    return absl::FailedPreconditionError(absl::StrCat("arithmetic openblas-", name, ": ", WhatThereIs(),
                                                      ", whose kernels cannot be chosen; take --arithmetic=library"));
  }
  if (const std::string feature = Lacks(*kernels); !feature.empty()) {
    return absl::FailedPreconditionError(absl::StrCat("arithmetic openblas-", name, " needs a processor with ", feature,
                                                      ", which this one has not; take --arithmetic=auto"));
  }
  const std::string before = openblas.kernels();
  openblas.Change(kernels->name);
  if (absl::EqualsIgnoreCase(openblas.kernels(), kernels->name)) {
    ReplaceSgemm(nullptr, nullptr);
    return absl::OkStatus();
  }
  const std::string got = openblas.kernels();
  openblas.Change(before);
  return absl::FailedPreconditionError(absl::StrCat("arithmetic openblas-", name, ": ", openblas.Name(),
                                                    " has no such kernels, and would take ", got, " for them"));
}

// What was called before then stays where it cannot be replaced.
absl::Status Replace(absl::string_view choice, Sgemm* product) {
  // Whether libtorch takes its products from where they can be replaced shows only when it computes one.
  Sgemm* const before = SgemmInUse();
  bool is_asked = false;
  ReplaceSgemm(product, &is_asked);
  const torch::NoGradGuard no_grad;
  const torch::Tensor one = torch::ones({8, 8});
  if (torch::mm(one, one)[0][0].item<float>() == 8 && is_asked) return absl::OkStatus();
  ReplaceSgemm(before, nullptr);
  return absl::FailedPreconditionError(
      absl::StrCat("arithmetic ", choice, ": this libtorch's products cannot be replaced; ", WhatThereIs()));
}

absl::Status ChooseOneDnn() {
  if (OneDnnIsThere()) return Replace("onednn", ProductOfOneDnn);
  return absl::FailedPreconditionError(
      absl::StrCat("arithmetic onednn: this libtorch brings no oneDNN that can be called; ", WhatThereIs()));
}

// Without fused multiply-adds they have other bits than the same name elsewhere, and no speed. MKL computes batches of
// products by itself, so that only some of them would be our own.
bool HasOwn() { return ThisProcessor().Has("avx2") && ThisProcessor().Has("fma") && !HasMkl(); }

absl::Status ChooseOwn() {
  if (HasOwn()) return Replace("own", OwnProduct);
  if (HasMkl()) return absl::FailedPreconditionError("arithmetic own: MKL's products cannot all be replaced; take mkl");
  return absl::FailedPreconditionError(
      "arithmetic own needs a processor with avx2 and fma, which this one has not; take --arithmetic=auto");
}

bool is_chosen = false;

absl::Status Choose(absl::string_view choice) {
  const OpenBlas openblas;
  if (absl::ConsumePrefix(&choice, "openblas-")) return ChooseOpenBlas(openblas, choice);
  if (choice == "onednn") return ChooseOneDnn();
  if (choice == "own") return ChooseOwn();
  if (choice == "mkl") {
    if (HasMkl()) {
      ReplaceSgemm(nullptr, nullptr);
      return absl::OkStatus();
    }
    return absl::FailedPreconditionError(
        absl::StrCat("arithmetic mkl: ", WhatThereIs(), "; LIBTORCH=DIR takes Python's, which has MKL"));
  }
  if (choice != "auto" && choice != "library") {
    return absl::InvalidArgumentError(
        absl::StrCat("arithmetic \"", choice, "\" is unknown; it is one of ", absl::StrJoin(ProductChoices(), ", ")));
  }
  const bool users = !CoreOfUser().empty() && openblas.CanChange();
  if (choice == "auto" && !users && ChooseOwn().ok()) return absl::OkStatus();
  ReplaceSgemm(nullptr, nullptr);
  if (!openblas.CanChange()) return absl::OkStatus();
  if (is_chosen) openblas.Change("");  // what was chosen before
  if (choice == "library" || users) return absl::OkStatus();
  for (const char* best : {"SkylakeX", "Haswell"}) {
    if (!Lacks(*FindKernels(best)).empty()) continue;
    // An OpenBLAS without them keeps what it has.
    if (!absl::EqualsIgnoreCase(openblas.kernels(), best)) (void)ChooseOpenBlas(openblas, best);
    break;
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ChooseProducts(absl::string_view choice) {
  const absl::Status status = Choose(choice.empty() ? "auto" : choice);
  is_chosen = is_chosen || status.ok();
  return status;
}

void ChooseProductsOnce() {
  if (!is_chosen) (void)ChooseProducts("auto");
}

std::vector<std::string> ProductChoices() {
  std::vector<std::string> choices = {"auto", "library"};
  if (HasOwn()) choices.push_back("own");
  if (OpenBlas().CanChange()) {
    for (const Kernels& kernels : AllKernels()) {
      if (Lacks(kernels).empty()) choices.push_back(absl::StrCat("openblas-", absl::AsciiStrToLower(kernels.name)));
    }
  }
  if (OneDnnIsThere()) choices.push_back("onednn");
  if (HasMkl()) choices.push_back("mkl");
  return choices;
}

Products ProductsInUse() {
  if (SgemmInUse() == ProductOfOneDnn) return {absl::StrCat("oneDNN ", OneDnnVersion()), OneDnnInstructions()};
  if (SgemmInUse() == OwnProduct) return {absl::StrCat("own ", kOwnVersion), "fused multiply-adds"};
  const OpenBlas openblas;
  if (openblas.IsThere()) return {openblas.Name(), openblas.kernels()};
  if (!HasMkl()) return {SgemmsFile(), ""};
  std::vector<std::string> from = ThisProcessor().features;
  for (const char* variable : {"MKL_CBWR", "MKL_ENABLE_INSTRUCTIONS"}) {
    const char* const value = std::getenv(variable);
    if (value != nullptr) from.push_back(absl::StrCat(variable, "=", value));
  }
  // "Intel(R) oneAPI Math Kernel Library Version 2024.2-Product Build 20240605 for Intel(R) 64 architecture
  // applications"
  std::string version = at::get_mkl_version();
  version = version.substr(version.find("Version") + std::strlen("Version "));
  return {absl::StrCat("MKL ", version.substr(0, version.find(" for "))), absl::StrJoin(from, " ")};
}

bool CanRoundProducts() {
  ChooseProductsOnce();
  return SgemmInUse() == OwnProduct;
}

RoundedProducts::RoundedProducts(bool rounds) : before_(OwnProductsRound()) {
  SAMI_CHECK(!rounds || CanRoundProducts());
  OwnProductsRound() = rounds;
}

RoundedProducts::~RoundedProducts() { OwnProductsRound() = before_; }

}  // namespace lm
