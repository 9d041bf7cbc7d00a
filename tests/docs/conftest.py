"""Puts the tools under test on the path."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(Path(__file__).parent), *(str(ROOT / "tools" / name) for name in ("evidence", "redrive"))]
