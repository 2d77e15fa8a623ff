// Question generators, one a category: each draws a question with its key, its answer key and its right answers in
// every style.
#ifndef DATASETS_EMBEDDED_CATEGORIES_H_
#define DATASETS_EMBEDDED_CATEGORIES_H_

#include "base/random.h"
#include "datasets/embedded/questions.h"

namespace embedded {

// Its id is 0.
Question DrawQuestion(Category category, base::RandomStream& stream);

// Three of its generators, defined by themselves (fact_categories.cc); the questions' category is not set.
Question Extraction(base::RandomStream& stream);
Question Stem(base::RandomStream& stream);
Question Humanities(base::RandomStream& stream);

}  // namespace embedded

#endif  // DATASETS_EMBEDDED_CATEGORIES_H_
