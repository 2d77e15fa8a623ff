// A library for LD_PRELOAD that makes a file system fail: the n-th call that concerns one folder fails with an error
// number, or the process is killed at it, as SQLite's tests do.
//
// Counted are calls that make, change, read, flush, rename, close or remove what is in the folder; not those by which
// the dynamic linker or the C library's own streams work. From the environment:
//   FAULT_FOLDER  path that the folder's paths begin with
//   FAULT_CALLS   names of the calls that are counted, with commas, all by default: open (for reading), create (for
//                 writing), write, pwrite, read, fsync, fdatasync, ftruncate, close, rename, mkdir, symlink, link,
//                 chmod, unlink, rmdir
//   FAULT_AT      n, from 1; nothing fails by default
//   FAULT_KIND    "kill": SIGKILL in place of the call; "torn": of a write the first half is written before; else the
//                 number of the error (errno)
//   FAULT_LASTS   set: all counted calls from the n-th on fail, as on a disk that stays full
//   FAULT_LOG     file to which each call is appended as a line, "write /path", before it is made
// Threads are counted together.
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

constexpr int kMostFiles = 1 << 16;

struct Settings {
  Settings() {
    folder = getenv("FAULT_FOLDER");
    calls = getenv("FAULT_CALLS");
    const char* const n = getenv("FAULT_AT");
    at = n == nullptr ? 0 : strtol(n, nullptr, 10);
    const char* const kind = getenv("FAULT_KIND");
    torn = kind != nullptr && strcmp(kind, "torn") == 0;
    kills = torn || (kind != nullptr && strcmp(kind, "kill") == 0);
    error = kind == nullptr || kills ? 0 : static_cast<int>(strtol(kind, nullptr, 10));
    lasts = getenv("FAULT_LASTS") != nullptr;
    const char* const path = getenv("FAULT_LOG");
    if (path != nullptr) {
      log = static_cast<int>(syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
    }
  }

  const char* folder;
  const char* calls;
  long at;
  bool torn, kills, lasts;
  int error;
  int log = -1;
};

const Settings& Given() {
  static const Settings* const settings = new Settings;
  return *settings;
}

std::atomic<long> count{0};
std::atomic<bool> watched[kMostFiles];  // by descriptor: whether it is of the folder

bool IsOfFolder(const char* path) {
  return Given().folder != nullptr && path != nullptr && strncmp(path, Given().folder, strlen(Given().folder)) == 0;
}

bool IsWatched(int fd) { return fd >= 0 && fd < kMostFiles && watched[fd]; }

bool IsAt(int folder, const char* path) {
  return path != nullptr && path[0] == '/' ? IsOfFolder(path) : folder != AT_FDCWD && IsWatched(folder);
}

bool IsCounted(const char* call) {
  const char* const calls = Given().calls;
  if (calls == nullptr) return true;
  const size_t length = strlen(call);
  for (const char* at = strstr(calls, call); at != nullptr; at = strstr(at + 1, call)) {
    if ((at == calls || at[-1] == ',') && (at[length] == ',' || at[length] == '\0')) return true;
  }
  return false;
}

// Never through the functions below.
void Log(const char* call, const char* what) {
  if (Given().log < 0) return;
  char line[PATH_MAX + 64];
  const int length = snprintf(line, sizeof(line), "%s %s\n", call, what);
  (void)syscall(SYS_write, Given().log, line, length);
}

[[noreturn]] void Die() {
  syscall(SYS_kill, getpid(), SIGKILL);
  for (;;) pause();
}

// Whether this call is the one to fail; kills the process if that is how.
bool Fails(const char* call, const char* what) {
  if (!IsCounted(call)) return false;
  Log(call, what);
  const long n = ++count;
  if (Given().at == 0 || n < Given().at || (n > Given().at && !Given().lasts)) return false;
  if (Given().kills && !(Given().torn && strcmp(call, "write") == 0)) Die();
  if (!Given().kills) errno = Given().error;
  return true;
}

bool FailsOn(const char* call, int fd) {
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
  const ssize_t length = Given().log < 0 ? 0 : readlink(link, path, sizeof(path) - 1);
  path[length < 0 ? 0 : length] = '\0';
  return Fails(call, path);
}

template <typename Function>
Function* Next(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

int Opened(int fd) {
  if (fd >= 0 && fd < kMostFiles) watched[fd] = true;
  return fd;
}

}  // namespace

#define NEXT(name) static auto* const next = Next<decltype(name)>(#name)

extern "C" {

int openat(int folder, const char* path, int flags, ...) {
  NEXT(openat);
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  if (!IsAt(folder, path)) return next(folder, path, flags, mode);
  if (Fails((flags & O_ACCMODE) == O_RDONLY ? "open" : "create", path)) return -1;
  return Opened(next(folder, path, flags, mode));
}

int open(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return openat(AT_FDCWD, path, flags, mode);
}

int open64(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return openat(AT_FDCWD, path, flags, mode);
}

ssize_t write(int fd, const void* data, size_t size) {
  NEXT(write);
  if (!IsWatched(fd) || !FailsOn("write", fd)) return next(fd, data, size);
  if (!Given().torn) return -1;
  (void)next(fd, data, size / 2);
  Die();
}

ssize_t pwrite(int fd, const void* data, size_t size, off_t at) {
  NEXT(pwrite);
  return IsWatched(fd) && FailsOn("pwrite", fd) ? -1 : next(fd, data, size, at);
}

ssize_t read(int fd, void* data, size_t size) {
  NEXT(read);
  return IsWatched(fd) && FailsOn("read", fd) ? -1 : next(fd, data, size);
}

int fsync(int fd) {
  NEXT(fsync);
  return IsWatched(fd) && FailsOn("fsync", fd) ? -1 : next(fd);
}

int fdatasync(int fd) {
  NEXT(fdatasync);
  return IsWatched(fd) && FailsOn("fdatasync", fd) ? -1 : next(fd);
}

int ftruncate(int fd, off_t size) {
  NEXT(ftruncate);
  return IsWatched(fd) && FailsOn("ftruncate", fd) ? -1 : next(fd, size);
}

// Of a copy it says what the file says: file systems that report late report so.
int dup(int fd) {
  NEXT(dup);
  const int copy = next(fd);
  if (copy >= 0 && copy < kMostFiles) watched[copy] = IsWatched(fd);
  return copy;
}

// The descriptor is gone, whatever is returned.
int close(int fd) {
  NEXT(close);
  if (!IsWatched(fd)) return next(fd);
  const bool fails = FailsOn("close", fd);
  const int error = errno;
  watched[fd] = false;
  const int closed = next(fd);
  if (!fails) return closed;
  errno = error;
  return -1;
}

int renameat(int from_folder, const char* from, int to_folder, const char* to) {
  NEXT(renameat);
  return IsAt(to_folder, to) && Fails("rename", to) ? -1 : next(from_folder, from, to_folder, to);
}

int rename(const char* from, const char* to) {
  NEXT(rename);
  return IsOfFolder(to) && Fails("rename", to) ? -1 : next(from, to);
}

int mkdir(const char* path, mode_t mode) {
  NEXT(mkdir);
  return IsOfFolder(path) && Fails("mkdir", path) ? -1 : next(path, mode);
}

int symlink(const char* target, const char* path) {
  NEXT(symlink);
  return IsOfFolder(path) && Fails("symlink", path) ? -1 : next(target, path);
}

int link(const char* from, const char* to) {
  NEXT(link);
  return IsOfFolder(to) && Fails("link", to) ? -1 : next(from, to);
}

int chmod(const char* path, mode_t mode) {
  NEXT(chmod);
  return IsOfFolder(path) && Fails("chmod", path) ? -1 : next(path, mode);
}

int unlink(const char* path) {
  NEXT(unlink);
  return IsOfFolder(path) && Fails("unlink", path) ? -1 : next(path);
}

int rmdir(const char* path) {
  NEXT(rmdir);
  return IsOfFolder(path) && Fails("rmdir", path) ? -1 : next(path);
}

int unlinkat(int folder, const char* path, int flags) {
  NEXT(unlinkat);
  return IsAt(folder, path) && Fails("unlink", path) ? -1 : next(folder, path, flags);
}

// As std::filesystem::remove calls it.
int remove(const char* path) {
  NEXT(remove);
  return IsOfFolder(path) && Fails("unlink", path) ? -1 : next(path);
}

}  // extern "C"
