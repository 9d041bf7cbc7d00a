"""Names the AWS operation that a request asks for, and reads its parameters, from botocore's service models.

A request says which service it is for in its signature's credential scope; path, target header or action name
the operation. moto's own router and parsers do the rest, so this module and moto cannot disagree.
"""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote

from moto.core.exceptions import ServiceException
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import determine_request_protocol
from moto.core.routing import NotFound, get_service_router
from moto.core.serialize import get_serializer_class
from moto.core.utils import get_service_model
from moto.moto_server.werkzeug_app import BackendRequest

from localaws.http import Request, Response

SIGNING_NAMES: dict[str, tuple[str, ...]] = {
    # Only names that differ from botocore's, and names that several services share.
    "bedrock": ("bedrock-runtime", "bedrock", "bedrock-agent", "bedrock-agent-runtime"),
    "elasticloadbalancing": ("elbv2", "elb"),
    "email": ("sesv2", "ses"),
    "monitoring": ("cloudwatch",),
    "states": ("stepfunctions",),
    "tagging": ("resourcegroupstaggingapi",),
    "s3": ("s3", "s3control"),
}

NOT_FAKED = "NotFakedByLocalAws"
"""The error code of everything this emulator does not have; no AWS service uses it."""

CREDENTIAL = re.compile(r"Credential=[^/\s]+/\d{8}/(?P<region>[^/\s]+)/(?P<service>[^/\s]+)/aws4_request")


class Refusal(Exception):  # noqa: N818 - an answer, not a fault
    """The request is answered at once with this response."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


@dataclass(frozen=True)
class Operation:
    """One identified call."""

    service: str
    """botocore's service name, such as `lambda` or `bedrock-runtime`."""
    name: str
    """The operation, such as `CreateFunction`."""
    model: Any
    """moto's OperationModel, which extends botocore's."""
    protocol: str
    parameters: dict[str, Any]
    """The parsed input, keyed as in the service model."""
    region: str

    def error(self, code: str, message: str, status: int | None = None) -> Response:
        """An error as this service's protocol words it; modelled errors keep their modelled status."""
        return _error_response(self.service, self.protocol, self.model, code, message, status)

    def answer(self, result: dict[str, Any]) -> Response:
        """A result as this service's protocol words it."""
        serializer = get_serializer_class(self.service, self.protocol)(operation_model=self.model)
        return _response(serializer.serialize(result), None)


def not_faked(operation: Operation, what: str | None = None) -> Response:
    """The refusal of what this emulator does not have: an operation, or `what` of it."""
    text = f"{operation.service} {what or operation.name} is not faked by local AWS; see local/FAKED.md"
    return operation.error(NOT_FAKED, text, 400)


def environ_of(request: Request) -> dict[str, Any]:
    """The WSGI environment of a request, as moto's server would have made it."""
    host, _, port = request.host.partition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(request.raw_path, "latin-1"),
        "RAW_URI": request.raw_path + (f"?{request.query}" if request.query else ""),
        "QUERY_STRING": request.query,
        "SERVER_NAME": host or "127.0.0.1",
        "SERVER_PORT": port or "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": request.scheme,
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "CONTENT_LENGTH": str(len(request.body)),
        "wsgi.input_terminated": True,
    }
    for name, value in request.headers.items():
        if name == "content-type":
            environ["CONTENT_TYPE"] = value
        elif name not in ("content-length", "transfer-encoding"):
            environ["HTTP_" + name.upper().replace("-", "_")] = value
    return environ


def scope_of(request: Request) -> tuple[str, str] | None:
    """Signing name and region of a signed or presigned request, or None if it carries no signature."""
    claim = CREDENTIAL.search(request.headers.get("authorization", ""))
    if claim:
        return claim["service"].lower(), claim["region"]
    presigned = parse_qs(request.query).get("X-Amz-Credential", [""])[0].split("/")
    return (presigned[3].lower(), presigned[2]) if len(presigned) == 5 else None


def identify(request: Request) -> Operation:
    """The operation a request asks for. Raises Refusal where AWS has none such, or the input cannot be read."""
    scope = scope_of(request)
    if scope is None:
        message = "Missing Authentication Token: the request carries no SigV4 signature, so it names no AWS service"
        raise Refusal(Response.json(403, {"__type": "MissingAuthenticationTokenException", "message": message}))
    signing_name, region = scope
    werkzeug_request = BackendRequest(environ_of(request))
    for service in SIGNING_NAMES.get(signing_name, (signing_name,)):
        operation = _match(service, region, werkzeug_request)
        if operation is not None:
            return operation
    raise Refusal(_no_such_operation(signing_name, request, werkzeug_request))


def _match(service: str, region: str, request: BackendRequest) -> Operation | None:
    try:
        model = get_service_model(service)
        protocol = determine_request_protocol(model, request.content_type)
        operation, uri_parameters = get_service_router(service).match(request)
    except (NotFound, NotImplementedError):
        return None
    except Exception as error:
        if type(error).__name__ in ("UnknownServiceError", "ValidationError"):
            return None
        raise
    try:
        _require_json(operation, protocol, request.data)
        parsed = PROTOCOL_PARSERS[protocol](operation).parse(
            {
                "method": request.method,
                "values": request.values,
                "headers": request.headers,
                "body": request.data,
                "url_path": request.path,
                "url_params": uri_parameters,
            }
        )
    except Exception as error:
        message = f"The request body could not be read as {protocol}: {error}"
        response = _error_response(service, protocol, operation, "SerializationException", message, 400)
        raise Refusal(response) from error
    return Operation(service, operation.name, operation, protocol, dict(parsed or {}), region)


def _require_json(operation: Any, protocol: str, body: bytes) -> None:
    """Raises ValueError for a body that is not JSON where it has to be; moto's parser would let it pass."""
    payload = getattr(operation.input_shape, "serialization", {}).get("payload")
    raw = payload and operation.input_shape.members[payload].type_name in ("blob", "string")
    if protocol.endswith("json") and body and not raw:
        json.loads(body)


def _no_such_operation(signing_name: str, request: Request, werkzeug_request: BackendRequest) -> Response:
    asked = (
        request.headers.get("x-amz-target")
        or werkzeug_request.values.get("Action")
        or f"{request.method} {request.raw_path}"
    )
    message = f"{signing_name} has no operation for {asked}"
    return Response.json(404, {"__type": "UnknownOperationException", "message": message})


def _error_response(service: str, protocol: str, model: Any, code: str, message: str, status: int | None) -> Response:
    error = type("LocalError", (ServiceException,), {})(code, message)
    serializer = get_serializer_class(service, protocol)(operation_model=model)
    return _response(serializer.serialize(error), status)


def _response(serialized: Any, status: int | None) -> Response:
    body = serialized["body"]
    headers = [(name, str(value)) for name, value in serialized["headers"].items()]
    content = body if isinstance(body, bytes) else str(body).encode()
    return Response(status or serialized["status_code"], content, headers)
