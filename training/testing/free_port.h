// A port of this machine that nobody has, for tests of processes. Process numbers are of no use for it: each test has
// its own, and they share the machine's ports.
#ifndef TRAINING_TESTING_FREE_PORT_H_
#define TRAINING_TESTING_FREE_PORT_H_

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"

namespace training {

// A socket that holds a port, which the system chose, as long as it lives.
class HeldPort {
 public:
  HeldPort() : socket_(socket(AF_INET6, SOCK_STREAM, 0)) {
    sockaddr_in6 any = {};
    any.sin6_family = AF_INET6;
    socklen_t length = sizeof any;
    SAMI_CHECK(bind(socket_, reinterpret_cast<sockaddr*>(&any), length) == 0);
    SAMI_CHECK(getsockname(socket_, reinterpret_cast<sockaddr*>(&any), &length) == 0);
    SAMI_CHECK(listen(socket_, 1) == 0);
    port_ = ntohs(any.sin6_port);
  }
  HeldPort(const HeldPort&) = delete;
  HeldPort& operator=(const HeldPort&) = delete;
  ~HeldPort() { close(socket_); }
  int port() const { return port_; }

 private:
  const int socket_;
  int port_ = 0;
};

inline int FreePort() { return HeldPort().port(); }

}  // namespace training

#endif  // TRAINING_TESTING_FREE_PORT_H_
