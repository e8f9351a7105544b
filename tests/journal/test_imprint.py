"""The checklist before closing: what blocks, what only asks (RULES.md section 7)."""

from types import SimpleNamespace

import pytest

from journal import imprint
from journal.imprint import Piece
from journal.models import Imprint, IssueMatter, Journal

FULL = {
    "licence_number": "内准字 001",
    "notice": "内部资料，免费交流",
    "compiler": "研究所",
    "distribution": "各单位",
    "print_house": "印刷厂",
    "printed_on": "2026-09-30",
    "print_run": 300,
}


def codes(items):
    return [item.code for item in items]


def test_a_full_imprint_misses_nothing():
    assert imprint.missing_fields(SimpleNamespace(**FULL)) == []


@pytest.mark.parametrize(("name", "label"), imprint.REQUIRED)
def test_each_required_field_blocks(name, label):
    (item,) = imprint.missing_fields(SimpleNamespace(**FULL | {name: None}))
    assert item.blocks
    assert label in item.message


@pytest.mark.parametrize(
    ("notice", "found"),
    [("内部资料，免费交流", 0), ("内部资料 免费交流", 0), ("内部资料", 1), ("内部刊物", 1), ("", 0)],
)
def test_the_cover_wording(notice, found):
    assert len(imprint.notice_items(notice)) == found


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("欢迎给本刊投稿。", "self.name"),
        ("据本报消息", "self.name"),
        ("记者 何小满", "self.reporter"),
        ("由某杂志社主办", "self.office"),
        ("ISSN 1000-0000", "book.number"),
        ("国内刊号 CN 46-1234", "book.number"),
        ("定价：10 元", "price"),
        ("广告热线 123", "advertising"),
        ("协办：临港镇", "co_organiser"),
    ],
)
def test_wording_is_a_warning_with_its_quote(text, code):
    items = imprint.wording([Piece("《甲》", f"第一行。\n{text}\n第三行。", 7)])
    assert code in codes(items)
    item = items[codes(items).index(code)]
    assert not item.blocks
    assert item.article == 7
    assert item.quote in text


@pytest.mark.parametrize("text", ["年度本报告期内", "他记着者老的话", "广告牌下的议事会", "刊登在墙报上", ""])
def test_innocent_words_pass(text):
    assert imprint.wording([Piece("《甲》", text)]) == []


def test_several_places_are_one_item_with_their_number():
    (item,) = imprint.wording([Piece("《甲》", "记者到村里。记者又到镇里。")])
    assert "共 2 处" in item.message


@pytest.mark.django_db
def test_the_list_of_an_issue(make_issue, make_article):
    issue = make_issue()
    IssueMatter.objects.create(issue=issue, kind="preface", title="卷首语", html="<p>欢迎给本刊来稿。</p>")
    make_article("夜航灯", issue=issue, html="<p>记者走进渔村。</p>", bylines=["何小满"])
    make_article("他乡的灯塔", issue=issue, origin="recommended")
    items = imprint.checklist(issue, Imprint.from_journal(issue, Journal.objects.current()))
    blocking = [item.message for item in items if item.blocks]
    assert len(blocking) == 4
    assert "编印单位" in blocking[0]
    asked = {(item.place, item.code) for item in items if not item.blocks}
    assert asked == {
        ("版本记录", "co_organiser"),
        ("卷首语 卷首语", "self.name"),
        ("《夜航灯》", "self.reporter"),
        ("《他乡的灯塔》", "byline.none"),
        ("《他乡的灯塔》", "source.none"),
    }
