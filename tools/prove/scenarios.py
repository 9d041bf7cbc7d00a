"""The scenarios: a short set of what the deployment is for, each with the permissions it takes.

A scenario raises where it does not come to its end.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from demo.local_aws import LocalAws
from e2e.client import Api, new_request, new_session
from e2e.stacks import Stack, log_messages

PATIENCE_SECONDS = 30.0
PIECES = ["Endpoints ", "keep ", "it ", "private."]


class Failed(Exception):  # noqa: N818 - what a removal is to bring about
    """The scenario did not come to its end."""


def prefix_of(stack: Stack) -> str:
    """What every name of a stack begins with."""
    return stack.function("data-source").removesuffix("-data-source")


@dataclass
class Deployment:
    """One applied profile, and somebody who reads its answers."""

    aws: LocalAws
    stack: Stack
    reader: Api
    letters: dict[str, list[str]] = field(default_factory=dict)
    """Dead letters seen so far, by queue."""
    armed: list[str] = field(default_factory=list)
    """Faults of the scenario under way."""

    @property
    def prefix(self) -> str:
        """What every name of this stack begins with."""
        return prefix_of(self.stack)

    def fault(self, point: str, kind: str, match: Mapping[str, str], **parameters: Any) -> None:
        """Arms one for what carries this question."""
        times = parameters.pop("times", 1)
        fault = {"point": point, "kind": kind, "match": match, "times": times, "parameters": parameters}
        self.armed.append(self.aws.admin("POST", "faults", fault)["id"])

    def disarm(self) -> None:
        """Leaves no fault behind for the next scenario."""
        while self.armed:
            self.aws.admin("DELETE", f"faults?id={self.armed.pop()}")

    def wait(self, condition: Callable[[], Any], what: str) -> None:
        """Waits for what the scenario ends with."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            if time.monotonic() > deadline:
                raise Failed(f"waited {PATIENCE_SECONDS} s for {what}")
            time.sleep(0.05)

    def dead_letter(self, queue: str, request_id: str) -> None:
        """Waits until the queue holds this question."""
        sqs, url = self.stack.client("sqs"), self.stack.outputs["dead_letter_queue_urls"][queue]
        seen = self.letters.setdefault(queue, [])

        def there() -> bool:
            for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
                seen.append(message["Body"])
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            return any(request_id in body for body in seen)

        self.wait(there, f"a dead letter in {queue}")


def answer(deployment: Deployment) -> None:
    """A reader asks, and hears the whole answer."""
    request_id, session = new_request(), new_session()
    match = {"$.requestMetadata.requestId": request_id}
    deployment.fault("bedrock.converse_stream", "say", match, pieces=PIECES)
    with deployment.reader.subscribe(session) as subscription:
        deployment.reader.ask(session, "Why endpoints?", request_id=request_id)
        heard = subscription.answer(request_id, PATIENCE_SECONDS)
    if heard.text != "".join(PIECES) or heard.kinds[-1] != "END":
        raise Failed(f"heard {heard.kinds}")


def start(deployment: Deployment) -> None:
    """Both functions are configured anew, start, answer, and write their logs."""
    lambda_ = deployment.stack.client("lambda")
    for name in ("data-source", "orchestrator"):
        function = deployment.stack.function(name)
        vpc = lambda_.get_function_configuration(FunctionName=function)["VpcConfig"]
        placed = {key: vpc[key] for key in ("SubnetIds", "SecurityGroupIds")}
        # The same again: Lambda looks at the role's rights.
        lambda_.update_function_configuration(FunctionName=function, VpcConfig=placed)
        deployment.fault("lambda.invoke", "cold", {"function": function})
    before = {name: _lines(deployment, name) for name in ("data-source", "orchestrator")}
    answer(deployment)
    for name, lines in before.items():
        deployment.wait(lambda name=name, lines=lines: _lines(deployment, name) > lines, f"the log of {name}")


def undelivered(deployment: Deployment) -> None:
    """SNS cannot hand a question over: it is in the dead letters."""
    request_id = new_request()
    deployment.fault("sns.deliver", "refuse", {"$.requestId": request_id})
    deployment.reader.ask(new_session(), "Nobody can hand me over.", request_id=request_id)
    deployment.dead_letter("undelivered", request_id)


def failed(deployment: Deployment) -> None:
    """A reader cannot be told: the question is in the dead letters."""
    request_id = new_request()
    match = {"operation": "sendMessage", "$.input.requestId": request_id}
    deployment.fault("appsync.http", "fail", match, status=401, times=None)
    deployment.reader.ask(new_session(), "Nobody will hear of me.", request_id=request_id)
    deployment.dead_letter("failed", request_id)


