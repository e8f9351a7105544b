"""The corpus through every field into every page, file and letter: it arrives as text, and nothing of it runs."""

import io
import json
import re
import zipfile
from html import escape
from xml.etree import ElementTree

import pypdfium2
import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from journal.editions import build
from journal.editions.pdf import typeset
from journal.models import Access, Content, Journal, ReadCount, Text
from members.models import User
from tests.attacks.corpus import ALL, CELLS, LINES, MARK, SCRIPTS, active
from tests.submissions.test_photo import photo_bytes

pytestmark = pytest.mark.django_db
BODY = "".join(f"<p>{escape(vector)}</p>" for vector in ALL) + "".join(SCRIPTS)
SECRET = ("root:", "49注入", "DROP TABLE members_user; --注入; rolled")


def sign_in(client, person):
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")


def page(client, address: str, **query) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200, f"{address}: {answer.status_code}"
    data = b"".join(answer.streaming_content) if answer.streaming else answer.content
    text = data.decode(errors="replace")
    if answer.headers["Content-Type"].startswith("text/html"):
        assert active(text) == [], address
    assert not [word for word in SECRET if word in text], address
    return text


@pytest.fixture
def issue(make_issue, make_article, make_picture, section, publish, cast):
    """Published; every field of an article filled with some of the corpus, each vector being in a title."""
    Journal.objects.update(name=LINES[0][:40], sponsor=LINES[1][:100], address=LINES[2])
    picture = make_picture(caption=LINES[1], by=cast.editor)
    issue = make_issue(theme=LINES[0][:40])
    for number, line in enumerate(LINES):
        other = LINES[number - 1]
        make_article(
            line,
            issue=issue,
            section=section,
            html=f'{BODY}<figure data-picture="{picture.pk}"><figcaption>{escape(line)}</figcaption></figure>',
            bylines=[other[:60]],
            kicker=line[:60],
            subtitle=other,
            author_note=line,
            source_note=other,
            source=line[:100],
        )
    publish(issue, Access.PUBLIC)
    return issue


def test_readers_pages_feeds_and_data_about_them(client, issue, section):
    pages = [issue.get_absolute_url(), *(one.get_absolute_url() for one in issue.articles.all())]
    shown = [page(client, address) for address in [*pages, reverse("home"), reverse("section", args=[section.pk])]]
    for text in shown:
        for data in re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.S):
            json.loads(data)
    for vector in SCRIPTS:
        # Spaces and line ends are the typesetter's; every other character is the stranger's.
        assert any(escape(vector.split()[0]) in text for text in shown), vector
    for query in (MARK, *LINES):
        page(client, reverse("search"), q=query[:200])
        page(client, reverse("suggestions"), q=query[:200])
    for address in (reverse("feed"), reverse("section_feed", args=[section.pk]), reverse("sitemap", args=[1])):
        ElementTree.fromstring(page(client, address))
    assert User.objects.exists()


def test_files_for_print_and_for_reading(issue, tmp_path):
    document = pypdfium2.PdfDocument(typeset(issue).pdf)
    words = "".join("".join(one.get_textpage().get_text_range() for one in document).split())
    assert "<script>alert(" in words
    assert "#panic(" in words
    assert "root:" not in words
    with zipfile.ZipFile(build(issue, "epub", tmp_path / "a.epub").path) as book:
        for name in book.namelist():
            if name.endswith((".xhtml", ".opf", ".ncx", ".xml")):
                data = book.read(name)
                ElementTree.fromstring(data)
                assert b"<script" not in data, name
                assert active(data.decode()) == [], name


def test_the_exported_site(issue, tmp_path):
    call_command("export_site", str(tmp_path / "site"), "--base", "https://dj.example.cn", stdout=io.StringIO())
    pages = list((tmp_path / "site").rglob("*.html"))
    assert len(pages) > len(LINES)
    assert {str(path): found for path in pages if (found := active(path.read_text("utf-8")))} == {}


