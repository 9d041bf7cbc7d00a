"""`python -m localaws`: see `settings.parse` for the arguments."""

from __future__ import annotations

import asyncio
import logging

from localaws import settings


def main() -> None:
    """Runs local AWS until it is interrupted."""
    chosen = settings.parse()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    settings.spare_loopback()
    settings.prepare_imports()
    # Libraries read these when they are imported, and importing the server imports them all.
    from localaws.server import run  # noqa: PLC0415

    asyncio.run(run(chosen))


if __name__ == "__main__":
    main()
