#!/bin/sh
# awake.sh PID CORE...: keeps cores busy while nobody else wants them, until the process PID has ended.
#
# A core that sleeps between two messages is woken as fast as its machine likes: a virtual machine's host may have given
# it to somebody else meanwhile.

# Gives way at once, and wakes nobody: SCHED_IDLE in sched(7).
spin='while kill -0 "$1" 2> /dev/null; do i=0; while [ "$i" -lt 100000 ]; do i=$((i + 1)); done; done'

pid=$1
shift

# That holds within a session; between sessions, the kernel shares evenly unless told ("The autogroup feature", sched(7)).
# It is not told more than ten times a second.
if [ -e "/proc/$$/autogroup" ]; then
  until echo 19 2> /dev/null > "/proc/$$/autogroup"; do
    kill -0 "$pid" || exit
    sleep 0.1
  done
fi

for core in "$@"; do
  taskset -c "$core" chrt --idle 0 sh -c "$spin" spin "$pid" &
done
wait
