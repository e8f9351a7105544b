"""Every page of the admin answers for every role as it should; nobody else gets in."""

import pytest
from django.contrib import admin
from django.urls import reverse

from journal.models import Journal

pytestmark = pytest.mark.django_db

admin.autodiscover()  # the addresses do it, which nothing has asked for while tests are collected
LISTS = sorted(f"{m._meta.app_label}_{m._meta.model_name}" for m in admin.site._registry)
OFFICE = ("editor", "managing", "chief", "proofreader", "administrator")
OUTSIDERS = ("contributor", "liaison", "reader", "pending")


@pytest.fixture
def content(make_submission, make_issue, make_article, make_picture, cast):
    issue = make_issue()
    make_article("甲", issue=issue, bylines=["何小满"])
    make_article("乙")
    make_submission("submitted")
    make_submission("returned")
    return issue


COUNTED = {"submissions_ledger", "journal_readcount"}  # figures made from rows of others: nothing is added there
REGISTERS = {
    "submissions_distributionline",
    "submissions_samplecopy",
    "submissions_fee",
}  # the office's, members/roles.py
# What strangers write to the mailbox, and authors to the office, is no matter of the proofreader's.
CLOSED = {
    "editor": REGISTERS,
    "chief": REGISTERS,
    "proofreader": REGISTERS | {"submissions_inboundmail", "submissions_message"},
    "administrator": {"submissions_message"},
}


@pytest.mark.parametrize("person", OFFICE)
def test_the_office_opens_every_list_it_works_with(person, client, cast, content):
    client.force_login(getattr(cast, person))
    statuses = {name: client.get(reverse(f"admin:{name}_changelist"), follow=True).status_code for name in LISTS}
    assert statuses == {name: 403 if name in CLOSED.get(person, ()) else 200 for name in LISTS}


@pytest.mark.parametrize("person", OUTSIDERS)
def test_others_are_told_that_this_is_the_office(person, client, cast, content):
    client.force_login(getattr(cast, person))
    for name in LISTS:
        answer = client.get(reverse(f"admin:{name}_changelist"), follow=True)
        assert answer.status_code == 403, name
        assert "这里是编辑部" in answer.content.decode()


def test_strangers_sign_in_on_the_sites_own_page(client, content):
    wanted = reverse("admin:journal_issue_board", args=[content.pk])
    answer = client.get(wanted, follow=True)
    assert answer.redirect_chain[-1][0].startswith(reverse("sign_in"))
    assert wanted in answer.redirect_chain[-1][0].replace("%2F", "/")


def test_no_way_out_to_another_site(client, cast):
    client.force_login(cast.editor)
    answer = client.get("/admin/login/?next=https://example.com/")
    assert answer["Location"] == reverse("admin:index")


def test_signing_out_needs_a_form(client, cast):
    client.force_login(cast.editor)
    assert client.get(reverse("admin:logout")).status_code == 405
    client.post(reverse("admin:logout"))
    assert "_auth_user_id" not in client.session


def test_the_journal_is_one_object(client, cast):
    client.force_login(cast.editor)
    answer = client.get(reverse("admin:journal_journal_changelist"))
    assert answer["Location"] == reverse("admin:journal_journal_change", args=[Journal.objects.current().pk])
    assert client.get(answer["Location"]).status_code == 200


def test_groups_are_not_offered(client, cast):
    assert "auth.group" not in {model._meta.label_lower for model in admin.site._registry}


@pytest.mark.parametrize("name", [name for name in LISTS if name not in COUNTED])
def test_add_pages_open_or_are_refused_plainly(name, client, cast):
    client.force_login(cast.chief)
    assert client.get(reverse(f"admin:{name}_add")).status_code in (200, 403)


CHANGE = ("journal_journal", "journal_section", "members_user", "members_unit", "submissions_call", "journal_issue")


@pytest.mark.parametrize("name", CHANGE)
def test_change_pages_open(name, client, cast, content, call):
    client.force_login(cast.chief)
    model = next(m for m in admin.site._registry if f"{m._meta.app_label}_{m._meta.model_name}" == name)
    for row in model.objects.all()[:3]:
        assert client.get(reverse(f"admin:{name}_change", args=[row.pk])).status_code == 200
