"""The names APPSYNC_JS 1.0.0 knows, as AWS documents them. Whatever is not listed does not exist.

https://docs.aws.amazon.com/appsync/latest/devguide/supported-features.html
https://docs.aws.amazon.com/appsync/latest/devguide/built-in-util-js.html
"""

from __future__ import annotations

MODULE = "@aws-appsync/utils"
EXPORTS = {"util", "extensions", "runtime", "Context"}
"""`Context` is a type: AWS's own samples import it from JavaScript, where it is undefined."""

GLOBALS = {"NaN", "Infinity", "undefined", "console", "JSON", "Math", "Number", "Object", "String", "Array"}

STATIC_MEMBERS: dict[str, set[str]] = {
    "Math": {"random", "min", "max", "round", "floor", "ceil"},
    "Number": {"isFinite", "isNaN"},
    "Object": {"assign", "entries", "hasOwn", "keys", "values"},
    "String": {"raw"},
    "Array": set(),
    "JSON": {"parse", "stringify"},
    "console": {"log", "error"},
    "runtime": {"earlyReturn"},
    "extensions": {"setSubscriptionFilter", "setSubscriptionInvalidationFilter", "invalidateSubscriptions"},
    "util": {
        "urlEncode",
        "urlDecode",
        "base64Encode",
        "base64Decode",
        "autoId",
        "autoUlid",
        "autoKsuid",
        "error",
        "appendError",
        "matches",
        "authType",
        "escapeJavaScript",
        "unauthorized",
        "time",
        "transform",
    },
    "util.time": {
        "nowISO8601",
        "nowEpochSeconds",
        "nowEpochMilliSeconds",
        "parseISO8601ToEpochMilliSeconds",
        "epochMilliSecondsToSeconds",
        "epochMilliSecondsToISO8601",
    },
    "util.transform": {"toSubscriptionFilter"},
}

NOT_FAKED: dict[str, set[str]] = {
    "util": {"dynamodb", "http", "xml", "str", "math", "rds"},
    "util.time": {"nowFormatted", "parseFormattedToEpochMilliSeconds", "epochMilliSecondsToFormatted"},
    "util.transform": {"toDynamoDBFilterExpression", "toElasticsearchQueryDSL", "toDynamoDBConditionExpression"},
    "extensions": {"evictFromApiCache"},
}
"""Members AWS has and local AWS does not: refused with a message that says whose limit it is."""

STRING_METHODS = {
    *("charAt", "concat", "endsWith", "indexOf", "lastIndexOf", "replace", "replaceAll", "slice", "split"),
    *("startsWith", "toLowerCase", "toUpperCase", "trim", "trimEnd", "trimStart"),
}
ARRAY_METHODS = {
    *("concat", "fill", "flat", "indexOf", "join", "lastIndexOf", "pop", "push", "reverse", "shift", "slice"),
    *("sort", "splice", "unshift", "forEach", "map", "flatMap", "filter", "reduce", "reduceRight", "find"),
    *("some", "every", "findIndex", "findLast", "findLastIndex"),
}

_ES_METHODS = {
    # String
    *("at", "charCodeAt", "codePointAt", "includes", "localeCompare", "match", "matchAll", "normalize", "padEnd"),
    *("padStart", "repeat", "search", "substr", "substring", "toLocaleLowerCase", "toLocaleUpperCase"),
    # Array
    *("copyWithin", "entries", "keys", "toReversed", "toSorted", "toSpliced", "values", "with"),
    # Number, Object, Function
    *("toExponential", "toFixed", "toLocaleString", "toPrecision", "hasOwnProperty", "isPrototypeOf"),
    *("apply", "bind", "call"),
}
UNSUPPORTED_METHODS = _ES_METHODS - STRING_METHODS - ARRAY_METHODS
"""ECMAScript methods the runtime lacks; calling one by name is refused when the code is saved."""

UNSUPPORTED_NODES = {
    "try_statement": "try statements are not supported",
    "throw_statement": "throw statements are not supported",
    "while_statement": "while loops are not supported",
    "do_statement": "do-while loops are not supported",
    "for_statement": "for loops are not supported; for-in and for-of are",
    "continue_statement": "continue statements are not supported",
    "labeled_statement": "labeled statements are not supported",
    "with_statement": "with statements are not supported",
    "debugger_statement": "debugger statements are not supported",
    "update_expression": "the operators ++ and -- are not supported",
    "regex": "regular expression literals are not supported",
    "class_declaration": "classes are not supported",
    "class": "classes are not supported",
    "new_expression": "constructors are not supported",
    "await_expression": "async processes are not supported",
    "yield_expression": "generators are not supported",
    "generator_function": "generators are not supported",
    "generator_function_declaration": "generators are not supported",
    "this": "this is not supported",
    "super": "super is not supported",
    "import": "dynamic imports are not supported",
}
UNSUPPORTED_OPERATORS = {"~", "in", "instanceof"}
