"""What an alarm does when its state is set by hand: it tells its topics.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
"""

from __future__ import annotations

import json
import logging
from typing import Any

from moto.cloudwatch.models import Alarm
from moto.sns.models import sns_backends

from localaws.authorization import wording
from localaws.authorization.guard import Guard
from localaws.patching import replace
from localaws.settings import ACCOUNT_ID
from localaws.sns.needs import publish_needs

log = logging.getLogger(__name__)

SERVICE = "cloudwatch.amazonaws.com"


def install(guard: Guard) -> None:
    """Alarms are never evaluated here: they begin as AWS's do, and act when SetAlarmState changes their state."""

    # Patched, not subclassed: moto makes its alarms itself and would never make ours.
    @replace(Alarm, "__init__")
    def create(original: Any, self: Alarm, *arguments: Any, **keywords: Any) -> None:
        original(self, *arguments, **keywords)
        self.state_value = "INSUFFICIENT_DATA"

    # Patched for the same reason.
    @replace(Alarm, "update_state")
    def update(original: Any, self: Alarm, reason: str, reason_data: str, state_value: str) -> None:
        before = self.state_value
        original(self, reason, reason_data, state_value)
        if self.actions_enabled is False or before == state_value:
            return
        actions = {
            "ALARM": self.alarm_actions,
            "OK": self.ok_actions,
            "INSUFFICIENT_DATA": self.insufficient_data_actions,
        }
        for topic in actions[state_value] or []:
            if topic.split(":")[2] == "sns":
                _tell(guard, self, topic, before)


def _tell(guard: Guard, alarm: Alarm, topic: str, before: str) -> None:
    decision = guard.service(SERVICE, publish_needs(topic, topic.split(":")[3]), alarm.alarm_arn)
    if not decision.allowed:
        log.warning("alarm %s tells nobody: %s", alarm.name, wording.message(decision))
        return
    message = {
        "AlarmName": alarm.name,
        "AlarmDescription": alarm.description,
        "AWSAccountId": ACCOUNT_ID,
        "NewStateValue": alarm.state_value,
        "NewStateReason": alarm.state_reason,
        "StateChangeTime": alarm.state_updated_timestamp.strftime("%Y-%m-%dT%H:%M:%S.000+0000"),
        "Region": alarm.region_name,
        "AlarmArn": alarm.alarm_arn,
        "OldStateValue": before,
    }
    backend = sns_backends[ACCOUNT_ID][topic.split(":")[3]]
    backend.publish(json.dumps(message), arn=topic, subject=f'{alarm.state_value}: "{alarm.name}"')
