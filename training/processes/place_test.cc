#include "training/processes/place.h"

#include <map>
#include <string>

#include "base/testing.h"

namespace training {
namespace {

using ::base::IsOkAnd;
using ::base::StatusIs;
using ::testing::AllOf;
using ::testing::Field;
using ::testing::HasSubstr;

using Variables = std::map<std::string, std::string>;

absl::StatusOr<Place> Find(const Variables& variables) {
  return FindPlace([&](const char* name) -> const char* {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  });
}

auto Is(int rank, int size, int local_rank, int local_size, const std::string& address, int port) {
  return IsOkAnd(AllOf(Field(&Place::rank, rank), Field(&Place::size, size), Field(&Place::local_rank, local_rank),
                       Field(&Place::local_size, local_size), Field(&Place::address, address),
                       Field(&Place::port, port)));
}

const Variables kTorch = {{"RANK", "5"},           {"WORLD_SIZE", "8"},
                          {"LOCAL_RANK", "1"},     {"LOCAL_WORLD_SIZE", "4"},
                          {"MASTER_ADDR", "head"}, {"MASTER_PORT", "1234"}};

Variables With(Variables variables, const Variables& more) {
  for (const auto& [name, value] : more) variables[name] = value;
  return variables;
}

Variables Without(Variables variables, const std::string& name) {
  variables.erase(name);
  return variables;
}

TEST(PlaceTest, OneProcessWithoutAStarter) {
  EXPECT_THAT(Find({}), Is(0, 1, 0, 1, "127.0.0.1", 29500));
  EXPECT_THAT(Find({{"RANK", ""}, {"MASTER_PORT", "1234"}}), Is(0, 1, 0, 1, "127.0.0.1", 29500));
  EXPECT_THAT(Find({{"RANK", "0"}, {"WORLD_SIZE", "1"}}), Is(0, 1, 0, 1, "127.0.0.1", 29500));
}

TEST(PlaceTest, TorchrunAndWhoeverSetsTheSame) {
  EXPECT_THAT(Find(kTorch), Is(5, 8, 1, 4, "head", 1234));
  // torchrun's own store has the port.
  EXPECT_THAT(Find(With(kTorch, {{"TORCHELASTIC_USE_AGENT_STORE", "True"}})), Is(5, 8, 1, 4, "head", 1235));
  EXPECT_THAT(Find(Without(Without(kTorch, "LOCAL_RANK"), "LOCAL_WORLD_SIZE")), Is(5, 8, 0, 1, "head", 1234));
}

TEST(PlaceTest, SlurmsStepsAndNotItsScripts) {
  const Variables job = {
      {"SLURM_JOB_ID", "70123"}, {"SLURM_PROCID", "3"}, {"SLURM_NTASKS", "4"}, {"SLURM_LOCALID", "1"}};
  EXPECT_THAT(Find(job), Is(0, 1, 0, 1, "127.0.0.1", 29500));
  const Variables step = With(job, {{"SLURM_STEP_ID", "2"}, {"SLURM_STEP_NODELIST", "gpu[07-09,12],big"}});
  EXPECT_THAT(Find(step), Is(3, 4, 1, 1, "gpu07", 15125));
  EXPECT_THAT(Find(With(step, {{"MASTER_ADDR", "head"}, {"MASTER_PORT", "99"}})), Is(3, 4, 1, 1, "head", 99));
  EXPECT_THAT(Find(Without(step, "SLURM_PROCID")), Is(0, 1, 0, 1, "127.0.0.1", 29500));
  EXPECT_THAT(Find(With(step, kTorch)), Is(5, 8, 1, 4, "head", 1234));
}

TEST(PlaceTest, Mpi) {
  const Variables one_machine = {{"OMPI_COMM_WORLD_RANK", "1"},
                                 {"OMPI_COMM_WORLD_SIZE", "2"},
                                 {"OMPI_COMM_WORLD_LOCAL_RANK", "1"},
                                 {"OMPI_COMM_WORLD_LOCAL_SIZE", "2"}};
  EXPECT_THAT(Find(one_machine), Is(1, 2, 1, 2, "127.0.0.1", 29500));
  const Variables two = With(one_machine, {{"OMPI_COMM_WORLD_LOCAL_SIZE", "1"}, {"OMPI_COMM_WORLD_LOCAL_RANK", "0"}});
  EXPECT_THAT(Find(two), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no MASTER_ADDR")));
  EXPECT_THAT(Find(With(two, {{"MASTER_ADDR", "head"}})), Is(1, 2, 0, 1, "head", 29500));
  EXPECT_THAT(Find({{"PMI_RANK", "1"}, {"PMI_SIZE", "2"}, {"MPI_LOCALNRANKS", "2"}}),
              Is(1, 2, 0, 2, "127.0.0.1", 29500));
}

TEST(PlaceTest, RefusesHalfAnEnvironment) {
  const auto refused = [](const char* message) {
    return StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(message));
  };
  EXPECT_THAT(Find(Without(kTorch, "WORLD_SIZE")), refused("has RANK and no WORLD_SIZE"));
  EXPECT_THAT(Find(Without(kTorch, "RANK")), refused("has WORLD_SIZE and no RANK"));
  EXPECT_THAT(Find(Without(kTorch, "MASTER_ADDR")), refused("no MASTER_ADDR"));
  EXPECT_THAT(Find(Without(kTorch, "MASTER_PORT")), refused("no MASTER_PORT"));
  EXPECT_THAT(Find({{"LOCAL_RANK", "0"}}), refused("LOCAL_RANK and neither RANK nor WORLD_SIZE"));
  EXPECT_THAT(Find(With(kTorch, {{"RANK", "8"}})), refused("RANK is 8 and WORLD_SIZE is 8: ranks go from 0 to 7"));
  EXPECT_THAT(Find(With(kTorch, {{"RANK", "-1"}})), refused("RANK is \"-1\""));
  EXPECT_THAT(Find(With(kTorch, {{"WORLD_SIZE", "two"}})), refused("WORLD_SIZE is \"two\""));
  EXPECT_THAT(Find(With(kTorch, {{"MASTER_PORT", "65536"}})), refused("MASTER_PORT is \"65536\""));
  EXPECT_THAT(Find(With(kTorch, {{"LOCAL_RANK", "8"}})), refused("LOCAL_RANK is \"8\""));
}

TEST(PlaceTest, FirstNodeOfALine) {
  EXPECT_EQ(FirstNode("alone"), "alone");
  EXPECT_EQ(FirstNode("a,b"), "a");
  EXPECT_EQ(FirstNode("n[03-07,9],b"), "n03");
  EXPECT_EQ(FirstNode("r[1,2]n[4-5]x"), "r1n4x");
  EXPECT_EQ(FirstNode(""), "");
}

}  // namespace
}  // namespace training
