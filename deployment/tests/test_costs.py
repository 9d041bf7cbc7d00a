"""The cost tables of docs/deployment.md: amounts are quantity times price, and what a plan can count agrees with it."""

from __future__ import annotations

import math
import re

import pytest

from paths import REPOSITORY
from plans import Plan

DOCUMENT = REPOSITORY / "docs/deployment.md"
Row = tuple[str, str, str, str]


def table(name: str) -> list[Row]:
    """Rows of the table behind the comment `costs: name`, without its two head rows."""
    text = DOCUMENT.read_text().split(f"<!-- costs: {name} -->", 1)[1].lstrip("\n").split("\n\n", 1)[0]
    rows = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in text.splitlines()[2:]]
    assert rows and all(len(row) == 4 for row in rows)
    return rows  # type: ignore[return-value]


def number(text: str) -> float:
    return float(text.replace(",", ""))


def product(quantity: str) -> float:
    return math.prod(number(factor) for factor in quantity.split("×"))


def price(text: str) -> float:
    amount, _, per = text.partition("/")
    return number(amount) / (number(per) if per else 1)


@pytest.mark.parametrize("name", ["rest", "global", "logs", "answers"])
def test_every_amount_is_quantity_times_price_and_the_total_their_sum(name: str) -> None:
    *items, total = table(name)
    for item, quantity, unit, amount in items:
        decimals = len(amount.split(".")[1])
        # Half a unit of the last printed digit, and a little for what a float cannot hold.
        assert abs(product(quantity) * price(unit) - number(amount)) <= 0.5 * 10**-decimals + 1e-9, item
    printed = number(total[3].strip("*"))
    assert printed == pytest.approx(sum(number(item[3]) for item in items), abs=1e-9)


def quantities(name: str) -> dict[str, str]:
    return {re.split(r"[:(]", item)[0].strip(): quantity for item, quantity, _, _ in table(name)}


def test_what_is_counted_at_rest_is_what_the_sample_makes(sample: Plan) -> None:
    rest = quantities("rest")
    zones = len(sample.of("aws_subnet"))
    assert rest["Interface endpoints"] == f"{len(sample.of('aws_vpc_endpoint'))} × {zones} × 730"
    assert rest["KMS key"] == str(len(sample.of("aws_kms_key")))
    assert rest["Alarms"] == str(len(sample.of("aws_cloudwatch_metric_alarm")))
    assert rest["Dashboard"] == str(len(sample.of("aws_cloudwatch_dashboard")))


def test_what_a_global_api_adds_is_what_its_plan_makes(plans: dict[str, Plan]) -> None:
    plan = plans["global"]
    (acl,) = plan.of("aws_wafv2_web_acl")
    rows = {item: quantity for item, quantity, _, _ in table("global")}
    assert rows["NAT gateways: zones × hours"] == f"{len(plan.of('aws_nat_gateway'))} × 730"
    assert rows["Their public addresses: zones × hours"] == f"{len(plan.of('aws_eip'))} × 730"
    assert rows["WAF: rules"] == str(len(acl.values["rule"]))


def test_the_model_priced_is_the_samples() -> None:
    assert re.search(
        r'^model_id += "us\.amazon\.nova-2-lite-v1:0"$', (REPOSITORY / "sample.tfvars").read_text(), re.MULTILINE
    )
    assert [item for item, *_ in table("answers")][:2] == [
        f"Nova 2 Lite, US profile: {kind} tokens" for kind in ("input", "output")
    ]
