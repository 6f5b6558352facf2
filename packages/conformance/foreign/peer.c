/* The driver's protocol (protocol.md), spoken with the system calls themselves. Compile: cc -O2 -o peer peer.c */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { PERIOD = 65521, PERIODS = 16, CHUNK = 65536, FULL_MILLISECONDS = 250 };

static int listener = -1, connection = -1, datagrams = -1;
static char listener_path[sizeof(struct sockaddr_un)];
static unsigned char block[PERIODS * PERIOD], into[CHUNK];
static char answer[512];

/* How many bytes, and their CRC-32. */
struct sum {
  size_t length;
  uint32_t crc;
};

static uint32_t crc_table[256];

static void make_crc_table(void) {
  for (uint32_t index = 0; index < 256; index++) {
    uint32_t entry = index;
    for (int bit = 0; bit < 8; bit++) entry = entry & 1 ? (entry >> 1) ^ 0xedb88320u : entry >> 1;
    crc_table[index] = entry;
  }
}

static void add(struct sum *sum, const unsigned char *bytes, size_t length) {
  uint32_t state = ~sum->crc;
  for (size_t at = 0; at < length; at++) state = (state >> 8) ^ crc_table[(state ^ bytes[at]) & 255];
  sum->crc = ~state;
  sum->length += length;
}

static void make_pattern(uint32_t state) {
  for (int at = 0; at < PERIOD; at++) {
    state = state * 1664525u + 1013904223u;
    block[at] = state >> 24;
  }
  for (int period = 1; period < PERIODS; period++) memcpy(block + period * PERIOD, block, PERIOD);
}

static size_t least(size_t one, size_t other) { return one < other ? one : other; }

/* An address in text as one of the system's; its length, or 0 when the text is no address. */
static socklen_t parse(char *text, struct sockaddr_storage *address) {
  memset(address, 0, sizeof *address);
  if (strncmp(text, "unix:", 5) == 0) {
    struct sockaddr_un *local = (struct sockaddr_un *)address;
    local->sun_family = AF_UNIX;
    if (strlen(text + 5) >= sizeof local->sun_path) return 0;
    strcpy(local->sun_path, text + 5);
    return sizeof *local;
  }
  char *colon = strrchr(text, ':');
  if (colon == NULL) return 0;
  *colon = 0;
  in_port_t port = htons((uint16_t)atoi(colon + 1));
  if (text[0] == '[') {
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)address;
    six->sin6_family = AF_INET6;
    six->sin6_port = port;
    colon[-1] = 0;
    return inet_pton(AF_INET6, text + 1, &six->sin6_addr) == 1 ? sizeof *six : 0;
  }
  struct sockaddr_in *four = (struct sockaddr_in *)address;
  four->sin_family = AF_INET;
  four->sin_port = port;
  return inet_pton(AF_INET, text, &four->sin_addr) == 1 ? sizeof *four : 0;
}

static const char *show(const struct sockaddr_storage *address) {
  static char text[160];
  char host[INET6_ADDRSTRLEN];
  if (address->ss_family == AF_UNIX) {
    snprintf(text, sizeof text, "unix:%s", ((const struct sockaddr_un *)address)->sun_path);
  } else if (address->ss_family == AF_INET6) {
    const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)address;
    inet_ntop(AF_INET6, &six->sin6_addr, host, sizeof host);
    snprintf(text, sizeof text, "[%s]:%d", host, ntohs(six->sin6_port));
  } else {
    const struct sockaddr_in *four = (const struct sockaddr_in *)address;
    inet_ntop(AF_INET, &four->sin_addr, host, sizeof host);
    snprintf(text, sizeof text, "%s:%d", host, ntohs(four->sin_port));
  }
  return text;
}

static int say_address(int socket) {
  struct sockaddr_storage address = {0};
  socklen_t length = sizeof address;
  if (getsockname(socket, (struct sockaddr *)&address, &length) < 0) return -1;
  snprintf(answer, sizeof answer, "%s", show(&address));
  return 0;
}

static int say_sum(const struct sum *sum) {
  snprintf(answer, sizeof answer, "%zu %08x", sum->length, sum->crc);
  return 0;
}

static int give_back(int *socket) {
  int result = *socket < 0 ? 0 : close(*socket);
  *socket = -1;
  return result;
}

/* A new socket of the address's family, bound to it or connected; -1 with errno when that failed. */
static int make(char *text, int type, int (*use)(int, const struct sockaddr *, socklen_t)) {
  struct sockaddr_storage address;
  socklen_t length = parse(text, &address);
  if (length == 0) return errno = EINVAL, -1;
  int made = socket(address.ss_family, type, 0), one = 1;
  if (made < 0) return -1;
  if (use == bind && type == SOCK_STREAM) setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (use(made, (struct sockaddr *)&address, length) == 0) return made;
  int why = errno;
  close(made);
  return errno = why, -1;
}

