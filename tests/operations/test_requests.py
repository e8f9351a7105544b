"""A request's number leads from the page to the log, and the log holds nothing of a person."""

import json
import logging
import re

import pytest
from django.test import Client
from django.urls import reverse

from operations.logs import JsonFormatter, NumberFilter, PeopleFormatter
from operations.requests import HEADER

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines(caplog):
    """What the requests of a test wrote, as JSON objects."""
    caplog.set_level(logging.INFO, logger="quarterly.requests")
    caplog.handler.addFilter(NumberFilter())
    caplog.handler.setFormatter(JsonFormatter())
    return lambda: [json.loads(line) for line in caplog.text.splitlines() if line.startswith("{")]


def test_every_answer_carries_a_number_and_so_does_its_line(client, lines):
    first, second = client.get("/healthz"), client.get("/healthz")
    numbers = [answer[HEADER] for answer in (first, second)]
    assert len(set(numbers)) == 2
    assert [line["request"] for line in lines()] == numbers
    assert lines()[0] | {"status": 200, "method": "GET", "message": "GET /healthz"} == lines()[0]
    assert lines()[0]["ms"] >= 0


def test_a_proxys_number_is_kept_and_anything_else_is_not(client):
    assert client.get("/healthz", headers={HEADER: "a1b2c3d4e5f6"})[HEADER] == "a1b2c3d4e5f6"
    for bad in ("short", "x" * 65, "a b c d e f g h", "编号编号编号编号"):
        assert re.fullmatch("[0-9a-f]{12}", client.get("/healthz", headers={HEADER: bad})[HEADER])


def test_neither_words_sought_nor_names_nor_addresses_are_logged(client, cast, lines, make_draft):
    draft = make_draft(cast.contributor)
    client.force_login(cast.contributor, backend="django.contrib.auth.backends.ModelBackend")
    client.get(reverse("search"), {"q": "林晓舟"}, REMOTE_ADDR="198.51.100.7")
    client.get(reverse("draft", args=[draft.pk]))
    client.post(reverse("sign_in"), {"username": "13912345678", "password": "Geheim-123"})
    client.get("/nowhere/13912345678/")
    written = json.dumps(lines(), ensure_ascii=False)
    for personal in ("林晓舟", "198.51.100.7", str(draft.pk), "13912345678", "Geheim", cast.contributor.login_name):
        assert personal not in written
    assert [line["message"] for line in lines()][-1] == "GET (none)"


def test_the_error_page_gives_the_number_under_which_the_trace_stands(monkeypatch, lines):
    monkeypatch.setattr("journal.models.Journal.objects.current", lambda: 1 / 0)
    answer = Client(raise_request_exception=False).get(reverse("about"))
    assert answer.status_code == 500
    assert answer[HEADER] in answer.text
    failed = next(line for line in lines() if "trace" in line)
    assert failed["request"] == answer[HEADER]
    assert "ZeroDivisionError" in failed["trace"]


def test_a_line_for_people_is_one_line_with_the_facts():
    record = logging.LogRecord("quarterly.requests", logging.INFO, "", 0, "%s %s", ("GET", "/about/"), None)
    record.facts = {"status": 200, "ms": 3.4}
    NumberFilter().filter(record)
    assert PeopleFormatter("{levelname} [{number}] {message}", style="{").format(record) == (
        "INFO [-] GET /about/ status=200 ms=3.4"
    )
