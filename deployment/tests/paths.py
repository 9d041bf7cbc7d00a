"""Where things are. The tests run from any directory, and read and plan a copy of the deployment.

A backend, variables or overrides that a reader keeps in deployment/ for a real account must not reach a test, nor what
the shell says of one.
"""

import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parent
REPOSITORY = TESTS.parents[1]
sys.path.insert(0, str(REPOSITORY / "local"))

from demo.environment import local_environment  # noqa: E402
from demo.source import copy_files  # noqa: E402

ENVIRONMENT = local_environment()
DEPLOYMENT = copy_files(REPOSITORY / ".local/code")
API = DEPLOYMENT / "api"
