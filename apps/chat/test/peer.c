/*
 * The other end in C: exercise 4 of the network-sockets text, and somebody who joins.
 *
 *     peer serve       a chat server in one select loop, on a port that it prints; prints each line it receives
 *     peer join PORT   sends what it is given on its standard input, and prints each line it receives
 *
 * What is received is printed in hexadecimal, with the end of its line; "end" is the end of the stream.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

#define MOST 16

struct guest {
  int sock; /* 0 where nobody is */
  char name[64];
  char held[4096];
  size_t length;
};

static struct guest guests[MOST];

static int check(int result, const char *what) {
  if (result >= 0) return result;
  perror(what);
  exit(1);
}

static void print_line(const char *line, size_t length) {
  printf("got ");
  for (size_t i = 0; i < length; i++) printf("%02x", (unsigned char)line[i]);
  printf("\n");
  fflush(stdout);
}

static void send_all(int sock, const char *text, size_t left) {
  while (left > 0) {
    int sent = check(send(sock, text, left, MSG_NOSIGNAL), "send");
    text += sent;
    left -= sent;
  }
}

static void tell(struct guest *guest, const char *line) {
  send_all(guest->sock, line, strlen(line));
  send_all(guest->sock, "\n", 1);
}

static void tell_others(struct guest *guest, const char *line) {
  for (struct guest *other = guests; other < guests + MOST; other++)
    if (other != guest && other->sock && other->name[0]) tell(other, line);
}

static void here(char *into, size_t size) {
  const char *between = "Here: ";
  into[0] = 0;
  for (struct guest *guest = guests; guest < guests + MOST; guest++) {
    if (!guest->sock || !guest->name[0]) continue;
    size_t at = strlen(into);
    snprintf(into + at, size - at, "%s%s", between, guest->name);
    between = ", ";
  }
}

static void leave(struct guest *guest) {
  char line[128];
  if (guest->name[0]) {
    snprintf(line, sizeof line, "* %s left", guest->name);
    tell_others(guest, line);
  }
  tell(guest, "* Goodbye.");
  close(guest->sock);
  memset(guest, 0, sizeof *guest);
}

static void hear(struct guest *guest, const char *said) {
  char names[MOST * 66], line[sizeof guest->held + sizeof names + 128];
  if (!guest->name[0]) {
    snprintf(guest->name, sizeof guest->name, "%.63s", said);
    here(names, sizeof names);
    snprintf(line, sizeof line, "* Welcome, %s. %s.", guest->name, names);
    tell(guest, line);
    snprintf(line, sizeof line, "* %s joined", guest->name);
    tell_others(guest, line);
  } else if (strcmp(said, "/who") == 0) {
    here(names, sizeof names);
    snprintf(line, sizeof line, "* %s", names);
    tell(guest, line);
  } else if (strcmp(said, "/quit") == 0) {
    leave(guest);
  } else {
    snprintf(line, sizeof line, "<%s> %s", guest->name, said);
    tell_others(guest, line);
  }
}

/* Receives once, prints the whole lines and, of the server, does what they say; 0 at the end of the stream. */
static int take(struct guest *guest, void (*heard)(struct guest *, const char *)) {
  int got = check(recv(guest->sock, guest->held + guest->length, sizeof guest->held - guest->length, 0), "recv");
  guest->length += got;
  char *end;
  while (guest->sock && (end = memchr(guest->held, '\n', guest->length)) != NULL) {
    size_t taken = end - guest->held + 1;
    char line[sizeof guest->held];
    memcpy(line, guest->held, taken);
    print_line(line, taken);
    line[taken - 1] = 0;
    guest->length -= taken;
    memmove(guest->held, end + 1, guest->length);
    if (heard) heard(guest, line);
  }
  return got;
}

static void serve(struct sockaddr_in at) {
  socklen_t size = sizeof at;
  int listener = check(socket(AF_INET, SOCK_STREAM, 0), "socket");
  check(bind(listener, (struct sockaddr *)&at, sizeof at), "bind");
  check(listen(listener, 5), "listen");
  check(getsockname(listener, (struct sockaddr *)&at, &size), "getsockname");
  printf("port %d\n", ntohs(at.sin_port));
  fflush(stdout);
  for (;;) {
    fd_set readable;
    FD_ZERO(&readable);
    FD_SET(listener, &readable);
    for (int i = 0; i < MOST; i++)
      if (guests[i].sock) FD_SET(guests[i].sock, &readable);
    check(select(FD_SETSIZE, &readable, NULL, NULL, NULL), "select");
    for (int i = 0; i < MOST; i++)
      if (guests[i].sock && FD_ISSET(guests[i].sock, &readable) && take(&guests[i], hear) == 0) leave(&guests[i]);
    if (FD_ISSET(listener, &readable)) {
      struct guest *guest = guests;
      while (guest->sock) guest++;
      guest->sock = check(accept(listener, NULL, NULL), "accept");
      tell(guest, "* What is your name?");
    }
  }
}

static void join(struct sockaddr_in to) {
  struct guest *me = guests;
  me->sock = check(socket(AF_INET, SOCK_STREAM, 0), "socket");
  check(connect(me->sock, (struct sockaddr *)&to, sizeof to), "connect");
  int is_typing = 1;
  for (;;) {
    fd_set readable;
    FD_ZERO(&readable);
    FD_SET(me->sock, &readable);
    if (is_typing) FD_SET(STDIN_FILENO, &readable);
    check(select(me->sock + 1, &readable, NULL, NULL, NULL), "select");
    if (FD_ISSET(STDIN_FILENO, &readable)) {
      char typed[4096];
      int length = check(read(STDIN_FILENO, typed, sizeof typed), "read");
      send_all(me->sock, typed, length);
      is_typing = length > 0;
      if (!is_typing) check(shutdown(me->sock, SHUT_WR), "shutdown");
    }
    if (FD_ISSET(me->sock, &readable) && take(me, NULL) == 0) break;
  }
  printf("end\n");
}

int main(int count, char **words) {
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (count == 2 && strcmp(words[1], "serve") == 0) {
    serve(at);
  } else if (count == 3) {
    at.sin_port = htons(atoi(words[2]));
    join(at);
  }
  return 0;
}
