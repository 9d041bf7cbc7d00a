"""What a call of a model is authorized on: the profile it names, and every foundation model it may be routed to.

https://docs.aws.amazon.com/bedrock/latest/userguide/geographic-cross-region-inference.html
https://docs.aws.amazon.com/bedrock/latest/userguide/global-cross-region-inference.html
"""

from __future__ import annotations

from moto.utilities.utils import get_partition

from localaws.settings import ACCOUNT_ID

DESTINATIONS = {
    "us": ("us-east-1", "us-east-2", "us-west-2"),
    "eu": (
        "eu-central-1",
        "eu-central-2",
        "eu-north-1",
        "eu-south-1",
        "eu-south-2",
        "eu-west-1",
        "eu-west-2",
        "eu-west-3",
    ),
    "apac": (
        "ap-east-2",
        "ap-northeast-1",
        "ap-northeast-2",
        "ap-northeast-3",
        "ap-south-1",
        "ap-south-2",
        "ap-southeast-1",
        "ap-southeast-2",
        "ap-southeast-3",
        "ap-southeast-4",
        "ap-southeast-5",
        "ap-southeast-7",
        "me-central-1",
    ),
    "jp": ("ap-northeast-1", "ap-northeast-3"),
    "au": ("ap-southeast-2", "ap-southeast-4"),
    "us-gov": ("us-gov-east-1", "us-gov-west-1"),
}
"""Where a geographic profile may route to, beside the region it is called in. The union AWS publishes per geography in
https://docs.aws.amazon.com/cdk/api/v2/docs/@aws-cdk_aws-bedrock-alpha.CrossRegionInferenceProfileRegion.html"""


def resources(model_id: str, region: str, application_profiles: dict[str, str]) -> list[tuple[str, dict[str, str]]]:
    """Each ARN the caller must be allowed to invoke, with the condition keys that differ for it."""
    partition = get_partition(region)
    if ":application-inference-profile/" in model_id:
        source = application_profiles.get(model_id.rsplit("/", maxsplit=1)[-1], "")
        return _behind(model_id, source.rsplit("/", maxsplit=1)[-1], region, partition)
    bare = model_id.rsplit("/", maxsplit=1)[-1]
    if bare.partition(".")[0] not in (*DESTINATIONS, "global") or ":foundation-model/" in model_id:
        arn = f"arn:{partition}:bedrock:{region}::foundation-model/{bare}"
        return [(model_id if model_id.startswith("arn:") else arn, {})]
    return _behind(f"arn:{partition}:bedrock:{region}:{ACCOUNT_ID}:inference-profile/{bare}", bare, region, partition)


def _behind(profile: str, source: str, region: str, partition: str) -> list[tuple[str, dict[str, str]]]:
    prefix, _, model = source.partition(".")
    through = {"bedrock:inferenceprofilearn": profile}
    if prefix not in (*DESTINATIONS, "global"):
        prefix, model = "", source
    here = sorted({region, *DESTINATIONS.get(prefix, ())})
    models = [(f"arn:{partition}:bedrock:{each}::foundation-model/{model}", through) for each in here]
    if prefix == "global":
        anywhere = {**through, "aws:requestedregion": "unspecified"}
        models.append((f"arn:{partition}:bedrock:::foundation-model/{model}", anywhere))
    return [(profile, {}), *models]
