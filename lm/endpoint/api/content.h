// Message content: what a model said, out of the dresses in which servers hand it over.
#ifndef LM_ENDPOINT_API_CONTENT_H_
#define LM_ENDPOINT_API_CONTENT_H_

#include <string>

#include "base/jsonl.h"

namespace lm {

struct Content {
  std::string text;
  std::string reasoning;  // that the server keeps apart: reasoning_content, reasoning, thinking; parts of that type
  std::string refusal;    // what the API's field `refusal` says
  bool is_there = false;  // the message has a content, or something else in its place
};

// Adds what a message, or a piece of one, says. Its content is a text, null, or parts: texts, or objects of a type.
void AddContent(const base::Json& message, Content& content);

}  // namespace lm

#endif  // LM_ENDPOINT_API_CONTENT_H_
