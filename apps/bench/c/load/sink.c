/** Asks the server to send datagrams for a while, and takes them. What counts is what it sent. */
#define _GNU_SOURCE
#include "datagrams.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

enum { BATCH = 64, ASK_MILLISECONDS = 20 };
static const double STALL_SECONDS = 10;

static unsigned char *room;
static struct iovec parts[BATCH];
static struct mmsghdr messages[BATCH];

static void make_room(size_t size) {
  room = malloc(BATCH * (size + 1));
  for (size_t i = 0; i < BATCH; i++) {
    parts[i] = (struct iovec){.iov_base = room + i * (size + 1), .iov_len = size + 1};
    messages[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1};
  }
}

/** Takes what is there. */
static uint64_t take_all(int sink, size_t size) {
  uint64_t taken = 0;
  for (int count; (count = recvmmsg(sink, messages, BATCH, MSG_DONTWAIT, NULL)) > 0; taken += (uint64_t)count) {
    for (int i = 0; i < count; i++) {
      bool is_right = messages[i].msg_len == size && is_filled(parts[i].iov_base, size);
      if (!is_right) give_up(0, "a datagram is not as it was asked for");
    }
  }
  return taken;
}

/** Takes until the server says how long it has sent: then all has arrived that will. */
static struct counts round_of(int server, int sink, int port, size_t size, double seconds, uint64_t *taken) {
  struct counts counts = ask(server, RESET);
  *taken = 0;
  ask_to_send(server, seconds, port);
  struct pollfd entries[] = {{.fd = sink, .events = POLLIN}, {.fd = server, .events = POLLIN}};
  double asked = now(), until = asked + seconds + STALL_SECONDS;
  while (now() < until) {
    poll(entries, 2, ASK_MILLISECONDS);
    *taken += take_all(sink, size);
    if (answered(server, REPORT, &counts) && counts.microseconds > 0) {
      *taken += take_all(sink, size);
      return counts;
    }
    if (now() - asked < seconds) continue;
    asked += ASK_MILLISECONDS / 1e3;
    put(server, REPORT);
  }
  give_up(0, "the server does not say that it has sent");
}

void load_sink(const struct settings *settings) {
  int server = datagrams_to(settings->port);
  int sink = socket(AF_INET, SOCK_DGRAM, 0);
  int bytes = 4 << 20;
  setsockopt(sink, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  if (bind(sink, (struct sockaddr *)&address, length) != 0) give_up(errno, "cannot bind");
  getsockname(sink, (struct sockaddr *)&address, &length);
  int port = ntohs(address.sin_port);

  uint64_t taken;
  make_room(settings->size);
  if (settings->settle > 0) round_of(server, sink, port, settings->size, settings->settle, &taken);
  struct window measured;
  begin(&measured, settings->pid);
  struct counts counts = round_of(server, sink, port, settings->size, settings->seconds, &taken);
  end(&measured, settings->pid);
  if (taken == 0 || taken > counts.datagrams) {
    give_up(0, "%llu of %u datagrams came", (unsigned long long)taken, counts.datagrams);
  }
  // It began when it was asked, and says how long it took.
  measured.seconds = counts.microseconds / 1e6;
  char more[64];
  snprintf(more, sizeof more, ",\"taken\":%llu", (unsigned long long)taken);
  report(&measured, counts.datagrams, counts.datagrams * settings->size, NULL, more);
}
