"""The OpenAPI document against the views: addresses made up from it never fail, and answers are as described."""

from collections import Counter

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from journal.api.documentation import schema
from tests.journal.test_api import shelf  # noqa: F401 (a fixture)

EXAMPLES = 5  # an operation: chance finds what it finds in many runs, this must be quick
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
OPERATIONS = sorted(schema()["paths"])


@pytest.fixture
def _open_connection():
    """As the test client does: the end of a request must not end the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("_open_connection", "shelf")
@pytest.mark.parametrize("address", OPERATIONS)
def test_made_up_questions_are_answered_as_described(address):
    document = schemathesis.openapi.from_dict(schema())
    document.app = get_wsgi_application()
    statuses = Counter()
    for mode in schemathesis.GenerationMode:

        @given(case=document[address]["GET"].as_strategy(generation_mode=mode))
        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def ask(case):
            statuses[case.call_and_validate(checks=CHECKS).status_code] += 1

        ask()
    assert statuses
    assert set(statuses) <= {200, 400, 403, 404, 410}
