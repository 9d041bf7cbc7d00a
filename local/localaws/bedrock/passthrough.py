"""BEDROCK=aws: sends ConverseStream to the real service with the user's own credentials.

Off by default and never used in tests. Requests leave this machine and cost money, so it says so, loudly, at start.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, EventStreamError
from urllib3.exceptions import HTTPError

from localaws.bedrock import frames
from localaws.http import Hangup, Response
from localaws.operations import Operation
from localaws.settings import Settings

log = logging.getLogger(__name__)

ANNOUNCEMENT = """
*******************************************************************************
  BEDROCK=aws: questions are sent to the REAL Amazon Bedrock,
  with the credentials of {who}, in the region of the deployment.
  Prompts leave this machine and every answer COSTS MONEY on that account.
*******************************************************************************
"""


class Passthrough:
    """A client of the real service."""

    def __init__(self, settings: Settings) -> None:
        self._session = boto3.Session(profile_name=settings.bedrock_profile)
        if self._session.get_credentials() is None:
            raise SystemExit("BEDROCK=aws needs AWS credentials: none were found by the SDK's default chain")
        who = f"profile {settings.bedrock_profile}" if settings.bedrock_profile else "your default AWS profile"
        log.warning(ANNOUNCEMENT.format(who=who))

    async def converse_stream(self, operation: Operation) -> Response:
        """Passes one call on. The real service's errors come back as they are."""
        # The endpoint variables that point SDKs at this very server must not apply to this client.
        config = Config(ignore_configured_endpoint_urls=True, retries={"total_max_attempts": 1})
        client = self._session.client("bedrock-runtime", region_name=operation.region, config=config)
        try:
            answer = await asyncio.to_thread(client.converse_stream, **operation.parameters)
        except ClientError as error:
            told = error.response["Error"]
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            return operation.error(told["Code"], told["Message"], status)
        except BotoCoreError as error:
            return operation.error("ServiceUnavailableException", f"Bedrock could not be reached: {error}", 503)
        headers = [("content-type", "application/vnd.amazon.eventstream")]
        return Response(200, _frames(iter(answer["stream"])), headers)


async def _frames(events: Iterator[dict[str, Any]]) -> AsyncIterator[bytes]:
    while True:
        try:
            event = await asyncio.to_thread(next, events, None)
        except EventStreamError as error:
            told = error.response["Error"]
            yield frames.exception(told["Code"], {"message": told["Message"]})
            return
        except (BotoCoreError, HTTPError) as error:
            log.warning("the real service's stream broke: %s", error)
            raise Hangup from None
        if event is None:
            return
        for name, payload in event.items():
            yield frames.event(name, payload)
