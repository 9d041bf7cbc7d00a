#!/usr/bin/env bash
# Builds the functions as AWS Lambda runs them: one zip each, holding one executable named bootstrap.
#
#   tools/package/package.sh --out DIR [--profile release|dev] [--arch x86_64|arm64]
#
# release is what is deployed: optimised, and byte-identical when built again from the same source and lock file by the same
# compiler. dev is for local AWS: built in seconds, never deployed, so its C library is not checked.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
functions=(data-source orchestrator)

fail() {
  echo "package: $*" >&2
  exit 1
}

profile=release
arch=x86_64
out=
while [ $# -gt 0 ]; do
  [ $# -ge 2 ] || fail "$1 needs a value"
  case $1 in
    --profile) profile=$2 ;;
    --arch) arch=$2 ;;
    --out) out=$2 ;;
    *) fail "unknown option $1" ;;
  esac
  shift 2
done
[ -n "$out" ] || fail "--out is required"
case $profile in release | dev) ;; *) fail "--profile must be release or dev" ;; esac
case $arch in
  x86_64) target=x86_64-unknown-linux-gnu ;;
  arm64) target=aarch64-unknown-linux-gnu ;;
  *) fail "--arch must be x86_64 or arm64" ;;
esac
mkdir -p "$out"
out=$(cd "$out" && pwd)
cd "$root"

target_dir=$(cargo metadata --format-version 1 --no-deps --locked |
  python3 -c 'import json, sys; print(json.load(sys.stdin)["target_directory"])')

# Neither the place of the source nor that of cargo's downloads may end up in a binary: they would make it differ between
# machines, and tell what machine it was. The C code of aws-lc learns its place through __FILE__.
if [ "$profile" = release ]; then
  cargo_home=${CARGO_HOME:-$HOME/.cargo}
  CARGO_ENCODED_RUSTFLAGS=$(printf -- '--remap-path-prefix=%s=/src\x1f--remap-path-prefix=%s=/target\x1f--remap-path-prefix=%s=/cargo' \
    "$root" "$target_dir" "$cargo_home")
  export CARGO_ENCODED_RUSTFLAGS
  export CFLAGS="${CFLAGS:-} -ffile-prefix-map=$root=/src -ffile-prefix-map=$target_dir=/target -ffile-prefix-map=$cargo_home=/cargo"
fi

packages=()
for function in "${functions[@]}"; do packages+=(--package "$function"); done

if [ "$(uname -s)" = Linux ] && [ "$(rustc -vV | sed -n 's/^host: //p')" = "$target" ]; then
  cargo build --locked --profile "$profile" "${packages[@]}"
  built() { echo "$target_dir/$([ "$profile" = dev ] && echo debug || echo release)/$1"; }
else
  cargo lambda --version > /dev/null 2>&1 ||
    fail "building for $arch here needs cargo-lambda (https://www.cargo-lambda.info), which brings the other linker"
  rustc --print target-libdir --target "$target" 2> /dev/null | xargs -r test -d ||
    fail "building for $arch here needs the compiler's target: rustup target add $target"
  cargo lambda build --locked --profile "$profile" --target "$target.2.34" --compiler cargo-zigbuild "${packages[@]}"
  built() { echo "$target_dir/lambda/$1/bootstrap"; }
fi

for function in "${functions[@]}"; do
  binary=$(built "$function")
  if [ "$profile" = release ]; then "$here/check-glibc.sh" "$binary"; fi
  python3 "$here/zip_bootstrap.py" "$binary" "$out/$function.zip" "$profile"
done
