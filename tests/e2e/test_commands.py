"""Every `aws …` command of the documents, typed against the deployed stack: it answers what is true, or is refused."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from demo.local_aws import LocalAws
from demo.terraform import REPOSITORY

from e2e import commands
from e2e.client import Api, new_session
from e2e.stacks import Stack, wait_until

OPERATIONS = REPOSITORY / "docs/operations.md"
NOT_FAKED = "NotFakedByLocalAws"

Check = Callable[[Any, "Asked"], Any]


class Asked:
    """A stack one question was asked of, and what a shell would hold beside it."""

    def __init__(self, stack: Stack, request_id: str) -> None:
        self.stack = stack
        self.request_id = request_id
        now = int(time.time())
        self.variables = {
            "$(date -d '-3 hours' +%s)": str(now - 3 * 3600),
            "$(date +%s)": str(now + 1),
            "$(terraform output -raw topic_arn)": stack.outputs["topic_arn"],
            "$ORCHESTRATOR": stack.function("orchestrator"),
            "$API": stack.outputs["appsync_api_id"],
            "$ID": request_id,
            "$ENDPOINT": "endpoint.example",
        }


@pytest.fixture(scope="module")
def asked(api_key_stack: Stack, api_key_reader: Api) -> Asked:
    """One question, answered, and its last line in the log."""
    session = new_session()
    with api_key_reader.subscribe(session) as subscription:
        request_id = api_key_reader.ask(session, "What is a VPC endpoint?")["requestId"]
        subscription.answer(request_id)
    asked = Asked(api_key_stack, request_id)
    wait_until(lambda: len(one_question(asked)) == len(WRITTEN), "both lines of the question")
    return asked


WRITTEN = ("question published", "answer ended")
"""What operations.md says a complete question leaves behind."""


def insights(asked: Asked, query: str, groups: list[str]) -> list[dict[str, str]]:
    logs, now = asked.stack.client("logs"), int(time.time())
    started = logs.start_query(logGroupNames=groups, startTime=now - 3600, endTime=now + 1, queryString=query)
    rows = logs.get_query_results(queryId=started["queryId"])["results"]
    return [{cell["field"]: cell["value"] for cell in row} for row in rows]


def groups(asked: Asked) -> list[str]:
    return [f"/aws/lambda/{asked.stack.function(name)}" for name in ("data-source", "orchestrator")]


def one_question(asked: Asked, request_id: str | None = None) -> list[dict[str, str]]:
    """The documented query, with the names of this stack."""
    command = next(each for each in commands.documented() if each.name == "logs start-query")
    query = command.words[command.words.index("--query-string") + 1]
    return insights(asked, query.replace("$ID", request_id or asked.request_id), groups(asked))


def found(answer: Any, _: Asked) -> bool:
    """There is something."""
    return bool(answer)


def alarm_rang(_: Any, asked: Asked) -> bool:
    """The alarm shows its new state; it is set back."""
    cloudwatch, name = asked.stack.client("cloudwatch"), "bedrock-chat-api-errors"
    state = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"][0]["StateValue"]
    cloudwatch.set_alarm_state(AlarmName=name, StateValue="OK", StateReason="test")
    return state == "ALARM"


def level_changed(answer: Any, asked: Asked) -> bool:
    """The function has its new level; it is set back, since others read the lines below it."""
    before = {**answer["LoggingConfig"], "ApplicationLogLevel": "INFO"}
    asked.stack.client("lambda").update_function_configuration(
        FunctionName=answer["FunctionName"], LoggingConfig=before
    )
    return answer["LoggingConfig"]["ApplicationLogLevel"] == "WARN"


def published(answer: Any, asked: Asked) -> bool:
    """The topic takes it, and since it is no question it ends in the dead letters; it is taken out of them."""
    (letter,) = asked.stack.take_dead_letters("failed", at_least=1)
    return answer["MessageId"] in letter


def subscribed(_: Any, asked: Asked) -> bool:
    """The subscription is there; it is taken back."""
    sns = asked.stack.client("sns")
    listed = sns.list_subscriptions_by_topic(TopicArn=asked.stack.outputs["topic_arn"])["Subscriptions"]
    mine = [each["SubscriptionArn"] for each in listed if each["Protocol"] == "email"]
    for arn in mine:
        sns.unsubscribe(SubscriptionArn=arn)
    return len(mine) == 1


ENDPOINT = re.compile(r"vpce-\w+-\w+\.appsync-api\.us-east-1\.vpce\.amazonaws\.com")
CONFIGURE = 'aws lambda update-function-configuration --function-name "$ORCHESTRATOR"'

EXPECTED: dict[str, Check | str] = {
    "aws bedrock list-foundation-models": NOT_FAKED,
    "aws bedrock list-inference-profiles": NOT_FAKED,
    "aws bedrock get-inference-profile": NOT_FAKED,
    "aws cloudwatch set-alarm-state": alarm_rang,
    # Whether a flow log delivers is what AWS says of it; here it is stored, and says what AWS says of one that does.
    "aws ec2 describe-flow-logs": found,
    "aws ec2 describe-vpc-endpoints": lambda answer, _: ENDPOINT.fullmatch(answer),
    f"{CONFIGURE} --logging-config": level_changed,
    f"{CONFIGURE} --snap-start": "InvalidParameterValueException",
    "aws logs describe-log-groups": lambda answer, _: len(answer) == 1 and all(answer[0]),
    "aws logs get-query-results": "ResourceNotFoundException",
    "aws logs start-query": found,
    # By the operator, who may: what it publishes is no question.
    "aws sns publish": published,
    "aws sns subscribe": subscribed,
    "aws ssm start-session": NOT_FAKED,
}
"""What each command must answer here, or the code of the refusal, by how it begins."""

TAIL = "aws logs tail"
"""No operation but a loop of the CLI's second version around FilterLogEvents."""

