/*
 * The other end in C: a WebSocket peer that does what it is told (RFC 6455). Prints what arrives in hexadecimal.
 *
 *     peer connect PORT STEP...     connects to this machine, with the handshake of the network-sockets text
 *     peer listen STEP...           prints its port, takes one connection, and answers its handshake
 *
 * The steps are those of peer.py.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define GUID "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
#define KEY "dGhlIHNhbXBsZSBub25jZQ=="

enum { TEXT = 1, BINARY = 2, CLOSE = 8, PING = 9, FINAL = 0x80 };

static const unsigned char MASK[4] = {0x37, 0xfa, 0x21, 0x3d};
static unsigned char payload[1 << 20];
static int sock, is_client, has_begun;

static int check(int result, const char *what) {
  if (result >= 0) return result;
  perror(what);
  exit(1);
}

static void fail(const char *why) {
  fprintf(stderr, "%s\n", why);
  exit(1);
}

static void send_all(const void *bytes, size_t left) {
  const char *next = bytes;
  while (left > 0) {
    int sent = check(send(sock, next, left, MSG_NOSIGNAL), "send");
    next += sent;
    left -= sent;
  }
}

static void get(void *into, size_t left) {
  char *next = into;
  while (left > 0) {
    int got = check(recv(sock, next, left, 0), "recv");
    if (got == 0) fail("the peer has ended");
    next += got;
    left -= got;
  }
}

static void print_hex(const unsigned char *bytes, size_t length) {
  for (size_t i = 0; i < length; i++) printf("%02x", bytes[i]);
}

/* SHA-1 of a text of at most 119 bytes: RFC 3174. */
static void sha1(const char *text, unsigned char digest[20]) {
  uint32_t h[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
  unsigned char blocks[128] = {0};
  size_t length = strlen(text), count = length < 56 ? 1 : 2;
  memcpy(blocks, text, length);
  blocks[length] = 0x80;
  blocks[count * 64 - 2] = length * 8 >> 8;
  blocks[count * 64 - 1] = length * 8 & 0xff;
#define ROTATED(x, by) ((x) << (by) | (x) >> (32 - (by)))
  for (size_t at = 0; at < count * 64; at += 64) {
    uint32_t w[80], a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];
    for (int t = 0; t < 16; t++) {
      const unsigned char *word = blocks + at + 4 * t;
      w[t] = (uint32_t)word[0] << 24 | word[1] << 16 | word[2] << 8 | word[3];
    }
    for (int t = 16; t < 80; t++) w[t] = ROTATED(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
    for (int t = 0; t < 80; t++) {
      uint32_t f = t < 20   ? ((b & c) | (~b & d)) + 0x5a827999
                   : t < 40 ? (b ^ c ^ d) + 0x6ed9eba1
                   : t < 60 ? ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc
                            : (b ^ c ^ d) + 0xca62c1d6;
      uint32_t next = ROTATED(a, 5) + f + e + w[t];
      e = d;
      d = c;
      c = ROTATED(b, 30);
      b = a;
      a = next;
    }
    h[0] += a;
    h[1] += b;
    h[2] += c;
    h[3] += d;
    h[4] += e;
  }
  for (int i = 0; i < 20; i++) digest[i] = h[i / 4] >> (24 - 8 * (i % 4)) & 0xff;
}

/* What a server answers to a key: 28 letters of base64. */
static void accept_of(const char *key, char answer[29]) {
  static const char LETTERS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  char text[120];
  unsigned char digest[21] = {0};
  snprintf(text, sizeof text, "%s%s", key, GUID);
  sha1(text, digest);
  for (int i = 0; i < 7; i++) {
    uint32_t three = digest[3 * i] << 16 | digest[3 * i + 1] << 8 | digest[3 * i + 2];
    for (int j = 0; j < 4; j++) answer[4 * i + j] = LETTERS[three >> (18 - 6 * j) & 63];
  }
  answer[27] = '=';
  answer[28] = 0;
}

static const char *get_head(void) {
  static char head[4096];
  size_t length = 0;
  while (length < 4 || memcmp(head + length - 4, "\r\n\r\n", 4) != 0) {
    if (length == sizeof head - 1) fail("the head is too long");
    get(head + length++, 1);
  }
  printf("head ");
  print_hex((unsigned char *)head, length);
  printf("\n");
  fflush(stdout);
  return head;
}

static void shake_hands(void) {
  static const char FIELD[] = "\r\nSec-WebSocket-Key: ";
  char answer[29], text[512], key[64] = KEY;
  if (is_client) {
    snprintf(text, sizeof text,
             "GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
             "Sec-WebSocket-Key: %s\r\nSec-WebSocket-Version: 13\r\n\r\n",
             key);
    send_all(text, strlen(text));
    accept_of(key, answer);
    snprintf(text, sizeof text, "\r\nSec-WebSocket-Accept: %s\r\n", answer);
    if (strstr(get_head(), text) == NULL) fail("the server does not answer the key");
  } else {
    const char *field = strstr(get_head(), FIELD);
    if (field == NULL || sscanf(field + strlen(FIELD), "%63[^\r]", key) != 1) fail("there is no key");
    accept_of(key, answer);
    snprintf(text, sizeof text,
             "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
             "Sec-WebSocket-Accept: %s\r\n\r\n",
             answer);
    send_all(text, strlen(text));
  }
}

static void send_frame(int first, const void *bytes, size_t length) {
  unsigned char head[14] = {first};
  size_t size = 2;
  if (length < 126) {
    head[1] = length;
  } else {
    int count = length < 65536 ? 2 : 8;
    head[1] = count == 2 ? 126 : 127;
    for (int i = 0; i < count; i++) head[size++] = (uint64_t)length >> 8 * (count - 1 - i) & 0xff;
  }
  memmove(payload, bytes, length);
  if (is_client) {
    head[1] |= 0x80;
    memcpy(head + size, MASK, 4);
    size += 4;
    for (size_t i = 0; i < length; i++) payload[i] ^= MASK[i % 4];
  }
  send_all(head, size);
  send_all(payload, length);
}

static size_t receive_frame(unsigned char *first) {
  unsigned char head[2], more[8], mask[4] = {0};
  get(head, 2);
  /* A client masks, a server does not. */
  if (head[1] >> 7 == is_client) fail("the mask is where it should not be, or is not");
  uint64_t length = head[1] & 0x7f;
  if (length >= 126) {
    int count = length == 126 ? 2 : 8;
    get(more, count);
    length = 0;
    for (int i = 0; i < count; i++) length = length << 8 | more[i];
  }
  if (length > sizeof payload) fail("the frame is too long");
  if (!is_client) get(mask, 4);
  get(payload, length);
  for (size_t i = 0; i < length; i++) payload[i] ^= mask[i % 4];
  *first = head[0];
  return length;
}

static size_t bytes_of(const char *hex, unsigned char *into) {
  size_t length = strlen(hex) / 2;
  for (size_t i = 0; i < length; i++) sscanf(hex + 2 * i, "%2hhx", into + i);
  return length;
}

static void take(const char *step) {
  const char *value = strchr(step, '=');
  size_t verb = value ? (size_t)(value - step) : strlen(step);
  unsigned char first;
  value = value ? value + 1 : "";
#define IS(word) (verb == strlen(word) && strncmp(step, word, verb) == 0)
  if (IS("text")) {
    send_frame(FINAL | TEXT, value, strlen(value));
  } else if (IS("times")) {
    size_t count = atol(value);
    memset(payload, strchr(value, ',')[1], count);
    send_frame(FINAL | TEXT, payload, count);
  } else if (IS("bytes")) {
    send_frame(FINAL | BINARY, payload, bytes_of(value, payload));
  } else if (IS("part") || IS("last")) {
    int opcode = has_begun ? 0 : TEXT;
    has_begun = IS("part");
    send_frame(has_begun ? opcode : FINAL | opcode, value, strlen(value));
  } else if (IS("ping")) {
    send_frame(FINAL | PING, value, strlen(value));
  } else if (IS("close")) {
    unsigned char code[2] = {atoi(value) >> 8, atoi(value) & 0xff};
    send_frame(FINAL | CLOSE, code, 2);
  } else if (IS("get")) {
    size_t length = receive_frame(&first);
    printf("got %02x ", first);
    print_hex(payload, length);
    printf("\n");
  } else if (IS("count")) {
    size_t length = receive_frame(&first);
    printf("got %02x %zu bytes\n", first, length);
  } else if (IS("rest")) {
    int got;
    printf("rest ");
    while ((got = check(recv(sock, payload, sizeof payload, 0), "recv")) > 0) print_hex(payload, got);
    printf("\n");
  } else {
    fail(step);
  }
  fflush(stdout);
}

int main(int count, char **words) {
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int step = 2;
  if (count < 3) return 2;
  sock = check(socket(AF_INET, SOCK_STREAM, 0), "socket");
  if (strcmp(words[1], "connect") == 0) {
    is_client = 1;
    at.sin_port = htons(atoi(words[step++]));
    check(connect(sock, (struct sockaddr *)&at, sizeof at), "connect");
  } else {
    socklen_t size = sizeof at;
    check(bind(sock, (struct sockaddr *)&at, sizeof at), "bind");
    check(listen(sock, 5), "listen");
    check(getsockname(sock, (struct sockaddr *)&at, &size), "getsockname");
    printf("port %d\n", ntohs(at.sin_port));
    fflush(stdout);
    sock = check(accept(sock, NULL, NULL), "accept");
  }
  shake_hands();
  for (; step < count; step++) take(words[step]);
  close(sock);
  return 0;
}
