/** Datagrams that come back: one in flight on each socket. One that is lost is sent again, and counted. */
#include "datagrams.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

enum { EVENTS = 256, READ_BYTES = 65536 };
/** Nothing takes that long on a loopback interface. */
static const double LOST_SECONDS = 1;

struct flight {
  int socket;
  uint64_t count;
  double began;
};

static const struct settings *settings;
static struct flight *flights;
static struct histogram latency;
static uint64_t done, lost;

static void send_next(int index, uint64_t count) {
  struct flight *flight = &flights[index];
  flight->count = count;
  flight->began = now();
  if (send(flight->socket, message(index, count), settings->size, 0) < 0) give_up(errno, "cannot send");
}

static bool receive_answer(int index) {
  static unsigned char bytes[READ_BYTES];
  struct flight *flight = &flights[index];
  ssize_t length = recv(flight->socket, bytes, sizeof bytes, MSG_DONTWAIT);
  if (length < 0 && errno == EAGAIN) return false;
  if (length < 0) give_up(errno, "cannot receive");
  if ((size_t)length == settings->size && memcmp(bytes, message(index, flight->count), settings->size) == 0) return true;
  // The one before, which was taken for lost.
  if (lost > 0) return false;
  give_up(0, "another datagram came back than was sent");
}

static void resend_lost(void) {
  for (int i = 0; i < settings->connections; i++) {
    if (now() - flights[i].began < LOST_SECONDS) continue;
    if (++lost > 100) give_up(0, "the server does not answer");
    send_next(i, flights[i].count);
  }
}

static void run(int epoll, double until, bool is_sending) {
  struct epoll_event events[EVENTS];
  int in_flight = settings->connections;
  for (double time = now(); is_sending ? time < until : in_flight > 0; time = now()) {
    int ready = epoll_wait(epoll, events, EVENTS, 100);
    if (ready == 0) resend_lost();
    for (int i = 0; i < ready; i++) {
      int index = (int)events[i].data.u32;
      if (!receive_answer(index)) continue;
      record(&latency, now() - flights[index].began);
      done++;
      if (is_sending) send_next(index, flights[index].count + 1);
      else in_flight--;
    }
  }
}

void load_datagram_echo(const struct settings *given) {
  settings = given;
  make_messages(settings->size);
  flights = calloc((size_t)settings->connections, sizeof *flights);
  int epoll = epoll_create1(0);
  for (int i = 0; i < settings->connections; i++) {
    flights[i].socket = datagrams_to(settings->port);
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)i};
    epoll_ctl(epoll, EPOLL_CTL_ADD, flights[i].socket, &event);
    send_next(i, 1);
  }
  run(epoll, now() + settings->settle, true);
  memset(&latency, 0, sizeof latency);
  done = lost = 0;
  struct window measured;
  begin(&measured, settings->pid);
  run(epoll, now() + settings->seconds, true);
  end(&measured, settings->pid);
  uint64_t operations = done, missed = lost;
  run(epoll, 0, false);
  char more[64];
  snprintf(more, sizeof more, ",\"lost\":%llu", (unsigned long long)missed);
  report(&measured, operations, operations * settings->size, &latency, more);
}
