#include "lm/runtime/host_reads.h"

#include <ATen/record_function.h>
#include <torch/types.h>

#include <atomic>
#include <memory>

#include "absl/strings/string_view.h"

namespace lm {
namespace {

std::atomic<int64_t> reads{0};

bool IsCopyToHost(const at::RecordFunction& function) {
  if (absl::string_view(function.name()) != "aten::copy_" || function.inputs().size() < 2) return false;
  const c10::IValue &to = function.inputs()[0], &from = function.inputs()[1];
  return to.isTensor() && from.isTensor() && to.toTensor().device().is_cpu() && !from.toTensor().device().is_cpu();
}

std::unique_ptr<at::ObserverContext> Count(const at::RecordFunction& function) {
  const absl::string_view name = function.name();
  if (name == "aten::_local_scalar_dense" || name == "aten::nonzero" || name == "aten::equal" ||
      IsCopyToHost(function)) {
    ++reads;
  }
  return nullptr;
}

}  // namespace

HostReads::HostReads()
    : callback_(at::addGlobalCallback(
          at::RecordFunctionCallback(Count).needsInputs(true).scopes({at::RecordScope::FUNCTION}))) {
  reads = 0;
}

HostReads::~HostReads() { at::removeCallback(callback_); }

int64_t HostReads::count() const { return reads; }

}  // namespace lm
