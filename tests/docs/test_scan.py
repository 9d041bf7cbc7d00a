"""A finding of prowler on the stack needs its explanation, and an explanation needs its finding."""

from __future__ import annotations

import pytest
import scan
import skips

EXPLAINED = list(skips.of("prowler"))
PLACES = {f"arn:{skip.resource}:{skip.folder}": (skip.resource, skip.folder) for skip in EXPLAINED}


def findings() -> list[scan.Finding]:
    return [scan.Finding(skip.check, f"arn:{skip.resource}:{skip.folder}", "found") for skip in EXPLAINED]


def test_what_is_explained_and_what_is_the_accounts_is_reported() -> None:
    account = scan.Finding("iam_password_policy_number", "arn:of-nobody", "no number")
    report = scan.report([*findings(), account], PLACES, 7)
    assert f"7 checks passed, {len(EXPLAINED) + 1} failed" in report
    assert all(skip.reason in report for skip in EXPLAINED)
    assert "no number" in report.split("## Of the account")[1]


def test_a_finding_that_nobody_explains_fails() -> None:
    stranger = scan.Finding("s3_bucket_default_encryption", findings()[0].resource, "found")
    with pytest.raises(scan.ScanError, match="not explained: s3_bucket_default_encryption on "):
        scan.report([*findings(), stranger], PLACES, 0)


def test_an_explanation_holds_for_its_resource_only() -> None:
    elsewhere = scan.Finding(EXPLAINED[0].check, "arn:elsewhere", "found")
    places = {**PLACES, "arn:elsewhere": ("aws_kms_key.this", EXPLAINED[0].folder)}
    with pytest.raises(scan.ScanError, match=r"not explained: .* on aws_kms_key\.this"):
        scan.report([*findings(), elsewhere], places, 0)


def test_an_explanation_without_a_finding_fails() -> None:
    with pytest.raises(scan.ScanError, match=f"explains nothing: {EXPLAINED[0].check} on "):
        scan.report(findings()[1:], PLACES, 0)


def test_each_explanation_is_a_sentence() -> None:
    assert EXPLAINED
    assert [skip.check for skip in EXPLAINED if not (skip.reason[0].isupper() and skip.reason.endswith("."))] == []
