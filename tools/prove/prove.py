"""Applies every profile to local AWS and proves its permissions: what `make prove` runs.

    prove.py [PROFILE ...]           prove, and compare with the tables in docs/security-review.md
    prove.py [PROFILE ...] --write   prove, and rewrite the tables

Each profile's permissions are taken away one at a time. Writes all that was found to .local/prove/proof.json. Exits 1
where a permission is not needed, a lock refuses nothing, the reach differs from the matrices, or a table is behind.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from demo.environment import enter_local_environment
from demo.local_aws import LocalAws
from demo.terraform import REPOSITORY

sys.path[:0] = [str(REPOSITORY / "tests"), str(REPOSITORY / "tools/evidence")]
enter_local_environment()

from e2e.issuer import CLIENT_ID, Certificates, Issuer  # noqa: E402
from e2e.profiles import profiles  # noqa: E402
from e2e.stacks import Fleet  # noqa: E402

import report  # noqa: E402 - after the path
from proof import Proof, prove, reader_of  # noqa: E402

FOLDER = REPOSITORY / ".local/prove"
ARTIFACTS = REPOSITORY / ".local/dist"


@contextmanager
def applied(names: list[str]) -> Iterator[tuple[LocalAws, Fleet, Issuer]]:
    """Local AWS, an OpenID provider, and the profiles applied; all gone at the end."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    certificates = Certificates.made(FOLDER)
    tokens = Issuer(FOLDER, certificates, ["http://127.0.0.1:1/"])
    aws = LocalAws(
        FOLDER / "aws",
        tls=(certificates.certificate, certificates.key),
        environment={"SSL_CERT_FILE": str(certificates.authority)},
    )
    try:
        known = profiles(aws.endpoint, ARTIFACTS, tokens.issuer, CLIENT_ID)
        unknown = set(names) - set(known)
        if unknown:
            raise SystemExit(f"prove: no profile {', '.join(sorted(unknown))}; there are {', '.join(known)}")
        wanted = {name: known[name] for name in names or known}
        yield aws, Fleet(aws.endpoint, FOLDER / "terraform", wanted), tokens
    finally:
        aws.stop()
        tokens.stop()


def main() -> int:
    """Returns the process's exit status."""
    parser = argparse.ArgumentParser(description="Prove that every permission is needed, sufficient, and no more.")
    parser.add_argument("profiles", nargs="*", help="the profiles of tests/e2e/profiles.py; none: all")
    parser.add_argument("--write", action="store_true", help="rewrite the tables in docs/security-review.md")
    arguments = parser.parse_args()
    with applied(arguments.profiles) as (aws, fleet, tokens), ThreadPoolExecutor() as pool:

        def one(name: str) -> Proof:
            stack = fleet.stack(name)
            return prove(name, aws, stack, reader_of(stack, tokens), lambda line: print(line, flush=True))

        proofs = list(pool.map(one, fleet.names))
    report.write_json(FOLDER / "proof.json", proofs)
    problems = [f"{proof.profile}: {problem}" for proof in proofs for problem in proof.problems]
    if not arguments.profiles:
        problems += report.problems_of_all(proofs)
        problems += report.documents(proofs, write_them=arguments.write)
    for problem in problems:
        print(f"prove: {problem}", file=sys.stderr)
    print(report.summary(proofs))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
