// Question generators, one a category: each draws a question with its key, its answer key and its right answers in
// every style.
#ifndef DATASETS_EMBEDDED_CATEGORIES_H_
#define DATASETS_EMBEDDED_CATEGORIES_H_

#include "base/random.h"
#include "datasets/embedded/questions.h"

namespace embedded {

// Its id is 0. Takes a bounded number of draws from the stream.
Question DrawQuestion(Category category, base::RandomStream& stream);

}  // namespace embedded

#endif  // DATASETS_EMBEDDED_CATEGORIES_H_
