"""Where AppSync's control plane is reached: every path of botocore's model, so none is forgotten."""

from __future__ import annotations

import re

import botocore.session
from moto.appsync.urls import url_bases
from moto.appsync.urls import url_paths as moto_url_paths

from localaws.appsync.control.responses import LocalAppSyncResponse

__all__ = ["url_bases", "url_paths"]


def _paths() -> dict[str, object]:
    model = botocore.session.get_session().get_service_model("appsync")
    paths: dict[str, object] = {}
    for name in model.operation_names:
        uri = model.operation_model(name).http["requestUri"].partition("?")[0]
        # Tags name a resource by ARN, whose slashes arrive unescaped: moto has patterns for those.
        if not uri.startswith("/v1/tags"):
            paths["{0}" + re.sub(r"\{(\w+)\+?\}", r"(?P<\1>[^/]+)", uri) + "$"] = LocalAppSyncResponse.dispatch
    tags = {path: LocalAppSyncResponse.dispatch for path in moto_url_paths if "/tags/" in path}
    return paths | tags


url_paths = _paths()
