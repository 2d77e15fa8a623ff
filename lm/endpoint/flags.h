// Endpoint flags: those of every command that asks a server; --help shows them all.
#ifndef LM_ENDPOINT_FLAGS_H_
#define LM_ENDPOINT_FLAGS_H_

#include "absl/status/statusor.h"
#include "lm/endpoint/endpoint_options.h"

namespace lm {

// Whether --endpoint is given.
bool IsEndpointFlagGiven();

// kInvalidArgument names the flag that cannot be read; Endpoint::Make checks the rest.
absl::StatusOr<EndpointOptions> EndpointOptionsFromFlags();

}  // namespace lm

#endif  // LM_ENDPOINT_FLAGS_H_
