#include "experiments/run/host.h"

#include <sched.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "absl/base/config.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/stubs/common.h"

namespace experiments {
namespace {

using ::sami_harness::HostRecord;
using ::sami_harness::LibraryRecord;

std::string CpuModel() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    const size_t colon = line.find(':');
    if (absl::StartsWith(line, "model name") && colon != std::string::npos) {
      return std::string(absl::StripAsciiWhitespace(line.substr(colon + 1)));
    }
  }
  return "";
}

LibraryRecord Library(const std::string& name, const std::string& version) {
  LibraryRecord library;
  library.set_name(name);
  library.set_version(version);
  return library;
}

}  // namespace

HostRecord ThisHost() {
  HostRecord host;
  utsname names;
  if (uname(&names) == 0) {
    host.set_system(absl::StrCat(names.sysname, " ", names.release, " ", names.machine));
  }
  const std::string cpu = CpuModel();
  if (!cpu.empty()) host.set_cpu(cpu);
  cpu_set_t cores;
  if (sched_getaffinity(0, sizeof(cores), &cores) == 0) host.set_cores(CPU_COUNT(&cores));
  const int64_t pages = sysconf(_SC_PHYS_PAGES);
  if (pages > 0) host.set_memory_bytes(pages * sysconf(_SC_PAGE_SIZE));
  return host;
}

std::vector<LibraryRecord> ThisProgramsLibraries() {
  return {Library("compiler", __VERSION__),
          Library("protobuf", google::protobuf::internal::VersionString(GOOGLE_PROTOBUF_VERSION)),
          Library("abseil", absl::StrCat(ABSL_LTS_RELEASE_VERSION, ".", ABSL_LTS_RELEASE_PATCH_LEVEL))};
}

}  // namespace experiments
