"""Decides every call that is not the operator's: who calls, from where, what that needs, and whether it is allowed.

The operator (Terraform, tests, whoever holds the first key pair) may do everything and is not decided. Everybody else
must sign, must have a way to the service, and must be allowed every action the operation needs. Nothing here can be
switched off.

Differs from AWS: one account, so service control policies and policies across accounts do not exist; a call on plain
HTTP counts as one over TLS, because the loopback endpoint stands for the service's own (a caller may say otherwise
with the header `x-local-transport: http`).
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from localaws import partitions, sigv4
from localaws.authorization import stored, wording
from localaws.authorization.actions import Need, needs_of
from localaws.authorization.evaluation import IDENTITY, Decision, Policies, decide
from localaws.authorization.journal import Journal
from localaws.authorization.principal import Principal
from localaws.authorization.readers import Readers
from localaws.authorization.statement import MalformedPolicy, Request, parse
from localaws.authorization.withheld import Withheld
from localaws.http import Lost, Response
from localaws.http import Request as HttpRequest
from localaws.network.model import Endpoint, Network, Origin, Path
from localaws.network.walk import NoPath, walk
from localaws.operations import Operation, scope_of
from localaws.settings import ACCOUNT_ID, Settings

log = logging.getLogger(__name__)

ENDPOINT_SERVICES = {"cloudwatch": "monitoring"}
"""The last part of an endpoint's service name, where it is not botocore's name of the service."""

WITHOUT_SOURCE_ACCOUNT = {"sns.amazonaws.com"}
"""No page promises aws:SourceAccount on SNS's calls, and a report says it was not there, so it is not filled.

