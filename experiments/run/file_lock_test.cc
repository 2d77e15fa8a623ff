#include "experiments/run/locks/file_lock.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "base/file.h"
#include "base/testing.h"
#include "experiments/run/stage.h"
#include "experiments/run/stage_testing.h"

namespace {

int lock_error = 0;  // that a file system without locks gives; 0: the system's own answer

}  // namespace

// In the place of the C library's, for the whole of this test's program.
extern "C" int flock(int descriptor, int operation) noexcept {
  if (lock_error == 0) return static_cast<int>(syscall(SYS_flock, descriptor, operation));
  errno = lock_error;
  return -1;
}

namespace experiments {
namespace {

using ::base::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;

class FileLockTest : public StageTest {
 protected:
  ~FileLockTest() override { lock_error = 0; }
};

// A run on a shared file system without locks is refused before it has computed anything.
TEST_F(FileLockTest, AFileSystemWithoutLocksIsRefused) {
  for (const int error : {ENOLCK, ENOSYS, EOPNOTSUPP}) {
    lock_error = error;
    EXPECT_THAT(RunFolder::Open(Options()).status(),
                StatusIs(absl::StatusCode::kUnavailable,
                         AllOf(HasSubstr("run/.lock: cannot lock"), HasSubstr("two processes could compute the same"),
                               HasSubstr("--out"))));
    lock_error = 0;
    Open();
    lock_error = error;
    EXPECT_THAT(Run(), StatusIs(absl::StatusCode::kUnavailable,
                                AllOf(HasSubstr("store/.locks/make-"), HasSubstr("without locks"), HasSubstr("NFS 4"),
                                      HasSubstr("--store"))));
    EXPECT_EQ(runs_, 0);
  }
}

TEST_F(FileLockTest, OtherErrorsAreSaidAsTheyAre) {
  Open();
  lock_error = EIO;
  EXPECT_THAT(Run(), StatusIs(absl::StatusCode::kUnavailable,
                              AllOf(HasSubstr("Input/output error"), HasSubstr("another file system"))));
}

// What a mount says of its locks, by the lines of real systems.
TEST_F(FileLockTest, LocksThatHoldOnOneMachineAloneAreKnown) {
  const std::string mounts =
      "22 1 259:2 / / rw,relatime shared:1 - ext4 /dev/root rw\n"
      "30 22 0:40 / /data rw,relatime shared:2 - nfs4 host:/data rw,vers=4.2,local_lock=none,addr=10.0.0.1\n"
      "31 30 0:41 / /data/old rw,relatime shared:3 - nfs host:/old rw,vers=3,nolock,local_lock=all\n"
      "32 22 0:42 / /database rw - nfs4 host:/b rw,vers=4.2,local_lock=flock\n"
      "33 22 0:43 / /scratch rw,localflock - lustre mds@o2ib:/scratch rw\n"
      "34 22 0:44 / /fast rw,flock - lustre mds@o2ib:/fast rw\n"
      "35 22 0:45 / /people/me/far rw shared:9 master:1 - fuse.sshfs me@host: rw\n"
      "not a mount\n";
  EXPECT_EQ(WhyLocksAreLocal(mounts, "/people/me/runs"), "");
  EXPECT_EQ(WhyLocksAreLocal(mounts, "/data/store"), "");
  EXPECT_EQ(WhyLocksAreLocal(mounts, "/data/old/store"), "/data/old (nfs) is mounted with nolock");
  EXPECT_EQ(WhyLocksAreLocal(mounts, "/database"), "/database (nfs4) is mounted with local_lock=flock");
  EXPECT_EQ(WhyLocksAreLocal(mounts, "/scratch/store"), "/scratch (lustre) is mounted with localflock");
  EXPECT_EQ(WhyLocksAreLocal(mounts, "/fast/store"), "");
  EXPECT_EQ(WhyLocksAreLocal(mounts, "/people/me/far/a"), "/people/me/far (fuse.sshfs) has none that others see");
  EXPECT_EQ(WhyLocksAreLocal("", "/home"), "");
}

}  // namespace
}  // namespace experiments
