// Advice on fields: what to write where a server refuses a field of the request. Pure.
#ifndef LM_ENDPOINT_API_ADVICE_H_
#define LM_ENDPOINT_API_ADVICE_H_

#include <string>

#include "base/jsonl.h"
#include "lm/endpoint/api/error.h"

namespace lm {

// Whether the error says that a text, or what is asked for, is longer than the model takes: one request's own fault.
bool IsAboutLength(const ApiError& error);

// What to do about a request that a server calls wrong (status 400 or 422), with the line that takes out, renames or
// folds what it does not take, on top of the `extra` fields that there are; empty where the error names no field of the
// request. Nothing is changed without being told: what a judge is asked stays what its file says.
std::string FieldAdvice(const base::Json& request, const base::Json& extra, const ApiError& error);

}  // namespace lm

#endif  // LM_ENDPOINT_API_ADVICE_H_
