// One line of a file of exchanges.
#ifndef EVALUATION_JUDGES_EXCHANGE_RECORD_H_
#define EVALUATION_JUDGES_EXCHANGE_RECORD_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "evaluation/judges/exchanges.h"

namespace evaluation {

struct ExchangeRecord {
  std::string id;
  std::string model;
  lm::ChatReply reply;
};

// With a line break at its end. Bytes that are no UTF-8 become U+FFFD.
std::string FormatExchange(const std::string& model, const Inquiry& inquiry, const lm::ChatReply& reply);

// kInvalidArgument when the line is no exchange, or its content has another id.
absl::StatusOr<ExchangeRecord> ParseExchange(absl::string_view line, absl::string_view where);

// The reply as it is read back: what a judge sees is the same whether it was asked or recorded.
lm::ChatReply AsRecorded(lm::ChatReply reply);

}  // namespace evaluation

#endif  // EVALUATION_JUDGES_EXCHANGE_RECORD_H_