static int do_listen(char **words) {
  char *path = strncmp(words[0], "unix:", 5) == 0 ? words[0] + 5 : "";
  listener = make(words[0], SOCK_STREAM, bind);
  if (listener < 0 || listen(listener, 128) < 0) return -1;
  strcpy(listener_path, path);
  return say_address(listener);
}

static int do_accept(char **words) {
  (void)words;
  connection = accept(listener, NULL, NULL);
  return connection;
}

static int do_connect(char **words) { return connection = make(words[0], SOCK_STREAM, connect); }

static int do_send(char **words) {
  size_t length = strtoull(words[0], NULL, 10), most = words[2] ? strtoull(words[2], NULL, 10) : CHUNK * 8;
  struct sum sent = {0};
  make_pattern((uint32_t)strtoul(words[1], NULL, 10));
  while (sent.length < length) {
    const unsigned char *bytes = block + sent.length % PERIOD;
    ssize_t count = send(connection, bytes, least(most, length - sent.length), MSG_NOSIGNAL);
    if (count < 0) return -1;
    add(&sent, bytes, (size_t)count);
  }
  return say_sum(&sent);
}

static int receive(size_t length, int timeout) {
  struct sum received = {0};
  struct pollfd readable = {.fd = connection, .events = POLLIN};
  while (received.length < length) {
    int ready = poll(&readable, 1, timeout);
    if (ready == 0) errno = EAGAIN;
    if (ready <= 0) return -1;
    ssize_t count = recv(connection, into, least(CHUNK, length - received.length), 0);
    if (count < 0) return -1;
    if (count == 0) break;
    add(&received, into, (size_t)count);
  }
  return say_sum(&received);
}

static int do_receive(char **words) {
  return receive(strtoull(words[0], NULL, 10), words[1] ? atoi(words[1]) : -1);
}

static int do_drain(char **words) {
  (void)words;
  return receive(SIZE_MAX, -1);
}

