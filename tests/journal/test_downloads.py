"""Issues as files for readers: who gets which, in whole and in part, and what is gone once it was withdrawn."""

import io

import pypdfium2
import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from journal import corrections, print_house, withdrawing
from journal.models import Access, Article, Correction, Edition
from members.models import Event

pytestmark = pytest.mark.django_db

DATA = bytes(range(256)) * 1000
LAST = len(DATA) - 1


@pytest.fixture
def shelf(make_issue, make_article, publish):
    """`shelf(access)`: a published issue with a public and (in a public one) an internal article, and made-up files."""

    def make(access=Access.PUBLIC):
        issue = make_issue()
        make_article("公开的", issue=issue, bylines=["林晓舟"])
        make_article("内部的", issue=issue, secrecy="internal")
        publish(issue, access)
        for row in Edition.objects.filter(issue=issue):
            row.sha256 = f"{row.kind}-{row.audience}-{issue.pk}"
            row.file.save("x", ContentFile(row.audience.encode() + DATA), save=False)
            row.state, row.size, row.pages = "fresh", row.file.size, 48
            row.save()
            articles = Article.objects.filter(issue=issue)
            row.articles.set(articles.filter(access="public") if row.audience == "public" else articles)
        return issue

    return make


def address(issue, kind="pdf"):
    return reverse("download", args=[issue.year, issue.number, kind])


def sign_in(client, person):
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")


def body(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


# Who gets which of the two circles' files, by the issue's access.
MATRIX = [
    ("public", None, "public"),
    ("public", "pending", "public"),
    ("public", "reader", "internal"),
    ("public", "contributor", "internal"),
    ("public", "editor", "internal"),
    ("internal", None, 403),
    ("internal", "pending", 403),
    ("internal", "reader", "internal"),
    ("internal", "editor", "internal"),
]


@pytest.mark.parametrize("kind", ["pdf", "epub"])
@pytest.mark.parametrize(("access", "person", "expected"), MATRIX)
def test_each_person_gets_the_file_of_their_circle(access, person, expected, kind, shelf, client, cast):
    issue = shelf(Access(access))
    if person:
        sign_in(client, getattr(cast, person))
    response = client.get(address(issue, kind))
    if expected == 403:
        assert response.status_code == 403
        return
    assert body(response).startswith(expected.encode())
    is_open = (access, expected, person) == ("public", "public", None)
    assert response["Cache-Control"] == ("public, no-cache" if is_open else "private, no-store")


def test_what_is_not_there_is_not_found(shelf, make_issue, client):
    issue = shelf()
    for kind in ("print", "txt", "docx"):
        assert client.get(address(issue, kind)).status_code == 404
    assert client.get(address(make_issue())).status_code == 404
    assert client.get(reverse("download", args=[2031, 9, "pdf"])).status_code == 404
    assert client.post(address(issue)).status_code == 405


@pytest.fixture
def fetch(shelf, client):
    issue = shelf()

    def get(method="get", **headers):
        return getattr(client, method)(address(issue), headers={k.replace("_", "-"): v for k, v in headers.items()})

    get.whole = b"public" + DATA
    get.etag = f'"pdf-public-{issue.pk}"'
    return get


SIZE = len(b"public" + DATA)


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=10-19", 10, 19),
        ("bytes=70000-", 70000, SIZE - 1),
        ("bytes=-5", SIZE - 5, SIZE - 1),
        ("bytes=5-999999999", 5, SIZE - 1),
        ("bytes=-999999999", 0, SIZE - 1),
    ],
)
def test_a_range_is_given(asked, first, last, fetch):
    response = fetch(range=asked)
    assert response.status_code == 206
    assert body(response) == fetch.whole[first : last + 1]
    assert response["Content-Range"] == f"bytes {first}-{last}/{SIZE}"
    assert response["Content-Length"] == str(last - first + 1)


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", "bytes=999999999-", "bytes=-0"])
def test_a_range_outside_is_refused(asked, fetch):
    response = fetch(range=asked)
    assert (response.status_code, response["Content-Range"]) == (416, f"bytes */{SIZE}")


@pytest.mark.parametrize(
    "asked", ["bytes=9-3", "bytes=-", "bytes=0-1,5-6", "lines=1-2", "bytes=a-b", "bytes=\uff11-\uff12"]
)
def test_a_range_that_means_nothing_gives_the_whole(asked, fetch):
    response = fetch(range=asked)
    assert response.status_code == 200
    assert body(response) == fetch.whole


