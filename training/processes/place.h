// Where a process stands among those that were started together: from the environment that torchrun, MPI and Slurm
// give.
//
//   | starter  | rank, size, rank on the machine                                                      | address, port |
//   |----------|--------------------------------------------------------------------------------------|---------------|
//   | torchrun | RANK, WORLD_SIZE, LOCAL_RANK                                                         | given         |
//   | Open MPI | OMPI_COMM_WORLD_RANK, OMPI_COMM_WORLD_SIZE, OMPI_COMM_WORLD_LOCAL_RANK               | see below     |
//   | srun     | SLURM_PROCID, SLURM_NTASKS, SLURM_LOCALID                                            | see below     |
//   | MPICH    | PMI_RANK, PMI_SIZE, MPI_LOCALRANKID                                                  | see below     |
//
// The first of these rows that the environment has counts. MASTER_ADDR and MASTER_PORT say where rank 0 listens. Where
// they are not set, the address is the first node of SLURM_STEP_NODELIST, or this machine where all ranks are on it;
// the port is made of Slurm's job number, or 29500.
#ifndef TRAINING_PROCESSES_PLACE_H_
#define TRAINING_PROCESSES_PLACE_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace training {

struct Place {
  int rank = 0;
  int size = 1;
  int local_rank = 0;  // among the ranks of this machine
  int local_size = 1;  // how many these are; 1 where the starter does not say
  std::string address = "127.0.0.1";
  int port = 29500;  // where rank 0's store listens
};

// Value of an environment variable, or null.
using Environment = absl::FunctionRef<const char*(const char* name)>;

// Rank 0 of 1 where there is no starter. A batch script of Slurm that runs without srun is one process, too.
// kInvalidArgument, naming the variables, when some of a starter's are missing, no number, or contradict each other.
absl::StatusOr<Place> FindPlace(Environment environment);
// Of this process.
absl::StatusOr<Place> FindPlace();

// "node3" of "node[3-7,9],other": the first name of Slurm's list.
std::string FirstNode(absl::string_view nodes);

}  // namespace training

#endif  // TRAINING_PROCESSES_PLACE_H_
