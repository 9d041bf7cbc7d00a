"""The deployments the tests run against: the real `deployment/` applied to local AWS, once per profile."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3
from demo.terraform import REGION, Terraform, Variables

from e2e.client import PATIENCE_SECONDS


def aws_client(endpoint: str, service: str) -> Any:
    """A boto3 client with invented keys and the local endpoint."""
    return boto3.client(
        service, endpoint_url=endpoint, region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test"
    )


class Stack:
    """One applied stack, as its operator sees it."""

    def __init__(self, terraform: Terraform, endpoint: str) -> None:
        """`terraform` was applied to the local AWS at `endpoint`."""
        self.terraform = terraform
        self.endpoint = endpoint

    @cached_property
    def outputs(self) -> dict[str, Any]:
        """The root outputs, sensitive ones included. Terraform leaves out those that are null."""
        return {"api_key": None, "oidc_issuer": None, "oidc_client_id": None, **self.terraform.outputs()}

    def client(self, service: str) -> Any:
        """A boto3 client for local AWS."""
        return aws_client(self.endpoint, service)

    def function(self, name: str) -> str:
        """The deployed name of `data-source` or `orchestrator`."""
        return self.outputs["function_names"][name]

    def log_messages(self, function: str) -> list[str]:
        """Every line the function's log group holds."""
        return log_messages(self.client("logs"), f"/aws/lambda/{self.function(function)}")

    def log_records(self, function: str) -> list[dict[str, Any]]:
        """The JSON lines among them."""
        return [json.loads(message) for message in self.log_messages(function) if message.startswith("{")]

    def take_dead_letters(self, queue: str, at_least: int = 0) -> list[str]:
        """Takes what waits in a dead-letter queue, once `at_least` messages are there."""
        sqs, url = self.client("sqs"), self.outputs["dead_letter_queue_urls"][queue]
        bodies: list[str] = []

        def drained() -> bool:
            while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
                for message in messages:
                    bodies.append(message["Body"])
                    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            return len(bodies) >= at_least

        wait_until(drained, f"{at_least} dead letters in {queue}")
        return bodies


def log_messages(logs: Any, group: str) -> list[str]:
    """Every message of a log group, of all its streams: many conversations leave more streams than one page names."""
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group)
    return [event["message"] for page in pages for event in page["events"]]


def wait_until(condition: Callable[[], Any], what: str, patience: float = PATIENCE_SECONDS) -> Any:
    """The condition's first true value; fails naming `what` where there is none in time."""
    deadline = time.monotonic() + patience
    while not (value := condition()):
        assert time.monotonic() < deadline, f"waited {patience} s for {what}"
        time.sleep(0.02)
    return value


class Fleet:
    """Applies every profile at once: Terraform mostly waits, so four together take hardly longer than one.

    Each is planned a second time as soon as it is applied, while the tests that use it mostly wait, too.
    """

    def __init__(self, endpoint: str, folder: Path, profiles: dict[str, Variables]) -> None:
        """Starts applying; `stack` waits for one."""
        self._endpoint = endpoint
        self._pool = ThreadPoolExecutor(max_workers=len(profiles))
        self._second_plans: dict[str, Future[list[str]]] = {}
        self._stacks: dict[str, Future[Stack]] = {
            name: self._pool.submit(self._deploy, Terraform(name, endpoint, folder, variables))
            for name, variables in profiles.items()
        }

    @property
    def names(self) -> list[str]:
        """Every profile."""
        return list(self._stacks)

    def stack(self, name: str) -> Stack:
        """The stack of one profile, once it is applied."""
        return self._stacks[name].result()

    def second_plans(self) -> dict[str, list[str]]:
        """What a plan right after each first apply would have changed."""
        for name in self._stacks:
            self.stack(name)
        return {name: plan.result() for name, plan in self._second_plans.items()}

    def each(self, act: Callable[[str, Stack], Any]) -> dict[str, Any]:
        """Does one thing to every stack, all at the same time; raises the first failure."""
        results = {name: self._pool.submit(act, name, self.stack(name)) for name in self._stacks}
        return {name: result.result() for name, result in results.items()}

    def _deploy(self, terraform: Terraform) -> Stack:
        terraform.init()
        terraform.apply()
        self._second_plans[terraform.name] = self._pool.submit(terraform.changes)
        return Stack(terraform, self._endpoint)