def test_a_download_goes_on_only_with_the_same_file(fetch):
    assert fetch(range="bytes=5-9", if_range=fetch.etag).status_code == 206
    assert fetch(range="bytes=5-9", if_range='"another"').status_code == 200
    assert fetch(range="bytes=5-9", if_range="Wed, 21 Oct 2026 07:28:00 GMT").status_code == 200
    assert fetch(if_none_match=fetch.etag).status_code == 304


def test_head_tells_without_a_body(fetch):
    response = fetch("head")
    assert (response.status_code, response["Content-Length"], response["Accept-Ranges"]) == (200, str(SIZE), "bytes")
    assert response.content == b""
    assert fetch("head", range="bytes=0-9")["Content-Range"] == f"bytes 0-9/{SIZE}"


def test_the_name_is_the_journals(fetch, journal):
    told = fetch()["Content-Disposition"]
    assert told.startswith("attachment; filename*=utf-8''")
    assert "%E5%B9%B4%E7%AC%AC" in told  # 年第


def test_every_address_of_a_withdrawn_article_is_gone(shelf, make_picture, client, cast, journal):
    issue = shelf()
    picture = make_picture()
    article = Article.objects.get(title="公开的")
    article.text.current.pictures.add(picture)
    photograph = reverse("picture", args=[picture.pk, 480])
    assert client.get(photograph).status_code == 200
    withdrawing.withdraw_article(article, cast.chief, reason="部分内容有误", listed=False)
    for person in (None, cast.reader):
        if person:
            sign_in(client, person)
        for place in (article.get_absolute_url(), reverse("article_qr", args=[article.pk]), photograph):
            response = client.get(place)
            assert response.status_code == 410, place
            assert "部分内容有误" in response.text
        assert "公开的" not in client.get("/search/", {"q": "公开的"}).context["page"].object_list
        assert client.get("/search/", {"q": "巷子里的事"}).context["total"] == (1 if person else 0)
        assert client.get(address(issue)).status_code == 404
        for listing in ("/", issue.get_absolute_url(), f"/sections/{article.section_id}/"):
            assert "公开的" not in client.get(listing).text
        assert client.get(f"/authors/{article.bylines.get().author_id}/").status_code == 404
    withdrawing.withdraw_issue(issue, cast.chief, reason="全期核对")
    for place in (issue.get_absolute_url(), address(issue), reverse("cover", args=[issue.year, issue.number])):
        assert client.get(place).status_code == 410


def test_the_contents_name_it_where_the_editor_chose_so(shelf, client, cast):
    issue = shelf()
    article = Article.objects.get(title="公开的")
    withdrawing.withdraw_article(article, cast.chief, reason="部分内容有误", listed=True)
    page = client.get(issue.get_absolute_url()).text
    assert "公开的" in page
    assert "已撤下" in page
    assert article.get_absolute_url() not in page
    inside = Article.objects.get(title="内部的")
    withdrawing.withdraw_article(inside, cast.chief, reason="部分内容有误", listed=True)
    assert "内部的" not in client.get(issue.get_absolute_url()).text
    sign_in(client, cast.reader)
    assert "内部的" in client.get(issue.get_absolute_url()).text


def test_readers_are_told_of_a_correction(shelf, client, cast):
    issue = shelf()
    article = Article.objects.get(title="公开的")
    content = article.text.current.content
    right = type(content)(**{**content.__dict__, "bylines": [{"kind": "person", "name": "林小舟", "affiliation": ""}]})
    made = corrections.propose(article, cast.editor, right, reason="署名有误", seen=article.text.current_id)
    assert "更正" not in client.get(article.get_absolute_url()).text
    corrections.sign(made, cast.chief)
    page = client.get(article.get_absolute_url()).text
    assert "印发时署名为“林晓舟”，已更正" in page
    assert "data-corrections" in page
    assert "林小舟" in page
    listed = client.get(issue.get_absolute_url()).text
    assert "署名有误" in listed
    assert Correction.objects.get().signed_by == cast.chief
    withdrawing.withdraw_article(article, cast.chief, reason="部分内容有误", listed=False)
    assert "署名有误" not in client.get(issue.get_absolute_url()).text


