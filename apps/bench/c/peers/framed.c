/** Sends every frame back, framed anew: `gathered`, all that came together with one call, or `each` with its own. */
#include "peer.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/epoll.h>

enum { EVENTS = 64, READ_BYTES = 65536, HEADER_BYTES = 4, BUFFER_BYTES = 1 << 18, MOST_CONNECTIONS = 1 << 16 };

/** What came and is no whole frame yet. */
struct carry {
  size_t length;
  unsigned char bytes[BUFFER_BYTES];
};

static struct carry *carries[MOST_CONNECTIONS];
static unsigned char out[BUFFER_BYTES];

/** Waits where the peer does not read: it has a bounded number of frames in flight, and reads when it sends. */
static bool send_all(int connection, const unsigned char *bytes, size_t length) {
  for (size_t sent = 0; sent < length;) {
    ssize_t taken = send(connection, bytes + sent, length - sent, MSG_NOSIGNAL);
    if (taken < 0) return false;
    sent += (size_t)taken;
  }
  return true;
}

static bool serve(int connection, bool is_gathering) {
  struct carry *carry = carries[connection];
  ssize_t received = recv(connection, carry->bytes + carry->length, READ_BYTES, 0);
  if (received <= 0) return false;
  carry->length += (size_t)received;
  size_t at = 0, gathered = 0;
  while (carry->length - at >= HEADER_BYTES) {
    uint32_t length;
    memcpy(&length, carry->bytes + at, HEADER_BYTES);
    length = ntohl(length);
    if (length > READ_BYTES) return false;
    if (carry->length - at < HEADER_BYTES + length) break;
    uint32_t header = htonl(length);
    memcpy(out + gathered, &header, HEADER_BYTES);
    memcpy(out + gathered + HEADER_BYTES, carry->bytes + at + HEADER_BYTES, length);
    if (is_gathering) gathered += HEADER_BYTES + length;
    else if (!send_all(connection, out, HEADER_BYTES + length)) return false;
    at += HEADER_BYTES + length;
  }
  carry->length -= at;
  memmove(carry->bytes, carry->bytes + at, carry->length);
  return send_all(connection, out, gathered);
}

int main(int count, char **arguments) {
  bool is_gathering = count > 1 && strcmp(arguments[1], "gathered") == 0;
  int server = serve_on_loopback(SOCK_STREAM);
  int epoll = epoll_create1(0);
  struct epoll_event events[EVENTS] = {{.events = EPOLLIN, .data.fd = server}};
  epoll_ctl(epoll, EPOLL_CTL_ADD, server, &events[0]);
  for (;;) {
    int ready = epoll_wait(epoll, events, EVENTS, -1);
    for (int i = 0; i < ready; i++) {
      int connection = events[i].data.fd;
      if (connection == server) {
        int client = accept(server, NULL, NULL);
        if (client < 0 || client >= MOST_CONNECTIONS) continue;
        set_no_delay(client);
        carries[client] = calloc(1, sizeof(struct carry));
        struct epoll_event event = {.events = EPOLLIN, .data.fd = client};
        epoll_ctl(epoll, EPOLL_CTL_ADD, client, &event);
      } else if (!serve(connection, is_gathering)) {
        free(carries[connection]);
        close(connection);
      }
    }
  }
}
