/** Messages that come back: one in flight on each connection, or `window` in flight over all, each time on another. */
#include "load.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

enum { EVENTS = 256, OPENING = 64, ALWAYS_COMPARED = 1024, READ_BYTES = 1 << 20 };
static const double STALL_SECONDS = 10;

struct connection {
  int socket;
  uint64_t count;
  size_t sent;
  size_t received;
  double began;
  bool is_busy;
  bool is_blocked;
};

static const struct settings *settings;
static struct connection *connections;
static int epoll;
static unsigned char received_bytes[READ_BYTES];
static struct histogram latency;
static uint64_t done;

static void watch(int index, int operation, uint32_t events) {
  struct epoll_event event = {.events = events, .data.u32 = (uint32_t)index};
  if (epoll_ctl(epoll, operation, connections[index].socket, &event) != 0) give_up(errno, "epoll_ctl");
}

static void send_rest(int index) {
  struct connection *to = &connections[index];
  const unsigned char *bytes = message(index, to->count);
  ssize_t sent = send(to->socket, bytes + to->sent, settings->size - to->sent, MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN) give_up(errno, "cannot send");
  if (sent > 0) to->sent += (size_t)sent;
  bool is_blocked = to->sent < settings->size;
  if (is_blocked != to->is_blocked) watch(index, EPOLL_CTL_MOD, is_blocked ? EPOLLIN | EPOLLOUT : EPOLLIN);
  to->is_blocked = is_blocked;
}

static void begin_message(int index) {
  struct connection *to = &connections[index];
  to->count++;
  to->sent = 0;
  to->received = 0;
  to->is_busy = true;
  to->began = now();
  send_rest(index);
}

/** Returns whether the message is complete. */
static bool receive_some(int index) {
  struct connection *from = &connections[index];
  ssize_t count = recv(from->socket, received_bytes, READ_BYTES, 0);
  if (count < 0 && errno == EAGAIN) return false;
  if (count < 0) give_up(errno, "cannot receive");
  if (count == 0) give_up(0, "the server closed a connection");
  if (!from->is_busy || from->received + (size_t)count > from->sent) give_up(0, "more came back than was sent");
  bool is_compared = settings->verify || settings->size <= ALWAYS_COMPARED;
  if (is_compared && memcmp(received_bytes, message(index, from->count) + from->received, (size_t)count) != 0) {
    give_up(0, "other bytes came back than were sent");
  }
  from->received += (size_t)count;
  if (from->received < settings->size) return false;
  from->is_busy = false;
  return true;
}

/** Opens all connections, a few at a time, so that no backlog overflows: each is open when its first message is back. */
static void open_all(void) {
  struct epoll_event events[EVENTS];
  int opened = 0, answered = 0;
  while (answered < settings->connections) {
    for (; opened < settings->connections && opened - answered < OPENING; opened++) {
      connections[opened].socket = connect_to(settings->port);
      watch(opened, EPOLL_CTL_ADD, EPOLLIN);
      begin_message(opened);
    }
    int ready = epoll_wait(epoll, events, EVENTS, (int)(STALL_SECONDS * 1e3));
    if (ready == 0) give_up(0, "the server does not answer");
    for (int i = 0; i < ready; i++) {
      int index = (int)events[i].data.u32;
      if (events[i].events & EPOLLOUT) send_rest(index);
      if (events[i].events & ~(uint32_t)EPOLLOUT && receive_some(index)) answered++;
    }
  }
}

/** Another connection for the next message, if not all have one in flight. */
static int next_after(int index, int window) {
  if (window == settings->connections) return index;
  do {
    index = (int)(random() % settings->connections);
  } while (connections[index].is_busy);
  return index;
}

/** Keeps `window` messages in flight until `until`, or without new ones until all are back. */
static void run(int window, double until, bool is_sending) {
  struct epoll_event events[EVENTS];
  int in_flight = window;
  double last = now();
  for (double time = last; is_sending ? time < until : in_flight > 0; time = now()) {
    int ready = epoll_wait(epoll, events, EVENTS, 100);
    if (ready > 0) last = now();
    else if (now() - last > STALL_SECONDS) give_up(0, "the server stopped answering");
    for (int i = 0; i < ready; i++) {
      int index = (int)events[i].data.u32;
      if (events[i].events & EPOLLOUT) send_rest(index);
      if (!(events[i].events & ~(uint32_t)EPOLLOUT) || !receive_some(index)) continue;
      record(&latency, now() - connections[index].began);
      done++;
      if (is_sending) begin_message(next_after(index, window));
      else in_flight--;
    }
  }
}

void load_echo(const struct settings *given) {
  settings = given;
  make_messages(settings->size);
  connections = calloc((size_t)settings->connections, sizeof *connections);
  epoll = epoll_create1(0);
  open_all();

  int window = settings->window == 0 ? settings->connections : settings->window;
  for (int i = 0; i < window; i++) begin_message(i);
  run(window, now() + settings->settle, true);
  memset(&latency, 0, sizeof latency);
  done = 0;
  struct window measured;
  begin(&measured, settings->pid);
  run(window, now() + settings->seconds, true);
  end(&measured, settings->pid);
  uint64_t operations = done;
  struct histogram *measured_latency = malloc(sizeof latency);
  memcpy(measured_latency, &latency, sizeof latency);

  run(window, 0, false);
  int *sockets = calloc((size_t)settings->connections, sizeof *sockets);
  for (int i = 0; i < settings->connections; i++) sockets[i] = connections[i].socket;
  close_all(sockets, settings->connections);
  report(&measured, operations, operations * settings->size, measured_latency, NULL);
}
