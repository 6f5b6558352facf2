/*
 * The counterpart in C: sets the same options, and plays the peer.
 *
 *     peer list           sets each option, and prints what the kernel says before and after, as our program does
 *     peer serve          prints its port; says "!", and prints of each connection what comes, in how many segments, and
 *                         how it ends
 *     peer linger PORT    two connections, without and with a linger of 0 seconds, each closed at once
 *     peer nagle PORT     two connections, without and with TCP_NODELAY, each with ten bytes one by one
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static int check(int result, const char *what) {
  if (result >= 0) return result;
  perror(what);
  exit(1);
}

static struct sockaddr_in at = {.sin_family = AF_INET};

/* How an option's value is written. */
enum kind { FLAG, SIZE, TIMEOUT, LINGER };

static void print_option(int sock, int level, int number, enum kind kind) {
  struct timeval time;
  struct linger linger;
  int value;
  void *into = kind == TIMEOUT ? (void *)&time : kind == LINGER ? (void *)&linger : (void *)&value;
  socklen_t size = kind == TIMEOUT ? sizeof time : kind == LINGER ? sizeof linger : sizeof value;
  check(getsockopt(sock, level, number, into, &size), "getsockopt");
  if (kind == FLAG) printf("%s", value ? "true" : "false");
  else if (kind == SIZE) printf("%d", value);
  else if (kind == TIMEOUT) printf("%ld", (long)(time.tv_sec * 1000 + time.tv_usec / 1000));
  else if (linger.l_onoff) printf("{\"seconds\":%d}", linger.l_linger);
  else printf("none");
}

static void show(const char *type, const char *name, int sock, int level, int number, enum kind kind) {
  static const struct timeval three_seconds = {.tv_sec = 3};
  static const struct linger reset = {.l_onoff = 1, .l_linger = 0};
  static const int yes = 1, size = 8192;
  printf("%s %s ", type, name);
  print_option(sock, level, number, kind);
  if (kind == TIMEOUT) check(setsockopt(sock, level, number, &three_seconds, sizeof three_seconds), name);
  else if (kind == LINGER) check(setsockopt(sock, level, number, &reset, sizeof reset), name);
  else check(setsockopt(sock, level, number, kind == SIZE ? &size : &yes, sizeof yes), name);
  printf(" %s ", kind == FLAG ? "true" : kind == SIZE ? "8192" : kind == TIMEOUT ? "3000" : "{\"seconds\":0}");
  print_option(sock, level, number, kind);
  printf("\n");
}

static int listening(void) {
  socklen_t size = sizeof at;
  int listener = check(socket(AF_INET, SOCK_STREAM, 0), "socket");
  check(bind(listener, (struct sockaddr *)&at, sizeof at), "bind");
  check(listen(listener, 5), "listen");
  check(getsockname(listener, (struct sockaddr *)&at, &size), "getsockname");
  return listener;
}

static int connected(void) {
  int sock = check(socket(AF_INET, SOCK_STREAM, 0), "socket");
  check(connect(sock, (struct sockaddr *)&at, sizeof at), "connect");
  return sock;
}

static void show_all(void) {
#define SHOW(type, sock, level, name, kind) show(type, #name, sock, level, name, kind)
  int fresh = check(socket(AF_INET, SOCK_STREAM, 0), "socket");
  SHOW("TCP", fresh, SOL_SOCKET, SO_REUSEADDR, FLAG);
  listening();
  int client = connected();
  SHOW("TCP", client, SOL_SOCKET, SO_KEEPALIVE, FLAG);
  SHOW("TCP", client, SOL_SOCKET, SO_LINGER, LINGER);
  SHOW("TCP", client, IPPROTO_TCP, TCP_NODELAY, FLAG);
  SHOW("TCP", client, SOL_SOCKET, SO_RCVBUF, SIZE);
  SHOW("TCP", client, SOL_SOCKET, SO_SNDBUF, SIZE);
  show("TCP", "SO_RCVTIMEO", client, SOL_SOCKET, SO_RCVTIMEO, TIMEOUT);
  show("TCP", "SO_SNDTIMEO", client, SOL_SOCKET, SO_SNDTIMEO, TIMEOUT);
  int datagrams = check(socket(AF_INET, SOCK_DGRAM, 0), "socket");
  SHOW("UDP", datagrams, SOL_SOCKET, SO_REUSEADDR, FLAG);
  at.sin_port = 0;
  check(bind(datagrams, (struct sockaddr *)&at, sizeof at), "bind");
  SHOW("UDP", datagrams, SOL_SOCKET, SO_RCVBUF, SIZE);
  SHOW("UDP", datagrams, SOL_SOCKET, SO_SNDBUF, SIZE);
  SHOW("UDP", datagrams, SOL_SOCKET, SO_BROADCAST, FLAG);
  show("UDP", "SO_RCVTIMEO", datagrams, SOL_SOCKET, SO_RCVTIMEO, TIMEOUT);
}

static void serve(void) {
  int no = 0, listener = listening();
  /* Acknowledgements wait for an answer to go with, as between any two that talk, and from the first byte on. */
  check(setsockopt(listener, IPPROTO_TCP, TCP_QUICKACK, &no, sizeof no), "TCP_QUICKACK");
  printf("port %d\n", ntohs(at.sin_port));
  fflush(stdout);
  for (;;) {
    char buffer[4096];
    struct tcp_info info = {0};
    socklen_t size = sizeof info;
    int got, total = 0, sock = check(accept(listener, NULL, NULL), "accept");
    check(send(sock, "!", 1, MSG_NOSIGNAL), "send");
    while ((got = recv(sock, buffer, sizeof buffer, 0)) > 0) total += got;
    const char *end = got == 0 ? "the end of the stream" : errno == ECONNRESET ? "ECONNRESET" : strerror(errno);
    check(getsockopt(sock, IPPROTO_TCP, TCP_INFO, &info, &size), "TCP_INFO");
    printf("%d bytes in %u segments, then %s\n", total, info.tcpi_data_segs_in, end);
    fflush(stdout);
    close(sock);
  }
}

int main(int count, char **words) {
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (count == 2 && strcmp(words[1], "list") == 0) {
    show_all();
  } else if (count == 2) {
    serve();
  } else {
    at.sin_port = htons(atoi(words[2]));
    for (int value = 0; value < 2; value++) {
      struct linger linger = {.l_onoff = value, .l_linger = 0};
      int sock = connected();
      char greeting = 0;
      check(recv(sock, &greeting, 1, 0), "recv");
      if (greeting != '!') return 1;
      if (strcmp(words[1], "linger") == 0) {
        check(setsockopt(sock, SOL_SOCKET, SO_LINGER, &linger, sizeof linger), "SO_LINGER");
      } else {
        check(setsockopt(sock, IPPROTO_TCP, TCP_NODELAY, &value, sizeof value), "TCP_NODELAY");
        for (int i = 0; i < 10; i++) check(send(sock, "", 1, MSG_NOSIGNAL), "send");
      }
      close(sock);
    }
  }
  return 0;
}
