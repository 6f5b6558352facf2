/** Counts the datagrams that come: with recvmmsg(2), or `recvfrom`, or whole segmented ones as they came, `gro`. */
#define _GNU_SOURCE
#include "datagrams.h"

#ifndef SOL_UDP
#define SOL_UDP 17
#endif
/** Source: linux/udp.h; glibc before 2.31 lacks it. */
#ifndef UDP_GRO
#define UDP_GRO 104
#endif

enum { ROOM = 2048 };

static struct counts counts;

static void took(int server, const unsigned char *bytes, size_t length, const struct sockaddr_in *from) {
  enum kind kind = take(&counts, bytes, length);
  if (kind != DATA) answer(server, &counts, kind, from);
}

static _Noreturn void one_by_one(int server) {
  unsigned char bytes[ROOM];
  for (;;) {
    struct sockaddr_in from;
    socklen_t length = sizeof from;
    ssize_t count = recvfrom(server, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &length);
    if (count >= 0) took(server, bytes, (size_t)count, &from);
  }
}

static _Noreturn void many(int server) {
  static unsigned char bytes[BATCH][ROOM];
  static struct sockaddr_in from[BATCH];
  static struct iovec parts[BATCH];
  static struct mmsghdr messages[BATCH];
  for (int i = 0; i < BATCH; i++) {
    parts[i] = (struct iovec){.iov_base = bytes[i], .iov_len = ROOM};
    messages[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1, .msg_name = &from[i], .msg_namelen = sizeof *from};
  }
  for (;;) {
    int count = recvmmsg(server, messages, BATCH, MSG_WAITFORONE, NULL);
    for (int i = 0; i < count; i++) took(server, bytes[i], messages[i].msg_len, &from[i]);
  }
}

/** The kernel hands on what came as one, and says how long each segment is: udp(7). */
static _Noreturn void segmented(int server) {
  static unsigned char bytes[65536];
  int one = 1;
  setsockopt(server, SOL_UDP, UDP_GRO, &one, sizeof one);
  for (;;) {
    struct sockaddr_in from;
    char control[CMSG_SPACE(sizeof(int))];
    struct iovec part = {.iov_base = bytes, .iov_len = sizeof bytes};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_name = &from, .msg_namelen = sizeof from,
                             .msg_control = control, .msg_controllen = sizeof control};
    ssize_t count = recvmsg(server, &message, 0);
    if (count < 0) continue;
    int segment = (int)count;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header != NULL; header = CMSG_NXTHDR(&message, header)) {
      if (header->cmsg_level == SOL_UDP && header->cmsg_type == UDP_GRO) memcpy(&segment, CMSG_DATA(header), sizeof segment);
    }
    for (ssize_t at = 0; at < count; at += segment) {
      size_t length = (size_t)(count - at < segment ? count - at : segment);
      took(server, bytes + at, length, &from);
    }
  }
}

int main(int count, char **arguments) {
  int server = serve_on_loopback(SOCK_DGRAM);
  const char *way = count > 1 ? arguments[1] : "";
  if (strcmp(way, "recvfrom") == 0) one_by_one(server);
  if (strcmp(way, "gro") == 0) segmented(server);
  many(server);
}
