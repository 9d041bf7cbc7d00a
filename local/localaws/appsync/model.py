"""moto's AppSync, replaced by the control plane in `control`."""

from __future__ import annotations

import moto.appsync.models
import moto.appsync.urls

from localaws import partitions
from localaws.appsync.control import urls
from localaws.appsync.control.models import LocalAppSyncBackend
from localaws.appsync.control.responses import LocalAppSyncResponse


def install(endpoint: str) -> None:
    """Patches moto. `endpoint` is where clients reach this server. Doing it again only changes the endpoint."""
    LocalAppSyncResponse.endpoint = endpoint
    moto.appsync.models.appsync_backends.backend = LocalAppSyncBackend
    partitions.everywhere(moto.appsync.models.appsync_backends)
    moto.appsync.urls.url_paths.clear()
    moto.appsync.urls.url_paths.update(urls.url_paths)
