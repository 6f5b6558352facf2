/** Frames with a length of four bytes before them, `window` in flight on each connection: as many as came back are sent anew. */
#include "load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

enum { EVENTS = 64, HEADER_BYTES = 4, READ_BYTES = 1 << 20 };
static const double STALL_SECONDS = 10;

struct connection {
  int socket;
  uint64_t sent;
  uint64_t received;
};

static size_t frame_bytes;
/** Different frames, over and over. */
static unsigned char *ring;
static uint64_t ring_bytes;
static unsigned char received_bytes[READ_BYTES];

static void make_ring(const struct settings *settings) {
  uint64_t frames = settings->window < 1024 ? 1024 : (uint64_t)settings->window;
  frame_bytes = HEADER_BYTES + settings->size;
  ring_bytes = frames * frame_bytes;
  ring = malloc(ring_bytes);
  if (ring == NULL) give_up(errno, "cannot hold %llu frames", (unsigned long long)frames);
  for (uint64_t i = 0; i < frames; i++) {
    uint32_t length = htonl((uint32_t)settings->size);
    memcpy(ring + i * frame_bytes, &length, HEADER_BYTES);
    memcpy(ring + i * frame_bytes + HEADER_BYTES, message(0, i), settings->size);
  }
}

/** Frames come back as they were sent, in order. */
static void compare(uint64_t at, const unsigned char *bytes, size_t length) {
  while (length > 0) {
    uint64_t offset = at % ring_bytes;
    size_t part = length < ring_bytes - offset ? length : (size_t)(ring_bytes - offset);
    if (memcmp(bytes, ring + offset, part) != 0) give_up(0, "other frames came back than were sent");
    at += part;
    bytes += part;
    length -= part;
  }
}

static void receive_all(struct connection *from) {
  for (;;) {
    ssize_t count = recv(from->socket, received_bytes, READ_BYTES, 0);
    if (count < 0 && errno == EAGAIN) return;
    if (count < 0) give_up(errno, "cannot receive");
    if (count == 0) give_up(0, "the server closed a connection");
    if (from->received + (uint64_t)count > from->sent) give_up(0, "more came back than was sent");
    compare(from->received, received_bytes, (size_t)count);
    from->received += (uint64_t)count;
    if (count < READ_BYTES) return;
  }
}

/** Fills the window. Only whole frames are begun; the rest of one that was begun is always sent. */
static void send_more(struct connection *to, uint64_t window, bool is_sending) {
  for (;;) {
    uint64_t back = to->received / frame_bytes * frame_bytes;
    uint64_t limit = is_sending ? back + window * frame_bytes : (to->sent + frame_bytes - 1) / frame_bytes * frame_bytes;
    if (to->sent >= limit) return;
    uint64_t offset = to->sent % ring_bytes;
    uint64_t length = limit - to->sent;
    if (length > ring_bytes - offset) length = ring_bytes - offset;
    ssize_t count = send(to->socket, ring + offset, length, MSG_NOSIGNAL);
    if (count < 0 && errno == EAGAIN) return;
    if (count < 0) give_up(errno, "cannot send");
    to->sent += (uint64_t)count;
  }
}

static uint64_t total_of(const struct connection *connections, int count, bool is_missing) {
  uint64_t total = 0;
  for (int i = 0; i < count; i++) {
    total += is_missing ? connections[i].sent - connections[i].received : connections[i].received;
  }
  return total;
}

static void run(const struct settings *settings, struct connection *connections, int epoll, double until, bool is_sending) {
  struct epoll_event events[EVENTS];
  double last = now();
  for (int i = 0; i < settings->connections; i++) send_more(&connections[i], (uint64_t)settings->window, is_sending);
  for (double time = last; is_sending ? time < until : total_of(connections, settings->connections, true) > 0; time = now()) {
    int ready = epoll_wait(epoll, events, EVENTS, 100);
    if (ready > 0) last = now();
    else if (now() - last > STALL_SECONDS) give_up(0, "the server stopped answering");
    for (int i = 0; i < ready; i++) {
      struct connection *connection = &connections[events[i].data.u32];
      receive_all(connection);
      send_more(connection, (uint64_t)settings->window, is_sending);
    }
  }
}

void load_framed(const struct settings *settings) {
  make_messages(settings->size);
  make_ring(settings);
  int count = settings->connections;
  struct connection *connections = calloc((size_t)count, sizeof *connections);
  int *sockets = calloc((size_t)count, sizeof *sockets);
  int epoll = epoll_create1(0);
  for (int i = 0; i < count; i++) {
    connections[i].socket = sockets[i] = connect_to(settings->port);
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.u32 = (uint32_t)i};
    epoll_ctl(epoll, EPOLL_CTL_ADD, sockets[i], &event);
  }
  run(settings, connections, epoll, now() + settings->settle, true);
  uint64_t before = total_of(connections, count, false);
  struct window measured;
  begin(&measured, settings->pid);
  run(settings, connections, epoll, now() + settings->seconds, true);
  end(&measured, settings->pid);
  uint64_t bytes = total_of(connections, count, false) - before;
  run(settings, connections, epoll, 0, false);
  close_all(sockets, count);
  report(&measured, bytes / frame_bytes, bytes, NULL, NULL);
}
