"""Puts `e2e` on the path, leaves what the shell says of AWS behind, and fails a run in which no test was executed."""

import sys
from pathlib import Path

from demo.environment import enter_local_environment

enter_local_environment()

sys.path.insert(0, str(Path(__file__).parent))
