"""The ledger's pages, the sheet, the 通报, the command, points and quotas."""

import io
import json
from datetime import date
from io import BytesIO

import docx
import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from journal.models import Journal
from members.models import Event, Unit
from submissions.checks.official_format import check_official_format
from submissions.ledger import PointRule, Quota, definitions
from submissions.ledger.figures import Scope
from submissions.ledger.pieces import read_book
from submissions.notice_docx import notice

LEDGER = "/admin/submissions/ledger/"


@pytest.fixture
def signed_in(client):
    def signed_in(person):
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in


@pytest.fixture
def printed(make_article, make_issue, publish, unit):
    """Two issues of 2026: three pieces of the unit, one of another whose name is a formula."""
    other = Unit.objects.create(name='=HYPERLINK("http://x","点我")')
    PointRule.objects.create(year=2026, kind="text", points="3", first_in_issue="1.5")
    Quota.objects.create(unit=unit, year=2026, pieces=2)
    Quota.objects.create(unit=other, year=2026, pieces=5)
    for number, signers in ((1, (unit, unit)), (2, (unit, other))):
        issue = make_issue(2026, number)
        for place, signer in enumerate(signers):
            article = make_article(f"第{number}期第{place}篇", issue=issue, bylines=["+甲", "乙"])
            article.bylines.update(unit=signer)
        publish(issue)
    return other


def test_the_page_says_the_figures_and_opens_each(signed_in, cast, printed, unit):
    client = signed_in(cast.editor)
    page = client.get(LEDGER, {"year": 2026})
    html = page.content.decode()
    lines = page.context["lines"]
    assert [(row["line"].name, row["line"].published, row["points"]) for row in lines] == [
        (unit.short_name, 3, "12"),
        (printed.name, 1, "3"),
    ]
    assert "style=" not in html.split("data-ledger")[1]
    assert "✓ 完成 3/2" in html
    assert "差 4 篇（1/5）" in html
    for row in lines:
        for figure, address in row["links"].items():
            opened = client.get(address)
            counted = row["line"].points if figure == "points" else getattr(row["line"], figure)
            assert opened.status_code == 200
            got = (
                sum(one.points for one in opened.context["rows"]) if figure == "points" else len(opened.context["rows"])
            )
            assert got == counted


def test_persons_and_quarters(signed_in, cast, printed):
    client = signed_in(cast.chief)
    persons = client.get(LEDGER, {"year": 2026, "by": "person", "quarter": 1}).context["lines"]
    assert [(row["line"].name, row["line"].published, row["line"].rank) for row in persons] == [
        ("+甲", 2, 1),
        ("乙", 2, 1),
    ]
    opened = client.get(persons[0]["links"]["published"])
    assert [row.issue for row in opened.context["rows"]] == ["2026年第1期"] * 2


def test_what_is_folded_is_told_and_unfolded(signed_in, cast):
    for number in range(14):
        Quota.objects.create(unit=Unit.objects.create(name=f"第{number:02}单位"), year=2026, pieces=1)
    client = signed_in(cast.editor)
    page = client.get(LEDGER, {"year": 2026})
    assert (len(page.context["lines"]), page.context["left"]["count"]) == (10, 4)
    assert len(client.get(LEDGER, {"year": 2026, "all": 1}).context["lines"]) == 14


def test_an_empty_year_says_so(signed_in, cast):
    html = signed_in(cast.editor).get(LEDGER, {"year": 1990}).content.decode()
    assert "这段时间没有收稿，也没有刊发" in html
    assert "1990年还没有给单位定任务" in html


@pytest.mark.parametrize(
    "query",
    [
        "year=abc",
        "year=1",
        "year=99999999999999",
        "quarter=5",
        "quarter=-1",
        "by=x",
        "kind=y",
        "section=²",
        "year=\uff12\uff10\uff12\uff16",
    ],
)
def test_an_address_nobody_made_is_not_found(signed_in, cast, query):
    assert signed_in(cast.editor).get(f"{LEDGER}?{query}").status_code == 404


