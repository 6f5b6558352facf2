/** Connections that live for one message: connect, send, receive it back, see the server close. */
#include "load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EVENTS = 64, READ_BYTES = 65536 };
static const double STALL_SECONDS = 10;

struct visit {
  int socket;
  uint64_t count;
  size_t received;
  bool is_sent;
  double began;
};

static const struct settings *settings;
static struct visit *visits;
static int epoll;
static uint64_t done;
static struct histogram latency;

static void start(int index) {
  struct visit *visit = &visits[index];
  visit->socket = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (visit->socket < 0) give_up(errno, "no more sockets");
  // The server closes first; our close is then a reset, which leaves nobody in TIME_WAIT: there are only so many ports.
  struct linger linger = {.l_onoff = 1, .l_linger = 0};
  setsockopt(visit->socket, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
  int one = 1;
  setsockopt(visit->socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_port = htons((uint16_t)settings->port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (connect(visit->socket, (struct sockaddr *)&address, sizeof address) != 0 && errno != EINPROGRESS) {
    give_up(errno, "cannot connect to %d", settings->port);
  }
  visit->count++;
  visit->received = 0;
  visit->is_sent = false;
  visit->began = now();
  struct epoll_event event = {.events = EPOLLOUT, .data.u32 = (uint32_t)index};
  epoll_ctl(epoll, EPOLL_CTL_ADD, visit->socket, &event);
}

/** Returns whether the visit is over. */
static bool go_on(int index) {
  static unsigned char bytes[READ_BYTES];
  struct visit *visit = &visits[index];
  const unsigned char *wanted = message(index, visit->count);
  if (!visit->is_sent) {
    if (send(visit->socket, wanted, settings->size, MSG_NOSIGNAL) != (ssize_t)settings->size) give_up(errno, "cannot send");
    visit->is_sent = true;
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)index};
    epoll_ctl(epoll, EPOLL_CTL_MOD, visit->socket, &event);
    return false;
  }
  ssize_t count = recv(visit->socket, bytes, READ_BYTES, 0);
  if (count < 0 && errno == EAGAIN) return false;
  if (count < 0) give_up(errno, "cannot receive");
  if (count == 0 && visit->received != settings->size) give_up(0, "the server closed before it had answered");
  if (visit->received + (size_t)count > settings->size) give_up(0, "more came back than was sent");
  if (memcmp(bytes, wanted + visit->received, (size_t)count) != 0) give_up(0, "other bytes came back than were sent");
  visit->received += (size_t)count;
  if (count > 0) return false;
  close(visit->socket);
  return true;
}

static void run(double until, bool is_starting) {
  struct epoll_event events[EVENTS];
  int open = settings->connections;
  double last = now();
  for (double time = last; is_starting ? time < until : open > 0; time = now()) {
    int ready = epoll_wait(epoll, events, EVENTS, 100);
    if (ready > 0) last = now();
    else if (now() - last > STALL_SECONDS) give_up(0, "the server stopped answering");
    for (int i = 0; i < ready; i++) {
      int index = (int)events[i].data.u32;
      if (!go_on(index)) continue;
      done++;
      record(&latency, now() - visits[index].began);
      if (is_starting) start(index);
      else open--;
    }
  }
}

void load_churn(const struct settings *given) {
  settings = given;
  make_messages(settings->size);
  visits = calloc((size_t)settings->connections, sizeof *visits);
  epoll = epoll_create1(0);
  for (int i = 0; i < settings->connections; i++) start(i);
  run(now() + settings->settle, true);
  memset(&latency, 0, sizeof latency);
  done = 0;
  struct window measured;
  begin(&measured, settings->pid);
  run(now() + settings->seconds, true);
  end(&measured, settings->pid);
  uint64_t operations = done;
  run(0, false);
  report(&measured, operations, operations * settings->size, &latency, NULL);
}
