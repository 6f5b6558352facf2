/** Sends datagrams for as long as it is asked to: with sendto(2), or 64 at once with `sendmmsg`. */
#define _GNU_SOURCE
#include "datagrams.h"

#include <stdbool.h>
#include <time.h>

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void send_for(struct counts *counts, double seconds, uint16_t port, bool is_many) {
  int socket_ = socket(AF_INET, SOCK_DGRAM, 0);
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = port, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  unsigned char bytes[BATCH][SIZE] = {{0}};
  struct iovec parts[BATCH];
  struct mmsghdr messages[BATCH] = {{{0}, 0}};
  for (int i = 0; i < BATCH; i++) {
    bytes[i][1] = (unsigned char)i;
    bytes[i][SIZE - 1] = (unsigned char)(255 - i);
    parts[i] = (struct iovec){.iov_base = bytes[i], .iov_len = SIZE};
    messages[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1, .msg_name = &to, .msg_namelen = sizeof to};
  }
  double began = now();
  while (now() - began < seconds) {
    if (is_many) {
      int sent = sendmmsg(socket_, messages, BATCH, 0);
      if (sent > 0) counts->datagrams += (uint32_t)sent;
      continue;
    }
    for (int i = 0; i < BATCH; i++) {
      if (sendto(socket_, bytes[i], SIZE, 0, (struct sockaddr *)&to, sizeof to) == SIZE) counts->datagrams++;
    }
  }
  counts->microseconds = (uint32_t)((now() - began) * 1e6);
  close(socket_);
}

int main(int count, char **arguments) {
  bool is_many = count > 1 && strcmp(arguments[1], "sendmmsg") == 0;
  int server = serve_on_loopback(SOCK_DGRAM);
  struct counts counts = {0};
  for (;;) {
    unsigned char bytes[SIZE];
    struct sockaddr_in from;
    socklen_t length = sizeof from;
    ssize_t received = recvfrom(server, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &length);
    if (received <= 0) continue;
    enum kind kind = take(&counts, bytes, (size_t)received);
    if (kind != SEND) {
      answer(server, &counts, kind, &from);
      continue;
    }
    uint32_t milliseconds;
    uint16_t port;
    memcpy(&milliseconds, bytes + 1, sizeof milliseconds);
    memcpy(&port, bytes + 5, sizeof port);
    send_for(&counts, ntohl(milliseconds) / 1e3, port, is_many);
  }
}
