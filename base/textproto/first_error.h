// What Protobuf's tokenizer and parser complain about first. Private to this room.
#ifndef BASE_TEXTPROTO_FIRST_ERROR_H_
#define BASE_TEXTPROTO_FIRST_ERROR_H_

#include <string>

#include "base/textproto/text_scan.h"
#include "google/protobuf/io/tokenizer.h"

namespace base {

// Without a collector Protobuf prints its errors.
class FirstError : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, int column, const std::string& message) override {
    if (found_) return;
    found_ = true;
    place_ = {line, column};
    message_ = message;
  }
  Place place() const { return place_; }
  const std::string& message() const { return message_; }

 private:
  bool found_ = false;
  Place place_;
  std::string message_;
};

}  // namespace base

#endif  // BASE_TEXTPROTO_FIRST_ERROR_H_
