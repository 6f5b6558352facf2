/** Connections to the server, and what is sent over them. */
#include "load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BEGINNINGS = 4096, CLOSE_SECONDS = 20 };

static unsigned char *messages;

void make_messages(size_t size) {
  messages = malloc(BEGINNINGS + size);
  if (messages == NULL) give_up(errno, "cannot hold messages of %zu bytes", size);
  uint32_t state = 2463534242;
  for (size_t i = 0; i < BEGINNINGS + size; i++) {
    // Marsaglia's xorshift: bytes without a pattern, the same in each run.
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    messages[i] = (unsigned char)(state >> 24);
  }
}

const unsigned char *message(int connection, uint64_t count) {
  return messages + ((uint64_t)connection * 131 + count * 17) % BEGINNINGS;
}

int connect_to(int port) {
  int socket_ = socket(AF_INET, SOCK_STREAM, 0);
  if (socket_ < 0) give_up(errno, "no more sockets");
  struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (connect(socket_, (struct sockaddr *)&address, sizeof address) != 0) give_up(errno, "cannot connect to %d", port);
  int one = 1;
  setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  fcntl(socket_, F_SETFL, O_NONBLOCK);
  return socket_;
}

void close_all(const int *sockets, int count) {
  for (int i = 0; i < count; i++) shutdown(sockets[i], SHUT_WR);
  double deadline = now() + CLOSE_SECONDS;
  for (int i = 0; i < count; i++) {
    char left[256];
    for (;;) {
      ssize_t received = recv(sockets[i], left, sizeof left, 0);
      if (received == 0 || (received < 0 && errno == ECONNRESET)) break;
      if (received > 0) give_up(0, "the server sent %zd bytes that nobody asked for", received);
      if (errno != EAGAIN && errno != EINTR) give_up(errno, "cannot wait for the end of a connection");
      struct pollfd entry = {.fd = sockets[i], .events = POLLIN};
      poll(&entry, 1, 100);
      if (now() > deadline) give_up(0, "the server leaves connections open that were ended");
    }
    close(sockets[i]);
  }
}
