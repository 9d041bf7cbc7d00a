"""What APPSYNC_JS 1.0.0 refuses when a resolver is saved, through CreateResolver."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from conftest import Local

from appsync.support import DOCS, QUOTAS, Api

FEATURES = DOCS + "supported-features.html"


def save(local: Local, api: Api, code: str) -> list[dict[str, Any]]:
    """Tries to save a resolver; the code errors, or nothing if it was accepted."""
    appsync = local.client("appsync")
    members = {"apiId": api.api_id, "typeName": "Query", "fieldName": "plain", "dataSourceName": "none"}
    runtime = {"name": "APPSYNC_JS", "runtimeVersion": "1.0.0"}
    try:
        appsync.create_resolver(**members, code=code, runtime=runtime)
    except ClientError as error:
        response = error.response
        assert response["Error"]["Code"] == "BadRequestException"
        assert response["Error"]["Message"] == "The code contains one or more errors."
        assert response["reason"] == "CODE_ERROR"
        errors: list[dict[str, Any]] = response["detail"]["codeErrors"]
        return errors
    appsync.delete_resolver(apiId=api.api_id, typeName="Query", fieldName="plain")
    return []


def handlers(statement: str = "", imports: str = "import { util } from '@aws-appsync/utils';") -> str:
    """A resolver with one statement in its request handler."""
    body = f"{imports}\nexport function request(ctx) {{\n  let total = 0;\n  {statement}\n  return {{}};\n}}\n"
    return body + "export function response(ctx) { return ctx.result; }\n"


@pytest.mark.documented(FEATURES)
@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("try { total = 1; } catch { total = 2; }", "try statements"),
        ("throw 1;", "throw statements"),
        ("while (total < 3) { total += 1; }", "while loops"),
        ("do { total += 1; } while (total < 3);", "do-while loops"),
        ("for (let i = 0; i < 3; i += 1) { total += i; }", "for loops"),
        ("for (const i of [1]) { continue; }", "continue statements"),
        ("outer: for (const i of [1]) { break outer; }", "labeled statements"),
        ("total++;", "the operators ++ and --"),
        ("--total;", "the operators ++ and --"),
        ("total = ~total;", "the operator ~"),
        ("total = 'a' in ctx;", "the operator in"),
        ("total = /a/;", "regular expression literals"),
        ("class A {}", "classes"),
        ("total = new Date();", "constructors"),
        ("const f = async () => 1;", "async functions"),
        ("total = Promise.resolve(1);", "Promise is not defined"),
        ("total = Date.now();", "Date is not defined"),
        ("total = parseInt('1');", "parseInt is not defined"),
        ("total = 'abc'.includes('b');", "includes() is not supported"),
        ("total = 'abc'.substring(1);", "substring() is not supported"),
        ("total = Math.pow(2, 3);", "Math.pow is not supported"),
        ("total = [2, 1].sort((a, b) => a - b);", "sort() does not support arguments"),
        ("const f = (x) => x; total = [1].map(f);", "passing the function f as an argument"),
        ("const f = (x) => f(x); total = f(1);", "recursive calls of f"),
        ("const f = () => 1; total = f.call(null);", "call() is not supported"),
        ("total = util.nonsense();", "util.nonsense is not supported"),
        ("total = util.dynamodb.toDynamoDB(1);", "local AWS does not provide util.dynamodb"),
        ("total = ;", "syntax error"),
    ],
)
def test_unsupported_javascript_is_refused_where_it_stands(local: Local, api: Api, statement: str, reason: str) -> None:
    errors = save(local, api, handlers(statement))
    assert [error for error in errors if reason in error["value"]], errors
    assert {error["location"]["line"] for error in errors} == {4}


@pytest.mark.documented(FEATURES)
def test_supported_javascript_is_accepted(local: Local, api: Api) -> None:
    statement = """
      const { args: { list, ...rest } = {} } = ctx;
      for (const item of list ?? []) { if (item > 1) { break; } total += item; }
      for (const key in rest) { total = `${key}-${rest[key]?.x ?? 'none'}`; }
      switch (total) { case 1: total = 2; break; default: total = typeof total; }
      const doubled = [3, 1, 2].sort().map((x) => x * 2).filter((x) => x > 2).reduce((a, b) => a + b, 0);
      delete rest.gone;
      const text = 'A-B'.toLowerCase().replaceAll('[a-z]', '#').split('-').join('') + Math.max(1, doubled);
    """
    assert save(local, api, handlers(statement)) == []


@pytest.mark.documented(DOCS + "resolver-reference-overview-js.html")
@pytest.mark.parametrize(
    ("imports", "reason"),
    [
        ("import { x } from 'left-pad';", "cannot import the module left-pad"),
        ("import { put } from '@aws-appsync/utils/dynamodb';", "local AWS does not provide the module"),
        ("import { nonsense } from '@aws-appsync/utils';", "has no export nonsense"),
    ],
)
def test_only_the_utilities_can_be_imported(local: Local, api: Api, imports: str, reason: str) -> None:
    assert any(reason in error["value"] for error in save(local, api, handlers(imports=imports)))


def test_both_handlers_must_be_exported(local: Local, api: Api) -> None:
    errors = save(local, api, "export function request(ctx) { return {}; }")
    assert [error["value"] for error in errors] == ["the code must export a function response"]


@pytest.mark.documented(QUOTAS)
def test_code_is_at_most_32_kb(local: Local, api: Api) -> None:
    code = handlers()
    room = 32 * 1024 - len(code) - len("//")
    fits = code + "//" + "é" * (room // 2)
    assert save(local, api, fits) == []
    # Fewer characters than the limit, but more bytes.
    assert [error["value"] for error in save(local, api, fits + "é")] == ["code is larger than 32768 bytes"]
