"""What AppSync refuses about an API, a data source or a resolver beyond the shapes botocore describes."""

from __future__ import annotations

import re
from typing import Any

from localaws.appsync.control.exceptions import BadRequestException, CodeRefused
from localaws.appsync.evaluation.engine import check

ONCE = {"API_KEY", "AWS_IAM", "AWS_LAMBDA"}
"""Modes that may stand only once among an API's providers."""

SUPPORTED_MODES = {"API_KEY", "AWS_IAM", "OPENID_CONNECT"}
SUPPORTED_DATA_SOURCES = {"NONE", "AWS_LAMBDA"}
FUNCTIONS_PER_PIPELINE = 10


def check_api(settings: dict[str, Any]) -> None:
    """Raises BadRequestException for a configuration AppSync would not save."""
    if settings.get("apiType", "GRAPHQL") != "GRAPHQL":
        raise BadRequestException("local AWS does not provide merged APIs.")
    providers = [settings, *(settings.get("additionalAuthenticationProviders") or [])]
    seen: set[str] = set()
    for provider in providers:
        mode = provider["authenticationType"]
        if mode not in SUPPORTED_MODES:
            raise BadRequestException(f"local AWS does not provide the authentication type {mode}.")
        if mode == "OPENID_CONNECT":
            mode = _check_oidc(provider)
        if mode in seen:
            raise BadRequestException(f"{provider['authenticationType']} is configured more than once.")
        seen.add(mode)
    depth, resolvers = settings.get("queryDepthLimit") or 0, settings.get("resolverCountLimit") or 0
    if not 0 <= depth <= 75:
        raise BadRequestException("queryDepthLimit must be between 0 and 75.")
    if not 0 <= resolvers <= 10_000:
        raise BadRequestException("resolverCountLimit must be between 0 and 10000.")


def _check_oidc(provider: dict[str, Any]) -> str:
    config = provider.get("openIDConnectConfig") or {}
    issuer = config.get("issuer")
    if not issuer:
        raise BadRequestException("OPENID_CONNECT needs openIDConnectConfig with an issuer.")
    try:
        re.compile(config.get("clientId") or "")
    except re.error as error:
        raise BadRequestException(f"openIDConnectConfig.clientId is not a regular expression: {error}.") from error
    return f"OPENID_CONNECT {issuer}"


def check_data_source(source: dict[str, Any]) -> None:
    """Raises BadRequestException for a data source AppSync, or local AWS, does not know."""
    kind = source["type"]
    if kind not in SUPPORTED_DATA_SOURCES:
        raise BadRequestException(f"local AWS does not provide data sources of type {kind}.")
    if kind == "AWS_LAMBDA":
        if not (source.get("lambdaConfig") or {}).get("lambdaFunctionArn"):
            raise BadRequestException("A data source of type AWS_LAMBDA needs lambdaConfig.lambdaFunctionArn.")
        if not source.get("serviceRoleArn"):
            raise BadRequestException("A data source of type AWS_LAMBDA needs a serviceRoleArn.")


def check_code(resolver: dict[str, Any]) -> None:
    """Raises unless the resolver or function holds code that APPSYNC_JS 1.0.0 accepts."""
    runtime = resolver.get("runtime") or {}
    if resolver.get("requestMappingTemplate") or resolver.get("responseMappingTemplate"):
        raise BadRequestException("local AWS does not provide mapping templates: use the APPSYNC_JS runtime.")
    code = resolver.get("code")
    if not code or not runtime:
        raise BadRequestException("local AWS needs code and a runtime on every resolver and function.")
    if (runtime.get("name"), runtime.get("runtimeVersion")) != ("APPSYNC_JS", "1.0.0"):
        raise BadRequestException("The runtime must be APPSYNC_JS 1.0.0.")
    errors = check(code)
    if errors:
        raise CodeRefused(errors)


def check_pipeline(resolver: dict[str, Any], functions: dict[str, Any], data_sources: dict[str, Any]) -> None:
    """Raises unless the resolver's kind fits what it names and what it names exists."""
    if resolver.get("cachingConfig") or resolver.get("syncConfig") or resolver.get("maxBatchSize"):
        raise BadRequestException("local AWS does not provide caching, sync or batching on resolvers.")
    if resolver.get("kind", "UNIT") == "UNIT":
        source = resolver.get("dataSourceName")
        if not source or source not in data_sources:
            raise BadRequestException(f"No data source found named {source}.")
        return
    names = (resolver.get("pipelineConfig") or {}).get("functions") or []
    if len(names) > FUNCTIONS_PER_PIPELINE:
        raise BadRequestException(f"A pipeline resolver can have at most {FUNCTIONS_PER_PIPELINE} functions.")
    for name in names:
        if name not in functions:
            raise BadRequestException(f"No function found with id {name}.")
