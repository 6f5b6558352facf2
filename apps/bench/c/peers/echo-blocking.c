/** Sends back what comes, to one client at a time, with calls that wait. */
#include "peer.h"

enum { BUFFER_BYTES = 65536 };

static char buffer[BUFFER_BYTES];

static int send_all(int connection, const char *bytes, ssize_t length) {
  for (ssize_t sent = 0; sent < length;) {
    ssize_t taken = send(connection, bytes + sent, (size_t)(length - sent), MSG_NOSIGNAL);
    if (taken < 0) return -1;
    sent += taken;
  }
  return 0;
}

int main(void) {
  int server = serve_on_loopback(SOCK_STREAM);
  for (;;) {
    int connection = accept(server, NULL, NULL);
    set_no_delay(connection);
    for (ssize_t count; (count = recv(connection, buffer, BUFFER_BYTES, 0)) > 0;) {
      if (send_all(connection, buffer, count) != 0) break;
    }
    close(connection);
  }
}
