/** Sends each datagram back. */
#include "peer.h"

int main(void) {
  int server = serve_on_loopback(SOCK_DGRAM);
  static char bytes[65536];
  for (;;) {
    struct sockaddr_in from;
    socklen_t length = sizeof from;
    ssize_t count = recvfrom(server, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &length);
    if (count >= 0) sendto(server, bytes, (size_t)count, 0, (struct sockaddr *)&from, length);
  }
}
