"""The endpoint itself: the admin API, what is refused and how, TLS, and the generated table."""

from __future__ import annotations

import datetime
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from conftest import REGION, Local, bootstrap, invoke, role, wait_until
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from localaws.faults import Fault, Faults

FOLDER = Path(__file__).parents[1]


def test_health_says_where_it_is_and_what_answers(local: Local) -> None:
    health = local.admin("GET", "/_local/health")
    assert (health["status"], health["endpoint"], health["bedrock"]) == ("ok", local.endpoint, "demo")


def test_fault_nobody_would_take_is_refused(local: Local) -> None:
    for fault in (
        {"point": "no.such", "kind": "x"},
        {"point": "sns.deliver", "kind": "explode"},
        {"point": "sns.deliver", "kind": "delay", "match": {"colour": "red"}},
        {"point": "sns.deliver", "kind": "delay", "often": True},
        {"point": "sns.deliver", "kind": "delay", "match": {"$": "red"}},
        {"point": "sns.deliver", "kind": "delay", "match": {"$.a..b": "red"}},
        {"point": "appsync.api-key", "kind": "later", "match": {"$.a": "red"}},
    ):
        with pytest.raises(urllib.error.HTTPError, match="400"):
            local.admin("POST", "/_local/faults", fault)


def test_fault_is_listed_counted_and_removed(local: Local) -> None:
    identifier = local.fault("bedrock.converse_stream", "empty", times=None)
    converse = local.client("bedrock-runtime").converse_stream
    for _ in range(2):
        converse(modelId="amazon.nova-micro-v1:0", messages=[{"role": "user", "content": [{"text": "a"}]}])
    faults = {fault["id"]: fault for fault in local.admin("GET", "/_local/faults")["faults"]}
    assert faults[identifier]["taken"] == 2
    assert local.admin("DELETE", f"/_local/faults?id={identifier}") == {"removed": 1}


@pytest.mark.parametrize(
    ("path", "value", "applies"),
    [
        ("$.Records[0].Sns.Message.id", "7", True),
        ("$.Records[0].Sns.Message.id", "8", False),
        ("$.Records[1].Sns.Message.id", "7", False),
        ("$.Records.Sns", "7", False),
        ("$.Records[0].Sns.Topic", "plain", True),
        ("$.Records[0].Sns.Topic.id", "7", False),
        ("$.absent", "None", False),
    ],
)
def test_fault_is_for_the_documents_its_path_describes(path: str, value: str, applies: bool) -> None:
    faults = Faults()
    faults.declare("p", attributes=(), kinds={"k": ""}, document="the event")
    faults.add(Fault("p", "k", match={path: value}))
    event = {"Records": [{"Sns": {"Message": json.dumps({"id": 7}), "Topic": "plain"}}], "absent": None}
    assert (faults.take("p", json.dumps(event).encode()) is not None) == applies


def test_reset_forgets_resources_and_faults() -> None:
    with Server() as local:
        local.client("sns").create_topic(Name="t")
        local.fault("sns.deliver", "repeat")
        local.admin("POST", "/_local/reset")
        assert local.client("sns").list_topics()["Topics"] == []
        assert local.admin("GET", "/_local/faults")["faults"] == []


def test_starts_with_under_two_seconds_of_work() -> None:
    with Server() as local:
        fields = Path(f"/proc/{local.process.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        assert (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") < 2


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_no_function_process_outlives_the_server(number: signal.Signals) -> None:
    with Server(checked=False) as local:
        local.client("lambda").create_function(
            FunctionName="f",
            Runtime="provided.al2023",
            Handler="bootstrap",
            Role=role(local, "logs:*"),
            Code={"ZipFile": bootstrap("answer = os.getpid()")},
        )
        pid = invoke(local, "f")["Payload"]
        assert Path(f"/proc/{pid}").exists()
        local.process.send_signal(number)
        local.process.wait(15)
        assert wait_until(lambda: not Path(f"/proc/{pid}").exists())


