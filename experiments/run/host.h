// Host and library versions, for records.
#ifndef EXPERIMENTS_RUN_HOST_H_
#define EXPERIMENTS_RUN_HOST_H_

#include <vector>

#include "experiments/run/record.pb.h"

namespace experiments {

// What cannot be found out is left out.
sami_harness::HostRecord ThisHost();

// The compiler, Protobuf and Abseil. Who uses further libraries (libtorch) adds them.
std::vector<sami_harness::LibraryRecord> ThisProgramsLibraries();

}  // namespace experiments

#endif  // EXPERIMENTS_RUN_HOST_H_
