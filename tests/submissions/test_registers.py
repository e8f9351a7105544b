"""发放登记、样刊登记、稿费登记: who keeps them, what they count, and that nobody is ever charged."""

from decimal import Decimal
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from journal.models import Byline
from members import units
from members.models import Event, Unit
from submissions import registers
from submissions.registers import DistributionLine, Fee, SampleCopy

NAMES = ("distributionline", "samplecopy", "fee")


@pytest.fixture
def signed_in(client):
    def signed_in(person):
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in


@pytest.fixture
def out(make_article, make_issue, publish, unit):
    """A published issue: one piece signed by a person and a unit."""
    issue = make_issue(2026, 1)
    article = make_article("榕树下", issue=issue, bylines=["林晓舟"])
    article.bylines.update(unit=unit)
    Byline.objects.create(article=article, kind="unit", name=unit.name, unit=unit, position=2)
    publish(issue)
    return issue


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("who", "allowed"),
    [("managing", True), ("administrator", True), ("chief", False), ("editor", False), ("proofreader", False)],
)
def test_who_keeps_the_registers(signed_in, cast, name, who, allowed):
    client = signed_in(getattr(cast, who))
    for act in ("changelist", "add", "export"):
        status = client.get(reverse(f"admin:submissions_{name}_{act}")).status_code
        assert status == (200 if allowed else 403), act


def test_copies_against_the_print_run(out, unit):
    DistributionLine.objects.create(issue=out, unit=unit, copies=270)
    registers.SampleCopy.objects.create(issue=out, article=out.articles.get(), name="林晓舟", copies=16)
    balance = registers.balances()[0]
    assert balance.sentence == "2026年第1期印 300 份，已派 286 份（发放 270，样刊 16），还剩 14 份。"
    DistributionLine.objects.create(issue=out, name="图书馆", copies=20)
    assert "比印数多 6 份" in registers.balances()[0].sentence
    out.imprint.print_run = None
    out.imprint.save()
    assert "还没有填印数" in registers.balances()[0].sentence


def test_a_receiver_stands_once_in_an_issue(out, unit):
    DistributionLine.objects.create(issue=out, unit=unit, copies=1)
    for wrong in ({"unit": unit, "copies": 2}, {"name": "", "copies": 1}, {"name": "图书馆", "copies": 0}):
        with pytest.raises(ValidationError):
            DistributionLine(issue=out, **wrong).full_clean()
        with pytest.raises(IntegrityError), transaction.atomic():
            DistributionLine.objects.create(issue=out, **wrong)


def test_the_last_issues_list_is_taken_over(out, make_issue, unit, cast, signed_in):
    town = Unit.objects.create(name="临港镇党委")
    DistributionLine.objects.create(issue=out, unit=unit, copies=3, sent_on=timezone.localdate(), address="榕岭村")
    DistributionLine.objects.create(issue=out, unit=town, copies=5)
    DistributionLine.objects.create(issue=out, name="图书馆", copies=2)
    coming = make_issue(2026, 2)
    units.merge(unit, town, cast.chief)
    client = signed_in(cast.managing)
    address = reverse("admin:submissions_distributionline_copy")
    page = client.post(address, {"issue": coming.pk}, follow=True)
    assert "已抄入 2 行" in page.content.decode()
    assert sorted((line.receiver, line.copies, line.sent_on) for line in coming.distribution_lines.all()) == [
        ("临港镇党委", 8, None),
        ("图书馆", 2, None),
    ]
    assert "没有要新增的" in client.post(address, {"issue": coming.pk}, follow=True).content.decode()
    assert "没有可以照抄的" in client.post(address, {"issue": out.pk}, follow=True).content.decode()
    for wrong in ("x", "999999", ""):
        assert client.post(address, {"issue": wrong}).status_code == 404


def test_sample_copies_follow_the_signatures(out, make_issue, cast):
    assert registers.propose_samples(out, cast.managing) == 2
    assert registers.propose_samples(out, cast.managing) == 0
    assert set(out.sample_copies.values_list("name", flat=True)) == {"林晓舟", "望海区榕岭村党总支"}
    with pytest.raises(registers.RegisterRefused, match="刊发以后"):
        registers.propose_samples(make_issue(2026, 2), cast.managing)
    with pytest.raises(PermissionDenied):
        registers.propose_samples(out, cast.editor)


def test_a_day_once_written_stays(out, cast, signed_in):
    registers.propose_samples(out, cast.managing)
    first = out.sample_copies.first()
    SampleCopy.objects.filter(pk=first.pk).update(posted_on="2026-01-05")
    posted = {"action": "mark_posted", "_selected_action": [sample.pk for sample in out.sample_copies.all()]}
    page = signed_in(cast.managing).post(reverse("admin:submissions_samplecopy_changelist"), posted, follow=True)
    assert "1 行记为今天已寄出" in page.content.decode()
    first.refresh_from_db()
    assert str(first.posted_on) == "2026-01-05"
    assert not out.sample_copies.filter(posted_on=None).exists()
    assert Event.objects.filter(verb="样刊已寄出").count() == 1
    with pytest.raises(ValueError, match="amount"):
        registers.tick_samples(SampleCopy.objects.all(), "amount", cast.managing)


def test_a_fee_is_paid_to_the_author_and_never_charged(out, cast, signed_in):
    article = out.articles.get()
    client = signed_in(cast.managing)
    address = reverse("admin:submissions_fee_add")
    fields = {"article": article.pk, "name": "林晓舟", "unit": "", "amount": "-80", "paid_on": "", "note": ""}
    assert client.post(address, fields).status_code == 200
    assert not Fee.objects.exists()
    assert client.post(address, fields | {"amount": "80.50"}).status_code == 302
    fee = Fee.objects.get()
    assert (fee.amount, fee.recorded_by, fee.paid_on) == (Decimal("80.50"), cast.managing, None)
    assert Event.objects.filter(verb="新建稿费登记").exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Fee.objects.create(article=article, name="乙", amount=-1, recorded_by=cast.managing)


def test_registers_leave_as_sheets_without_formulas(out, cast, signed_in):
    article = out.articles.get()
    DistributionLine.objects.create(issue=out, name="=1+1", copies=2, contact="@x")
    SampleCopy.objects.create(issue=out, article=article, name="+甲")
    Fee.objects.create(article=article, name="-乙", amount=Decimal("12.5"), recorded_by=cast.managing)
    client = signed_in(cast.managing)
    for name, wanted in zip(NAMES, ("=1+1", "+甲", "-乙"), strict=True):
        response = client.get(reverse(f"admin:submissions_{name}_export"))
        cells = [cell for row in load_workbook(BytesIO(response.content)).active for cell in row]
        assert wanted in [cell.value for cell in cells]
        assert all(cell.data_type != "f" for cell in cells)


def test_the_list_that_is_looked_at_is_the_list_that_leaves(out, make_issue, cast, signed_in):
    DistributionLine.objects.create(issue=out, name="图书馆", copies=2)
    DistributionLine.objects.create(issue=make_issue(2026, 2), name="档案馆", copies=1)
    response = signed_in(cast.managing).get(
        reverse("admin:submissions_distributionline_export"), {"issue__id__exact": out.pk}
    )
    assert [row[2] for row in load_workbook(BytesIO(response.content)).active.values] == ["发给", "图书馆"]
