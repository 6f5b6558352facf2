/** Asks the server to send datagrams for a while, and takes them. What counts is what it sent. */
#define _GNU_SOURCE
#include "datagrams.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

enum { BATCH = 64, QUIET_MILLISECONDS = 50, START_MILLISECONDS = 5000 };

/** Takes what comes until nothing does any more. */
static uint64_t take_all(int sink, size_t size) {
  struct mmsghdr messages[BATCH] = {{{0}, 0}};
  struct iovec parts[BATCH];
  unsigned char *bytes = malloc(BATCH * (size + 1));
  for (size_t i = 0; i < BATCH; i++) {
    parts[i] = (struct iovec){.iov_base = bytes + i * (size + 1), .iov_len = size + 1};
    messages[i].msg_hdr.msg_iov = &parts[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }
  uint64_t taken = 0;
  struct pollfd entry = {.fd = sink, .events = POLLIN};
  while (poll(&entry, 1, taken == 0 ? START_MILLISECONDS : QUIET_MILLISECONDS) > 0) {
    int count = recvmmsg(sink, messages, BATCH, MSG_DONTWAIT, NULL);
    for (int i = 0; i < count; i++) {
      if (messages[i].msg_len != size || !is_filled(parts[i].iov_base, size)) give_up(0, "a datagram is not as it was asked for");
    }
    if (count > 0) taken += (uint64_t)count;
  }
  free(bytes);
  return taken;
}

static uint64_t round_of(int socket, int sink, int port, const struct settings *settings, double seconds) {
  ask(socket, RESET);
  ask_to_send(socket, seconds, port);
  return take_all(sink, settings->size);
}

void load_sink(const struct settings *settings) {
  int server = datagrams_to(settings->port);
  int sink = socket(AF_INET, SOCK_DGRAM, 0);
  int room = 4 << 20;
  setsockopt(sink, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  if (bind(sink, (struct sockaddr *)&address, length) != 0) give_up(errno, "cannot bind");
  getsockname(sink, (struct sockaddr *)&address, &length);
  int port = ntohs(address.sin_port);

  if (settings->settle > 0) round_of(server, sink, port, settings, settings->settle);
  struct window measured;
  begin(&measured, settings->pid);
  uint64_t taken = round_of(server, sink, port, settings, settings->seconds);
  end(&measured, settings->pid);
  struct counts counts = ask(server, REPORT);
  if (taken == 0 || taken > counts.datagrams) give_up(0, "%llu of %u datagrams came", (unsigned long long)taken, counts.datagrams);
  // It began when it was asked and says how long it took; we have waited for silence besides.
  measured.seconds = counts.microseconds / 1e6;
  char more[64];
  snprintf(more, sizeof more, ",\"taken\":%llu", (unsigned long long)taken);
  report(&measured, counts.datagrams, counts.datagrams * settings->size, NULL, more);
}
