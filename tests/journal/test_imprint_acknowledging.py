"""Matters of judgement before closing: decided by name, open again when the passage changes (RULES.md section 7)."""

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied

from journal import imprint_acknowledging, publishing
from journal.imprint_acknowledging import AcknowledgementRefused, acknowledge, looked_at
from journal.models import ImprintAcknowledgement
from members.models import Event
from tests.conftest import fill_imprint

pytestmark = pytest.mark.django_db

REPORTER = "<p>记者走进渔村，看见灯还亮着。</p>"


@pytest.fixture
def issue(make_issue, make_article):
    """Ready for closing but for one sentence."""
    issue = make_issue()
    make_article("甲", issue=issue, bylines=["何小满"])
    fill_imprint(issue)
    make_article("夜航灯", issue=issue, html=REPORTER, bylines=["何小满"])
    return issue


def waiting(issue):
    return [line.item for line in looked_at(issue, publishing.imprint_of(issue)) if line.is_open]


def keep(issue, actor, item, reason="原文引用，照登。"):
    code, place_key, quote_hash = item.identity
    return acknowledge(issue, actor, code=code, place_key=place_key, quote_hash=quote_hash, reason=reason)


def rewrite(issue, html):
    text = issue.articles.get(title="夜航灯").text
    text.save_version(replace(text.current.content, html=html), None, "改稿")


def test_an_open_matter_stops_closing_until_it_is_decided(issue, cast):
    (item,) = waiting(issue)
    with pytest.raises(publishing.Refused, match=r"还有 1 处要人核对.*《夜航灯》.*记者"):
        publishing.close(issue, cast.chief)
    issue.refresh_from_db()
    assert issue.is_open
    made = keep(issue, cast.editor, item)
    assert (made.person, made.reason, made.quote) == (cast.editor, "原文引用，照登。", "记者走进渔村，看见灯还亮着。")
    event = Event.objects.about(issue).get(verb="定稿核对")
    assert event.actor == cast.editor
    assert "《夜航灯》“记者走进渔村，看见灯还亮着。”" in event.note
    assert "原文引用" in event.note
    publishing.close(issue, cast.chief)
    assert not issue.is_open


@pytest.mark.parametrize(
    ("html", "is_open"),
    [
        ("<p>记者走到渔村，看见灯还亮着。</p>", True),
        (f"{REPORTER}<p>第二天记者又来了。</p>", True),
        (f"<p>潮水退了。</p>{REPORTER}", False),
    ],
)
def test_a_changed_passage_is_open_again_and_the_row_stays(html, is_open, issue, cast):
    keep(issue, cast.editor, waiting(issue)[0])
    rewrite(issue, html)
    assert bool(waiting(issue)) == is_open
    if is_open:
        with pytest.raises(publishing.Refused, match="要人核对"):
            publishing.close(issue, cast.chief)
        rewrite(issue, REPORTER)
        assert waiting(issue) == []
    assert ImprintAcknowledgement.objects.filter(issue=issue, code="self.reporter").count() == 1


def test_a_passage_changed_meanwhile_is_not_decided(issue, cast):
    (seen,) = waiting(issue)
    rewrite(issue, "<p>记者走到渔村。</p>")
    with pytest.raises(AcknowledgementRefused, match="刚刚改过"):
        keep(issue, cast.editor, seen)
    assert len(waiting(issue)) == 1


@pytest.mark.parametrize(
    ("reason", "told"), [(" \n", "请写明保留的理由"), ("理" * 201, "不超过 200 字，您写了 201 字")]
)
def test_a_reason_is_asked_for(reason, told, issue, cast):
    with pytest.raises(AcknowledgementRefused, match=told):
        keep(issue, cast.editor, waiting(issue)[0], reason)
    assert len(waiting(issue)) == 1


def test_decided_once_and_only_while_the_issue_is_open(issue, cast):
    (item,) = waiting(issue)
    keep(issue, cast.editor, item)
    with pytest.raises(AcknowledgementRefused, match="周予安已经核对过"):
        keep(issue, cast.managing, item)
    publishing.close(issue, cast.chief)
    with pytest.raises(AcknowledgementRefused, match="已定稿，不用再核对"):
        keep(issue, cast.managing, item)


@pytest.mark.parametrize("person", ["proofreader", "administrator", "contributor", "liaison", "reader", "pending"])
def test_others_decide_nothing(person, issue, cast):
    with pytest.raises(PermissionDenied):
        keep(issue, getattr(cast, person), waiting(issue)[0])
    assert len(waiting(issue)) == 1


def test_missing_fields_and_advice_are_nothing_to_decide(issue, cast):
    printed = issue.imprint
    printed.print_house, printed.notice = "", "内部资料 免费交流"
    printed.save()
    lines = {line.item.code: line for line in looked_at(issue, printed)}
    assert not lines["imprint.print_house"].is_open
    assert not lines["notice.comma"].is_open
    with pytest.raises(AcknowledgementRefused):
        keep(issue, cast.chief, lines["imprint.print_house"].item)
    with pytest.raises(publishing.Refused, match="还缺：印刷单位"):
        publishing.close(issue, cast.chief)


def test_what_nothing_was_found_against_is_met(issue):
    met = {one.text for one in imprint_acknowledging.met(looked_at(issue, issue.imprint))}
    assert "印明印数" in met
    assert "不用“记者”的名义" not in met
