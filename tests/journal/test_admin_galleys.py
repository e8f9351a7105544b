"""清样: what the typesetting found, the PDF, and page numbers taken over from it."""

import pytest
from django.urls import reverse

from journal.models import Article, Issue, IssueSection
from members.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def issue(make_issue, make_article, section):
    issue = make_issue()
    for number in range(3):
        make_article(f"第{number}篇", issue=issue, section=section, html="<p>" + "话很长，" * 500 + "</p>")
    return issue


def url(name, issue):
    return reverse(f"admin:journal_issue_{name}", args=[issue.pk])


def test_the_page_tells_pages_and_what_is_missing(client, cast, issue):
    client.force_login(cast.editor)
    page = client.get(url("galley", issue)).content.decode()
    assert "没填" in page
    assert "按排版更新页码" in page
    assert "4 的倍数" in page


def test_page_numbers_are_taken_over_and_recorded(client, cast, issue):
    client.force_login(cast.editor)
    answer = client.post(url("galley", issue), {"token": issue.order_token}, follow=True)
    assert "页码已按排版更新" in answer.content.decode()
    first, second, third = issue.articles.order_by("position")
    assert None not in (first.start_page, third.end_page)
    assert first.end_page < second.start_page <= third.start_page
    column = IssueSection.objects.get(issue=issue, section=first.section)
    assert (column.start_page, column.end_page) == (first.start_page, third.end_page)
    assert Event.objects.filter(verb="按排版取页码").exists()
    assert "一致" in client.get(url("galley", issue)).content.decode()


def test_a_stale_order_takes_over_nothing(client, cast, issue):
    client.force_login(cast.editor)
    for token in (str(issue.order_token + 5), "", "x"):
        client.post(url("galley", issue), {"token": token})
        assert not Article.objects.filter(issue=issue, start_page__isnull=False).exists()


def test_a_closed_issue_keeps_its_pages(client, cast, issue):
    Issue.objects.filter(pk=issue.pk).update(state=Issue.State.CLOSED)
    client.force_login(cast.editor)
    assert client.post(url("galley", issue), {"token": issue.order_token}).status_code in (302, 403)
    assert not Article.objects.filter(issue=issue, start_page__isnull=False).exists()


def test_the_pdf_is_kept_by_nobody_and_named_in_chinese(client, cast, issue):
    client.force_login(cast.proofreader)
    for address in (url("galley_pdf", issue), f"{url('galley_pdf', issue)}?marks=1"):
        answer = client.get(address)
        assert answer.content.startswith(b"%PDF")
        assert "no-store" in answer["Cache-Control"]
        assert "%E6%B8%85%E6%A0%B7" in answer["Content-Disposition"]
    article = issue.articles.first()
    assert client.get(reverse("admin:journal_article_print", args=[article.pk])).content.startswith(b"%PDF")


def test_wrong_method_and_a_proofreader_who_may_not_assemble(client, cast, issue):
    client.force_login(cast.proofreader)
    assert client.put(url("galley", issue)).status_code == 405
    assert client.post(url("galley_pdf", issue)).status_code == 405
    assert client.post(url("galley", issue), {"token": issue.order_token}).status_code == 403


def test_a_manuscript_is_shown_as_it_would_be_printed(client, cast, make_submission, make_draft):
    draft = make_draft(cast.contributor)
    client.force_login(cast.contributor)
    assert client.get(reverse("in_print", args=[draft.pk])).content.startswith(b"%PDF")
    sent = make_submission("submitted", title="另一篇稿子")
    client.force_login(cast.editor)
    assert client.get(reverse("in_print", args=[sent.pk])).content.startswith(b"%PDF")
    client.force_login(cast.other)
    assert client.get(reverse("in_print", args=[sent.pk])).status_code == 404
