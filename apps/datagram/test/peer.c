/* The other end in C: `peer answer REPLY`, or `peer ask PORT MESSAGE`. Prints what arrives in hexadecimal. */
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

static void print(const unsigned char *bytes, int length) {
  printf("got ");
  for (int i = 0; i < length; i++) printf("%02x", bytes[i]);
  printf("\n");
}

int main(int count, char **words) {
  if (count < 3) return 2;
  static unsigned char buffer[65536];
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  struct sockaddr_in from;
  socklen_t size = sizeof from;
  int sock = check(socket(AF_INET, SOCK_DGRAM, 0), "socket");

  if (strcmp(words[1], "answer") == 0) {
    check(bind(sock, (struct sockaddr *)&at, sizeof at), "bind");
    check(getsockname(sock, (struct sockaddr *)&at, &size), "getsockname");
    printf("port %d\n", ntohs(at.sin_port));
    fflush(stdout);
    size = sizeof from;
    print(buffer, check(recvfrom(sock, buffer, sizeof buffer, 0, (struct sockaddr *)&from, &size), "recvfrom"));
    check(sendto(sock, words[2], strlen(words[2]), 0, (struct sockaddr *)&from, size), "sendto");
  } else {
    at.sin_port = htons(atoi(words[2]));
    check(sendto(sock, words[3], strlen(words[3]), 0, (struct sockaddr *)&at, sizeof at), "sendto");
    int length = check(recvfrom(sock, buffer, sizeof buffer, 0, (struct sockaddr *)&from, &size), "recvfrom");
    if (from.sin_port != at.sin_port) return 1;
    print(buffer, length);
  }
  close(sock);
  return 0;
}
