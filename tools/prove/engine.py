"""Local AWS's authorization engine, as the proofs use it: its journal, its answers, and what is withheld from it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from demo.local_aws import LocalAws

Entry = Mapping[str, Any]
Question = Mapping[str, Any]
Part = Mapping[str, str]


class Engine:
    """The engine as one proof sees it; several proofs may use it at once."""

    def __init__(self, aws: LocalAws, proof: str) -> None:
        """`proof` is a name of its own."""
        self._aws = aws
        self._proof = proof
        self._asking = threading.Lock()

    def mark(self) -> int:
        """Where the journal ends now."""
        return self._aws.admin("GET", "decisions")["mark"]

    def since(self, mark: int) -> list[Entry]:
        """Every different decision made after the mark."""
        return self._aws.admin("GET", f"decisions?since={mark}")["decisions"]

    def policies(self) -> list[dict[str, Any]]:
        """Every policy that is stored."""
        return self._aws.admin("GET", "policies")["policies"]

    def ask(self, *questions: Question) -> list[dict[str, Any]]:
        """What would be decided."""
        return self._aws.admin("POST", "decide", {"questions": list(questions)})["decisions"]

    @contextmanager
    def without(self, *parts: Part) -> Iterator[None]:
        """Decides as if these were not there."""
        with self._asking:
            self._aws.admin("PUT", "withheld", {"proof": self._proof, "parts": list(parts)})
            try:
                yield
            finally:
                self._aws.admin("PUT", "withheld", {"proof": self._proof, "parts": []})
