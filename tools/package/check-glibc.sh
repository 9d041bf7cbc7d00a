#!/usr/bin/env bash
# Fails if a binary needs a newer C library than Amazon Linux 2023 has, which is what provided.al2023 runs on. Such a function
# deploys and then cannot start.
#
#   tools/package/check-glibc.sh BINARY
set -euo pipefail

newest=2.34
binary=$1

symbols=$(readelf --wide --dyn-syms "$binary" | grep -o '[A-Za-z0-9_]*@\+GLIBC_[0-9.]*' | sort -u) || {
  echo "check-glibc: $binary names no symbol of the GNU C library: not a dynamically linked Linux executable?" >&2
  exit 1
}
needs=$(sed 's/.*GLIBC_//' <<< "$symbols" | sort -uV | tail -n 1)
if [ "$(printf '%s\n%s\n' "$needs" "$newest" | sort -V | tail -n 1)" != "$newest" ]; then
  echo "check-glibc: $binary needs glibc $needs, but AWS Lambda (provided.al2023) has $newest:" >&2
  awk -F 'GLIBC_' -v newest="$newest" '{
    split($2, have, "."); split(newest, most, ".")
    if (have[1] > most[1] || (have[1] == most[1] && have[2] + 0 > most[2] + 0)) print "  " $0
  }' <<< "$symbols" >&2
  exit 1
fi
echo "check-glibc: $(basename "$binary") needs glibc $needs, AWS Lambda has $newest"
