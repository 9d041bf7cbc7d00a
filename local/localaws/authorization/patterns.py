"""Wildcards and policy variables, as the elements of a policy read them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

Facts = Mapping[str, str | tuple[str, ...]]
"""Condition keys in lower case, with the value or values each has in one request."""

_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_DEFAULT = re.compile(r"([^,]+),\s*'(.*)'", re.DOTALL)
_LITERAL = str.maketrans({"*": "\ue000", "?": "\ue001"})
_WRITTEN = str.maketrans({"\ue000": "*", "\ue001": "?"})
"""A `*` or `?` that came out of a variable stands for itself, so it is set apart until the pattern is compiled."""


def expand(text: str, facts: Facts) -> str | None:
    """The text with its variables replaced; None where one has no single value, for then nothing can match."""
    if "${" not in text:
        return text
    values: list[str | None] = []

    def value(match: re.Match[str]) -> str:
        values.append(_value(match[1].strip(), facts))
        return (values[-1] or "").translate(_LITERAL)

    expanded = _VARIABLE.sub(value, text)
    return None if None in values else expanded


def _value(name: str, facts: Facts) -> str | None:
    if name in ("*", "?", "$"):
        return name
    default = _DEFAULT.fullmatch(name)
    found = facts.get((default[1].strip() if default else name).lower())
    if found is None and default:
        return default[2]
    return found if isinstance(found, str) else None


def written(expanded: str) -> str:
    """An expanded text where wildcards have no meaning."""
    return expanded.translate(_WRITTEN)


@lru_cache(maxsize=4096)
def _compiled(pattern: str, star: str, one: str) -> re.Pattern[str]:
    special = {"*": star, "?": one, "\ue000": r"\*", "\ue001": r"\?"}
    return re.compile("".join(special.get(letter) or re.escape(letter) for letter in pattern), re.DOTALL)


def like(pattern: str, text: str) -> bool:
    """Whether the text matches; `*` is any characters, `?` one."""
    return _compiled(pattern, ".*", ".").fullmatch(text) is not None


def like_resource(pattern: str, arn: str) -> bool:
    """Whether a Resource pattern covers the ARN.

    A wildcard stays within its segment, the part between two colons, unless it is the segment's last character.
    """
    return pattern == "*" or _resource(pattern).fullmatch(arn) is not None


@lru_cache(maxsize=4096)
def _resource(pattern: str) -> re.Pattern[str]:
    segments = []
    for segment in pattern.split(":"):
        body, last = (segment[:-1], ".*") if segment.endswith("*") else (segment, "")
        segments.append(_compiled(body, "[^:]*", "[^:]").pattern + last)
    return re.compile(":".join(segments), re.DOTALL)


def like_arn(pattern: str, arn: str) -> bool:
    """ArnLike and ArnEquals: each of the six parts of the ARN is compared by itself.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
    """
    wanted, actual = pattern.split(":", 5), arn.split(":", 5)
    return len(wanted) == len(actual) == 6 and all(map(like, wanted, actual))
