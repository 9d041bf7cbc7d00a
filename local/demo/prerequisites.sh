#!/usr/bin/env bash
# Checks the tools the repository needs and names every one that is missing or too old, with the version wanted. Installs nothing.
set -euo pipefail

missing=0

# need NAME MINIMUM VERSION_FOUND WHERE: reports NAME unless VERSION_FOUND is at least MINIMUM.
need() {
  local name=$1 minimum=$2 found=$3 where=$4
  if [[ -z $found ]]; then
    echo "missing: $name $minimum or newer ($where)" >&2
    missing=1
  elif [[ $(printf '%s\n%s\n' "$minimum" "$found" | sort -V | head -n 1) != "$minimum" ]]; then
    echo "too old: $name $found, needs $minimum or newer ($where)" >&2
    missing=1
  fi
}

# version COMMAND...: the first dotted number the command prints, or nothing where it does not run.
version() { "$@" 2>/dev/null | grep -oE '[0-9]+\.[0-9]+(\.[0-9]+)?' | head -n 1 || true; }

# The functions are Linux programs, and local AWS runs them as such.
if [[ $(uname -s) != Linux ]]; then
  echo "missing: Linux (on macOS or Windows: a Linux virtual machine or WSL 2)" >&2
  missing=1
fi
need Rust 1.95 "$(version rustc --version)" "https://rustup.rs"
need Terraform 1.11 "$(version terraform version)" "https://developer.hashicorp.com/terraform/install"
need Node 20.19 "$(version node --version)" "https://nodejs.org"
need npm 10 "$(version npm --version)" "comes with Node"
need Python 3.11 "$(version python3 --version)" "https://www.python.org/downloads"
need "a C compiler (cc)" 1.0 "$(version cc --version)" "the TLS library is built from C"
need setpriv 2.33 "$(version setpriv --version)" "part of util-linux"
python3 -c 'import venv, ensurepip' 2>/dev/null || { echo "missing: Python's venv module (Debian: python3-venv)" >&2; missing=1; }

exit "$missing"
