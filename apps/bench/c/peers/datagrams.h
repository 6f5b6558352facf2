/** What servers of datagrams share: how they are asked what they did. load/datagrams.h is the other end. */
#ifndef DATAGRAMS_H
#define DATAGRAMS_H

#include "peer.h"

#include <stdint.h>
#include <string.h>

enum kind { DATA, REPORT, RESET, SEND };
enum { SIZE = 64, BATCH = 64, ANSWER_BYTES = 13 };

struct counts {
  uint32_t datagrams;
  uint32_t wrong;
  uint32_t microseconds;
};

/** Returns what kind of datagram came. */
static inline enum kind take(struct counts *counts, const unsigned char *bytes, size_t length) {
  if (bytes[0] != DATA) return bytes[0];
  counts->datagrams++;
  if (length != SIZE || bytes[1] + bytes[SIZE - 1] != 255) counts->wrong++;
  return DATA;
}

static inline void answer(int socket, struct counts *counts, enum kind kind, const struct sockaddr_in *to) {
  if (kind == RESET) *counts = (struct counts){0};
  unsigned char bytes[ANSWER_BYTES] = {(unsigned char)kind};
  uint32_t numbers[3] = {htonl(counts->datagrams), htonl(counts->wrong), htonl(counts->microseconds)};
  memcpy(bytes + 1, numbers, sizeof numbers);
  sendto(socket, bytes, sizeof bytes, 0, (const struct sockaddr *)to, sizeof *to);
}

#endif
