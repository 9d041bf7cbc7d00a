"""Where things are in the repository. The tests run from any directory."""

from pathlib import Path

TESTS = Path(__file__).resolve().parent
DEPLOYMENT = TESTS.parent
REPOSITORY = DEPLOYMENT.parent
API = DEPLOYMENT / "api"
