/*
 * A TCP peer in C that does what it is told, and prints what it receives in hexadecimal.
 *
 *     tcp-peer connect PORT STEP...     connects to this machine
 *     tcp-peer listen STEP...           prints its port, and takes one connection
 *
 * The steps are those of tcp-peer.py.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int check(int result, const char *what) {
  if (result >= 0) return result;
  perror(what);
  exit(1);
}

static struct sockaddr_in at = {.sin_family = AF_INET};
static int listener = -1;

static int new_socket(void) {
  if (listener >= 0) return check(accept(listener, NULL, NULL), "accept");
  int sock = check(socket(AF_INET, SOCK_STREAM, 0), "socket");
  check(connect(sock, (struct sockaddr *)&at, sizeof at), "connect");
  return sock;
}

static void send_all(int sock, const char *text) {
  size_t left = strlen(text);
  while (left > 0) {
    int sent = check(send(sock, text, left, MSG_NOSIGNAL), "send");
    text += sent;
    left -= sent;
  }
}

/* Receives `count` bytes, or fewer when the peer ends before; a negative count is all there are. */
static void get(int sock, long count) {
  unsigned char buffer[4096];
  printf("got ");
  while (count != 0) {
    size_t most = count > 0 && count < (long)sizeof buffer ? (size_t)count : sizeof buffer;
    int length = check(recv(sock, buffer, most, 0), "recv");
    if (length == 0) break;
    for (int i = 0; i < length; i++) printf("%02x", buffer[i]);
    if (count > 0) count -= length;
  }
  printf("\n");
  fflush(stdout);
}

int main(int count, char **words) {
  if (count < 3) return 2;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int step = 2;
  if (strcmp(words[1], "connect") == 0) {
    at.sin_port = htons(atoi(words[step++]));
  } else {
    socklen_t size = sizeof at;
    listener = check(socket(AF_INET, SOCK_STREAM, 0), "socket");
    check(bind(listener, (struct sockaddr *)&at, sizeof at), "bind");
    check(listen(listener, 5), "listen");
    check(getsockname(listener, (struct sockaddr *)&at, &size), "getsockname");
    printf("port %d\n", ntohs(at.sin_port));
    fflush(stdout);
  }

  int sock = new_socket();
  for (; step < count; step++) {
    const char *word = words[step];
    if (strncmp(word, "send=", 5) == 0) send_all(sock, word + 5);
    else if (strncmp(word, "get=", 4) == 0) get(sock, atol(word + 4));
    else if (strcmp(word, "rest") == 0) get(sock, -1);
    else if (strcmp(word, "end") == 0) check(shutdown(sock, SHUT_WR), "shutdown");
    else if (strcmp(word, "next") == 0) close(sock), sock = new_socket();
    else return 2;
  }
  close(sock);
  return 0;
}
