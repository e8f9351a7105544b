"""The checklist before closing: what blocks, what only asks (RULES.md section 7)."""

from datetime import date
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
        ("来稿一律收版面费", "fees"),
        ("每位会员费 100 元", "fees"),
        ("请交工本费", "fees"),
        ("会务服务费另付", "fees"),
        ("本期另印 B版", "editions"),
        ("国庆增刊", "editions"),
        ("本册编印由文化公司承包", "contracting"),
        ("承包了刊物的发行", "contracting"),
    ],
)
def test_wording_is_a_warning_with_its_quote(text, code):
    items = imprint.wording([Piece("《甲》", f"第一行。\n{text}\n第三行。", 7)])
    assert code in codes(items)
    item = items[codes(items).index(code)]
    assert not item.blocks
    assert item.article == 7
    assert item.quote in text


@pytest.mark.parametrize(
    "text",
    [
        "年度本报告期内",
        "他记着者老的话",
        "广告牌下的议事会",
        "刊登在墙报上",
        "收齐物业服务费",
        "承包地头议事",
        "一本书的第二版",
        "USB版",
        "",
    ],
)
def test_innocent_words_pass(text):
    assert imprint.wording([Piece("《甲》", text)]) == []


def test_several_places_are_one_item_with_their_number():
    (item,) = imprint.wording([Piece("《甲》", "记者到村里。记者又到镇里。")])
    assert "共 2 处" in item.message


def test_another_place_of_the_same_word_is_another_matter():
    (one,) = imprint.wording([Piece("《甲》", "记者到村里。", 7)])
    (two,) = imprint.wording([Piece("《甲》", "记者到村里。\n记者又到镇里。", 7)])
    (renamed,) = imprint.wording([Piece("《乙》", "记者到村里。", 7)])
    assert one.identity != two.identity
    assert one.identity == renamed.identity


@pytest.mark.parametrize(
    ("notice", "found"),
    [("内部资料，免费交流", 0), ("内部资料 免费交流", 1), ("内部资料免费交流", 1), ("内部资料", 0), ("", 0)],
)
def test_the_comma_is_advice(notice, found):
    items = imprint.comma_advice(notice)
    assert len(items) == found
    assert not any(item.blocks or item.asks for item in items)


@pytest.mark.parametrize(
    ("until", "code"),
    [
        (None, None),
        (date(2026, 10, 31), None),
        (date(2026, 10, 30), "licence.soon"),
        (date(2026, 9, 30), "licence.soon"),
        (date(2026, 9, 29), "licence.valid"),
    ],
)
def test_a_licence_that_is_over_asks_and_one_nearly_over_reminds(until, code):
    items = imprint.licence_items(until, date(2026, 9, 30))
    assert codes(items) == ([code] if code else [])
    assert [item.asks for item in items] == ([code == "licence.valid"] if code else [])


def test_every_item_names_its_requirement():
    items = imprint.missing_fields(SimpleNamespace(**dict.fromkeys(FULL)))
    assert items[0].requirement.basis == "内部资料性出版物管理办法（2015）第十四条"
    assert [item.requirement.text for item in items if "编印单位" in item.message] == ["印明编印单位"]
    (fees,) = imprint.wording([Piece("《甲》", "收版面费")])
    assert fees.requirement.basis.endswith("第十五条（三）")
    (licence,) = imprint.licence_items(date(2026, 1, 1), date(2026, 9, 30))
    assert "办法" not in licence.requirement.basis
    coded = {code for code, _, _ in imprint.WORDING} | {f"imprint.{name}" for name, _ in imprint.REQUIRED}
    assert coded <= set(imprint.REQUIREMENTS)


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


@pytest.mark.django_db
def test_a_photographer_signs_and_a_composite_whose_parts_are_unsigned_does_not(make_issue, make_article, make_picture):
    issue = make_issue()
    photograph = make_picture(photographer="叶知秋")
    make_article("晒场的秋", issue=issue, kind="image", html=f'<figure data-picture="{photograph.pk}"></figure>')
    signed, unsigned = (make_article(title, issue=issue) for title in ("聚焦", "综述"))
    make_article("之一", issue=issue, parent=signed, bylines=["何小满"])
    make_article("之二", issue=issue, parent=unsigned)
    items = imprint.checklist(issue, Imprint.from_journal(issue, Journal.objects.current()))
    assert [item.place for item in items if item.code == "byline.none"] == ["《综述》"]
