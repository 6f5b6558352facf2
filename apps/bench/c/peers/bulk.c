/** Bytes in one direction: `to-server` receives to the end and says what it got, `from-server` sends until the client ends. */
#include "peer.h"

#include <errno.h>
#include <string.h>

enum { CHUNK_BYTES = 65536, SAMPLE_EVERY = 1009 };

static unsigned char chunk[CHUNK_BYTES];

static void receive_to_end(int connection) {
  uint64_t bytes = 0, next = 0;
  uint32_t sum = 0;
  for (ssize_t count; (count = recv(connection, chunk, CHUNK_BYTES, 0)) > 0; bytes += (uint64_t)count) {
    for (; next < bytes + (uint64_t)count; next += SAMPLE_EVERY) sum = sum * 31 + chunk[next - bytes];
  }
  uint32_t answer[3] = {htonl((uint32_t)(bytes >> 32)), htonl((uint32_t)bytes), htonl(sum)};
  send(connection, answer, sizeof answer, MSG_NOSIGNAL);
}

static void send_until_end(int connection) {
  char byte;
  if (recv(connection, &byte, 1, 0) != 1) return;
  for (;;) {
    for (size_t sent = 0; sent < CHUNK_BYTES;) {
      ssize_t count = send(connection, chunk + sent, CHUNK_BYTES - sent, MSG_NOSIGNAL);
      if (count < 0) return;
      sent += (size_t)count;
    }
    if (recv(connection, &byte, 1, MSG_DONTWAIT) >= 0 || errno != EAGAIN) return;
  }
}

int main(int count, char **arguments) {
  int is_sending = count > 1 && strcmp(arguments[1], "from-server") == 0;
  for (int i = 0; i < CHUNK_BYTES; i++) chunk[i] = (unsigned char)(i * 7 + (i >> 8));
  int server = serve_on_loopback(SOCK_STREAM);
  for (;;) {
    int connection = accept(server, NULL, NULL);
    if (connection < 0) continue;
    set_no_delay(connection);
    if (is_sending) send_until_end(connection);
    else receive_to_end(connection);
    close(connection);
  }
}