def test_the_issues_page_offers_what_there_is(shelf, client):
    page = client.get(shelf().get_absolute_url()).text
    assert "下载 PDF" in page
    assert "下载 EPUB 电子书" in page
    assert "48 页，0.3 MB" in page


def pdf(*, pages=2) -> bytes:
    """A PDF of empty pages of 210×285 mm."""
    document, out = pypdfium2.PdfDocument.new(), io.BytesIO()
    for _ in range(pages):
        document.new_page(595.3, 807.9)
    document.save(out)
    document.close()
    return out.getvalue()


def test_the_print_houses_pdf_comes_before_our_own(shelf, client, cast):
    issue = shelf()
    first = print_house.accept(issue, ContentFile(pdf()), "第一稿.pdf", cast.editor)
    assert (first.pages, first.state, print_house.remarks(first)) == (2, "fresh", [])
    # Members' alone: an article of the issue is internal, and the file holds it.
    assert body(client.get(address(issue))).startswith(b"public")
    sign_in(client, cast.reader)
    assert body(client.get(address(issue))).startswith(b"%PDF-")
    assert "下载 PDF（印刷版）" in client.get(issue.get_absolute_url()).text
    second = print_house.accept(issue, ContentFile(pdf(pages=3)), "第二稿.pdf", cast.editor)
    assert list(Edition.objects.filter(kind="print", replaced_at=None)) == [second]
    assert Edition.objects.filter(kind="print").count() == 2
    assert [event.verb for event in Event.objects.about(issue)[:2]] == ["更换印刷厂 PDF", "上传印刷厂 PDF"]
    withdrawing.withdraw_article(Article.objects.get(title="内部的"), cast.chief, reason="有误", listed=False)
    assert client.get(address(issue)).status_code == 200
    assert body(client.get(address(issue))).startswith(b"public")
    with pytest.raises(print_house.PrintRefused, match="为什么停用"):
        print_house.retire(second, cast.editor, reason=" ")
    print_house.retire(second, cast.editor, reason="换成我们自己的")
    assert not Edition.objects.current().filter(kind="print").exists()


def test_a_print_pdf_said_to_hold_nothing_internal_is_for_everybody(shelf, client, cast):
    issue = shelf()
    print_house.accept(issue, ContentFile(pdf()), "公开.pdf", cast.editor, audience=Access.PUBLIC)
    assert body(client.get(address(issue))).startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "空文件"),
        (b"PK\x03\x04 no pdf", "不是 PDF"),
        (b"%PDF-1.7\nbroken", "没有传完或者坏了"),
        (pdf()[:-400], "没有传完或者坏了"),
    ],
)
def test_what_is_no_whole_pdf_is_refused(data, told, shelf, cast):
    issue = shelf()
    with pytest.raises(print_house.PrintRefused, match=told):
        print_house.accept(issue, ContentFile(data), "印刷.pdf", cast.editor)
    assert not Edition.objects.filter(kind="print").exists()


def test_too_large_a_file_is_refused(shelf, cast, settings):
    settings.MAX_EDITION_BYTES = 100
    with pytest.raises(print_house.PrintRefused, match="MB"):
        print_house.accept(shelf(), ContentFile(pdf()), "印刷.pdf", cast.editor)


def test_another_size_is_said_and_not_refused(shelf, cast, journal):
    journal.page_width_mm = 150
    journal.save()
    made = print_house.accept(shelf(), ContentFile(pdf()), "印刷.pdf", cast.editor)
    assert "210×285 毫米" in print_house.remarks(made)[0]


def test_printed_pages_are_set_after_publication(shelf, cast):
    issue = shelf()
    one, two = Article.objects.order_by("position", "pk")
    assert print_house.number_pages(issue, cast.editor, {one.pk: (6, 8), two.pk: (9, None)}) == 2
    column = issue.sections.get()
    assert (column.start_page, column.end_page) == (6, 9)
    assert print_house.number_pages(issue, cast.editor, {one.pk: (6, 8)}) == 0
    with pytest.raises(print_house.PrintRefused, match="小于起始页"):
        print_house.number_pages(issue, cast.editor, {one.pk: (8, 6)})
    with pytest.raises(print_house.PrintRefused, match="不在这一期"):
        print_house.number_pages(issue, cast.editor, {999: (1, 2)})
    assert "没填 → 6—8" in Event.objects.about(issue).filter(verb="改印刷页码").get().note
