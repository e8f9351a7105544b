"""公文格式检查: the table, the corrected copy, who may, bad files; nothing is kept."""

from io import BytesIO

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from submissions.checks.official_format import check_official_format
from submissions.views import format_check
from tests.submissions import docx_builder as build

pytestmark = pytest.mark.django_db
URL = "/submit/format/"


@pytest.fixture
def as_(client, cast):
    def sign_in(person):
        client.force_login(getattr(cast, person))
        return client

    return sign_in


def word(document=None, name="来稿.docx"):
    return SimpleUploadedFile(name, build.to_bytes(document or build.careless()))


def post(client, file, then="check"):
    return client.post(URL, {"file": file, "then": then})


def test_the_address():
    assert reverse("format_check") == URL


def test_the_table_tells_item_found_expected_and_clause(as_):
    page = post(as_("contributor"), word()).content.decode()
    items = check_official_format(build.to_bytes(build.careless()))
    for item in items:
        assert item.item in page
        assert item.found in page
        assert item.expected in page
        assert item.source in page
    wrong = sum(not item.ok and item.level == "warning" for item in items)
    assert page.count('<tr class="warn">') == wrong > 10
    assert page.count('<tr class="ok">') == sum(item.ok for item in items) > 0
    assert page.index('<tr class="warn">') < page.index('<tr class="ok">')


def test_a_file_that_fits_is_told_so(as_):
    page = post(as_("contributor"), word(build.official())).content.decode()
    assert "格式都合，不用改" in page
    assert '<tr class="warn">' not in page


def test_the_corrected_copy_passes_with_the_same_words(as_):
    answer = post(as_("contributor"), word(), "correct")
    data = b"".join(answer.streaming_content)
    assert answer["Content-Type"] == format_check.WORD
    assert "attachment" in answer["Content-Disposition"]
    assert [item.code for item in check_official_format(data) if not item.ok and not item.in_words] == []
    before, after = build.careless(), docx.Document(BytesIO(data))
    assert [one.text for one in after.paragraphs] == [one.text for one in before.paragraphs]


def test_nothing_of_it_is_kept(as_, settings, django_assert_max_num_queries):
    client = as_("contributor")
    with django_assert_max_num_queries(10) as captured:
        post(client, word())
        post(client, word(), "correct")
    assert not [query["sql"] for query in captured if query["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")]
    assert not list(settings.MEDIA_ROOT.rglob("*"))
    assert "no-store" in client.get(URL)["Cache-Control"]


@pytest.mark.parametrize(
    ("data", "name", "told"),
    [
        (b"", "空.docx", "是空文件"),
        (b"%PDF-1.4 x", "假.docx", "其实是 PDF"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 600, "旧.doc", "旧版 Word"),
        (b"PK\x03\x04" + b"x" * 600, "坏.docx", "不完整或已损坏"),
        ("村里商量着办事。".encode(), "正文.txt", "不是 Word 文档"),
    ],
)
@pytest.mark.parametrize("then", ["check", "correct"])
def test_bad_files_are_told_by_name_reason_and_next_step(as_, data, name, told, then):
    answer = post(as_("contributor"), SimpleUploadedFile(name, data), then)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert told in page
    assert f"“{name}”" in page
    assert "请" in page.split(told, 1)[1][:60]
    assert "<tr" not in page


def test_no_file_is_told(as_):
    assert "还没有选文件" in as_("contributor").post(URL, {"then": "check"}).content.decode()


def test_too_large_a_file_is_refused_by_its_size(as_, monkeypatch):
    monkeypatch.setattr(format_check, "MAX_FILE_BYTES", 1024 * 1024)
    page = post(
        as_("contributor"), SimpleUploadedFile("大.docx", b"PK\x03\x04" + b"x" * 2 * 1024 * 1024)
    ).content.decode()
    assert "“大.docx”有 2 MB，超过 1 MB" in page


def test_a_name_of_a_stranger_stays_a_name(as_):
    page = post(as_("contributor"), word(name="<b>稿.docx")).content.decode()
    assert "<b>稿" not in page
    answer = post(as_("contributor"), word(name="../来\r\n稿.docx"), "correct")
    assert "\r" not in answer["Content-Disposition"]
    assert "/" not in answer["Content-Disposition"].replace("utf-8''", "")


@pytest.mark.parametrize(
    ("person", "status"),
    [("contributor", 200), ("liaison", 200), ("editor", 200), ("managing", 200), ("chief", 200), ("proofreader", 200),
     ("administrator", 200), ("reader", 403), ("pending", 403)],
)  # fmt: skip
def test_only_senders_and_the_office_may(as_, person, status):
    client = as_(person)
    assert client.get(URL).status_code == status
    assert post(client, word()).status_code == status
    assert post(client, word(), "correct").status_code == status


def test_strangers_sign_in_first(client):
    assert client.get(URL)["Location"].startswith(reverse("sign_in"))
    assert post(client, word()).status_code == 302


def test_other_methods_and_forged_forms_are_refused(as_, cast):
    assert as_("contributor").put(URL).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.contributor)
    assert strict.post(URL, {"file": word(), "then": "check"}).status_code == 403
