"""AppSync's documented limits, in one place.

https://docs.aws.amazon.com/general/latest/gr/appsync.html unless a line says otherwise.
"""

from __future__ import annotations

REQUEST_SECONDS = 30.0
"""Execution of one request; not adjustable."""

QUERY_TOKENS = 15_000
QUERY_LENGTH_MESSAGE = "Maximum char length exceeded"

REQUEST_BYTES = 1024 * 1024
"""HTTP request body. Not in the quota table; the figure third parties quote."""

RESULT_BYTES = 5 * 1024 * 1024
"""What a data source may answer."""

RESOLVERS_PER_REQUEST = 10_000

SUBSCRIPTION_PAYLOAD_BYTES = 240 * 1024
"""A larger published payload reaches nobody, and the mutation succeeds all the same."""

SUBSCRIPTIONS_PER_CONNECTION = 200
INVALIDATIONS_PER_REQUEST = 5

CONNECTION_SECONDS = 24 * 3600.0
"""https://docs.aws.amazon.com/appsync/latest/devguide/real-time-websocket-client.html"""

CONNECTION_TIMEOUT_MS = 300_000
"""Told to clients in connection_ack: silence longer than this means the connection is dead."""

KEEP_ALIVE_SECONDS = 60.0
