// API addresses: the address of a server as people give it, in one form. Pure.
#ifndef LM_ENDPOINT_ADDRESS_H_
#define LM_ENDPOINT_ADDRESS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace lm {

struct ApiAddress {
  std::string base;       // "http://host:port/v1", without a slash at its end
  std::string query;      // Azure's "api-version=2024-10-21"; empty: none
  bool is_azure = false;  // its key goes into the header api-key

  // Of a path that begins with a slash.
  std::string Url(absl::string_view path) const;
};

// An address without a path gets "/v1", Azure's "/openai/v1"; what is asked there, as "/chat/completions", is left out.
// kInvalidArgument names what is wrong: another scheme, a user or password in it, a fragment, a query other than
// api-version, or a deployment of Azure's without one.
absl::StatusOr<ApiAddress> ParseApiAddress(absl::string_view url);

}  // namespace lm

#endif  // LM_ENDPOINT_ADDRESS_H_
