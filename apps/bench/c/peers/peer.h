/** What the peers in C share. */
#ifndef PEER_H
#define PEER_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

/** A socket on a loopback port of the system's choice; tells the port and the process on standard output. */
static inline int serve_on_loopback(int type) {
  // It ends with whoever started it.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  int server = socket(AF_INET, type, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  if (bind(server, (struct sockaddr *)&address, length) != 0 || ((type & 0xf) == SOCK_STREAM && listen(server, 511) != 0) ||
      getsockname(server, (struct sockaddr *)&address, &length) != 0) {
    perror("cannot serve");
    exit(1);
  }
  printf("ready %d %d\n", ntohs(address.sin_port), (int)getpid());
  fflush(stdout);
  return server;
}

static inline void set_no_delay(int connection) {
  int one = 1;
  setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

#endif
