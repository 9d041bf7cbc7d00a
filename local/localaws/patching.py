"""Wrapping a method of moto's in place."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any


def replace(owner: type, name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Replaces a method by one that gets the original as its first argument.

    Applying it twice wraps twice, so corrections are installed once per process.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        original = getattr(owner, name)

        @functools.wraps(original)
        def wrapper(*arguments: Any, **keywords: Any) -> Any:
            return function(original, *arguments, **keywords)

        setattr(owner, name, wrapper)
        return wrapper

    return decorate
