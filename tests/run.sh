#!/usr/bin/env bash
# Runs make targets, shows what each printed, and closes with a line per suite, in the order given.
#
#   tests/run.sh LANE... [then LANE...]
#
# A lane is one or more suites joined by commas, which run one after another. Lanes run side by side: most suites use one core
# or wait. What follows `then` starts when everything before it has ended.
set -uo pipefail

logs=.local/logs
mkdir -p "$logs"
suites=()
# Lanes run in the background, where the shell ignores Ctrl-C: end them with this script.
trap 'trap - TERM; kill 0' INT TERM

# A suite that runs alone shows its output as it comes; one with a neighbour when it ends, so that the two stay apart.
run_suite() {
  local suite=$1 alone=$2 started=$SECONDS verdict=ok
  if [ "$alone" = yes ]; then
    printf '== %s\n' "$suite"
    make --no-print-directory "$suite" 2>&1 | tee "$logs/$suite.log" || verdict=FAILED
  else
    printf '== %s started\n' "$suite"
    make --no-print-directory "$suite" > "$logs/$suite.log" 2>&1 || verdict=FAILED
    printf '== %s\n%s\n' "$suite" "$(< "$logs/$suite.log")"
  fi
  printf '%-16s %-6s %4d s\n' "$suite" "$verdict" $((SECONDS - started)) > "$logs/$suite.verdict"
}

run_lane() {
  local suite
  for suite in ${1//,/ }; do run_suite "$suite" "$2"; done
}

run_lanes() {
  local lane alone=no
  [ $# -gt 1 ] || alone=yes
  for lane in "$@"; do run_lane "$lane" "$alone" & done
  wait
}

together=()
for argument in "$@" then; do
  if [ "$argument" = then ]; then
    run_lanes "${together[@]}"
    together=()
  else
    for suite in ${argument//,/ }; do
      suites+=("$suite")
      rm -f "$logs/$suite.verdict"
    done
    together+=("$argument")
  fi
done

lines=()
failed=0
for suite in "${suites[@]}"; do
  # A suite that left no verdict was cut off.
  line=$(cat "$logs/$suite.verdict" 2> /dev/null || printf '%-16s FAILED' "$suite")
  [[ $line == *" ok "* ]] || failed=$((failed + 1))
  lines+=("$line")
done
lines+=("suites: $((${#suites[@]} - failed)) passed, $failed failed in $SECONDS s")
printf '\n'
printf '%s\n' "${lines[@]}" | tee "$logs/summary.txt"
((failed == 0))
