#include "probes/tcp_check.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace mtuscope {
namespace {

// A listening socket of the loopback interface; its kernel acknowledges, whether anybody accepts
// or not.
class Listener {
 public:
  Listener() : descriptor_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    EXPECT_EQ(bind(descriptor_, reinterpret_cast<sockaddr*>(&address), length), 0);
    EXPECT_EQ(listen(descriptor_, 1), 0);
    getsockname(descriptor_, reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
  }
  ~Listener() { close(); }
  void close() {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
  }
  uint16_t port() const { return port_; }

 private:
  int descriptor_;
  uint16_t port_ = 0;
};

const ProbeTarget kLoopback{.address = IpAddress::parse("127.0.0.1").value()};

TEST(TcpCheck, DataThatIsAcknowledgedIsSeen) {
  const Listener listener;
  const TcpCheck check = check_tcp(kLoopback, listener.port());
  EXPECT_EQ(check.fate, TcpFate::kAcknowledged);
  EXPECT_EQ(check.transmissions, 1u);
  EXPECT_GT(check.send_mss.bytes, 500u);
}

TEST(TcpCheck, ARefusedConnectionIsSeen) {
  Listener listener;
  const uint16_t port = listener.port();
  listener.close();
  EXPECT_EQ(check_tcp(kLoopback, port).fate, TcpFate::kRefused);
}

}  // namespace
}  // namespace mtuscope
