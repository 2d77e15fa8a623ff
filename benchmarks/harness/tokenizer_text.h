// Benchmark text for tokenizers: made up, with the proportions of what tokenizers are fed.
#ifndef BENCHMARKS_HARNESS_TOKENIZER_TEXT_H_
#define BENCHMARKS_HARNESS_TOKENIZER_TEXT_H_

#include <cstddef>
#include <string>
#include <vector>

namespace benchmarks {

// Documents of about `document_bytes`, together about `total_bytes`. Each is one of: sentences of made-up words (of
// 20,000, word k about 1/k as frequent as the first; 70 %), arithmetic with its working (10 %), program text (10 %),
// or sentences in Cyrillic letters, Chinese characters and emoji (10 %). The same at every call.
std::vector<std::string> MakeDocuments(size_t total_bytes, size_t document_bytes);

}  // namespace benchmarks

#endif  // BENCHMARKS_HARNESS_TOKENIZER_TEXT_H_
