"""The day a text speaks of: from where it was printed, from the date under it; told with what the register says."""

from datetime import date

import pytest

from journal.text.blocks import from_plain, parse
from submissions.checks import run_checks
from submissions.checks.text_day import day_of
from submissions.house_style import Tenure
from submissions.manuscript import manuscript_of

TODAY = date(2026, 11, 21)


def told(text="", printed=""):
    known = day_of(parse(from_plain(text)), printed, TODAY)
    return (known.day, known.told) if known else None


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("2024年3月2日", (date(2024, 3, 2), "2024年3月2日")),
        ("望海日报2024-03-02第2版", (date(2024, 3, 2), "2024年3月2日")),
        ("2024年2月", (date(2024, 2, 29), "2024年2月")),
        ("2021年第3期", (date(2021, 12, 31), "2021年")),
        ("2021-3", (date(2021, 12, 31), "2021年")),
        ("2024年2月31日", None),
        ("2026年11月", None),
        ("2027年1月1日", None),
        ("第3期", None),
        ("", None),
    ],
)
def test_where_a_piece_was_printed(printed, expected):
    assert told(printed=printed) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("正文。\n望海区委组织部\n2024年3月2日", (date(2024, 3, 2), "2024年3月2日")),
        ("正文。\n（2024年3月2日）", (date(2024, 3, 2), "2024年3月2日")),
        ("正文。\n二〇二一年十一月四日", (date(2021, 11, 4), "2021年11月4日")),  # noqa: RUF001
        ("正文。\n二〇二一年十三月四日", None),  # noqa: RUF001
        ("2019年3月2日\n" + "正文。\n" * 9, None),
        ("2024年3月2日开会。", None),
    ],
)
def test_the_date_under_a_text(text, expected):
    assert told(text) == expected


def test_where_it_was_printed_counts_before_the_date_under_it():
    assert told("正文。\n2020年1月1日", "2024年3月2日") == (date(2024, 3, 2), "2024年3月2日")


@pytest.mark.django_db
def test_the_register_is_read_for_the_text_s_own_day(make_draft, cast):
    Tenure.objects.create(person="乔木", post="镇长", unit="临港镇", since=date(2019, 1, 1), until=date(2022, 12, 31))
    Tenure.objects.create(person="乔木", post="区委书记", unit="望海区", since=date(2023, 1, 1))
    body = "临港镇镇长乔木到会。"

    def found(**fields):
        return run_checks(manuscript_of(make_draft(cast.contributor, **fields)))

    assert [one.code for one in found(body=body)] == ["register.post"]
    assert found(body=f"{body}\n2021年11月4日") == []
    recommended = {"origin": "recommended", "source_name": "望海日报"}
    assert found(body=body, source_issue="2021年11月4日", **recommended) == []
    (finding,) = found(body=body.replace("镇长", "书记"), source_issue="2021年11月", **recommended)
    assert finding.message.endswith("（按2021年11月的名录核对）")
    # The issue a writer once typed for a recommended piece says nothing of an original one.
    assert [one.code for one in found(body=body, source_issue="2021年11月4日")] == ["register.post"]
