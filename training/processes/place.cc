#include "training/processes/place.h"

#include <cstdint>
#include <cstdlib>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace training {
namespace {

struct Starter {
  const char* name;
  const char *rank, *size, *local_rank, *local_size;  // the last may be null
};

// torchrun may run inside a job of Slurm, and so may mpirun.
constexpr Starter kStarters[] = {
    {"torchrun", "RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE"},
    {"Open MPI", "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_RANK",
     "OMPI_COMM_WORLD_LOCAL_SIZE"},
    {"Slurm", "SLURM_PROCID", "SLURM_NTASKS", "SLURM_LOCALID", nullptr},
    {"MPI", "PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID", "MPI_LOCALNRANKS"},
};
constexpr int kMostRanks = 1 << 16;

bool IsSet(Environment environment, const char* name) {
  const char* value = name == nullptr ? nullptr : environment(name);
  return value != nullptr && *value != '\0';
}

std::string Text(Environment environment, const char* name) {
  return IsSet(environment, name) ? environment(name) : "";
}

// In [least, most].
absl::StatusOr<int> Number(Environment environment, const char* name, int least, int most) {
  const std::string text = Text(environment, name);
  int value = 0;
  if (absl::SimpleAtoi(text, &value) && value >= least && value <= most) return value;
  return absl::InvalidArgumentError(absl::StrCat("the environment's ", name, " is \"", text,
                                                 "\"; it must be a whole number from ", least, " to ", most));
}

// A job's own number, so that two jobs on a machine do not meet; of steps that run at once each has another.
int SlurmPort(Environment environment) {
  int64_t job = 0, step = 0;
  if (!absl::SimpleAtoi(Text(environment, "SLURM_JOB_ID"), &job)) return Place().port;
  (void)absl::SimpleAtoi(Text(environment, "SLURM_STEP_ID"), &step);
  return static_cast<int>(15000 + (job + step) % 10000);
}

absl::Status FindMeetingPlace(Environment environment, const Starter& starter, Place& place) {
  const bool is_torch = starter.rank == kStarters[0].rank;
  for (const char* name : {"MASTER_ADDR", "MASTER_PORT"}) {
    if (!is_torch || IsSet(environment, name)) continue;
    return absl::InvalidArgumentError(absl::StrCat("the environment has RANK and WORLD_SIZE and no ", name,
                                                   ": set it to where rank 0 listens, the same for every rank"));
  }
  if (IsSet(environment, "MASTER_ADDR")) {
    place.address = Text(environment, "MASTER_ADDR");
  } else if (IsSet(environment, "SLURM_STEP_NODELIST")) {
    place.address = FirstNode(Text(environment, "SLURM_STEP_NODELIST"));
  } else if (starter.local_size != nullptr && place.local_size != place.size) {
    return absl::InvalidArgumentError(absl::StrCat("the environment has ", starter.rank,
                                                   " and ranks on several machines, and no MASTER_ADDR: set it to "
                                                   "the machine of rank 0, the same for every rank"));
  }
  place.port = SlurmPort(environment);
  if (!IsSet(environment, "MASTER_PORT")) return absl::OkStatus();
  ASSIGN_OR_RETURN(place.port, Number(environment, "MASTER_PORT", 1, 65534));
  // There torchrun's own store listens, which talks with torch of its own version alone.
  if (Text(environment, "TORCHELASTIC_USE_AGENT_STORE") == "True") ++place.port;
  return absl::OkStatus();
}

absl::StatusOr<Place> PlaceOf(Environment environment, const Starter& starter) {
  for (const auto& [has, lacks] : {std::pair(starter.rank, starter.size), std::pair(starter.size, starter.rank)}) {
    if (!IsSet(environment, has) || IsSet(environment, lacks)) continue;
    return absl::InvalidArgumentError(absl::StrCat(
        "the environment has ", has, " and no ", lacks,
        ": every rank needs both; start with torchrun, mpirun or srun, or unset it to train with one process"));
  }
  Place place;
  ASSIGN_OR_RETURN(place.size, Number(environment, starter.size, 1, kMostRanks));
  ASSIGN_OR_RETURN(place.rank, Number(environment, starter.rank, 0, kMostRanks));
  if (place.rank >= place.size) {
    return absl::InvalidArgumentError(absl::StrCat("the environment's ", starter.rank, " is ", place.rank, " and ",
                                                   starter.size, " is ", place.size, ": ranks go from 0 to ",
                                                   place.size - 1));
  }
  if (IsSet(environment, starter.local_rank)) {
    ASSIGN_OR_RETURN(place.local_rank, Number(environment, starter.local_rank, 0, place.size - 1));
  }
  if (IsSet(environment, starter.local_size)) {
    ASSIGN_OR_RETURN(place.local_size, Number(environment, starter.local_size, 1, place.size));
  }
  if (place.size > 1) RETURN_IF_ERROR(FindMeetingPlace(environment, starter, place));
  return place;
}

// The script that sbatch starts has the ranks' variables without being one.
bool IsBatchScript(Environment environment) {
  return IsSet(environment, "SLURM_JOB_ID") && !IsSet(environment, "SLURM_STEP_ID");
}

}  // namespace

absl::StatusOr<Place> FindPlace(Environment environment) {
  for (const Starter& starter : kStarters) {
    if (!IsSet(environment, starter.rank) && !IsSet(environment, starter.size)) continue;
    const bool is_slurm = starter.rank == kStarters[2].rank;
    // Whoever asks for tasks has their number in his shell, and starts programs without a rank.
    if (is_slurm && (IsBatchScript(environment) || !IsSet(environment, starter.rank))) continue;
    return PlaceOf(environment, starter);
  }
  if (IsSet(environment, "LOCAL_RANK")) {
    return absl::InvalidArgumentError(
        "the environment has LOCAL_RANK and neither RANK nor WORLD_SIZE: every rank needs all three; unset it to train "
        "with one process");
  }
  return Place();
}

absl::StatusOr<Place> FindPlace() {
  return FindPlace([](const char* name) -> const char* { return std::getenv(name); });
}

std::string FirstNode(absl::string_view nodes) {
  std::string name;
  for (size_t i = 0; i < nodes.size() && nodes[i] != ','; ++i) {
    if (nodes[i] != '[') {
      name += nodes[i];
      continue;
    }
    const absl::string_view numbers = nodes.substr(i + 1, nodes.find(']', i) - i - 1);
    absl::StrAppend(&name, numbers.substr(0, numbers.find_first_of(",-")));
    i += numbers.size() + 1;
  }
  return name;
}

}  // namespace training