def alarm(deployment: Deployment) -> None:
    """An alarm rings, and whoever subscribed to its topic is told."""
    clients = {name: deployment.stack.client(name) for name in ("cloudwatch", "sns", "sqs")}
    alarms = clients["cloudwatch"].describe_alarms(AlarmNamePrefix=deployment.prefix)["MetricAlarms"]
    ringing = next(each for each in alarms if each["AlarmActions"])
    name, topic = ringing["AlarmName"], ringing["AlarmActions"][0]
    queue = clients["sqs"].create_queue(QueueName=f"prove-{uuid.uuid4().hex[:8]}")["QueueUrl"]
    arn = clients["sqs"].get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    admits = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage"}
    policy = {"Version": "2012-10-17", "Statement": [{**admits, "Resource": arn}]}
    clients["sqs"].set_queue_attributes(QueueUrl=queue, Attributes={"Policy": json.dumps(policy)})
    subscription = clients["sns"].subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, ReturnSubscriptionArn=True)
    try:
        for state in ("OK", "ALARM"):
            clients["cloudwatch"].set_alarm_state(AlarmName=name, StateValue=state, StateReason="proof")
        deployment.wait(lambda: clients["sqs"].receive_message(QueueUrl=queue).get("Messages"), "the alarm's message")
    finally:
        clients["cloudwatch"].set_alarm_state(AlarmName=name, StateValue="OK", StateReason="proof")
        clients["sns"].unsubscribe(SubscriptionArn=subscription["SubscriptionArn"])
        clients["sqs"].delete_queue(QueueUrl=queue)


def api_log(deployment: Deployment) -> None:
    """A field fails, and AppSync writes it into the log of the API."""
    logs, group = deployment.stack.client("logs"), _api_group(deployment)
    for stream in logs.describe_log_streams(logGroupName=group)["logStreams"]:
        logs.delete_log_stream(logGroupName=group, logStreamName=stream["logStreamName"])
    request_id = new_request()
    deployment.fault("lambda.invoke", "service_error", {"function": deployment.stack.function("data-source")})
    try:
        deployment.reader.ask(new_session(), "Fail, please.", request_id=request_id)
    except Exception as refused:
        deployment.wait(lambda: log_messages(logs, group), f"the record of {type(refused).__name__}")
        return
    raise Failed("the field did not fail")


def flow_log(deployment: Deployment) -> None:
    """Another flow log is made as the stack makes it, and may deliver."""
    ec2 = deployment.stack.client("ec2")
    name = f"/aws/vpc/{deployment.prefix}/"
    mine = next(each for each in ec2.describe_flow_logs()["FlowLogs"] if name in each["LogDestination"])
    subnets = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [mine["ResourceId"]]}])["Subnets"]
    again = {
        # Of one subnet, for that of the VPC is there already.
        "ResourceType": "Subnet", "ResourceIds": [subnets[0]["SubnetId"]], "TrafficType": "ALL",
        "LogDestination": mine["LogDestination"], "DeliverLogsPermissionArn": mine["DeliverLogsPermissionArn"],
    }  # fmt: skip
    made = ec2.create_flow_logs(**again)["FlowLogIds"]
    try:
        (told,) = ec2.describe_flow_logs(FlowLogIds=made)["FlowLogs"]
    finally:
        ec2.delete_flow_logs(FlowLogIds=made)
    if told["DeliverLogsStatus"] != "SUCCESS":
        raise Failed(f"flow log: {told['DeliverLogsStatus']}, {told.get('DeliverLogsErrorMessage')}")


SCENARIOS: dict[str, Callable[[Deployment], None]] = {
    "answer": answer,
    "start": start,
    "undelivered": undelivered,
    "failed": failed,
    "alarm": alarm,
    "API log": api_log,
    "flow log": flow_log,
}


def of_profile(deployment: Deployment) -> list[str]:
    """The scenarios that this profile has: a VPC of somebody else has no flow log of ours."""
    has_flow_log = any("aws_flow_log" in each for each in deployment.stack.terraform.resources())
    return [name for name in SCENARIOS if name != "flow log" or has_flow_log]


def _lines(deployment: Deployment, function: str) -> int:
    return len(deployment.stack.log_messages(function))


def _api_group(deployment: Deployment) -> str:
    api = deployment.stack.outputs["appsync_api_id"]
    return f"/aws/appsync/apis/{api}"
