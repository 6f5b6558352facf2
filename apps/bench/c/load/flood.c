/** Datagrams as fast as they go, whether the server takes them or not; `segments` in one where the kernel cuts them apart. */
#define _GNU_SOURCE
#include "datagrams.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { BATCH = 64 };

#ifndef SOL_UDP
#define SOL_UDP 17
#endif
/** Source: linux/udp.h; glibc before 2.31 lacks it. */
#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

static uint64_t flood(int socket, const struct settings *settings, unsigned char *bytes, double seconds) {
  struct mmsghdr messages[BATCH] = {{{0}, 0}};
  struct iovec parts[BATCH];
  bool is_segmented = settings->segments > 1;
  unsigned batch = is_segmented ? 1 : BATCH;
  for (unsigned i = 0; i < batch; i++) {
    parts[i].iov_base = bytes + i * settings->size;
    parts[i].iov_len = settings->size * (size_t)settings->segments;
    messages[i].msg_hdr.msg_iov = &parts[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }
  uint64_t sent = 0;
  for (double until = now() + seconds; now() < until;) {
    int count = sendmmsg(socket, messages, batch, 0);
    if (count > 0) sent += (uint64_t)count * (uint64_t)settings->segments;
    else if (errno == ECONNREFUSED) give_up(errno, "the server is gone");
    else if (errno != EAGAIN && errno != ENOBUFS) give_up(errno, "cannot send");
  }
  return sent;
}

void load_flood(const struct settings *settings) {
  int socket = datagrams_to(settings->port);
  int segments = settings->segments;
  if (segments > 1) {
    int size = (int)settings->size;
    if (setsockopt(socket, SOL_UDP, UDP_SEGMENT, &size, sizeof size) != 0) give_up(errno, "no segmentation of datagrams");
  }
  size_t count = segments > BATCH ? (size_t)segments : BATCH;
  unsigned char *bytes = calloc(count, settings->size);
  for (size_t i = 0; i < count; i++) fill(bytes + i * settings->size, settings->size, (unsigned char)(i * 3));

  flood(socket, settings, bytes, settings->settle);
  ask(socket, RESET);
  struct window measured;
  begin(&measured, settings->pid);
  uint64_t sent = flood(socket, settings, bytes, settings->seconds);
  end(&measured, settings->pid);
  struct counts counts = ask(socket, REPORT);
  if (counts.wrong > 0) give_up(0, "the server saw %u datagrams that nobody sent", counts.wrong);
  if (counts.datagrams > sent) give_up(0, "the server counted %u of %llu", counts.datagrams, (unsigned long long)sent);
  char more[64];
  snprintf(more, sizeof more, ",\"sent\":%llu", (unsigned long long)sent);
  report(&measured, counts.datagrams, counts.datagrams * settings->size, NULL, more);
}
