/** Sends back what comes, over poll(2), which looks at each socket each time. For messages that a socket's buffer has room for. */
#include "peer.h"

#include <poll.h>

enum { READ_BYTES = 65536, MOST_SOCKETS = 1 << 16 };

static struct pollfd sockets[MOST_SOCKETS];
static char buffer[READ_BYTES];

int main(void) {
  nfds_t count = 1;
  sockets[0] = (struct pollfd){.fd = serve_on_loopback(SOCK_STREAM), .events = POLLIN};
  for (;;) {
    int ready = poll(sockets, count, -1);
    for (nfds_t i = count; ready > 0 && i-- > 0;) {
      if (sockets[i].revents == 0) continue;
      ready--;
      if (i == 0) {
        int client = accept(sockets[0].fd, NULL, NULL);
        if (client < 0 || count == MOST_SOCKETS) continue;
        set_no_delay(client);
        sockets[count++] = (struct pollfd){.fd = client, .events = POLLIN};
        continue;
      }
      ssize_t received = recv(sockets[i].fd, buffer, READ_BYTES, 0);
      if (received > 0 && send(sockets[i].fd, buffer, (size_t)received, MSG_NOSIGNAL) == received) continue;
      close(sockets[i].fd);
      sockets[i] = sockets[--count];
    }
  }
}