RUN = [each for each in commands.documented() if not each.text.startswith(TAIL)]


@pytest.mark.parametrize("command", RUN, ids=lambda command: f"{command.document}: {command.text[:60]}")
def test_a_documented_command_answers_what_is_true(aws: LocalAws, asked: Asked, command: commands.Command) -> None:
    expected = next(answer for begin, answer in EXPECTED.items() if command.text.startswith(begin))
    if isinstance(expected, str):
        with pytest.raises(ClientError) as refused:
            commands.run(aws.endpoint, command, asked.variables)
        assert refused.value.response["Error"]["Code"] == expected
    else:
        answer = commands.run(aws.endpoint, command, asked.variables)
        assert expected(answer, asked), answer


def test_the_lines_of_one_question_are_those_and_no_others(asked: Asked) -> None:
    rows = one_question(asked)
    assert tuple(row["message"] for row in rows) == WRITTEN
    assert rows[0]["@timestamp"] <= rows[1]["@timestamp"]
    assert one_question(asked, "00000000-0000-4000-8000-000000000000") == []


def test_the_other_documented_queries_count_what_is_there(asked: Asked) -> None:
    queries = re.findall(r"```\n(filter .*?)```", OPERATIONS.read_text(), re.DOTALL)
    assert len(queries) == 2
    by_code, by_question = (insights(asked, query, groups(asked)[1:]) for query in queries)
    lines = [record for record in asked.stack.log_records("orchestrator") if record.get("message") == "answer ended"]
    failed = [record["errorCode"] for record in lines if record.get("errorCode")]
    assert {row["errorCode"]: int(row["count(*)"]) for row in by_code} == {code: failed.count(code) for code in failed}
    runs = {row["span.requestId"]: row["runs"] for row in by_question}
    assert runs[asked.request_id] == "1"
    assert len(runs) == len({record["span"]["requestId"] for record in lines})


def test_every_document_that_tails_logs_names_version_2() -> None:
    tailing = {command.document for command in commands.documented() if command.text.startswith(TAIL)}
    assert tailing
    for document in tailing:
        assert "AWS CLI version 2" in (REPOSITORY / document).read_text(), document