https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html
"""


class Guard:
    """Knows where principals stand, and decides for every service."""

    def __init__(self, settings: Settings) -> None:
        self.journal = Journal()
        self.readers = Readers(self)
        self.withheld = Withheld()
        self._settings = settings
        self._functions: dict[str, tuple[str, str]] = {}
        """Access key of a sandbox's credentials, with its function's name and region."""
        self._networks: dict[str, Network] = {}
        self._paths: dict[tuple[Origin, str, str | None], Path] = {}
        """Ways that were walked, until something in the network changes."""

    def place(self, access_key: str, function: str, region: str) -> None:
        """From now on calls with the key come from a sandbox of the function."""
        self._functions[access_key] = function, region

    def withhold(self, proof: str, parts: list[Mapping[str, Any]]) -> None:
        """Takes parts of policies and of the network away, and gives back what the proof took before.

        Raises UnknownPart.
        """
        self.withheld.take(proof, parts)
        self.forget_networks()

    def function_of(self, request: HttpRequest) -> str | None:
        """The function whose sandbox sends the request, as far as its access key says so."""
        placed = self._functions.get(access_key_of(request) or "")
        return placed[0] if placed else None

    def forget_networks(self) -> None:
        """Something in EC2 or Route 53 changed: the next call sees it."""
        self._networks.clear()
        self._paths.clear()
        self.readers.forget()

    def refusal(self, operation: Operation, request: HttpRequest) -> Response | None:
        """The answer to a call that AWS would refuse, or None. Raises Lost."""
        if access_key_of(request) == self._settings.access_key_id:
            return None
        needs = needs_of(operation)
        if needs is None:
            # Checked before the signature, for some services sign in ways that are not verified here.
            name = f"{operation.service} {operation.name}"
            text = f"local AWS decides no {name}: no service says in its part `needs` what it needs"
            return operation.error(*_swap(wording.code(wording.prefix(operation.service)), text))
        scope = scope_of(request)
        try:
            caller = sigv4.verify(request, service=scope[0] if scope else "", settings=self._settings)
        except sigv4.SignatureError as error:
            return operation.error(error.code, error.message, 403)
        path = self.path(caller.access_key_id, ENDPOINT_SERVICES.get(operation.service, operation.service))
        decision = self.decide(caller, list(needs(operation)), request, path)
        return self._refused(operation, decision) if decision and not decision.allowed else None

    def path(self, access_key: str, service: str, host: str | None = None) -> Path | None:
        """The way a caller's call takes; None for one that stands in no VPC. Raises Lost."""
        placed = self._functions.get(access_key)
        return self.path_of(*placed, service, host) if placed else None

    def path_of(self, function: str, region: str, service: str, host: str | None = None) -> Path | None:
        """The way a function's call takes; None for one in no VPC. Raises Lost."""
        origin = _origin(function, region)
        if origin is None:
            return None
        way = self._paths.get((origin, service, host))
        if way is not None:
            return way
        try:
            way = walk(self.network(region), origin, service, host)
        except NoPath as missing:
            log.warning("%s", missing)
            self.journal.lost(origin.name, service, str(missing))
            raise Lost(str(missing)) from None
        self._paths[origin, service, host] = way
        return way

    def is_reader(self, access_key: str | None) -> bool:
        """Whether who calls an API with this key, or with none, stands on the readers' network."""
        return access_key not in self._functions and access_key != self._settings.access_key_id

    def api_path(self, access_key: str | None, api_arn: str, host: str, *, private: bool) -> Path | None:
        """The way a caller's call takes to an AppSync API; None where nothing is to be walked. Raises Lost.

        A private API answers through endpoints only, and an endpoint leads to private APIs only.
        https://docs.aws.amazon.com/appsync/latest/devguide/using-private-apis.html
        """
        if self.is_reader(access_key):
            return self.readers.path(api_arn, host) if private else None
        if access_key is None or access_key == self._settings.access_key_id:
            return None
        path = self.path(access_key, "appsync-api", host)
        if private == (path is not None and path.endpoint is not None):
            return path
        missing = "no route to a PRIVATE AppSync API: its name leads to no endpoint of appsync-api"
        if path and path.endpoint:
            missing = f"no route to a GLOBAL AppSync API: its name leads to {path.endpoint.id}, for PRIVATE APIs only"
        log.warning("%s", missing)
        self.journal.lost(self._functions[access_key][0], "appsync-api", missing)
        raise Lost(missing)

    def network(self, region: str) -> Network:
        """The region's network, as of the last change."""
        if region not in self._networks:
            # moto's EC2 takes long to import, and most tests need none.
            from localaws.network import stored as networks  # noqa: PLC0415

            self._networks[region] = self.withheld.network(networks.network(ACCOUNT_ID, region))
        return self._networks[region]

    def decide(
        self,
        caller: sigv4.Caller,
        needs: list[Need],
        request: HttpRequest,
        path: Path | None,
        *,
        silently: bool = False,
    ) -> Decision | None:
        """Decides everything an operation needs: the first refusal, else the last consent; None if it needs nothing."""
        principal = principal_of(caller)
        own = stored.of_principal(principal, caller.access_key_id)
        base = self._facts(caller, request)
        decision = None
        for need in needs:
            way = None if need.on_behalf else path
            facts = {**base, "aws:requestedregion": caller.region, **_way(way, request), **need.facts}
            if need.on_behalf:
                facts["aws:viaawsservice"] = "true"
                facts["aws:calledvia"] = (f"{need.on_behalf}.amazonaws.com",)
            decision = self._one(Request(principal, need.action, need.resource, facts), own, way, silently=silently)
            if not decision.allowed:
                break
        return decision

    def as_role(self, role_arn: str, session: str, needs: Iterable[Need], facts: Mapping[str, str]) -> Decision:
        """Decides for a service that works in a role: Lambda's destinations and logs, AppSync's data sources."""
        role = stored.role(role_arn)
        name = role.name if role else role_arn.rsplit("/", maxsplit=1)[-1]
        partition = role_arn.split(":")[1] if role else "aws"
        arn = f"arn:{partition}:sts::{ACCOUNT_ID}:assumed-role/{name}/{session}"
        principal = Principal("role", arn, ACCOUNT_ID, f"{role.id if role else 'AROA'}:{session}", role_arn)
        own = stored.of_principal(principal, None)
        base = {**self.facts_of(principal), **facts}
        decision = None
        for need in needs:
            context = {**base, **need.facts}
            if need.on_behalf:
                context["aws:viaawsservice"] = "true"
            decision = self._one(Request(principal, need.action, need.resource, context), own, None)
            if not decision.allowed:
                break
        assert decision is not None, "a role is asked for something"
        return decision

    def service(self, service: str, needs: Iterable[Need], source_arn: str | None) -> Decision:
        """Decides for an AWS service that acts for a resource: SNS for its topic, AppSync assuming a role."""
        principal = Principal("service", service)
        base = self.facts_of(principal)
        if source_arn:
            base["aws:sourcearn"] = source_arn
            if service not in WITHOUT_SOURCE_ACCOUNT:
                # The older key is what a topic's default policy asks for.
                base["aws:sourceaccount"] = base["aws:sourceowner"] = ACCOUNT_ID
        decision = None
        for need in needs:
            decision = self._one(
                Request(principal, need.action, need.resource, {**base, **need.facts}), Policies(), None
            )
            if not decision.allowed:
                break
        assert decision is not None, "a service asks for something"
        return decision

    def assume(self, service: str, role_arn: str, source_arn: str | None) -> Decision:
        """Whether the service may assume the role on the resource's behalf. A role that is gone trusts nobody."""
        return self.service(service, [Need("sts:AssumeRole", role_arn)], source_arn)

    def evaluated(self, request: Request, own: Policies, endpoint: Endpoint | None) -> Decision:
        """Puts the caller's own policies, the resource's and the endpoint's to the evaluation; keeps nothing."""
        try:
            policies = replace(
                own,
                **stored.of_resource(request.action, request.resource),
                endpoint=parse(endpoint.policy, endpoint.id) if endpoint and endpoint.policy else None,
            )
            return decide(request, self.withheld.policies(policies))
        except MalformedPolicy as error:
            log.warning("refused, for AWS would not have stored it: %s", error)
            return Decision(request, False, (), IDENTITY)

    def _one(self, request: Request, own: Policies, path: Path | None, *, silently: bool = False) -> Decision:
        decision = self.evaluated(request, own, path.endpoint if path else None)
        if not silently:
            self.journal.decided(decision, path)
        return decision

    def facts_of(self, principal: Principal) -> dict[str, Any]:
        """What every call of the principal fills, wherever it comes from."""
        facts: dict[str, Any] = {**_moment(), "aws:securetransport": "true", "aws:resourceaccount": ACCOUNT_ID}
        if principal.kind == "service":
            facts |= {"aws:principalisawsservice": "true", "aws:principalservicename": principal.arn}
        elif principal.kind != "anonymous":
            facts |= _principal_facts(principal)
            facts |= {"aws:principalisawsservice": "false", "aws:viaawsservice": "false"}
        return facts

    def _facts(self, caller: sigv4.Caller, request: HttpRequest) -> dict[str, Any]:
        facts = self.facts_of(principal_of(caller))
        if request.headers.get("x-local-transport") == "http":
            facts["aws:securetransport"] = "false"
        if "user-agent" in request.headers:
            facts["aws:useragent"] = request.headers["user-agent"]
        placed = self._functions.get(caller.access_key_id)
        if placed:
            facts["lambda:sourcefunctionarn"] = partitions.arn("lambda", placed[1], f"function:{placed[0]}")
        return facts

    def _refused(self, operation: Operation, decision: Decision) -> Response:
        prefix = decision.request.action.partition(":")[0]
        if prefix == "kms" and operation.service == "sns":
            # https://docs.aws.amazon.com/sns/latest/api/API_Publish.html#API_Publish_Errors
            return operation.error("KMSAccessDenied", wording.message(decision), 400)
        return operation.error(*_swap(wording.code(wording.prefix(operation.service)), wording.message(decision)))


