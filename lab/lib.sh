# Shared by the lab's scenarios: verdicts, logs, waiting with a bound, and cleaning up on every way out.
# A scenario sources this, states its checks with `check`, and ends through `finish`.
set -uo pipefail

LAB_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
NETDEV="$LAB_ROOT/netdev"
SCENARIO=$(basename "$0")
WORK=$(mktemp -d "${TMPDIR:-/tmp}/netdev-lab-$SCENARIO.XXXXXX")
CHECKS_PASSED=0
CHECKS_FAILED=0
CHILDREN=()
LINKS=()
NAMESPACES=()

say() { printf '  %s\n' "$*"; }

# Ends the scenario as skipped. The reason is always printed.
skip() {
  printf 'SKIPPED %s: %s\n' "$SCENARIO" "$*"
  exit 77
}

need_root() { [ "$(id -u)" = 0 ] || skip "needs root (TAP interfaces, network namespaces)"; }

need() {
  local tool
  for tool in "$@"; do
    command -v "$tool" >/dev/null 2>&1 || skip "$tool is not installed; lab/setup installs it"
  done
}

need_tap() {
  need_root
  need ip
  [ -c /dev/net/tun ] || skip "/dev/net/tun is missing; modprobe tun"
}

# check TITLE COMMAND...: one check, passed if the command succeeds. Its output goes to the log, and to the screen if it fails.
check() {
  local title=$1 log="$WORK/check-$((CHECKS_PASSED + CHECKS_FAILED + 1)).log"
  shift
  if "$@" >"$log" 2>&1; then
    CHECKS_PASSED=$((CHECKS_PASSED + 1))
    say "ok      $title"
  else
    CHECKS_FAILED=$((CHECKS_FAILED + 1))
    say "FAILED  $title"
    sed 's/^/            /' "$log" | tail -n 15
  fi
}

# until_true SECONDS COMMAND...: polls until the command succeeds.
until_true() {
  local end=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep 0.05
  done
}

# start NAME COMMAND...: runs a command in the background, its output in $WORK/NAME.{out,err}; its pid is left in $STARTED.
start() {
  local name=$1
  shift
  "$@" >"$WORK/$name.out" 2>"$WORK/$name.err" &
  STARTED=$!
  CHILDREN+=("$STARTED")
}

# stop_and_wait PID SECONDS: SIGTERM, then waits; the exit code of the process, or 1 if it had to be killed.
stop_and_wait() {
  kill -TERM "$1" 2>/dev/null
  until_true "$2" not_running "$1" || { kill -KILL "$1"; wait "$1" 2>/dev/null; return 1; }
  wait "$1"
}

not_running() { ! kill -0 "$1" 2>/dev/null || [ "$(ps -o stat= -p "$1" | cut -c1)" = Z ]; }

link_gone() { ! ip link show "$1" >/dev/null 2>&1; }

cleanup() {
  local it
  for it in ${CHILDREN[@]+"${CHILDREN[@]}"}; do kill -KILL "$it" 2>/dev/null; wait "$it" 2>/dev/null; done
  for it in ${LINKS[@]+"${LINKS[@]}"}; do ip link del "$it" 2>/dev/null; done
  for it in ${NAMESPACES[@]+"${NAMESPACES[@]}"}; do ip netns del "$it" 2>/dev/null; done
  if [ "$CHECKS_FAILED" = 0 ] && [ -z "${KEEP_LOGS:-}" ]; then rm -rf "$WORK"; else say "logs: $WORK"; fi
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Ends the scenario with its verdict.
finish() {
  if [ "$CHECKS_FAILED" = 0 ]; then
    printf 'PASSED %s: %d checks\n' "$SCENARIO" "$CHECKS_PASSED"
    exit 0
  fi
  printf 'FAILED %s: %d of %d checks\n' "$SCENARIO" "$CHECKS_FAILED" $((CHECKS_PASSED + CHECKS_FAILED))
  exit 1
}
