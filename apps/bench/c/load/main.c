/** The load generator: `load MODE port=N [name=value ...]` drives a server for a while and prints what it saw as JSON. */
#include "load.h"

#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <signal.h>

static const struct {
  const char *name;
  void (*run)(const struct settings *);
} modes[] = {
    {"bulk-from-server", load_bulk_from_server},
    {"bulk-to-server", load_bulk_to_server},
    {"churn", load_churn},
    {"datagram-echo", load_datagram_echo},
    {"echo", load_echo},
    {"flood", load_flood},
    {"framed", load_framed},
    {"idle", load_idle},
    {"paced", load_paced},
    {"sink", load_sink},
};

static void set(struct settings *settings, const char *argument) {
  const char *equals = strchr(argument, '=');
  if (equals == NULL) give_up(0, "'%s' is not name=value", argument);
  size_t length = (size_t)(equals - argument);
  double value = atof(equals + 1);
  const char *names[] = {"port", "pid", "connections", "size", "window", "seconds", "settle", "verify", "segments", "rate"};
  int known = -1;
  for (int i = 0; i < (int)(sizeof names / sizeof *names); i++) {
    if (strlen(names[i]) == length && strncmp(names[i], argument, length) == 0) known = i;
  }
  switch (known) {
    case 0: settings->port = (int)value; break;
    case 1: settings->pid = (pid_t)value; break;
    case 2: settings->connections = (int)value; break;
    case 3: settings->size = (size_t)value; break;
    case 4: settings->window = (int)value; break;
    case 5: settings->seconds = value; break;
    case 6: settings->settle = value; break;
    case 7: settings->verify = value != 0; break;
    case 8: settings->segments = (int)value; break;
    case 9: settings->rate = value; break;
    default: give_up(0, "there is no setting '%.*s'", (int)length, argument);
  }
}

int main(int count, char **arguments) {
  // Whoever started it is gone: so is the reason to go on.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  struct settings settings = {.connections = 1, .size = 64, .seconds = 1, .segments = 1};
  for (int i = 2; i < count; i++) set(&settings, arguments[i]);
  for (size_t i = 0; count > 1 && i < sizeof modes / sizeof *modes; i++) {
    if (strcmp(arguments[1], modes[i].name) != 0) continue;
    modes[i].run(&settings);
    return 0;
  }
  give_up(0, "there is no mode '%s'", count > 1 ? arguments[1] : "");
}
