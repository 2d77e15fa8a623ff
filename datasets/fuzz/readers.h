// Every reader of data files, and what each promises: for the fuzz test and the test of awkward files.
#ifndef DATASETS_FUZZ_READERS_H_
#define DATASETS_FUZZ_READERS_H_

#include <string>

namespace datasets {

int NumReaders();

// Has a reader, counted from 0, read the file; whether it took it. CHECK-fails where a promise is broken: what it read
// is not as its header says, or the error is not one line that names the file.
bool ReadAndCheck(int reader, const std::string& path);

}  // namespace datasets

#endif  // DATASETS_FUZZ_READERS_H_