def test_a_contributors_form_and_the_office_that_reads_it(client, cast, make_draft, make_submission):
    draft = make_draft(cast.contributor)
    sign_in(client, cast.contributor)
    names = ("title", "subtitle", "byline", "affiliation", "author_note", "source_name", "source_url", "source_issue")
    typed = {name: LINES[number % len(LINES)] for number, name in enumerate(names)} | {"body": "\n".join(ALL)}
    photo = SimpleUploadedFile("<img src=x onerror=alert('注入')>.jpg", photo_bytes(), "image/jpeg")
    client.post(reverse("upload", args=[draft.pk]), typed | {"draft_number": 0, "photos": [photo]})
    draft.refresh_from_db()
    assert draft.title.startswith("<script>alert(")
    assert MARK in draft.body
    assert draft.attachments.count() == 1
    for name in ("draft", "review_draft", "clean_draft", "pieces", "in_print", "my_versions"):
        page(client, reverse(name, args=[draft.pk]))
    page(client, reverse("my_submissions"))

    sent = make_submission("submitted")
    sent.text.save_version(Content(title=LINES[0], html=BODY, source_note=LINES[1]), cast.contributor, "来稿")
    for line in LINES:
        client.post(reverse("write_message", args=[sent.pk]), {"message": line})
    page(client, reverse("submission", args=[sent.pk]))
    sign_in(client, cast.chief)
    for name in ("change", "versions", "edit"):
        page(client, reverse(f"admin:submissions_submission_{name}", args=[sent.pk]))
    for name in ("submissions_submission", "submissions_message", "members_event", "submissions_letter"):
        page(client, reverse(f"admin:{name}_changelist"))
    assert page(client, reverse("admin:submissions_submission_change", args=[sent.pk])).count(MARK) > len(SCRIPTS)


def test_the_offices_pages_of_an_article_and_of_an_issue(client, cast, issue):
    sign_in(client, cast.chief)
    article = issue.articles.first()
    for name in ("change", "versions", "reviews", "wechat", "correct"):
        page(client, reverse(f"admin:journal_article_{name}", args=[article.pk]))
    for name in ("board", "change", "publication"):
        page(client, reverse(f"admin:journal_issue_{name}", args=[issue.pk]))
    page(client, reverse("admin:journal_article_changelist"), q=LINES[0])
    page(client, reverse("admin:index"))
    stored = Text.objects.get(pk=article.text_id).current.html
    assert active(stored) == []


def test_a_name_asked_for_at_the_door(client, cast):
    for number, line in enumerate(LINES):
        data = {"name": line[:40], "unit_claimed": line, "login_name": f"1380000{number:04d}", "password": line}
        answer = client.post(reverse("sign_up"), data)
        assert active(answer.content.decode()) == []
    for line in LINES:
        answer = client.post(reverse("sign_in"), {"username": line, "password": line, "next": line})
        assert active(answer.content.decode()) == []
    person = cast.contributor
    person.name = LINES[0][:40]
    person.save()
    sign_in(client, person)
    page(client, reverse("account"))
    sign_in(client, cast.chief)
    page(client, reverse("admin:members_user_changelist"))
    page(client, reverse("admin:members_user_change", args=[person.pk]))


def test_no_cell_of_a_sheet_is_a_formula(client, cast, issue, make_submission):
    make_submission(keep_warnings=True, title=CELLS[0][:40], byline=CELLS[1])
    for article, cell in zip(issue.articles.all(), CELLS, strict=False):
        ReadCount.objects.create(article=article, day=timezone.localdate(), number=3)
        version = article.text.current
        type(version).objects.filter(pk=version.pk).update(title=cell)
    sign_in(client, cast.chief)
    addresses = [reverse("admin:members_event_export", args=["xlsx"]), reverse("admin:journal_readcount_export")]
    for address in addresses:
        answer = client.get(address)
        data = b"".join(answer.streaming_content) if answer.streaming else answer.content
        cells = [cell for sheet in load_workbook(io.BytesIO(data)) for row in sheet for cell in row]
        assert cells
        assert [cell.value for cell in cells if cell.data_type == "f"] == []
    answer = client.get(reverse("admin:members_event_export", args=["csv"]))
    table = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert not re.search(r'(?:^|,)"?[=+@-](?!\d{4})', table, re.M)


def test_no_letter_gets_a_line_into_its_head(cast, make_submission, settings, django_capture_on_commit_callbacks):
    settings.LETTERS_BY_EMAIL = True
    User.objects.filter(pk=cast.contributor.pk).update(email="writer@example.cn", name=LINES[-1][:40])
    cast.contributor.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        make_submission(title="甲\r\nBcc: everybody@evil.example\u2028注入", keep_warnings=True)
    for message in mail.outbox:
        assert len(message.subject.splitlines()) == 1
        assert message.recipients() == ["writer@example.cn"]
        assert "evil.example" not in str(message.message()["Bcc"])
    assert mail.outbox
