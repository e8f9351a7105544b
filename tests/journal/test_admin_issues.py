"""An issue in the admin: its matter, the assembly page, closing and publishing."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from journal import assembly
from journal.models import Article, Imprint, Issue, IssueMatter, Section
from members.models import Event
from tests.conftest import fill_imprint

pytestmark = pytest.mark.django_db

OUTSIDERS = ("contributor", "reader", "liaison", "pending")


def url(name, issue):
    return reverse(f"admin:journal_issue_{name}", args=[issue.pk])


@pytest.fixture
def as_(client, cast):
    def sign_in(person):
        client.force_login(getattr(cast, person))
        return client

    return sign_in


@pytest.fixture
def issue(make_issue, make_article):
    issue = make_issue()
    sections = list(Section.objects.all()[:2])
    make_article("甲", issue=issue, section=sections[0], bylines=["何小满"])
    make_article("乙", issue=issue, section=sections[0])
    make_article("丙", issue=issue, section=sections[1])
    return issue


def article(title):
    return Article.objects.get(title=title)


def titles(issue):
    return list(issue.articles.order_by("section__position", "position").values_list("title", flat=True))


def step(client, issue, act, token=None, follow=True, **values):
    token = Issue.objects.get(pk=issue.pk).order_token if token is None else token
    return client.post(url("board", issue), {"act": act, "token": token} | values, follow=follow)


# The page of an issue


def blank_formsets(*names):
    return {f"{name}-{count}": 0 for name in names for count in ("TOTAL_FORMS", "INITIAL_FORMS")}


def issue_fields(**changes):
    imprint = {f"imprint-{count}": number for count, number in (("TOTAL_FORMS", 1), ("INITIAL_FORMS", 0))}
    return {"year": 2027, "number": 1, "serial_number": 26} | imprint | changes


def jpeg(size=(600, 800)):
    buffer = io.BytesIO()
    Image.new("RGB", size, (150, 30, 30)).save(buffer, "JPEG")
    return buffer.getvalue()


def test_a_new_issue_starts_with_the_journals_facts(as_, journal):
    client = as_("editor")
    page = client.get(reverse("admin:journal_issue_add")).content.decode()
    assert journal.licence_number in page
    fields = issue_fields(**{"imprint-0-licence_number": journal.licence_number, "imprint-0-print_run": 300})
    assert client.post(reverse("admin:journal_issue_add"), fields).status_code == 302
    made = Issue.objects.get(year=2027)
    assert (made.imprint.licence_number, made.imprint.print_run) == (journal.licence_number, 300)
    assert Event.objects.about(made).get().verb == "建一期"


def test_the_same_number_twice_is_explained(as_, issue):
    fields = issue_fields(year=issue.year, number=issue.number, serial_number=99)
    assert "这一年的这一期已经有了" in as_("editor").post(reverse("admin:journal_issue_add"), fields).content.decode()


def test_planned_days_are_kept_in_their_order(as_, db):
    days = {
        "deadline": "2026-11-01",
        "proof_1_on": "2026-11-10",
        "proof_3_on": "2026-11-05",
        "publish_on": "2026-12-01",
    }
    add = reverse("admin:journal_issue_add")
    page = as_("editor").post(add, issue_fields(**days)).content.decode()
    assert "三校、通读完成的日期早于一校完成（2026-11-10），请核对。" in page
    assert as_("editor").post(add, issue_fields(**days | {"proof_3_on": "2026-11-20"})).status_code == 302
    made = Issue.objects.get(year=2027)
    assert f"{made.proof_3_on} {made.publish_on} {made.proof_2_on}" == "2026-11-20 2026-12-01 None"


def test_a_cover_is_uploaded(as_, cast):
    upload = SimpleUploadedFile("封面.jpg", jpeg(), "image/jpeg")
    as_("editor").post(reverse("admin:journal_issue_add"), issue_fields(cover_file=upload))
    cover = Issue.objects.get(year=2027).cover
    assert (cover.format, cover.width, cover.height, cover.uploaded_by) == ("JPEG", 600, 800, cast.editor)
    with cover.file.open() as stored:
        assert stored.read() == jpeg()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"MZ not a picture", "只收 JPG 或 PNG"),
        (b"GIF89a\x01\x00\x01\x00\x00\x00\x00", "只收 JPG 或 PNG"),
        (jpeg()[:800], "没有传完或已损坏"),
        (b"", "空的"),
    ],
)
def test_a_bad_cover_is_explained(data, message, as_, db):
    upload = SimpleUploadedFile("封面.jpg", data, "image/jpeg")
    page = as_("editor").post(reverse("admin:journal_issue_add"), issue_fields(cover_file=upload)).content.decode()
    assert message in page
    assert not Issue.objects.exists()


def test_a_cover_of_too_many_pixels_is_not_decoded(as_, settings):
    settings.MAX_PICTURE_PIXELS = 1000
    upload = SimpleUploadedFile("封面.jpg", jpeg(), "image/jpeg")
    page = as_("editor").post(reverse("admin:journal_issue_add"), issue_fields(cover_file=upload)).content.decode()
    assert "600×800 像素，太大了" in page


@pytest.mark.parametrize("state", ["closed", "published"])
def test_a_closed_issue_is_read_only(state, as_, issue, publish):
    if state == "published":
        publish(issue)
    else:
        Issue.objects.filter(pk=issue.pk).update(state="closed")
    client = as_("chief")
    assert "不能再改" in client.get(url("change", issue)).content.decode()
    assert client.post(url("change", issue), issue_fields()).status_code == 403


def test_a_published_preface_reads_as_text(as_, issue, publish):
    IssueMatter.objects.create(
        issue=issue, kind="preface", title="把课桌搬到田野上", html="<p>芒种<strong>前后</strong>。</p>"
    )
    publish(issue)
    page = as_("chief").get(url("change", issue)).content.decode()
    assert "<p>芒种<strong>前后</strong>。</p>" in page
    assert "&lt;p&gt;" not in page


def test_a_cover_is_dropped_only_where_there_is_one(as_, issue, make_picture):
    client = as_("editor")
    assert "改回自动生成" not in client.get(url("change", issue)).content.decode()
    Issue.objects.filter(pk=issue.pk).update(cover=make_picture())
    assert "改回自动生成" in client.get(url("change", issue)).content.decode()


@pytest.mark.parametrize("person", ["proofreader", *OUTSIDERS])
def test_others_make_no_issue(person, as_, db):
    assert as_(person).post(reverse("admin:journal_issue_add"), issue_fields()).status_code in (302, 403)
    assert not Issue.objects.exists()


# Assembling


def test_the_board_shows_pool_and_issue(as_, issue, make_article):
    make_article("待编的一篇", bylines=["林晓舟"])
    page = as_("editor").get(url("board", issue)).content.decode()
    pool, placed = page.split('class="d-box b-issue"')
    assert "待编的一篇" in pool
    assert "甲" in placed
    assert "待编的一篇" not in placed


def test_place_move_and_remove_by_plain_forms(as_, issue, make_article):
    new = make_article("丁", section=Section.objects.first())
    client = as_("editor")
    page = step(client, issue, "place", article=new.pk, section=new.section_id, position=2).content.decode()
    assert "《丁》已编入“领导讲话”第 2 篇" in page
    assert titles(issue) == ["甲", "丁", "乙", "丙"]
    step(client, issue, "up", article=new.pk)
    assert titles(issue) == ["丁", "甲", "乙", "丙"]
    step(client, issue, "down", article=new.pk)
    assert titles(issue) == ["甲", "丁", "乙", "丙"]
    step(client, issue, "place", article=new.pk, section=article("丙").section_id)
    assert titles(issue) == ["甲", "乙", "丙", "丁"]
    page = step(client, issue, "remove", article=new.pk).content.decode()
    assert "《丁》已移出" in page
    assert titles(issue) == ["甲", "乙", "丙"]


def test_columns_move_and_empty_ones_go(as_, issue):
    client = as_("editor")
    first, second = issue.sections.all()
    step(client, issue, "column_down", column=first.pk)
    assert list(issue.sections.all()) == [second, first]
    step(client, issue, "columns", columns=f"{first.pk},{second.pk}")
    assert list(issue.sections.all()) == [first, second]
    assert "还有文章" in step(client, issue, "drop", column=second.pk).content.decode()
    step(client, issue, "remove", article=article("丙").pk)
    step(client, issue, "drop", column=second.pk)
    assert list(issue.sections.all()) == [first]


def test_pages_by_hand(as_, issue):
    client = as_("editor")
    step(client, issue, "pages", article=article("甲").pk, start=6, end=9)
    assert (article("甲").start_page, article("甲").end_page) == (6, 9)
    page = step(client, issue, "pages", article=article("甲").pk, start=9, end=6).content.decode()
    assert "结束页 6 小于起始页 9" in page


def test_two_editors_at_once(client, as_, issue, cast):
    token = issue.order_token
    step(as_("second_editor"), issue, "down", article=article("甲").pk)
    page = step(as_("editor"), issue, "down", token=token, article=article("甲").pk).content.decode()
    assert "同事刚刚调整了这一期的顺序" in page
    assert titles(issue) == ["乙", "甲", "丙"]
    # What was meant is kept, with what happened meanwhile, and offered again where it still makes sense.
    late = page.split("data-late")[1].split("</form>")[0]
    assert "把《甲》下移一位" in late
    assert "顾南乔" in late
    assert f'name="token" value="{Issue.objects.get(pk=issue.pk).order_token}"' in late
    assert f'name="article" value="{article("甲").pk}"' in late


def test_a_late_step_that_makes_no_sense_is_not_offered_again(as_, issue, cast):
    token = issue.order_token
    assembly.remove(article("甲"), cast.second_editor)
    page = step(as_("editor"), issue, "down", token=token, article=article("甲").pk).content.decode()
    assert "《甲》已经不在这一期了" in page
    assert "data-again" not in page


def test_a_late_placing_names_its_neighbour(as_, issue, cast, make_article):
    new, token = make_article("丁", section=Section.objects.first()), issue.order_token
    assembly.remove(article("甲"), cast.second_editor)
    page = step(as_("editor"), issue, "place", token=token, article=new.pk, position=1).content.decode()
    assert "把《丁》编入“领导讲话”第 1 篇（现在是排在《乙》前面）" in page
    assert titles(issue) == ["乙", "丙"]


def test_one_button_says_all_it_means(as_, issue):
    token = issue.order_token
    as_("editor").post(url("board", issue), {"do": f"down:article:{article('甲').pk}", "token": token})
    assert titles(issue) == ["乙", "甲", "丙"]


def test_the_dialogue_opens_without_scripts(as_, issue, make_article):
    client = as_("editor")
    page = client.get(url("board", issue), {"move": article("甲").pk}).content.decode()
    dialog = page.split("data-dialog aria")[1].split("</dialog>")[0]
    assert "移动：甲" in dialog
    assert "移出，回到待编" in dialog
    page = client.get(url("board", issue), {"column": issue.sections.first().pk}).content.decode()
    assert "里面还有 2 篇" in page
    assert "<dialog" not in client.get(url("board", issue), {"move": 99999}).content.decode()


def test_the_pool_is_filtered_by_column_kind_and_words(as_, issue, make_article):
    sections = list(Section.objects.all()[:2])
    make_article("渔港的灯", section=sections[0], bylines=["林晓舟"])
    make_article("晒场的秋", section=sections[1], kind="image")

    def cards(**asked):
        page = as_("editor").get(url("board", issue), asked).content.decode()
        return [title for title in ("渔港的灯", "晒场的秋") if f'data-title="{title}"' in page]

    assert cards() == ["渔港的灯", "晒场的秋"]
    assert cards(q="林晓舟") == ["渔港的灯"]
    assert cards(section=sections[1].pk) == cards(kind="image") == ["晒场的秋"]
    assert cards(section="x", kind="y") == ["渔港的灯", "晒场的秋"]
    page = as_("editor").get(url("board", issue), {"q": "没有"}).content.decode()
    assert "待编里没有这样的文章" in page
    assert f'action="{url("board", issue)}?q=' in page


def test_readiness_leads_to_where_it_is_mended(as_, issue):
    page = as_("editor").get(url("board", issue)).content.decode()
    row = page.split(f'id="article-{article("乙").pk}"')[1].split("</tr>")[0]
    assert "待初审" in row
    assert reverse("admin:journal_article_reviews", args=[article("乙").pk]) in row
    assert reverse("admin:journal_proofmark_article", args=[article("乙").pk]) in row
    assert "无署名" in row
    assert "本期未设的栏目" in page


def test_pages_come_from_the_typesetting_and_hand_set_ones_stay(as_, issue):
    client = as_("editor")
    first = article("甲")
    Article.objects.filter(pk=first.pk).update(start_page=30, end_page=31)
    assert "正在等排版" in client.get(url("board", issue)).content.decode()
    told = client.get(url("board_pages", issue)).json()
    assert told["token"] == issue.order_token
    assert told["articles"][str(article("乙").pk)]["note"].startswith("接排")
    assert "30—31" in told["articles"][str(first.pk)]["html"]
    assert f"排版 {told['articles'][str(first.pk)]['start']}" in told["articles"][str(first.pk)]["html"]
    page = client.get(url("board", issue)).content.decode()
    assert "正在等排版" not in page
    assert "30—31" in page
    step(client, issue, "up", article=article("乙").pk)
    assert "上面是上一次排版的页数" in client.get(url("board", issue)).content.decode()
    page = client.get(url("board", issue), {"typeset": 1}).content.decode()
    assert "正在等排版" not in page


def test_colleagues_at_the_board_are_named(as_, issue, cast):
    as_("second_editor").get(url("board_pages", issue))
    assert as_("editor").get(url("board_pages", issue)).json()["others"] == "顾南乔 也在编这一期"


@pytest.mark.parametrize(("person", "status"), [("contributor", 302), ("reader", 302), ("proofreader", 200)])
def test_who_sees_the_pages(person, status, as_, issue):
    client = as_(person)
    assert client.get(url("board_pages", issue)).status_code == status
    assert client.post(url("board_pages", issue)).status_code == (302 if status == 302 else 405)
    if status == 200:
        assert client.get(reverse("admin:journal_issue_board_pages", args=[99999])).status_code == 404


def test_undo_the_last_step_and_only_the_own(as_, issue, client, cast):
    client = as_("editor")
    step(client, issue, "remove", article=article("甲").pk)
    page = step(client, issue, "undo").content.decode()
    assert "已撤销：《甲》移出，回到待编" in page
    assert titles(issue) == ["甲", "乙", "丙"]
    assert "data-undo disabled" in client.get(url("board", issue)).content.decode()
    step(client, issue, "remove", article=article("甲").pk)
    assembly.remove(article("乙"), cast.second_editor)
    page = step(client, issue, "undo").content.decode()
    assert "顾南乔在您之后又调整过顺序" in page
    assert titles(issue) == ["丙"]


@pytest.mark.parametrize(
    "values",
    [
        {"act": "place"},
        {"act": "place", "article": "99999"},
        {"act": "columns", "columns": "1,x"},
        {"act": "up"},
        {"act": "drop"},
        {"act": "pages"},
        {"act": "burn"},
        {"act": "place", "article": "1", "token": "now"},
    ],
)
def test_a_crooked_form_changes_nothing(values, as_, issue):
    answer = as_("editor").post(url("board", issue), {"token": issue.order_token} | values, follow=True)
    assert "没有做" in answer.content.decode()
    assert titles(issue) == ["甲", "乙", "丙"]


@pytest.mark.parametrize("act", ["up", "down", "remove", "pages"])
def test_another_issues_article_is_not_touched(act, as_, issue, make_issue, make_article):
    make_article("别期", issue=make_issue())
    page = step(as_("editor"), issue, act, article=article("别期").pk, start=1).content.decode()
    assert "同事刚刚调整了" in page
    assert article("别期").issue != issue
    assert article("别期").start_page is None


@pytest.mark.parametrize(("person", "status"), [("proofreader", 403), ("administrator", 403)])
def test_the_rest_of_the_office_only_looks(person, status, as_, issue):
    client = as_(person)
    page = client.get(url("board", issue)).content.decode()
    assert "只能看编排" in page
    assert 'name="act" value="remove"' not in page
    assert step(client, issue, "remove", follow=False, article=article("甲").pk).status_code == status
    assert titles(issue) == ["甲", "乙", "丙"]


@pytest.mark.parametrize("name", ["board", "close", "reopen", "publish"])
@pytest.mark.parametrize("person", OUTSIDERS)
def test_outsiders_are_kept_out(name, person, as_, issue):
    client = as_(person)
    assert client.get(url(name, issue)).status_code == 302
    assert client.post(url(name, issue), {}).status_code == 302


@pytest.mark.parametrize("name", ["board", "close", "reopen", "publish"])
def test_unknown_issue_wrong_method_and_strangers(name, client, as_, issue):
    assert client.post(url(name, issue)).status_code == 302
    client = as_("chief")
    assert client.get(reverse(f"admin:journal_issue_{name}", args=[99999])).status_code == 404
    assert client.put(url(name, issue)).status_code == 405
    assert client.delete(url(name, issue)).status_code == 405


def test_the_board_asks_the_same_for_many(as_, issue, make_article):
    client = as_("editor")
    make_article("池中")
    client.get(url("board", issue))
    with CaptureQueriesContext(connection) as few:
        client.get(url("board", issue))
    for number in range(30):
        make_article(f"第{number}篇", issue=issue if number % 2 else None, bylines=["何小满"])
    with CaptureQueriesContext(connection) as many:
        client.get(url("board", issue))
    assert len(many) == len(few)


# Closing, reopening, publishing


def test_closing_lists_what_is_missing(as_, issue):
    client = as_("managing")
    page = client.get(url("close", issue)).content.decode()
    assert "版本记录缺“印刷单位”" in page
    assert "没有署名" in page
    page = client.post(url("close", issue)).content.decode()
    assert "还缺" in page
    issue.refresh_from_db()
    assert issue.is_open


def test_close_reopen_publish(as_, issue):
    fill_imprint(issue)
    client = as_("managing")
    assert "已定稿" in client.post(url("close", issue), follow=True).content.decode()
    assert "原因" in client.post(url("reopen", issue), {"reason": ""}).content.decode()
    client.post(url("reopen", issue), {"reason": "补一篇"})
    issue.refresh_from_db()
    assert issue.is_open
    client.post(url("close", issue))
    client = as_("chief")
    fields = {
        "access": "public",
        "approved_by": "部务会",
        "approved_on": "2026-09-30",
        "basis": "纪要",
        "confirmed": "on",
    }
    page = client.post(url("publish", issue), fields, follow=True).content.decode()
    assert "已刊发" in page
    issue.refresh_from_db()
    assert (issue.state, issue.access, str(issue.access_approved_on)) == ("published", "public", "2026-09-30")
    assert set(issue.articles.values_list("access", flat=True)) == {"public"}
    client.logout()
    assert "甲" in client.get(issue.get_absolute_url()).content.decode()


@pytest.fixture
def closed(issue, make_article):
    make_article("转载", issue=issue, origin="recommended", source="来源：某报")
    fill_imprint(issue)
    Issue.objects.filter(pk=issue.pk).update(state="closed")
    return issue


def test_the_preview_names_what_stays_inside(as_, closed):
    page = as_("chief").get(url("publish", closed)).content.decode()
    assert "1 篇转载没有上网权" in page
    assert page.count("! 内部") == 1


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"confirmed": "on"}, "请先选定阅读范围"),
        ({"access": "internal"}, "再勾选确认"),
        ({"access": "public", "confirmed": "on"}, "公开刊发要写批准人"),
        ({"access": "public", "confirmed": "on", "approved_by": "部务会", "basis": "纪要"}, "公开刊发要写批准日期"),
        (
            {"access": "public", "confirmed": "on", "approved_by": "甲", "basis": "乙", "approved_on": "2099-01-01"},
            "批准日期还没有到",
        ),
        ({"access": "everyone", "confirmed": "on"}, "everyone"),
    ],
)
def test_publishing_asks_for_its_grounds(fields, message, as_, closed):
    page = as_("chief").post(url("publish", closed), fields).content.decode()
    assert message in page
    closed.refresh_from_db()
    assert closed.state == "closed"


def test_an_open_issue_is_not_published(as_, issue):
    client = as_("chief")
    assert "要先定稿" in client.get(url("publish", issue)).content.decode()
    page = client.post(url("publish", issue), {"access": "internal", "confirmed": "on"}).content.decode()
    assert "还没有定稿" in page


@pytest.mark.parametrize("person", ["editor", "managing", "proofreader", "administrator"])
def test_only_the_chief_publishes(person, as_, closed):
    client = as_(person)
    assert client.get(url("publish", closed)).status_code == 403
    fields = {"access": "internal", "confirmed": "on"}
    assert client.post(url("publish", closed), fields).status_code == 403
    closed.refresh_from_db()
    assert closed.state == "closed"


@pytest.mark.parametrize("person", ["editor", "proofreader", "administrator"])
def test_editors_neither_close_nor_reopen(person, as_, issue):
    fill_imprint(issue)
    client = as_(person)
    assert client.post(url("close", issue)).status_code == 403
    assert client.post(url("reopen", issue), {"reason": "x"}).status_code == 403
    assert Imprint.objects.count() == 1


def test_originals_are_for_the_office(as_, make_picture, make_article, cast):
    shown, hidden = make_picture(), make_picture(caption="草稿里的", by=cast.contributor)
    make_article("有图", html=f'<figure data-picture="{shown.pk}"></figure>')
    address = reverse("admin:journal_picture_original", args=[shown.pk])
    private = reverse("admin:journal_picture_original", args=[hidden.pk])
    client = as_("proofreader")
    answer = client.get(address)
    assert answer["Content-Disposition"].startswith("attachment")
    assert b"".join(answer.streaming_content)
    assert client.get(private).status_code == 404
    assert client.post(address).status_code == 405
    assert "草稿里的" not in client.get(reverse("admin:journal_picture_changelist")).content.decode()
    for person in OUTSIDERS:
        assert as_(person).get(address).status_code == 302
    client.logout()
    assert client.get(address).status_code == 302
