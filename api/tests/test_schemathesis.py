"""Every call of the contract, with whatever the contract allows and a little more: no 5xx, and no answer it does not document.

A few examples for each call here; `make fuzz` takes hundreds (SCHEMATHESIS_EXAMPLES).
"""

import os
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings

from api.tests import conformance
from api.tests.processes import ServerProcess

EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "2"))
PASSWORD = "a sentence to remember"
# A guard refuses what is malformed before it is known which call it is.
ALWAYS = {400, 404, 405, 408, 413, 421}
# These would end the session that the others need; tests of their own call them.
LEFT_OUT = {"DELETE /session"}
SCHEMA = schemathesis.openapi.from_dict(conformance.document())
OPERATIONS = {
    f"{operation.method.upper()} {operation.path}": operation
    for operation in (result.ok() for result in SCHEMA.get_all_operations())  # type: ignore[union-attr]
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    data_dir = tmp_path_factory.mktemp("schemathesis") / "data"
    with ServerProcess(data_dir) as server, httpx.Client(base_url=server.url, timeout=30) as signed_in:
        assert signed_in.post("/setup", json={"name": "Ann", "password": PASSWORD}).status_code == 201
        yield signed_in


@pytest.mark.parametrize("name", sorted(OPERATIONS.keys() - LEFT_OUT))
def test_no_failure_and_no_undocumented_status(client: httpx.Client, name: str) -> None:
    operation = OPERATIONS[name]
    documented = {
        int(status) for status in conformance.document()["paths"][operation.path][operation.method.lower()]["responses"]
    }

    @seed(20261125)
    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        derandomize=False,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def call(case: Any) -> None:
        sent = case.as_transport_kwargs(base_url=str(client.base_url))
        known = {"method", "url", "params", "headers", "json", "data", "files", "cookies"}
        request = {key: value for key, value in sent.items() if key in known and key != "cookies"}
        if isinstance(request.get("data"), bytes | str):
            request["content"] = request.pop("data")
        try:
            answer = client.request(**request)
        except (httpx.InvalidURL, httpx.LocalProtocolError, UnicodeError, TypeError, AttributeError):
            return  # the client itself will not send it
        assert answer.status_code < 500 or answer.status_code in documented & {503}, (name, answer.text)
        assert answer.status_code in documented | ALWAYS, (name, answer.status_code, answer.text)

    call()
