"""定稿核对 on its pages: what is shown, where it is mended, who decides."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from journal import publishing
from journal.imprint_acknowledging import looked_at
from journal.models import ImprintAcknowledgement, IssueMatter

pytestmark = pytest.mark.django_db


@pytest.fixture
def issue(make_issue, make_article):
    issue = make_issue()
    make_article("夜航灯", issue=issue, html="<p>记者走进渔村。</p>", bylines=["何小满"])
    IssueMatter.objects.create(issue=issue, kind="preface", title="灯", html="<p>欢迎给本刊来稿。</p>")
    return issue


def url(name, issue):
    return reverse(f"admin:journal_issue_{name}", args=[issue.pk])


def fields(issue, code="self.reporter", **changes):
    lines = looked_at(issue, publishing.imprint_of(issue))
    item = next(line.item for line in lines if line.item.code == code)
    return dict(zip(("code", "place_key", "quote_hash"), item.identity, strict=True)) | {"reason": "照登"} | changes


@pytest.mark.parametrize("name", ["imprint", "close", "change"])
def test_each_page_shows_requirement_place_passage_and_where_to_mend(name, client, cast, issue):
    client.force_login(cast.managing)
    page = client.get(url(name, issue)).text
    assert "印明印刷单位" in page
    assert "内部资料性出版物管理办法（2015）第十五条（四）" in page
    assert f'<a href="{reverse("admin:journal_article_change", args=[issue.articles.get().pk])}">《夜航灯》</a>' in page
    assert f'{url("change", issue)}#matters-group">卷首语 灯</a>' in page
    assert '<q class="d-quote">记者走进渔村。</q>' in page
    assert page.count("已核对，保留</button>") == len(
        [line for line in looked_at(issue, publishing.imprint_of(issue)) if line.is_open]
    )


@pytest.mark.parametrize("back", ["close", "change", "elsewhere"])
def test_kept_with_a_name_and_back_to_the_page(back, client, cast, issue):
    client.force_login(cast.managing)
    answer = client.post(url("imprint", issue), fields(issue, back=back))
    assert answer.url == f"{url('imprint' if back == 'elsewhere' else back, issue)}#checklist"
    assert ImprintAcknowledgement.objects.get().person == cast.managing
    page = client.get(answer.url).text
    assert "沈知行" in page
    assert "核对，保留。理由：照登" in page


@pytest.mark.parametrize(
    ("changes", "told"), [({"reason": "理" * 201}, "不超过 200 字"), ({"quote_hash": "0"}, "刚刚改过")]
)
def test_a_refused_reason_is_not_lost(changes, told, client, cast, issue):
    client.force_login(cast.editor)
    sent = fields(issue, **changes)
    page = client.post(url("imprint", issue), sent).text
    assert told in page
    assert sent["reason"] in page.split('class="d-greeting"')[1]
    assert not ImprintAcknowledgement.objects.exists()


@pytest.mark.parametrize(
    ("person", "status"), [("contributor", 302), ("reader", 302), ("pending", 302), ("proofreader", 403)]
)
def test_others_decide_nothing(person, status, client, cast, issue):
    client.force_login(getattr(cast, person))
    assert client.post(url("imprint", issue), fields(issue)).status_code == status
    assert not ImprintAcknowledgement.objects.exists()


def test_a_proofreader_looks_without_buttons(client, cast, issue):
    client.force_login(cast.proofreader)
    page = client.get(url("imprint", issue)).text
    assert "记者走进渔村" in page
    assert "已核对，保留</button>" not in page


def test_unknown_issue_and_wrong_method(client, cast, issue):
    client.force_login(cast.chief)
    assert client.post(reverse("admin:journal_issue_imprint", args=[99999]), {}).status_code == 404
    assert client.put(url("imprint", issue)).status_code == 405
    assert client.delete(url("imprint", issue)).status_code == 405


def test_the_list_asks_the_same_for_many(client, cast, issue, make_article):
    client.force_login(cast.chief)
    client.get(url("imprint", issue))
    with CaptureQueriesContext(connection) as few:
        client.get(url("imprint", issue))
    for number in range(6):
        make_article(f"第{number}篇", issue=issue, html=f"<p>记者第{number}次来。</p>")
    for code in ("self.reporter", "co_organiser"):
        client.post(url("imprint", issue), fields(issue, code))
    client.get(url("imprint", issue))
    with CaptureQueriesContext(connection) as many:
        client.get(url("imprint", issue))
    assert len(many) == len(few)
