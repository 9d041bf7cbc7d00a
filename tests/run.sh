#!/usr/bin/env bash
# Runs the named make targets one after another, shows what a failing one printed, and closes with a line per suite.
set -uo pipefail

logs=.local/logs
mkdir -p "$logs"
lines=()
passed=0
failed=0

for suite in "$@"; do
  started=$SECONDS
  printf '== %s\n' "$suite"
  if make --no-print-directory "$suite" 2>&1 | tee "$logs/$suite.log"; then
    verdict=ok
    passed=$((passed + 1))
  else
    verdict=FAILED
    failed=$((failed + 1))
  fi
  lines+=("$(printf '%-16s %-6s %4d s' "$suite" "$verdict" $((SECONDS - started)))")
done

lines+=("suites: $passed passed, $failed failed")
printf '\n'
printf '%s\n' "${lines[@]}" | tee "$logs/summary.txt"
((failed == 0))
