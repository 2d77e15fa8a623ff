#include "benchmarks/harness/allocation_counter.h"

#include <atomic>
#include <utility>

#include "lm/runtime/runtime.h"
#include "third_party/torch/any_version.h"

namespace benchmarks {
namespace {

std::atomic<int64_t> allocated{0}, peak{0};

void Count(int64_t bytes) {
  const int64_t now = allocated.fetch_add(bytes) + bytes;
  int64_t most = peak.load();
  while (now > most && !peak.compare_exchange_weak(most, now)) {
  }
}

class CountingAllocator : public torch_versions::AnyVersionAllocator {
 public:
  explicit CountingAllocator(c10::Allocator* inner) : inner_(inner) {}

  c10::DataPtr Allocate(size_t bytes) const override {
    c10::DataPtr data = inner_->allocate(bytes);
    void* const address = data.get();
    const c10::Device device = data.device();
    Count(static_cast<int64_t>(bytes));
    return {address, new Allocation{std::move(data), static_cast<int64_t>(bytes)}, &Free, device};
  }

 private:
  struct Allocation {
    c10::DataPtr data;
    int64_t bytes;
  };

  static void Free(void* context) {
    const auto* const allocation = static_cast<Allocation*>(context);
    allocated.fetch_sub(allocation->bytes);
    delete allocation;
  }

  c10::Allocator* const inner_;
};

}  // namespace

void CountAllocations() {
  lm::SetUpRuntime();  // whose allocator is counted
  // Lives as long as the process: tensors in static storage are freed after main().
  static auto* const counting = new CountingAllocator(c10::GetAllocator(c10::DeviceType::CPU));
  c10::SetAllocator(c10::DeviceType::CPU, counting, /*priority=*/255);
}

int64_t AllocatedBytes() { return allocated.load(); }
int64_t PeakBytes() { return peak.load(); }
void ResetPeak() { peak.store(allocated.load()); }

}  // namespace benchmarks
