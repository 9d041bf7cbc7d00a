"""SNS: topic attributes that moto stores and does not show."""

from __future__ import annotations

from typing import Any

from moto.core.utils import camelcase_to_underscores
from moto.sns.responses import SNSResponse

from localaws.patching import replace

SHOWN = (
    "TracingConfig",
    "SignatureVersion",
    "MaximumMessageSize",
    "ArchivePolicy",
    "LambdaSuccessFeedbackRoleArn",
    "LambdaFailureFeedbackRoleArn",
    "LambdaSuccessFeedbackSampleRate",
)


def install() -> None:
    """Patches moto's SNS."""

    @replace(SNSResponse, "get_topic_attributes")
    def show(original: Any, self: SNSResponse) -> Any:
        answer = original(self)
        topic = self.backend.get_topic(self._get_param("TopicArn"))
        for name in SHOWN:
            value = getattr(topic, camelcase_to_underscores(name), None)
            if value:
                answer.result["Attributes"][name] = str(value)
        return answer