def access_key_of(request: HttpRequest) -> str | None:
    """The access key a signature claims, unverified."""
    return claimed_key(request.headers)


def claimed_key(headers: Mapping[str, str]) -> str | None:
    """As above, of headers with their names in lower case."""
    claim = sigv4.AUTHORIZATION.fullmatch(headers.get("authorization", ""))
    return claim["key"] if claim else None


def principal_of(caller: sigv4.Caller) -> Principal:
    """The caller, as policies see it."""
    kind = "role" if caller.role_arn else "user"
    return Principal(kind, caller.arn, caller.account_id, caller.user_id, caller.role_arn)


def _origin(function: str, region: str) -> Origin | None:
    from moto.awslambda.exceptions import UnknownFunctionException  # noqa: PLC0415 - after moto's settings
    from moto.awslambda.models import lambda_backends  # noqa: PLC0415
    from moto.ec2.models import ec2_backends  # noqa: PLC0415

    try:
        config = lambda_backends[ACCOUNT_ID][region].get_function(function, None)._vpc_config or {}
    except UnknownFunctionException:
        return None
    subnets, groups = config.get("SubnetIds") or (), config.get("SecurityGroupIds") or ()
    if not subnets:
        return None
    vpc = ec2_backends[ACCOUNT_ID][region].get_subnet(subnets[0]).vpc_id
    return Origin(function, vpc, tuple(subnets), tuple(groups))


def _principal_facts(principal: Principal) -> dict[str, Any]:
    facts: dict[str, Any] = {
        # For a role's session aws:PrincipalArn is the role, not the session.
        "aws:principalarn": principal.policy_arn,
        "aws:principalaccount": principal.account,
        "aws:principaltype": "AssumedRole" if principal.kind == "role" else "User",
        "aws:userid": principal.user_id,
    }
    if principal.kind == "user":
        facts["aws:username"] = principal.arn.rsplit("/", maxsplit=1)[-1]
    holder = stored.role(principal.role_arn)
    for tag in (holder.tags or ()) if holder else ():
        facts[f"aws:principaltag/{tag['Key'].lower()}"] = tag["Value"]
    return facts


def _way(path: Path | None, request: HttpRequest) -> dict[str, Any]:
    """What the way of a call fills. Through an endpoint there is no aws:SourceIp.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourcevpce
    """
    if path is None or path.endpoint is None:
        return {"aws:sourceip": request.headers.get("x-forwarded-for", "127.0.0.1").rsplit(",", maxsplit=1)[-1].strip()}
    return {
        "aws:sourcevpce": path.endpoint.id,
        "aws:sourcevpc": path.endpoint.vpc,
        "aws:vpcsourceip": path.address,
    }


def _moment() -> dict[str, str]:
    now = datetime.datetime.now(datetime.UTC)
    return {"aws:currenttime": now.strftime("%Y-%m-%dT%H:%M:%SZ"), "aws:epochtime": str(int(now.timestamp()))}


def _swap(code: tuple[str, int], text: str) -> tuple[str, str, int]:
    return code[0], text, code[1]
