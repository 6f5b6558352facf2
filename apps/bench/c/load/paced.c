/** Messages that come back over one connection, `rate` of them a second: what a server takes that has little to do. */
#include "load.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { READ_BYTES = 65536, STALL_MILLISECONDS = 10000 };

static const struct settings *settings;
static int connection;
static uint64_t count;
static struct histogram latency;

/** Sends a message, and waits until it is back. */
static void ask(void) {
  static unsigned char bytes[READ_BYTES];
  const unsigned char *wanted = message(0, ++count);
  if (send(connection, wanted, settings->size, MSG_NOSIGNAL) != (ssize_t)settings->size) give_up(errno, "cannot send");
  for (size_t received = 0; received < settings->size;) {
    struct pollfd entry = {.fd = connection, .events = POLLIN};
    if (poll(&entry, 1, STALL_MILLISECONDS) == 0) give_up(0, "the server stopped answering");
    ssize_t part = recv(connection, bytes, READ_BYTES, 0);
    if (part < 0 && errno == EAGAIN) continue;
    if (part < 0) give_up(errno, "cannot receive");
    if (part == 0) give_up(0, "the server closed the connection");
    if (received + (size_t)part > settings->size) give_up(0, "more came back than was sent");
    if (memcmp(bytes, wanted + received, (size_t)part) != 0) give_up(0, "other bytes came back than were sent");
    received += (size_t)part;
  }
}

static void sleep_until(double time) {
  struct timespec at = {.tv_sec = (time_t)time, .tv_nsec = (long)((time - floor(time)) * 1e9)};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL) == EINTR) {
  }
}

/** One message after the other until then. One that came back late puts off those after it: they come no faster for that. */
static void run(double seconds) {
  double until = now() + seconds;
  for (double next = now(); next < until; next = fmax(next + 1 / settings->rate, now())) {
    sleep_until(next);
    double began = now();
    ask();
    record(&latency, now() - began);
  }
}

void load_paced(const struct settings *given) {
  settings = given;
  if (settings->rate <= 0) give_up(0, "paced takes a rate: so many messages a second");
  make_messages(settings->size);
  connection = connect_to(settings->port);
  run(settings->settle);
  memset(&latency, 0, sizeof latency);
  struct window measured;
  begin(&measured, settings->pid);
  run(settings->seconds);
  end(&measured, settings->pid);
  uint64_t operations = latency.total;
  close_all(&connection, 1);
  report(&measured, operations, operations * settings->size, &latency, NULL);
}
