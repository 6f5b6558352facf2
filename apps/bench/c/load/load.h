/** What the load generator's parts share. Each mode drives one kind of server and prints one line of JSON. */
#ifndef LOAD_H
#define LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/** What the command line says: `load MODE name=value ...` */
struct settings {
  int port;
  /** The server's process, whose CPU time is measured; 0 for none. */
  pid_t pid;
  int connections;
  /** Bytes a message. */
  size_t size;
  /** Messages in flight: over all connections, or for frames on each. 0: one on each connection. */
  int window;
  double seconds;
  /** How long the load runs before it is measured, in seconds. */
  double settle;
  /** Whether every byte of every answer is compared; else only those of messages up to a KiB. */
  bool verify;
  /** How many segments one call sends; 1: none. */
  int segments;
  /** Messages a second, of the mode that paces them. */
  double rate;
};

/** The part of a run that is measured. */
struct window {
  double began;
  double seconds;
  double server_cpu;
  double load_cpu;
};

/** Counts durations, each with an error of at most 1.6 %. */
struct histogram {
  uint64_t counts[64 * 64];
  uint64_t total;
};

double now(void);
void begin(struct window *window, pid_t server);
void end(struct window *window, pid_t server);
void record(struct histogram *histogram, double seconds);
/** The duration that `share` of those recorded do not exceed, in microseconds. */
double quantile(const struct histogram *histogram, double share);
/** Prints the result; `latency` may be NULL, and `more`, further JSON members that begin with a comma, too. */
void report(const struct window *window, uint64_t operations, uint64_t bytes, const struct histogram *latency,
            const char *more);

/** Prints why, with errno's text when `error` is not 0, and ends the process. */
_Noreturn void give_up(int error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Where message number `count` of a connection begins: `size` bytes that differ from those of its neighbours. */
const unsigned char *message(int connection, uint64_t count);
/** Makes the messages: once, before `message()`. */
void make_messages(size_t size);

/** A TCP connection to the server that does not block, with TCP_NODELAY. */
int connect_to(int port);
/** Ends sending on all, waits until the server has closed its end of each, and closes them. */
void close_all(const int *sockets, int count);

void load_bulk_to_server(const struct settings *settings);
void load_bulk_from_server(const struct settings *settings);
void load_churn(const struct settings *settings);
void load_datagram_echo(const struct settings *settings);
void load_echo(const struct settings *settings);
void load_flood(const struct settings *settings);
void load_framed(const struct settings *settings);
void load_idle(const struct settings *settings);
void load_paced(const struct settings *settings);
void load_sink(const struct settings *settings);

#endif