@pytest.mark.parametrize("query", ["", "figure=charm", "figure=submitted&who=x", "figure=submitted&who=9999"])
def test_rows_of_nothing_are_not_found(signed_in, cast, query):
    assert signed_in(cast.editor).get(f"{LEDGER}rows/?{query}").status_code == 404


def test_a_withdrawn_piece_is_named_where_it_counts_no_longer(signed_in, cast, printed):
    from journal.models import Article

    Article.objects.filter(title="第1期第0篇").update(withdrawn_at=timezone.now(), withdrawn_reason="数字有误")
    html = signed_in(cast.editor).get(f"{LEDGER}rows/?year=2026&figure=published").content.decode()
    assert "3 篇" in html
    assert "撤下：数字有误" in html


def test_every_definition_is_on_the_page(signed_in, cast):
    html = signed_in(cast.editor).get(f"{LEDGER}definitions/").content.decode()
    for one in definitions.FIGURES:
        assert one.text in html
    for name, text in definitions.RULES:
        assert f"<dt>{name}</dt><dd>{text}</dd>" in html


def test_pages_cost_the_same_number_of_queries(
    signed_in,
    cast,
    printed,
    make_article,
    make_issue,
    publish,
    django_assert_num_queries,
    django_assert_max_num_queries,
):
    client = signed_in(cast.editor)
    client.get(LEDGER)
    for address in (f"{LEDGER}?year=2026", f"{LEDGER}rows/?year=2026&figure=published"):
        with django_assert_max_num_queries(24) as before:
            client.get(address)
        issue = make_issue(2026)
        for number in range(3):
            article = make_article(f"又{number}", issue=issue, bylines=["丙"])
            article.bylines.update(unit=Unit.objects.create(name=f"新单位{issue.pk}之{number}"))
        publish(issue)
        with django_assert_num_queries(len(before)):
            client.get(address)


def test_the_sheet_holds_the_figures_and_no_formula(signed_in, cast, printed, unit):
    response = signed_in(cast.editor).get(f"{LEDGER}export/?year=2026")
    assert response["Content-Type"].endswith("spreadsheetml.sheet")
    book = load_workbook(BytesIO(response.content))
    assert book.sheetnames == ["单位", "个人", "各季度", "刊发栏目", "收稿明细", "刊发明细", "数字怎么算"]
    units = list(book["单位"].values)
    assert units[1][:6] == (1, unit.short_name, unit.name, 0, 0, 3)
    assert units[2][1] == printed.name
    assert [cell.data_type for sheet in book for row in sheet for cell in row].count("f") == 0
    assert book["单位"]["B3"].quotePrefix
    assert book["刊发明细"].max_row == 5
    assert book["数字怎么算"].max_row == 1 + len(definitions.FIGURES) + len(definitions.RULES)


@pytest.mark.parametrize("quarter", [0, 1])
def test_the_notice_keeps_to_the_official_format(printed, unit, quarter):
    made = notice(read_book(2026), Scope(quarter), Journal.objects.current(), date(2026, 11, 4))
    assert [item.message for item in check_official_format(made) if not item.ok] == []
    document = docx.Document(BytesIO(made))
    words = [paragraph.text for paragraph in document.paragraphs]
    assert words[0] == f"关于2026年{'一季度' if quarter else ''}投稿采用情况的通报"
    assert "2026年11月4日" in words
    cells = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert cells[1][:2] == ["1", unit.short_name]
    assert cells[1][4:] == (["2", "7.5", "3/2完成"] if quarter else ["3", "12", "3/2完成"])


def test_a_notice_of_nothing_is_still_in_form(db):
    made = notice(read_book(1990), Scope(), Journal.objects.current(), date(2026, 11, 4))
    assert [item.message for item in check_official_format(made) if not item.ok] == []


def test_the_notice_stands_control_characters(printed):
    Unit.objects.filter(pk=printed.pk).update(name="港\x0b务\x00".replace("\x00", ""))
    notice(read_book(2026), Scope(), Journal.objects.current(), date(2026, 11, 4))


def report(*args):
    out = io.StringIO()
    call_command("report_units", *args, stdout=out)
    return out.getvalue()


