#include "datagrams.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ANSWER_BYTES = 13, ANSWER_MILLISECONDS = 100, MOST_ASKED = 100 };

int datagrams_to(int port) {
  int socket_ = socket(AF_INET, SOCK_DGRAM, 0);
  struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (socket_ < 0 || connect(socket_, (struct sockaddr *)&address, sizeof address) != 0) {
    give_up(errno, "cannot send datagrams to %d", port);
  }
  return socket_;
}

static uint32_t number_at(const unsigned char *bytes) {
  uint32_t number;
  memcpy(&number, bytes, sizeof number);
  return ntohl(number);
}

void put(int socket, enum kind kind) {
  unsigned char question = (unsigned char)kind;
  if (send(socket, &question, sizeof question, 0) < 0 && errno == ECONNREFUSED) give_up(errno, "the server is gone");
}

bool answered(int socket, enum kind kind, struct counts *counts) {
  unsigned char answer[ANSWER_BYTES + 1];
  for (ssize_t length; (length = recv(socket, answer, sizeof answer, MSG_DONTWAIT)) >= 0;) {
    if (length != ANSWER_BYTES || answer[0] != kind) continue;
    *counts = (struct counts){number_at(answer + 1), number_at(answer + 5), number_at(answer + 9)};
    return true;
  }
  return false;
}

/** A datagram may be lost, a question too. What an earlier question brought is an answer as well. */
struct counts ask(int socket, enum kind kind) {
  struct counts counts;
  for (int asked = 0; asked < MOST_ASKED; asked++) {
    put(socket, kind);
    struct pollfd entry = {.fd = socket, .events = POLLIN};
    while (poll(&entry, 1, ANSWER_MILLISECONDS) > 0) {
      if (answered(socket, kind, &counts)) return counts;
    }
  }
  give_up(0, "the server does not say what it counted");
}

void ask_to_send(int socket, double seconds, int port) {
  unsigned char question[7] = {SEND};
  uint32_t milliseconds = htonl((uint32_t)(seconds * 1e3));
  uint16_t to = htons((uint16_t)port);
  memcpy(question + 1, &milliseconds, sizeof milliseconds);
  memcpy(question + 5, &to, sizeof to);
  if (send(socket, question, sizeof question, 0) < 0) give_up(errno, "cannot ask the server");
}

void fill(unsigned char *datagram, size_t size, unsigned char number) {
  datagram[1] = number;
  datagram[size - 1] = (unsigned char)(255 - number);
}

bool is_filled(const unsigned char *datagram, size_t size) {
  return datagram[0] == DATA && datagram[1] + datagram[size - 1] == 255;
}
