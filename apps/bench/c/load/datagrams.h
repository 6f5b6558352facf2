/** What the modes for datagrams share: how a server is asked what it did. */
#ifndef DATAGRAMS_H
#define DATAGRAMS_H

#include "load.h"

/** The first byte of each datagram. */
enum kind { DATA, REPORT, RESET, SEND };

/** What a server counted: datagrams, those of them that were not as they should be, and microseconds. */
struct counts {
  uint32_t datagrams;
  uint32_t wrong;
  uint32_t microseconds;
};

/** A datagram socket that sends to the server. */
int datagrams_to(int port);
/** Asks once. */
void put(int socket, enum kind kind);
/** Whether an answer to a question of that kind is there. */
bool answered(int socket, enum kind kind, struct counts *counts);
/** Asks until the server answers. */
struct counts ask(int socket, enum kind kind);
/** Asks the server to send to `port` for a while. */
void ask_to_send(int socket, double seconds, int port);
/** Bytes by which the receiver sees that nothing was mixed up: the second and the last add up to 255. */
void fill(unsigned char *datagram, size_t size, unsigned char number);
bool is_filled(const unsigned char *datagram, size_t size);

#endif
