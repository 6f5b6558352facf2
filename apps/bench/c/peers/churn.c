/** Sends one message back, and closes: with epoll, or `blocking`, one client after the other. */
#define _GNU_SOURCE
#include "peer.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/epoll.h>

enum { EVENTS = 256, VISIT_BYTES = 64, MOST_CONNECTIONS = 1 << 16 };

static size_t lengths[MOST_CONNECTIONS];
static char messages[MOST_CONNECTIONS][VISIT_BYTES];

/** Returns whether the visit is over. */
static bool go_on(int connection) {
  char *message = messages[connection];
  ssize_t count = recv(connection, message + lengths[connection], VISIT_BYTES - lengths[connection], 0);
  if (count < 0 && errno == EAGAIN) return false;
  if (count <= 0) return true;
  lengths[connection] += (size_t)count;
  if (lengths[connection] < VISIT_BYTES) return false;
  // An empty buffer takes so little whole.
  return send(connection, message, VISIT_BYTES, MSG_NOSIGNAL) > -2;
}

static _Noreturn void serve_one_by_one(int server) {
  for (;;) {
    int connection = accept(server, NULL, NULL);
    if (connection < 0) continue;
    set_no_delay(connection);
    lengths[connection] = 0;
    while (!go_on(connection)) continue;
    close(connection);
  }
}

int main(int count, char **arguments) {
  bool is_blocking = count > 1 && strcmp(arguments[1], "blocking") == 0;
  int server = serve_on_loopback(is_blocking ? SOCK_STREAM : SOCK_STREAM | SOCK_NONBLOCK);
  if (is_blocking) serve_one_by_one(server);
  int epoll = epoll_create1(0);
  struct epoll_event events[EVENTS] = {{.events = EPOLLIN, .data.fd = server}};
  epoll_ctl(epoll, EPOLL_CTL_ADD, server, &events[0]);
  for (;;) {
    int ready = epoll_wait(epoll, events, EVENTS, -1);
    for (int i = 0; i < ready; i++) {
      int connection = events[i].data.fd;
      if (connection != server) {
        if (go_on(connection)) close(connection);
        continue;
      }
      for (int client; (client = accept4(server, NULL, NULL, SOCK_NONBLOCK)) >= 0;) {
        set_no_delay(client);
        lengths[client] = 0;
        struct epoll_event event = {.events = EPOLLIN, .data.fd = client};
        epoll_ctl(epoll, EPOLL_CTL_ADD, client, &event);
      }
    }
  }
}
