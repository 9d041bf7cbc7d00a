"""Every setting of local AWS: the command line, and the few environment variables it reads.

No other module reads the environment, so this file is the whole configuration.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from localaws.loopback import without_proxy

ACCOUNT_ID = "123456789012"
"""moto's default account; every resource of a local deployment belongs to it."""


@dataclass(frozen=True)
class Settings:
    """What the person who started local AWS chose."""

    port: int
    """Plain HTTP and ws port on 127.0.0.1; 0 lets the system pick one."""
    tls_port: int | None
    """The same application over TLS (https and wss), for clients that refuse ws."""
    tls_cert: Path | None
    tls_key: Path | None
    state_dir: Path
    """Holds unpacked function code while the server runs; everything else is in memory."""
    bedrock: str
    """`demo` answers from the scripted models here; `aws` sends ConverseStream to the real service."""
    bedrock_profile: str | None
    """The AWS profile used when `bedrock` is `aws`; None is the SDK's default chain."""
    access_key_id: str
    secret_access_key: str
    """The operator's own credentials: the one key pair that exists before IAM holds anything."""


MAX_HEADER_BYTES = 128 * 1024
"""Of all headers of a request; AWS's limit is documented nowhere, and a token of an organisation can be large."""


def prepare_imports() -> None:
    """Sets the switches that libraries read when they are imported, so this runs before those imports."""
    os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
    os.environ["MOTO_DISABLE_GLOBAL_CORS"] = "true"
    # A longer line than this gets no answer at all from the WebSocket library.
    os.environ["WEBSOCKETS_MAX_LINE_LENGTH"] = str(MAX_HEADER_BYTES)
    # moto and botocore look for credentials of their own in places; never let them find real ones.
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"


def spare_loopback() -> None:
    """Keeps a proxy of the shell's out of what stays on this machine, such as a token issuer of a test."""
    os.environ.update(without_proxy(os.environ))


def parse(arguments: list[str] | None = None) -> Settings:
    """Reads the command line. Exits with a usage message if it makes no sense."""
    parser = argparse.ArgumentParser(prog="localaws", description="AWS on a laptop, on one loopback endpoint.")
    parser.add_argument("--port", type=int, default=4566, help="HTTP and ws port on 127.0.0.1 (0: any free one)")
    parser.add_argument("--tls-port", type=int, help="also serve https and wss on this port (0: any free one)")
    parser.add_argument("--tls-cert", type=Path, help="certificate chain for --tls-port (PEM)")
    parser.add_argument("--tls-key", type=Path, help="private key for --tls-port (PEM)")
    parser.add_argument("--state-dir", type=Path, help="folder for unpacked function code (default: a new one)")
    parser.add_argument(
        "--bedrock",
        choices=("demo", "aws"),
        default=os.environ.get("BEDROCK") or "demo",
        help="aws: send ConverseStream to the real service with your own credentials, at your cost",
    )
    parser.add_argument("--bedrock-profile", help="AWS profile for --bedrock aws")
    chosen = parser.parse_args(arguments)
    if chosen.tls_port is not None and not (chosen.tls_cert and chosen.tls_key):
        parser.error("--tls-port needs --tls-cert and --tls-key")
    if chosen.bedrock not in ("demo", "aws"):
        parser.error(f"BEDROCK must be demo or aws, not {chosen.bedrock!r}")
    return Settings(
        port=chosen.port,
        tls_port=chosen.tls_port,
        tls_cert=chosen.tls_cert,
        tls_key=chosen.tls_key,
        state_dir=(chosen.state_dir or Path(tempfile.mkdtemp(prefix="localaws-"))).resolve(),
        bedrock=chosen.bedrock,
        bedrock_profile=chosen.bedrock_profile,
        access_key_id=os.environ.get("LOCALAWS_ACCESS_KEY_ID", "test"),
        secret_access_key=os.environ.get("LOCALAWS_SECRET_ACCESS_KEY", "test"),
    )