@pytest.mark.parametrize(
    ("service", "operation", "parameters"),
    [
        ("polly", "list_speech_synthesis_tasks", {}),
        ("gamelift", "list_fleets", {}),
        ("xray", "batch_get_traces", {"TraceIds": ["1-5759e988-bd862e3fe1be46a994272793"]}),
        ("xray", "get_trace_summaries", {"StartTime": 0, "EndTime": 1}),
    ],
)
def test_operation_nobody_fakes_is_a_400_that_names_it(
    local: Local, service: str, operation: str, parameters: dict[str, object]
) -> None:
    with pytest.raises(ClientError) as refused:
        getattr(local.client(service), operation)(**parameters)
    error = refused.value.response
    if error["Error"]["Code"] != "NotFakedByLocalAws":
        pytest.fail(str(error))
    assert error["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert service in error["Error"]["Message"]
    assert operation.replace("_", "") in error["Error"]["Message"].lower()


def test_path_that_is_no_operation_is_a_404_that_names_it(local: Local) -> None:
    scope = f"AKIA/20260101/{REGION}/lambda/aws4_request"
    headers = {"Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"}
    status, body = _get(local.endpoint + "/2015-03-31/nonsense", headers)
    assert status == 404
    assert "lambda has no operation for GET /2015-03-31/nonsense" in body["message"]


def test_unsigned_request_is_a_403(local: Local) -> None:
    status, body = _get(local.endpoint + "/2015-03-31/functions", {})
    assert (status, body["__type"]) == (403, "MissingAuthenticationTokenException")


def test_fault_of_the_emulator_is_a_400_that_says_so(local: Local) -> None:
    with pytest.raises(ClientError) as refused:
        local.client("appsync").get_type(apiId="unknown", typeName="Query", format="SDL")
    assert refused.value.response["Error"]["Code"] == "LocalAwsFault"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


@pytest.mark.documented("https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html")
@pytest.mark.parametrize(
    ("service", "operation", "parameters", "message"),
    [
        ("lambda", "get_function", {"FunctionName": "a" * 300}, "length less than or equal to"),
        ("lambda", "put_function_concurrency", {"FunctionName": "a"}, "must not be null"),
        ("lambda", "get_function", {"FunctionName": "a b"}, "regular expression pattern"),
        ("lambda", "list_functions", {"MaxItems": 0}, "greater than or equal to 1"),
        ("logs", "put_retention_policy", {"logGroupName": "a", "retentionInDays": "x"}, "SerializationException"),
        ("kms", "create_key", {"KeyUsage": "NOTHING"}, "enum value set"),
        ("bedrock-runtime", "converse_stream", {"modelId": "a", "inferenceConfig": {"maxTokens": 0}}, "maxTokens"),
    ],
)
def test_shape_aws_would_refuse_is_refused(
    local: Local, service: str, operation: str, parameters: dict[str, object], message: str
) -> None:
    client = boto3.client(
        service,
        region_name=REGION,
        endpoint_url=local.endpoint,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(parameter_validation=False, retries={"max_attempts": 0}),
    )
    with pytest.raises(ClientError, match=message) as refused:
        getattr(client, operation)(**parameters)
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_same_application_is_served_over_tls(tmp_path: Path) -> None:
    certificate, key = _certificate(tmp_path)
    with Server("--tls-port", "0", "--tls-cert", str(certificate), "--tls-key", str(key)) as local:
        context = ssl.create_default_context(cafile=str(certificate))
        tls_endpoint = local.admin("GET", "/_local/health")["tlsEndpoint"]
        assert tls_endpoint.startswith("https://localhost:")
        with urllib.request.urlopen(tls_endpoint + "/_local/health", context=context) as response:
            assert json.load(response)["endpoint"] == local.endpoint


def test_listens_on_loopback_only(local: Local) -> None:
    port = int(local.endpoint.rsplit(":", 1)[1])
    outward = [info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)]
    for address in outward:
        if address.startswith("127."):
            continue
        with pytest.raises(OSError, match="refused"):
            socket.create_connection((address, port), 1)


def test_table_of_what_is_faked_is_current() -> None:
    generated = subprocess.run(
        [sys.executable, "-m", "localaws.faked"], capture_output=True, text=True, check=True, cwd=FOLDER
    ).stdout
    assert (FOLDER / "FAKED.md").read_text("utf-8") == generated, "run: python -m localaws.faked > FAKED.md"


class Server:
    """A second server, for what cannot be done to the shared one."""

    def __init__(self, *arguments: str, checked: bool = True) -> None:
        self._checked = checked
        self._command = [sys.executable, "-m", "localaws", "--port", "0", *arguments]

    def __enter__(self) -> Local:
        self._process = subprocess.Popen(
            self._command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=FOLDER
        )
        assert self._process.stdout is not None
        return Local(self._process.stdout.readline().split()[1], self._process, Path(os.devnull))

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        code = self._process.wait(15)
        assert code == 0 or not self._checked


def _get(url: str, headers: dict[str, str]) -> tuple[int, dict[str, str]]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def _certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(minutes=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder / "cert.pem", folder / "key.pem"
