/** Sends back what comes, over one epoll. A connection that cannot take it is read no more until it can. */
#define _GNU_SOURCE
#include "peer.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>

enum { EVENTS = 256, READ_BYTES = 65536 };

/** What a connection has not taken yet. */
struct rest {
  char *bytes;
  size_t length;
};

static struct rest rests[1 << 20];
static char buffer[READ_BYTES];
static int epoll;

static void watch(int connection, uint32_t events) {
  struct epoll_event event = {.events = events, .data.fd = connection};
  epoll_ctl(epoll, EPOLL_CTL_MOD, connection, &event);
}

static void leave(int connection) {
  free(rests[connection].bytes);
  rests[connection] = (struct rest){0};
  close(connection);
}

/** Sends; what is left is kept, and waits for room. */
static void answer(int connection, const char *bytes, size_t length) {
  ssize_t sent = send(connection, bytes, length, MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN) return leave(connection);
  size_t taken = sent < 0 ? 0 : (size_t)sent;
  struct rest *rest = &rests[connection];
  if (taken == length) {
    if (rest->bytes != NULL) watch(connection, EPOLLIN);
    free(rest->bytes);
    *rest = (struct rest){0};
    return;
  }
  struct rest left = {.bytes = malloc(length - taken), .length = length - taken};
  memcpy(left.bytes, bytes + taken, left.length);
  if (rest->bytes == NULL) watch(connection, EPOLLOUT);
  free(rest->bytes);
  *rest = left;
}

int main(void) {
  int server = serve_on_loopback(SOCK_STREAM | SOCK_NONBLOCK);
  epoll = epoll_create1(0);
  struct epoll_event events[EVENTS] = {{.events = EPOLLIN, .data.fd = server}};
  epoll_ctl(epoll, EPOLL_CTL_ADD, server, &events[0]);
  for (;;) {
    int ready = epoll_wait(epoll, events, EVENTS, -1);
    for (int i = 0; i < ready; i++) {
      int connection = events[i].data.fd;
      if (connection == server) {
        for (int client; (client = accept4(server, NULL, NULL, SOCK_NONBLOCK)) >= 0;) {
          set_no_delay(client);
          struct epoll_event event = {.events = EPOLLIN, .data.fd = client};
          epoll_ctl(epoll, EPOLL_CTL_ADD, client, &event);
        }
      } else if (rests[connection].bytes != NULL) {
        answer(connection, rests[connection].bytes, rests[connection].length);
      } else {
        ssize_t received = recv(connection, buffer, READ_BYTES, 0);
        if (received > 0) answer(connection, buffer, (size_t)received);
        else if (received == 0 || errno != EAGAIN) leave(connection);
      }
    }
  }
}
