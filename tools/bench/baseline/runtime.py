"""A Lambda runtime in a few lines: imports the handler named by `_HANDLER`, then polls the Runtime API for events.

Lighter than the runtime client AWS ships for Python, which favours the baseline.
"""

import http.client
import importlib
import json
import os

PREFIX = "/2018-06-01/runtime"


def main() -> None:
    """Runs the handler for every event until the process is ended."""
    module, function = os.environ["_HANDLER"].split(".")
    handler = getattr(importlib.import_module(module), function)
    connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    while True:
        connection.request("GET", f"{PREFIX}/invocation/next")
        response = connection.getresponse()
        event = json.loads(response.read())
        path = f"{PREFIX}/invocation/{response.headers['Lambda-Runtime-Aws-Request-Id']}"
        try:
            path, result = f"{path}/response", handler(event)
        except Exception as error:  # Whatever a handler raises is the result of its invocation.
            path, result = f"{path}/error", {"errorType": type(error).__name__, "errorMessage": str(error)}
        connection.request("POST", path, json.dumps(result), {"Content-Type": "application/json"})
        connection.getresponse().read()


if __name__ == "__main__":
    main()
