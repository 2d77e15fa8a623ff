// Assertions for our own bugs. What a user can cause is an absl::Status instead.
//
// SAMI_CHECK(condition) << "detail"; prints file, line, condition and detail to stderr and aborts.
// The prefix keeps clear of the CHECK that torch's headers bring along.
#ifndef BASE_CHECK_H_
#define BASE_CHECK_H_

#include <ostream>
#include <sstream>

#include "absl/status/status.h"

namespace base {

class CheckFailure {
 public:
  CheckFailure(const char* file, int line, const char* condition);
  [[noreturn]] ~CheckFailure();
  std::ostream& stream() { return message_; }

 private:
  std::ostringstream message_;
};

// Gives both branches of SAMI_CHECK the type void.
struct Voidify {
  void operator&(std::ostream&) {}
};

}  // namespace base

#define SAMI_CHECK(condition) \
  (condition) ? (void)0 : ::base::Voidify() & ::base::CheckFailure(__FILE__, __LINE__, #condition).stream()

#define SAMI_CHECK_EQ(a, b) SAMI_CHECK((a) == (b)) << (a) << " vs " << (b) << ' '
#define SAMI_CHECK_OK(status) SAMI_CHECK((status).ok()) << (status).ToString() << ' '

#endif  // BASE_CHECK_H_
