/*
 * The counterpart in C: provokes the same errors, and prints what the kernel says; or is the silent peer.
 *
 *     peer serve                   prints its port, says nothing, and prints how each connection ends
 *     peer provoke NAME [PORT]     the experiment of that name, with the peer at PORT where it has one
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/tcp.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static const char *name_of(int number) {
#define NAME(code) \
  if (number == code) return #code
  NAME(EACCES);
  NAME(EADDRINUSE);
  NAME(EADDRNOTAVAIL);
  NAME(EAGAIN);
  NAME(ECONNREFUSED);
  NAME(ECONNRESET);
  NAME(EHOSTUNREACH);
  NAME(ENETUNREACH);
  NAME(ETIMEDOUT);
  return "another";
}

/* Ends the program where a call fails, with what the kernel says. */
static int check(int result) {
  if (result >= 0) return result;
  printf("code %s, errno %d\n", name_of(errno), errno);
  exit(0);
}

static struct sockaddr_in address(const char *host, int port) {
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = inet_addr(host), .sin_port = htons(port)};
  return at;
}

static int listening(struct sockaddr_in at) {
  int yes = 1, sock = check(socket(AF_INET, SOCK_STREAM, 0));
  /* As every runtime does. */
  check(setsockopt(sock, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes));
  check(bind(sock, (struct sockaddr *)&at, sizeof at));
  check(listen(sock, 5));
  return sock;
}

/* `timeout` in milliseconds, 0 for the system's: how long what was sent, here the SYN, may go without an answer. */
static int connected(struct sockaddr_in to, unsigned timeout) {
  int sock = check(socket(AF_INET, SOCK_STREAM, 0));
  if (timeout > 0) check(setsockopt(sock, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout, sizeof timeout));
  check(connect(sock, (struct sockaddr *)&to, sizeof to));
  return sock;
}

static void silent(struct sockaddr_in peer) {
  char buffer[1024];
  struct timeval timeout = {.tv_usec = 100000};
  int sock = connected(peer, 0);
  check(setsockopt(sock, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout));
  check(recv(sock, buffer, sizeof buffer, 0));
}

/* The C library's numbers are its own: those that are no errno values have names alone in common. */
static void look_up(const char *host) {
  struct addrinfo *found, hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
  int result = getaddrinfo(host, "80", &hints, &found);
  if (result == 0) return;
  printf("code %s\n", result == EAI_NONAME ? "ENOTFOUND" : result == EAI_AGAIN ? "EAI_AGAIN" : gai_strerror(result));
  exit(0);
}

static void serve(void) {
  struct sockaddr_in at = address("127.0.0.1", 0);
  socklen_t size = sizeof at;
  int listener = listening(at);
  check(getsockname(listener, (struct sockaddr *)&at, &size));
  printf("port %d\n", ntohs(at.sin_port));
  fflush(stdout);
  for (;;) {
    char buffer[4096];
    int got, total = 0, sock = check(accept(listener, NULL, NULL));
    while ((got = recv(sock, buffer, sizeof buffer, 0)) > 0) total += got;
    printf("%d bytes, then %s\n", total, got == 0 ? "the end of the stream" : name_of(errno));
    fflush(stdout);
    close(sock);
  }
}

int main(int count, char **words) {
  if (count == 2) serve();
  if (count < 3) return 2;
  struct sockaddr_in peer = address("127.0.0.1", count > 3 ? atoi(words[3]) : 0);
  const char *name = words[2];
  if (strcmp(name, "refused") == 0) connected(peer, 0);
  else if (strcmp(name, "timed-out") == 0) connected(address("203.0.113.1", 9), 100);
  else if (strcmp(name, "silent") == 0) silent(peer);
  else if (strcmp(name, "in-use") == 0) listening(peer);
  else if (strcmp(name, "permission") == 0) listening(address("127.0.0.1", 1));
  else if (strcmp(name, "unreachable") == 0) connected(address("224.0.0.1", 80), 0);
  else if (strcmp(name, "not-here") == 0) listening(address("203.0.113.1", 9));
  else if (strcmp(name, "no-name") == 0) look_up("nobody.invalid");
  else return 2;
  printf("no error\n");
  return 0;
}
