"""Writes what was proved: tables for docs/security-review.md, and everything in one file for whoever wants to look."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from demo.terraform import REPOSITORY
from sections import code, differs, table, write

import reach
import unneeded
from proof import Proof

DOCUMENT = REPOSITORY / "docs/security-review.md"
REVIEWED = "sample"
"""The profile that the security review's tables describe."""


def tables(proofs: Sequence[Proof]) -> dict[str, str]:
    """Every table of the security review that the proof makes, by the name in its markers."""
    reviewed = next(proof for proof in proofs if proof.profile == REVIEWED)
    return {
        **reach_tables(reviewed),
        "proof-summary": summary(proofs),
        "proof-unneeded": _unneeded(proofs),
        "proof-second-locks": _second_locks(proofs),
    }


def reach_tables(proof: Proof) -> dict[str, str]:
    """The tables that one profile's reach makes."""
    return {"reach-matrix": reach.matrix(proof.reached), "reach-network": reach.network_table(proof.ways)}


def summary(proofs: Sequence[Proof]) -> str:
    """One row for each profile."""
    rows = [
        [
            proof.profile,
            str(len(proof.judged)),
            str(sum(bool(each.scenario) for each in proof.judged)),
            str(sum(each.listed is not None for each in proof.judged)),
            str(len(proof.refusals)),
            str(sum(each.alone for each in proof.refusals)),
        ]
        for proof in proofs
    ]
    header = [
        "Profile",
        "Taken away alone",
        "A scenario fails",
        "Listed below",
        "Denies and conditions",
        "Refuse alone",
    ]
    return table(header, rows)


def problems_of_all(proofs: Sequence[Proof]) -> list[str]:
    """What only all profiles together show: entries of the list that nothing has any longer, and its length."""
    prefixes = {proof.profile: proof.prefix for proof in proofs}
    seen = {
        (each.part.label, each.part.name.replace(prefixes[proof.profile], unneeded.PREFIX))
        for proof in proofs
        for each in proof.judged
    }
    told = [f"listed as unneeded, and no profile has it: {each}" for each in unneeded.stale(seen)]
    if unneeded.count() > unneeded.MAXIMUM:
        told.append(
            f"{unneeded.count()} permissions are listed as unneeded; {unneeded.MAXIMUM} is the most there may be"
        )
    return told


def documents(proofs: Sequence[Proof], *, write_them: bool) -> list[str]:
    """Compares the tables with the document, or rewrites them."""
    made = tables(proofs)
    if write_them:
        write(DOCUMENT, made)
        return []
    behind = differs(DOCUMENT, made)
    return ["docs/security-review.md is behind: run `make prove ARGS=--write` and review the change"] if behind else []


def write_json(path: Path, proofs: Sequence[Proof]) -> None:
    """Everything, one profile after the other."""
    path.write_text(json.dumps({proof.profile: _plain(proof) for proof in proofs}, indent=1) + "\n")


def _unneeded(proofs: Sequence[Proof]) -> str:
    rows = []
    for entry in unneeded.UNNEEDED:
        profiles = [proof.profile for proof in proofs if any(each.listed == entry for each in proof.judged)]
        details = "<br>".join(code(each) for each in entry.details) or "all of it"
        rows.append([f"{entry.label}: {entry.sid}", details, ", ".join(profiles), entry.reason.value, entry.source])
    return table(["Permission", "Of it", "Profiles", "Why it stays", "Source"], rows)


def _second_locks(proofs: Sequence[Proof]) -> str:
    rows: dict[tuple[str, str, str], list[str]] = {}
    for proof in proofs:
        for each in proof.refusals:
            if not each.alone:
                profiles = rows.setdefault((each.statement.label, each.name, each.also), [])
                profiles += [proof.profile] if proof.profile not in profiles else []
    return table(
        ["Policy", "Lock", "Also refused by", "Profiles"],
        [[label, name, also, ", ".join(profiles)] for (label, name, also), profiles in sorted(rows.items())],
    )


def _plain(proof: Proof) -> Mapping[str, object]:
    return {
        "needed": [
            {
                "of": each.part.label,
                "what": each.part.name,
                "scenario": each.scenario,
                "refusal": each.refusal,
                "listed": each.listed.reason.value if each.listed else None,
                "problem": each.problem,
            }
            for each in proof.judged
        ],
        "locks": [
            {"of": each.statement.label, "what": each.name, "alone": each.alone, "also": each.also}
            for each in proof.refusals
        ],
        "reach": [
            {"who": each.caller, "from": each.place, "what": each.target, "can": each.action} for each in proof.reached
        ],
        "problems": proof.problems,
    }
