/**
 * Connections that do nothing after their first message: `window` of them, and the rest when a line comes on standard input.
 * Each time it says so, for somebody to look at the server.
 */
#include "load.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

enum { OPENING = 64, STALL_MILLISECONDS = 20000, MOST_MESSAGE_BYTES = 4096 };

static void receive_back(int socket, int index, size_t size) {
  unsigned char bytes[MOST_MESSAGE_BYTES];
  for (size_t received = 0; received < size;) {
    struct pollfd entry = {.fd = socket, .events = POLLIN};
    if (poll(&entry, 1, STALL_MILLISECONDS) == 0) give_up(0, "the server does not answer");
    ssize_t count = recv(socket, bytes, size - received, 0);
    if (count <= 0) give_up(count < 0 ? errno : 0, "the server closed a connection");
    if (memcmp(bytes, message(index, 0) + received, (size_t)count) != 0) give_up(0, "other bytes came back than were sent");
    received += (size_t)count;
  }
}

static void open_some(int *sockets, int from, int to, const struct settings *settings) {
  for (int first = from; first < to; first += OPENING) {
    int end = first + OPENING < to ? first + OPENING : to;
    for (int i = first; i < end; i++) {
      sockets[i] = connect_to(settings->port);
      if (send(sockets[i], message(i, 0), settings->size, MSG_NOSIGNAL) != (ssize_t)settings->size) give_up(errno, "cannot send");
    }
    for (int i = first; i < end; i++) receive_back(sockets[i], i, settings->size);
  }
  printf("open %d\n", to);
  fflush(stdout);
}

static void wait_for_line(void) {
  for (int character = getchar(); character != '\n' && character != EOF;) character = getchar();
}

void load_idle(const struct settings *settings) {
  make_messages(settings->size);
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  int *sockets = calloc((size_t)settings->connections, sizeof *sockets);
  open_some(sockets, 0, settings->window, settings);
  wait_for_line();
  open_some(sockets, settings->window, settings->connections, settings);
  wait_for_line();
  close_all(sockets, settings->connections);
}
