"""Putting ours in moto's place: a subclass where moto lets one choose the class, else one method wrapped in place.

moto lets one choose backends (`BackendDict.backend`) and response classes (`url_paths`). Objects that its backends make
by a name of their own module (a topic's subscription, a function, an alarm) it does not: there a method is wrapped.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import ModuleType
from typing import Any

from moto.core.base_backend import BackendDict


def serve(urls: ModuleType, response: type) -> None:
    """Answers on every path of moto's `urls` by `response`, a subclass of the class that answered there."""
    for path, handler in urls.url_paths.items():
        base = getattr(handler, "__self__", None)
        if isinstance(base, type) and issubclass(response, base):
            urls.url_paths[path] = getattr(response, handler.__name__)


def keep(backends: BackendDict[Any], urls: ModuleType, backend: type) -> None:
    """Stores in `backend`, a subclass of moto's; moto would look for `urls` beside the subclass."""
    backend._url_module = urls  # type: ignore[attr-defined]
    backends.backend = backend
    for account in backends.values():
        account.backend = backend
        account.clear()


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
