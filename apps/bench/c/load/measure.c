/** Clocks, CPU time and latencies. */
#include "load.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double seconds_of(clockid_t clock) {
  struct timespec time;
  if (clock_gettime(clock, &time) != 0) return NAN;
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

double now(void) { return seconds_of(CLOCK_MONOTONIC); }

/** The CPU time of all threads of a process, to the nanosecond where /proc has hundredths: clock_getcpuclockid(3). */
static double cpu_of(pid_t process) {
  clockid_t clock;
  if (process == 0 || clock_getcpuclockid(process, &clock) != 0) return NAN;
  return seconds_of(clock);
}

void begin(struct window *window, pid_t server) {
  window->server_cpu = cpu_of(server);
  window->load_cpu = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
  window->began = now();
}

void end(struct window *window, pid_t server) {
  window->seconds = now() - window->began;
  window->server_cpu = cpu_of(server) - window->server_cpu;
  window->load_cpu = seconds_of(CLOCK_PROCESS_CPUTIME_ID) - window->load_cpu;
}

/** Sixty-four buckets for each power of two of nanoseconds. */
static size_t bucket_of(uint64_t nanoseconds) {
  if (nanoseconds < 64) return (size_t)nanoseconds;
  int power = 63 - __builtin_clzll(nanoseconds);
  return (size_t)(power - 5) * 64 + (size_t)((nanoseconds >> (power - 6)) & 63);
}

static double middle_of(size_t bucket) {
  if (bucket < 64) return (double)bucket;
  int power = (int)(bucket / 64) + 5;
  return ldexp(64.5 + (double)(bucket % 64), power - 6);
}

void record(struct histogram *histogram, double seconds) {
  histogram->counts[bucket_of(seconds > 0 ? (uint64_t)(seconds * 1e9) : 0)]++;
  histogram->total++;
}

double quantile(const struct histogram *histogram, double share) {
  double wanted = share * (double)histogram->total;
  uint64_t seen = 0;
  for (size_t bucket = 0; bucket < 64 * 64; bucket++) {
    seen += histogram->counts[bucket];
    if (seen > 0 && (double)seen >= wanted) return middle_of(bucket) / 1e3;
  }
  return NAN;
}

/** JSON has no NaN. */
static void print_number(const char *name, double value) {
  if (isnan(value)) printf(",\"%s\":null", name);
  else printf(",\"%s\":%.9g", name, value);
}

void report(const struct window *window, uint64_t operations, uint64_t bytes, const struct histogram *latency,
            const char *more) {
  printf("{\"operations\":%llu,\"bytes\":%llu", (unsigned long long)operations, (unsigned long long)bytes);
  print_number("seconds", window->seconds);
  print_number("serverCpu", window->server_cpu);
  print_number("loadCpu", window->load_cpu);
  if (latency != NULL) {
    print_number("p50", quantile(latency, 0.5));
    print_number("p99", quantile(latency, 0.99));
  }
  printf("%s}\n", more == NULL ? "" : more);
}

void give_up(int error, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fputs("load: ", stderr);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  if (error != 0) fprintf(stderr, ": %s", strerror(error));
  fputc('\n', stderr);
  exit(1);
}
