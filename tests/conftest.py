"""Puts `e2e` and the proofs on the path, forgets what the shell says of AWS, and fails a run in which nothing ran."""

import sys
from pathlib import Path

from demo.environment import enter_local_environment

enter_local_environment()

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), *(str(HERE.parent / "tools" / name) for name in ("evidence", "prove"))]
