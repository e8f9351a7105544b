"""检查哪些、为什么: each wrong example is found and each right one is not; no rule goes unexplained."""

import ast
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils.html import escape

from submissions import checks
from submissions.checks import image, run_checks
from submissions.checks.examples import DUPLICATE_EXAMPLES, EXAMPLES
from submissions.checks.explained import explained
from submissions.checks.patterns import PATTERNS
from submissions.checks.text import pattern_findings

# Nothing to put right, and so told in the heading of 查重 and not as a rule.
ELSEWHERE = {"duplicate.earlier", "duplicate.source"}


def name_of(one):
    return f"{one.code}:{one.wrong[:12]}"


@pytest.mark.parametrize("pattern", PATTERNS, ids=name_of)
def test_a_pattern_finds_its_wrong_example_and_nothing_in_the_right_one(pattern):
    (finding,) = pattern_findings(pattern.wrong)
    assert (finding.code, finding.level, finding.message) == (pattern.code, pattern.level, pattern.message)
    assert list(pattern_findings(pattern.right)) == []


@pytest.mark.parametrize("pattern", [one for one in PATTERNS if one.fix], ids=name_of)
def test_the_fix_makes_the_right_example_of_the_wrong_one(pattern):
    (finding,) = pattern_findings(pattern.wrong)
    assert pattern.wrong.replace(finding.quote, finding.fix) == pattern.right


@pytest.mark.parametrize("example", EXAMPLES, ids=name_of)
def test_a_check_finds_its_wrong_example_and_nothing_in_the_right_one(example):
    found = [finding.code for finding in run_checks(example.build(example.wrong))]
    assert example.code in found
    assert run_checks(example.build(example.right)) == []


@pytest.mark.parametrize("example", DUPLICATE_EXAMPLES, ids=name_of)
def test_what_the_office_has_is_found_in_the_wrong_example_alone(example):
    (finding,) = example.findings(example.wrong)
    assert finding.code == example.code
    assert example.findings(example.right) == []


def codes_in_source() -> set[str]:
    """Every literal code that a check can report."""
    found = set(image._CODES.values())
    for path in Path(checks.__path__[0]).glob("*.py"):
        if path.name in ("examples.py", "explained.py", "reasons.py", "file_report.py"):
            continue
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") in ("Finding", "Pattern", "Remark"):
                found |= {one.value for one in ast.walk(call.args[0]) if isinstance(one, ast.Constant)}
    return {code for code in found if isinstance(code, str) and code.count(".") == 1 and code[0].isalpha()}


def test_every_rule_is_explained():
    told = {rule.code for group in explained() for rule in group.rules}
    assert len(codes_in_source()) > 35
    assert codes_in_source() - told == ELSEWHERE
    assert all(group.rules for group in explained())
    assert sum(len(group.rules) for group in explained()) == len(PATTERNS) + len(EXAMPLES) + len(DUPLICATE_EXAMPLES)


def test_every_rule_says_what_to_do():
    for group in explained():
        for rule in group.rules:
            assert rule.message.endswith("。"), rule
            assert rule.wrong != rule.right


@pytest.mark.django_db
def test_the_page_shows_every_rule_to_everybody(client):
    answer = client.get("/submit/rules/")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.count("data-rule=") == len(PATTERNS) + len(EXAMPLES) + len(DUPLICATE_EXAMPLES)
    for group in explained():
        for rule in group.rules:
            for words in (rule.message, rule.why, rule.wrong, rule.right):
                assert escape(words) in page
    assert client.post("/submit/rules/").status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["rules", "format_check"])
def test_the_pages_are_linked_where_people_look_for_them(client, cast, call, make_draft, name):
    draft = make_draft(cast.contributor)
    client.force_login(cast.contributor)
    linked = {"call": reverse("call"), "write": reverse("draft", args=[draft.pk])}
    if name == "rules":
        linked["check"] = reverse("review_draft", args=[draft.pk])
    for where, address in linked.items():
        assert f'href="{reverse(name)}"' in client.get(address).content.decode(), where
