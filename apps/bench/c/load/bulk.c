/** Bytes in one direction over one connection, as fast as they go. */
#include "load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { CHUNK_BYTES = 65536, ANSWER_BYTES = 12, SAMPLE_EVERY = 1009 };
static const int STALL_SECONDS = 10;

static unsigned char chunk[CHUNK_BYTES];

static void make_chunk(void) {
  for (int i = 0; i < CHUNK_BYTES; i++) chunk[i] = (unsigned char)(i * 7 + (i >> 8));
}

static int connect_blocking(int port) {
  int connection = connect_to(port);
  fcntl(connection, F_SETFL, 0);
  struct timeval limit = {.tv_sec = STALL_SECONDS};
  setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  return connection;
}

static uint64_t send_for(int connection, double seconds, uint64_t at) {
  uint64_t sent = 0;
  for (double until = now() + seconds; now() < until;) {
    size_t offset = (size_t)((at + sent) % CHUNK_BYTES);
    ssize_t count = send(connection, chunk + offset, CHUNK_BYTES - offset, MSG_NOSIGNAL);
    if (count < 0) give_up(errno, "cannot send");
    sent += (uint64_t)count;
  }
  return sent;
}

/** What the server says when all has come: how many bytes, and every 1,009th of them folded together. */
static void check_answer(int connection, uint64_t sent) {
  unsigned char answer[ANSWER_BYTES];
  if (recv(connection, answer, sizeof answer, MSG_WAITALL) != ANSWER_BYTES) give_up(errno, "the server does not say what it got");
  uint64_t count = 0;
  for (int i = 0; i < 8; i++) count = count << 8 | answer[i];
  if (count != sent) give_up(0, "the server got %llu bytes of %llu", (unsigned long long)count, (unsigned long long)sent);
  uint32_t sum = 0, told;
  for (uint64_t at = 0; at < sent; at += SAMPLE_EVERY) sum = sum * 31 + chunk[at % CHUNK_BYTES];
  memcpy(&told, answer + 8, sizeof told);
  if (ntohl(told) != sum) give_up(0, "the server got other bytes than were sent");
}

void load_bulk_to_server(const struct settings *settings) {
  make_chunk();
  int connection = connect_blocking(settings->port);
  uint64_t before = send_for(connection, settings->settle, 0);
  struct window measured;
  begin(&measured, settings->pid);
  uint64_t sent = send_for(connection, settings->seconds, before);
  end(&measured, settings->pid);
  shutdown(connection, SHUT_WR);
  check_answer(connection, before + sent);
  close_all(&connection, 1);
  report(&measured, sent, sent, NULL, NULL);
}

/** Receives until the time is up, or to the end; compares all of it, or where each receive begins and ends. */
static uint64_t receive_for(int connection, double seconds, uint64_t at, bool is_comparing) {
  static unsigned char bytes[CHUNK_BYTES];
  uint64_t received = 0;
  for (double until = now() + seconds; seconds < 0 || now() < until;) {
    ssize_t count = recv(connection, bytes, CHUNK_BYTES, 0);
    if (count < 0) give_up(errno, "cannot receive");
    if (count == 0) break;
    size_t offset = (size_t)((at + received) % CHUNK_BYTES);
    size_t length = (size_t)count, first = length < CHUNK_BYTES - offset ? length : CHUNK_BYTES - offset;
    bool is_right = bytes[0] == chunk[offset] && bytes[length - 1] == chunk[(offset + length - 1) % CHUNK_BYTES];
    if (is_comparing) {
      is_right = memcmp(bytes, chunk + offset, first) == 0 && memcmp(bytes + first, chunk, length - first) == 0;
    }
    if (!is_right) give_up(0, "other bytes came than were to be sent");
    received += length;
  }
  return received;
}

/** The server begins when a byte comes, and stops when we have ended our side. */
void load_bulk_from_server(const struct settings *settings) {
  make_chunk();
  int connection = connect_blocking(settings->port);
  if (send(connection, "", 1, MSG_NOSIGNAL) != 1) give_up(errno, "cannot send");
  uint64_t before = receive_for(connection, settings->settle, 0, settings->verify);
  struct window measured;
  begin(&measured, settings->pid);
  uint64_t received = receive_for(connection, settings->seconds, before, settings->verify);
  end(&measured, settings->pid);
  shutdown(connection, SHUT_WR);
  receive_for(connection, -1, before + received, true);
  close(connection);
  report(&measured, received, received, NULL, NULL);
}
