"""Puts `e2e` on the path, and fails a run in which no test was executed."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