def test_the_command_as_json(printed, unit, tmp_path):
    path = tmp_path / "通报.docx"
    told = json.loads(report("--year", "2026", "--output", str(path), "--json"))
    assert (
        told["rows"][0] | {"unit": unit.name, "submitted": 0, "accepted": 0, "published": 3, "points": 12}
        == told["rows"][0]
    )
    assert told["rows"][1]["points"] == 3
    assert told["total"]["published"] == 4
    assert path.read_bytes().startswith(b"PK")
    one = json.loads(report("--year", "2026", "--quarter", "1", "--json"))
    assert [(row["published"], row["points"]) for row in one["rows"]] == [(2, 7.5), (0, 0)]
    assert unit.short_name in report("--year", "2026")


@pytest.mark.parametrize(
    ("args", "reason"),
    [
        (("--year", "0"), "四位数"),
        (("--year", "2026", "--output", "表.pdf"), ".xlsx（表格）或 .docx"),
        (("--year", "2026", "--output", "没有的文件夹/表.xlsx"), "写不到"),
    ],
)
def test_the_command_refuses_with_a_reason(db, capsys, args, reason):
    with pytest.raises(SystemExit) as ended:
        report(*args)
    assert ended.value.code == 2
    assert reason in capsys.readouterr().err


MANY = "admin:submissions_quota_many"


def test_quotas_of_many_units_at_once(signed_in, cast, unit):
    client = signed_in(cast.managing)
    port = Unit.objects.create(name="望海港")
    address = reverse(MANY) + "?year=2026"
    assert client.get(address).status_code == 200
    posted = {"year": 2026, f"unit-{unit.pk}": "4", f"was-{unit.pk}": "", f"unit-{port.pk}": "", f"was-{port.pk}": ""}
    assert client.post(address, posted).status_code == 302
    assert list(Quota.objects.values_list("unit", "year", "pieces")) == [(unit.pk, 2026, 4)]
    assert Event.objects.filter(verb="定任务", before="无", after="4").count() == 1
    # A page opened before that change does not undo it silently.
    stale = client.post(address, posted | {f"unit-{unit.pk}": "7"})
    assert "同事刚刚改成了 4" in stale.content.decode()
    assert Quota.objects.get().pieces == 4
    client.post(address, posted | {f"unit-{unit.pk}": "", f"was-{unit.pk}": "4"})
    assert not Quota.objects.exists()


@pytest.mark.parametrize("typed", ["-1", "1.5", "很多", "1000", "\uff11e3"])
def test_a_quota_that_is_no_number_keeps_what_was_typed(signed_in, cast, unit, typed):
    page = signed_in(cast.managing).post(reverse(MANY), {"year": 2026, f"unit-{unit.pk}": typed, f"was-{unit.pk}": ""})
    assert "请写 1 到 999 的整数" in page.content.decode()
    assert f'value="{typed}"' in page.content.decode()
    assert not Quota.objects.exists()


def test_rules_of_a_past_year_are_an_administrators(signed_in, cast):
    old = PointRule.objects.create(year=2020, points=1)
    address = reverse("admin:submissions_pointrule_change", args=[old.pk])
    fields = {"year": 2020, "kind": "", "section": "", "points": "9", "first_in_issue": "0"}
    assert signed_in(cast.managing).post(address, fields).status_code == 403
    assert signed_in(cast.editor).post(address, fields).status_code == 403
    assert signed_in(cast.administrator).post(address, fields).status_code == 302
    old.refresh_from_db()
    assert old.points == 9
    assert Event.objects.filter(verb="修改积分规则").exists()


def test_this_years_rules_begin_with_last_years(signed_in, cast):
    PointRule.objects.create(year=2020, kind="text", points=3, first_in_issue=2)
    client = signed_in(cast.managing)
    year = timezone.localdate().year
    address = reverse("admin:submissions_pointrule_copy")
    assert "照2020年的规则" in client.get(reverse("admin:submissions_pointrule_changelist")).content.decode()
    client.post(address)
    client.post(address)  # twice pressed, once done
    assert list(PointRule.objects.filter(year=year).values_list("kind", "points", "first_in_issue")) == [("text", 3, 2)]
    assert signed_in(cast.editor).post(address).status_code == 403
