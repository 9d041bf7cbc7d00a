"""Every name used of a resource or data source exists in provider 6 as well; nothing was run under it."""

from __future__ import annotations

import json
import re

from paths import DEPLOYMENT
from provider6 import EXTRACT, used

KNOWN: dict[str, list[str]] = json.loads(EXTRACT.read_text())["types"]


def test_every_name_used_is_known_to_provider_6() -> None:
    found = used()
    assert len(found) > 50 and sum(map(len, found.values())) > 250, "the sources were not read"
    unknown = {kind: sorted(names - set(KNOWN.get(kind, []))) for kind, names in found.items()}
    assert not {kind: names for kind, names in unknown.items() if names}, "rename, or run provider6.py for a new type"


def test_the_extract_tells_what_does_not_exist() -> None:
    # Gone in version 6, by its upgrade guide.
    assert "vpc" not in KNOWN["aws_eip"] and "logDestination" in KNOWN["aws_flow_log"]
    assert "logGroupName" not in KNOWN["aws_flow_log"]


def test_modules_admit_provider_6_and_the_root_is_pinned() -> None:
    constraint = re.compile(r'version = "([^"]+)"')
    modules = {
        match
        for path in (DEPLOYMENT / "modules").glob("*/versions.tf")
        for match in constraint.findall(path.read_text().replace("required_version", ""))
        if "5.100" in match
    }
    assert modules == {">= 5.100, < 7.0"}
    assert '"~> 5.100"' in (DEPLOYMENT / "versions.tf").read_text()
