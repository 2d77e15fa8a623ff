// JSON as Python's json.loads takes it.
#ifndef EVALUATION_PYTHON_JSON_H_
#define EVALUATION_PYTHON_JSON_H_

#include "evaluation/python/text.h"

namespace ifeval {

// Whether the text is one document: any value, NaN, Infinity and -Infinity too, escapes of lone surrogates, keys that
// repeat; between tokens space, tab and line ends alone. Not, as for Python, an integer of more than 4,300 digits, or
// nesting that is deeper than Python's own recursion may be (here 990). O(length).
bool IsPythonJson(View text);

}  // namespace ifeval

#endif  // EVALUATION_PYTHON_JSON_H_