static int do_exchange(char **words) {
  size_t length = strtoull(words[0], NULL, 10);
  struct sum sent = {0}, received = {0};
  make_pattern((uint32_t)strtoul(words[1], NULL, 10));
  while (sent.length < length || received.length < length) {
    struct pollfd ready = {.fd = connection};
    ready.events = (short)((sent.length < length ? POLLOUT : 0) | (received.length < length ? POLLIN : 0));
    if (poll(&ready, 1, -1) < 0) return -1;
    if (ready.revents & POLLOUT) {
      const unsigned char *bytes = block + sent.length % PERIOD;
      ssize_t count = send(connection, bytes, least(CHUNK, length - sent.length), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (count < 0 && errno != EAGAIN) return -1;
      if (count > 0) add(&sent, bytes, (size_t)count);
    }
    if (ready.revents & (POLLIN | POLLHUP | POLLERR)) {
      ssize_t count = recv(connection, into, least(CHUNK, length - received.length), MSG_DONTWAIT);
      if (count < 0 && errno != EAGAIN) return -1;
      if (count == 0) break;
      if (count > 0) add(&received, into, (size_t)count);
    }
  }
  snprintf(answer, sizeof answer, "%zu %08x %zu %08x", sent.length, sent.crc, received.length, received.crc);
  return 0;
}

static int do_echo(char **words) {
  struct sum received = {0};
  ssize_t count;
  (void)words;
  while ((count = recv(connection, into, CHUNK, 0)) > 0) {
    add(&received, into, (size_t)count);
    for (ssize_t sent = 0; sent < count;) {
      ssize_t taken = send(connection, into + sent, (size_t)(count - sent), MSG_NOSIGNAL);
      if (taken < 0) return -1;
      sent += taken;
    }
  }
  if (count < 0 || shutdown(connection, SHUT_WR) < 0) return -1;
  return say_sum(&received);
}

static int do_fill(char **words) {
  struct sum sent = {0};
  struct pollfd writable = {.fd = connection, .events = POLLOUT};
  make_pattern((uint32_t)strtoul(words[0], NULL, 10));
  while (poll(&writable, 1, FULL_MILLISECONDS) > 0) {
    const unsigned char *bytes = block + sent.length % PERIOD;
    ssize_t count = send(connection, bytes, CHUNK, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count < 0) return -1;
    add(&sent, bytes, (size_t)count);
  }
  return say_sum(&sent);
}

static int do_shutdown(char **words) {
  (void)words;
  return shutdown(connection, SHUT_WR);
}

static int do_close(char **words) {
  (void)words;
  return give_back(&connection);
}

static int do_reset(char **words) {
  struct linger none = {.l_onoff = 1, .l_linger = 0};
  if (setsockopt(connection, SOL_SOCKET, SO_LINGER, &none, sizeof none) < 0) return -1;
  return do_close(words);
}

static int do_unlisten(char **words) {
  (void)words;
  if (listener_path[0] != 0 && unlink(listener_path) < 0) return -1;
  listener_path[0] = 0;
  return give_back(&listener);
}

static int do_bind(char **words) {
  datagrams = make(words[0], SOCK_DGRAM, bind);
  return datagrams < 0 ? -1 : say_address(datagrams);
}

static int do_sendto(char **words) {
  struct sockaddr_storage to;
  socklen_t to_length = parse(words[0], &to);
  size_t length = strtoull(words[1], NULL, 10);
  struct sum sent = {0};
  if (to_length == 0 || length > sizeof block) return errno = EINVAL, -1;
  make_pattern((uint32_t)strtoul(words[2], NULL, 10));
  if (sendto(datagrams, block, length, 0, (struct sockaddr *)&to, to_length) < 0) return -1;
  add(&sent, block, length);
  return say_sum(&sent);
}

static int do_receivefrom(char **words) {
  struct sockaddr_storage from = {0};
  socklen_t from_length = sizeof from;
  struct sum received = {0};
  (void)words;
  ssize_t count = recvfrom(datagrams, into, CHUNK, 0, (struct sockaddr *)&from, &from_length);
  if (count < 0) return -1;
  add(&received, into, (size_t)count);
  snprintf(answer, sizeof answer, "%zu %08x %s", received.length, received.crc, show(&from));
  return 0;
}

static int do_unbind(char **words) {
  (void)words;
  return give_back(&datagrams);
}

static int do_clear(char **words) {
  return do_unlisten(words) | give_back(&connection) | give_back(&datagrams);
}

static const struct {
  const char *verb;
  int words; /* How many it needs. */
  int (*obey)(char **words);
} commands[] = {
    {"accept", 0, do_accept},     {"bind", 1, do_bind},         {"clear", 0, do_clear},
    {"close", 0, do_close},       {"connect", 1, do_connect},   {"drain", 0, do_drain},
    {"echo", 0, do_echo},         {"exchange", 2, do_exchange}, {"fill", 1, do_fill},
    {"listen", 1, do_listen},     {"receive", 1, do_receive},   {"receivefrom", 0, do_receivefrom},
    {"reset", 0, do_reset},       {"send", 2, do_send},         {"sendto", 3, do_sendto},
    {"shutdown", 0, do_shutdown}, {"unbind", 0, do_unbind},     {"unlisten", 0, do_unlisten},
};

static const char *code(int number) {
  static const struct {
    int number;
    const char *name;
  } names[] = {
      {EADDRINUSE, "EADDRINUSE"}, {EADDRNOTAVAIL, "EADDRNOTAVAIL"}, {EAFNOSUPPORT, "EAFNOSUPPORT"},
      {EAGAIN, "EAGAIN"},         {EBADF, "EBADF"},                 {ECONNREFUSED, "ECONNREFUSED"},
      {ECONNRESET, "ECONNRESET"}, {EINVAL, "EINVAL"},               {EMSGSIZE, "EMSGSIZE"},
      {ENOENT, "ENOENT"},         {ENOTCONN, "ENOTCONN"},           {EPIPE, "EPIPE"},
  };
  for (size_t at = 0; at < sizeof names / sizeof names[0]; at++) {
    if (names[at].number == number) return names[at].name;
  }
  return strerror(number);
}

static void obey(char *line) {
  char *words[8] = {0}, *rest = NULL;
  int count = 0;
  for (char *word = strtok_r(line, " \n", &rest); word && count < 7; word = strtok_r(NULL, " \n", &rest)) {
    words[count++] = word;
  }
  for (size_t at = 0; count > 0 && at < sizeof commands / sizeof commands[0]; at++) {
    if (strcmp(commands[at].verb, words[0]) != 0) continue;
    answer[0] = 0;
    if (count - 1 < commands[at].words) printf("error %s needs %d words\n", words[0], commands[at].words);
    else if (commands[at].obey(words + 1) < 0) printf("error %s\n", code(errno));
    else printf(answer[0] ? "ok %s\n" : "ok\n", answer);
    return;
  }
  printf("error no such command: %s\n", count > 0 ? words[0] : "");
}

int main(void) {
  char *line = NULL;
  size_t size = 0;
  make_crc_table();
  setvbuf(stdout, NULL, _IOLBF, 0);
  while (getline(&line, &size, stdin) > 0) obey(line);
  free(line);
  return 0;
}
