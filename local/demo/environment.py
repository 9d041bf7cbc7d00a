"""The environment that Terraform, local AWS and their children run in: nothing of the caller's deployments is in it."""

from __future__ import annotations

import os

from localaws.loopback import without_proxy

REGION = "us-east-1"

# Where plugins are downloaded from and kept is the machine's business, not a deployment's.
KEPT = ("TF_CLI_CONFIG_FILE", "TF_PLUGIN_CACHE_DIR")


def local_environment(endpoint: str | None = None) -> dict[str, str]:
    """The caller's environment with all of AWS's and Terraform's replaced: nothing in it can name a real account.

    A proxy stays, for downloads, but not for loopback. `endpoint` is local AWS's, for whoever talks to it.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in KEPT or not name.upper().startswith(("AWS_", "TF_", "TERRAFORM_", "BEDROCK", "LOCALAWS_"))
    }
    return (
        kept
        | without_proxy(kept)
        | {
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "CHECKPOINT_DISABLE": "1",
            "TF_IN_AUTOMATION": "1",
        }
        | ({"AWS_ENDPOINT_URL": endpoint} if endpoint else {})
    )


def enter_local_environment() -> None:
    """Makes it the environment of this process too: for test runs, whose own clients must not see the shell's."""
    clean = local_environment()
    os.environ.clear()
    os.environ.update(clean)
