// What ThreadSanitizer has to know of absl::Mutex: the system's Abseil is not compiled with it, so that it sees atomics
// of a library's and no lock. These definitions take the place of the library's, call them, and tell. Empty in other
// configurations.
#ifdef __has_feature
#if __has_feature(thread_sanitizer)
#define BASE_HAS_TSAN
#endif
#endif

#ifdef BASE_HAS_TSAN

#include "absl/synchronization/mutex.h"

#include <dlfcn.h>
#include <sanitizer/tsan_interface.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "absl/base/config.h"
#include "absl/time/time.h"

namespace {

#define BASE_NAME_OF_2(name) #name
#define BASE_NAME_OF(name) BASE_NAME_OF_2(name)

// The library's member function of absl::Mutex, by the name that the Itanium C++ ABI gives it. %s: Abseil's inline
// namespace with its length before it, "7debian3".
template <typename Function>
Function* Library(const char* form) {
  constexpr char kNamespace[] = BASE_NAME_OF(ABSL_OPTION_INLINE_NAMESPACE_NAME);
  char inner[100], name[400];
  std::snprintf(inner, sizeof(inner), "%zu%s", std::strlen(kNamespace), kNamespace);
  std::snprintf(name, sizeof(name), form, inner);
  auto* const found = reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
  if (found == nullptr) {
    std::fprintf(stderr, "base/tsan: the system's Abseil has no %s\n", name);
    std::abort();
  }
  return found;
}

using Plain = void(absl::Mutex*);
using Waits = bool(absl::Mutex*, const absl::Condition&, absl::Time);
using WaitsFor = bool(absl::Mutex*, const absl::Condition&, absl::Duration);

}  // namespace

namespace absl {
ABSL_NAMESPACE_BEGIN

void Mutex::Lock() {
  static Plain* const library = Library<Plain>("_ZN4absl%s5Mutex4LockEv");
  library(this);
  __tsan_acquire(this);
}

void Mutex::Unlock() {
  static Plain* const library = Library<Plain>("_ZN4absl%s5Mutex6UnlockEv");
  __tsan_release(this);
  library(this);
}

void Mutex::ReaderLock() {
  static Plain* const library = Library<Plain>("_ZN4absl%s5Mutex10ReaderLockEv");
  library(this);
  __tsan_acquire(this);
}

void Mutex::ReaderUnlock() {
  static Plain* const library = Library<Plain>("_ZN4absl%s5Mutex12ReaderUnlockEv");
  __tsan_release(this);
  library(this);
}

bool Mutex::AwaitWithDeadline(const Condition& condition, Time deadline) {
  static Waits* const library = Library<Waits>("_ZN4absl%s5Mutex17AwaitWithDeadlineERKNS0_9ConditionENS0_4TimeE");
  __tsan_release(this);
  const bool is_so = library(this, condition, deadline);
  __tsan_acquire(this);
  return is_so;
}

bool Mutex::AwaitWithTimeout(const Condition& condition, Duration timeout) {
  static WaitsFor* const library =
      Library<WaitsFor>("_ZN4absl%s5Mutex16AwaitWithTimeoutERKNS0_9ConditionENS0_8DurationE");
  __tsan_release(this);
  const bool is_so = library(this, condition, timeout);
  __tsan_acquire(this);
  return is_so;
}

ABSL_NAMESPACE_END
}  // namespace absl

#endif  // BASE_HAS_TSAN
