#!/usr/bin/env bash
# Sees the gates of packaging pass and fail: a glibc check that cannot fail and a zip that differs by chance protect nobody.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
  echo "package test: $*" >&2
  exit 1
}

# A library that claims to be a C library of the year 2099, and a program that needs it.
cat > "$work/future.c" <<< 'int future(void) { return 0; }'
cat > "$work/future.map" <<< 'GLIBC_2.99 { global: future; };'
cat > "$work/late.c" <<< 'int future(void); int main(void) { return future(); }'
cat > "$work/plain.c" <<< '#include <stdio.h>
int main(void) { return puts("ready") < 0; }'
cc -shared -fPIC -Wl,--version-script="$work/future.map" -o "$work/libfuture.so" "$work/future.c"
cc -o "$work/late" "$work/late.c" -L"$work" -lfuture
cc -o "$work/plain" "$work/plain.c"
cc -static -o "$work/static" "$work/plain.c"

"$here/check-glibc.sh" "$work/plain" > /dev/null || fail "a program for this C library was refused"
if "$here/check-glibc.sh" "$work/late" 2> "$work/why"; then fail "a program for a newer C library passed"; fi
grep -q 'future@GLIBC_2.99' "$work/why" || fail "the newer symbol was not named: $(cat "$work/why")"
if "$here/check-glibc.sh" "$work/static" 2> /dev/null; then fail "a static program passed"; fi
if "$here/check-glibc.sh" "$work/plain.c" 2> /dev/null; then fail "a text file passed"; fi

# The same executable with another date and mode gives the same zip; another executable gives another one.
cp "$work/plain" "$work/copy"
touch -d 2001-01-01 "$work/copy"
chmod 600 "$work/copy"
python3 "$here/zip_bootstrap.py" "$work/plain" "$work/one.zip" release > /dev/null
python3 "$here/zip_bootstrap.py" "$work/copy" "$work/two.zip" release > /dev/null
python3 "$here/zip_bootstrap.py" "$work/late" "$work/three.zip" release > /dev/null
cmp -s "$work/one.zip" "$work/two.zip" || fail "the same executable gave two different zips"
if cmp -s "$work/one.zip" "$work/three.zip"; then fail "two executables gave the same zip"; fi
python3 - "$work/one.zip" <<'PYTHON' || fail "the zip does not hold one executable bootstrap"
import sys, zipfile
entries = zipfile.ZipFile(sys.argv[1]).infolist()
assert [(entry.filename, entry.external_attr >> 16) for entry in entries] == [("bootstrap", 0o100755)], entries
PYTHON

echo "package test: every gate passes what it should and stops what it should"
