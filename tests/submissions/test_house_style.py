"""The office's lists: loaded once, renewed with every change, and at work where manuscripts are checked."""

import json
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction

from journal.text.blocks import parse
from submissions import house_style
from submissions.checks import run_checks
from submissions.checks.house_style import NO_HOUSE_STYLE
from submissions.house_style import Edition, NamingOrder, PreferredTerm, Tenure, UnitName, lines_of
from submissions.manuscript import manuscript_of
from submissions.mending import key_of, mend, places

pytestmark = pytest.mark.django_db


@pytest.fixture
def term():
    return PreferredTerm.objects.create(wrong="板凳会", right="议事会", exceptions="“板凳会”\n老板凳会；")


def wrongs() -> list[str]:
    return [one.wrong for one in house_style.on_day().terms.terms]


def test_empty_lists_cost_one_query_and_say_nothing(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert house_style.on_day() is NO_HOUSE_STYLE


def test_the_lists_are_read_once_and_again_after_a_change(term, django_assert_num_queries):
    house_style.on_day()
    with django_assert_num_queries(1):
        first = house_style.on_day()
    assert house_style.on_day().terms is first.terms
    PreferredTerm.objects.create(wrong="帐号", right="账号")
    with django_assert_num_queries(5):
        assert wrongs() == ["帐号", "板凳会"]


@pytest.mark.parametrize(
    "change",
    [
        lambda term: PreferredTerm.objects.filter(pk=term.pk).update(active=False),
        lambda term: PreferredTerm.objects.filter(pk=term.pk).delete(),
        lambda term: term.delete(),
        lambda term: PreferredTerm.objects.bulk_update([setattr(term, "active", False) or term], ["active"]),
    ],
    ids=["update", "delete rows", "delete", "bulk update"],
)
def test_every_way_to_change_a_row_renews_the_edition(term, change):
    assert wrongs() == ["板凳会"]
    change(term)
    assert wrongs() == []


def test_rows_made_in_bulk_renew_the_edition(term):
    assert wrongs() == ["板凳会"]
    PreferredTerm.objects.bulk_create([PreferredTerm(wrong="帐号", right="账号")])
    assert len(wrongs()) == 2


def test_what_was_rolled_back_is_not_remembered(term):
    before = house_style.on_day().terms.terms

    def add_and_fail():
        with transaction.atomic():
            PreferredTerm.objects.create(wrong="帐号", right="账号")
            assert len(wrongs()) == 2
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        add_and_fail()
    assert house_style.on_day().terms.terms == before
    PreferredTerm.objects.create(wrong="登陆", right="登录")
    assert wrongs() == ["板凳会", "登陆"]


def test_there_is_one_edition(term):
    Tenure.objects.create(person="乔木", post="区长")
    assert Edition.objects.count() == 1


def test_exceptions_are_one_a_line_or_parted_by_semicolons():
    assert lines_of(" 甲 \n\n乙；丙;甲\r\n") == ("甲", "乙", "丙")


def test_a_term_differs_from_its_right_form():
    with pytest.raises(ValidationError, match="相同"):
        PreferredTerm(wrong="帐号", right="帐号").full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        PreferredTerm.objects.create(wrong="帐号", right="帐号")


def test_a_long_exception_is_refused():
    with pytest.raises(ValidationError, match="最多 60 字"):
        PreferredTerm(wrong="帐号", right="账号", exceptions="字" * 61).full_clean()


def test_an_entry_does_not_end_before_it_begins():
    with pytest.raises(ValidationError, match="不能早于开始日期"):
        UnitName(name="望海区委", since=date(2021, 3, 1), until=date(2021, 2, 1)).full_clean()


def test_names_are_stored_without_space():
    tenure = Tenure(person="乔　木", post="区长")
    tenure.full_clean()
    assert tenure.person == "乔木"


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (Tenure, {"person": "乔木", "post": "区长", "unit": "望海区"}),
        (UnitName, {"name": "望海区委"}),
        (NamingOrder, {"title": "各区", "names": "望海区"}),
    ],
)
@pytest.mark.parametrize("since", [None, date(2021, 3, 1)])
def test_the_same_line_stands_once(model, values, since):
    model.objects.create(**values, since=since)
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.create(**values, since=since)
    with pytest.raises(ValidationError):
        model(**values, since=since).full_clean()


def test_a_submission_is_checked_against_the_lists(term, make_draft, cast):
    Tenure.objects.create(person="林晓舟", post="村主任", unit="榕岭村")
    NamingOrder.objects.create(title="两村", names="榕岭村\n南坡村")
    UnitName.objects.create(name="望海区榕岭村党总支", variants="榕岭村总支部")
    body = "板凳会开了，村书记林晓舟主持。\n南坡村、榕岭村都来了，榕岭村总支部作记录。"
    found = {f.code for f in run_checks(manuscript_of(make_draft(cast.contributor, title="树下议事", body=body)))}
    assert {"term.preferred", "register.post", "register.order", "register.unit"} <= found


def test_checking_more_costs_no_more_queries(term, make_draft, cast, django_assert_max_num_queries):
    manuscript = manuscript_of(make_draft(cast.contributor))
    with django_assert_max_num_queries(0):
        run_checks(manuscript)


def test_the_command_line_knows_the_lists_and_the_texts_day(term, tmp_path, capsys):
    Tenure.objects.create(person="乔木", post="区长", unit="望海区", until=date(2021, 2, 28))
    Tenure.objects.create(person="乔木", post="区委书记", unit="望海区", since=date(2021, 3, 1))
    file = tmp_path / "稿.txt"
    file.write_text("树下议事\n林晓舟\n村里的板凳会开了，区长乔木出席会议。\n大家都来了。\n", "utf-8")

    def codes(*options) -> set[str]:
        call_command("check_manuscript", str(file), "--json", *options)
        return {finding["code"] for finding in json.loads(capsys.readouterr().out)["findings"]}

    assert {"term.preferred", "register.post"} <= codes()
    assert "register.post" not in codes("--date", "2020-01-01")


def test_one_click_puts_the_right_form_into_the_draft(term, make_draft, cast):
    NamingOrder.objects.create(title="两村", names="榕岭村\n南坡村")
    body = "老板凳会散了，板凳会开了。\n一、会开到树下\n南坡村、榕岭村都来了，板凳会照开。"
    manuscript = manuscript_of(make_draft(cast.contributor, body=body))
    findings = run_checks(manuscript)
    reachable = places({"body": body}, parse(manuscript.content.html), findings)
    changes = [
        (reachable[key_of(finding)], finding, finding.fix or finding.choices[0])
        for finding in findings
        if finding.code in ("term.preferred", "register.order")
    ]
    mended, _ = mend(body, changes)
    assert mended == "老板凳会散了，议事会开了。\n一、会开到树下\n榕岭村、南坡村都来了，议事会照开。"
