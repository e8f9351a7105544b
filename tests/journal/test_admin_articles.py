"""Articles in the admin: a version only for a change, both sides of a conflict kept, print is print."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from journal.admin.figures import with_images
from journal.models import Article, Author, Section, Text
from members.models import Event, Unit

pytestmark = pytest.mark.django_db


def page_of(article):
    return reverse("admin:journal_article_change", args=[article.pk])


def fields_of(article, **changes):
    """The form as the page shows it, filled in by a browser that changes nothing."""
    version = article.text.current
    names = ("section_id", "kind", "origin", "online_right", "contents_title", "start_page", "end_page")
    fields = {name.removesuffix("_id"): getattr(article, name) for name in names}
    fields |= {n: getattr(article, n) for n in ("kicker", "title", "subtitle", "author_note", "source_note", "credits")}
    fields |= {"body": with_images(version.html, 480), "reason": "编辑修改", "started_from": version.pk}
    lines = list(article.bylines.all())
    fields |= {"bylines-TOTAL_FORMS": len(lines), "bylines-INITIAL_FORMS": len(lines)}
    for index, line in enumerate(lines):
        row = {"id": line.pk, "kind": line.kind, "name": line.name, "affiliation": line.affiliation}
        fields |= {f"bylines-{index}-{name}": value for name, value in (row | {"position": line.position}).items()}
    return {name: "" if value is None else value for name, value in fields.items()} | changes


def save(client, article, fields, kind="0", **options):
    """Post the form; where the text is approved, see the change and say of what kind it is (0: substantive)."""
    answer = client.post(page_of(article), fields, **options)
    if answer.status_code == 200 and "digest" in (answer.context or {}):
        confirmed = {"confirmed": answer.context["digest"], "change_kind": kind}
        answer = client.post(page_of(article), fields | confirmed, **options)
    return answer


@pytest.fixture
def as_(client, cast):
    def sign_in(person):
        client.force_login(getattr(cast, person))
        return client

    return sign_in


@pytest.fixture
def article(make_article, make_picture):
    picture = make_picture()
    html = f'<h2>一、树下</h2><p>巷子里的事<strong>大家</strong>议。</p><figure data-picture="{picture.pk}"><figcaption>树下</figcaption></figure>'
    return make_article("夜航灯", html=html, bylines=["何小满", "林晓舟"], source="来源：某报", origin="recommended")


def test_opening_and_saving_makes_no_version(as_, article):
    assert article.source_note == "来源：某报"
    answer = as_("editor").post(page_of(article), fields_of(article))
    assert answer.status_code == 302
    assert article.text.versions.count() == 1
    assert not Event.objects.about(article).exists()


def test_the_editor_sees_the_photograph(as_, article):
    page = as_("editor").get(page_of(article)).content.decode()
    picture = article.text.current.pictures.get()
    assert f"&lt;img src=&quot;/pictures/{picture.pk}/480.jpg&quot;" in page


def test_a_change_is_a_version_with_its_reason(as_, article):
    body = article.text.current.html.replace("巷子里的事", "榕树下的事")
    save(as_("editor"), article, fields_of(article, body=body, title="夜航的灯", reason="压缩篇幅"))
    article.refresh_from_db()
    version = Text.objects.get(pk=article.text_id).current
    assert (version.number, version.title, version.reason) == (2, "夜航的灯", "压缩篇幅")
    assert "榕树下的事" in version.html
    assert article.title == "夜航的灯"
    assert version.pictures.count() == 1
    assert Event.objects.about(article).get(verb="改稿").note == "压缩篇幅（实质改动）"


def test_bylines_are_part_of_the_text(as_, article, unit):
    fields = fields_of(article)
    fields |= {"bylines-1-name": "陈 望", "bylines-1-affiliation": "临港镇"}
    save(as_("editor"), article, fields)
    version = Text.objects.get(pk=article.text_id).current
    assert [line["name"] for line in version.bylines] == ["何小满", "陈望"]
    assert article.bylines.get(name="陈望").author == Author.objects.get(name="陈望")


def test_scripts_are_cleaned_on_save_and_before_editing(as_, article):
    bad = '<p onclick="x()">好<script>alert(1)</script><img src=x onerror=y><a href="javascript:z()">点</a></p>'
    client = as_("editor")
    save(client, article, fields_of(article, body=bad))
    version = Text.objects.get(pk=article.text_id).current
    assert version.html == "<p>好点</p>"
    article.text.versions.filter(pk=version.pk).update(html=bad)
    page = client.get(page_of(article)).content.decode()
    assert "onerror" not in page
    assert "javascript:z" not in page


def test_an_unknown_photograph_is_explained(as_, article):
    page = as_("editor").post(page_of(article), fields_of(article, body='<figure data-picture="99999"></figure>'))
    assert "找不到的照片（编号 99999）" in page.content.decode()


def test_a_conflict_keeps_both(as_, article, cast):
    late = fields_of(article, body="<p>我写了很久的一段。</p>")
    client = as_("second_editor")
    save(client, article, fields_of(article, body="<p>同事先存的一段。</p>"))
    page = as_("editor").post(page_of(article), late).content.decode()
    assert "顾南乔保存了第 2 版" in page
    assert "我写了很久的一段。" in page
    assert "同事先存的一段。" in page
    text = Text.objects.get(pk=article.text_id)
    assert text.versions.count() == 2
    assert f'name="started_from" value="{text.current_id}"' in page
    again = late | {"started_from": text.current_id}
    save(client, article, again)
    assert [v.number for v in text.versions.all()] == [1, 2, 3]
    assert "同事先存的一段。" in text.versions.get(number=2).html


def test_a_colleagues_pages_are_not_overwritten(as_, article):
    stale = fields_of(article, title="改了标题")
    Article.objects.filter(pk=article.pk).update(contents_title="目录里的题")
    save(as_("editor"), article, stale | {"contents_title": "目录里的题"})
    article.refresh_from_db()
    assert (article.title, article.contents_title) == ("改了标题", "目录里的题")


def test_published_is_read_only_with_the_reason(as_, make_issue, make_article, publish):
    article = make_article("甲", issue=(issue := make_issue()), bylines=["何小满"])
    publish(issue)
    client = as_("chief")
    page = client.get(page_of(article)).content.decode()
    assert "正文和署名照登不改" in page
    assert "巷子里的事大家议" in page
    assert client.post(page_of(article), fields_of(article, title="改")).status_code == 403
    article.refresh_from_db()
    assert article.title == "甲"


def test_a_closed_issue_is_read_only(as_, make_issue, make_article):
    issue = make_issue()
    article = make_article("甲", issue=issue)
    issue.state = "closed"
    issue.save()
    client = as_("editor")
    assert "退回编辑" in client.get(page_of(article)).content.decode()
    assert client.post(page_of(article), fields_of(article, title="改")).status_code == 403


def test_an_article_written_in_the_office(as_, cast, make_picture):
    unit = Unit.objects.create(name="望海区委组织部")
    fields = {
        "title": "编者的话",
        "section": Section.objects.first().pk,
        "kind": "text",
        "origin": "original",
        "online_right": "own",
        "body": "<p>新的一年。</p>",
        "reason": "新建",
        "bylines-TOTAL_FORMS": 1,
        "bylines-INITIAL_FORMS": 0,
        "bylines-0-kind": "unit",
        "bylines-0-name": "望海区委组织部",
        "bylines-0-position": 1,
    }
    answer = as_("editor").post(reverse("admin:journal_article_add"), fields)
    assert answer.status_code == 302
    article = Article.objects.get()
    assert article in Article.objects.unplaced()
    assert article.text.current.bylines == [{"kind": "unit", "name": "望海区委组织部", "affiliation": ""}]
    assert article.bylines.get().unit == unit
    assert Event.objects.about(article).get().verb == "新建文章"


@pytest.mark.parametrize("person", ["proofreader", "contributor", "reader", "liaison", "pending"])
def test_others_change_nothing(person, as_, article):
    answer = as_(person).post(page_of(article), fields_of(article, title="改"))
    assert answer.status_code in (302, 403)
    article.refresh_from_db()
    assert article.title == "夜航灯"


def test_anonymous_unknown_and_deleting(client, as_, article):
    assert client.post(page_of(article), fields_of(article)).status_code == 302
    client = as_("chief")
    assert client.get(reverse("admin:journal_article_change", args=[99999])).status_code == 302
    assert client.post(reverse("admin:journal_article_delete", args=[article.pk])).status_code == 403


def test_over_long_titles_are_explained(as_, article):
    page = as_("editor").post(page_of(article), fields_of(article, title="长" * 201)).content.decode()
    assert "200" in page
    assert "长" * 201 in page


def test_the_list_asks_the_same_for_many(as_, make_article):
    client, url = as_("editor"), reverse("admin:journal_article_changelist")
    make_article("甲", bylines=["何小满"])
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for number in range(30):
        make_article(f"第{number}篇", bylines=["何小满", "林晓舟"])
    with CaptureQueriesContext(connection) as many:
        assert client.get(url).status_code == 200
    assert len(many) == len(few)


@pytest.mark.parametrize("query", ["夜航", "林晓舟", "大家"])
def test_found_by_title_byline_and_text(query, as_, article):
    page = as_("editor").get(reverse("admin:journal_article_changelist"), {"q": query}).content.decode()
    assert "夜航灯" in page


COMPOSITE = (
    "<p>会上三个单位作了发言。</p><h2>榕树下议事</h2><p>榕岭镇党委书记 林晓舟</p><p>群众先说，干部后答。</p>"
    "<h2>点亮一盏灯</h2><p>望海区民政局</p><p>灯坏了，谁家先去看一看。</p>"
)


def test_an_article_is_taken_apart_by_its_editor(as_, make_article):
    article = make_article("把桌子搬到群众中去", html=COMPOSITE)
    page = as_("editor").get(page_of(article)).content.decode()
    assert "保存并拆成组稿" in page
    answer = as_("editor").post(page_of(article), fields_of(article, _split="1"), follow=True)
    assert "拆成 2 篇" in answer.content.decode()
    parts = article.parts.order_by("position")
    assert [(part.title, part.bylines.get().name) for part in parts] == [
        ("榕树下议事", "林晓舟"),
        ("点亮一盏灯", "望海区民政局"),
    ]
    shown = as_("editor").get(page_of(article)).content.decode()
    assert page_of(parts[0]) in shown
    assert "保存并拆成组稿" not in shown
    assert "把桌子搬到群众中去" in as_("editor").get(page_of(parts[0])).content.decode()
    again = as_("editor").post(page_of(article), fields_of(fresh(article), _split="1"), follow=True)
    assert "不能再拆" in again.content.decode()
    assert article.parts.count() == 2


def test_what_has_no_titles_is_saved_and_stays_one(as_, article):
    assert "保存并拆成组稿" not in as_("editor").get(page_of(article)).content.decode()
    answer = save(as_("editor"), article, fields_of(article, title="新的标题", _split="1"), follow=True)
    assert "没有拆开" in answer.content.decode()
    assert fresh(article).title == "新的标题"
    assert not article.parts.exists()


def fresh(article):
    return Article.objects.get(pk=article.pk)
