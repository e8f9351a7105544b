"""整理, 上传 Word 文件, 几篇: nothing changes without a yes, everything is taken back, outsiders see nothing."""

import re
from io import BytesIO

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from journal.text.pieces import survey
from submissions import cleaning, drafts, filling, splitting
from submissions.arriving import figures_of
from submissions.checks import run_checks
from submissions.intake.taking import keep_original
from submissions.manuscript import manuscript_of
from submissions.models import Original, Submission
from submissions.reading import read

from .docx_builder import official, to_bytes

pytestmark = pytest.mark.django_db
FETCH = {"X-Requested-With": "fetch"}
DIRTY = "村里開會,大家都說好。\n\n 會(huì)上定了三件事,當(dāng)場辦(bàn)。\n還有一句。"
SEVERAL = """望海区党建工作交流会发言摘登
目录
把议事桌搬到树下
把办事窗口搬到门前

把议事桌搬到树下
榕岭村党支部书记 林晓舟
榕岭村把议事桌搬到榕树下，每月两次，群众先说，干部后答，定下来的事当场记在本子上，办完一件划掉一件。
把办事窗口搬到门前
临港镇党委书记 陈望潮
临港镇把办事窗口搬到村民家门口，材料能少的都少了，跑腿的事由干部来做，办完当天就给群众回话，大家都说方便。
"""


@pytest.fixture
def writer(client, cast):
    client.force_login(cast.contributor, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def draft(make_draft, cast):
    return make_draft(cast.contributor, body=DIRTY)


@pytest.fixture
def empty(make_draft, cast):
    return make_draft(cast.contributor, title="", body="", byline=cast.contributor.name)


def form_of(draft, **typed):
    names = ("title", "subtitle", "body", "byline", "affiliation", "author_note")
    data = {name: getattr(draft, name) for name in names} | {"origin": "original", "draft_number": draft.draft_number}
    return data | {"section": draft.section_id or ""} | typed


def word(data=None, name="来稿.docx"):
    return SimpleUploadedFile(name, to_bytes(official()) if data is None else data)


def with_picture() -> bytes:
    document = docx.Document()
    document.add_paragraph("村口的一棵树")
    document.add_paragraph("林晓舟")
    document.add_paragraph("村口有一棵老榕树，大家常在树下说事，一说就是半个下午，说完的事都有人办。")
    picture = BytesIO()
    Image.new("RGB", (900, 600), (20, 120, 60)).save(picture, "JPEG")
    document.add_picture(BytesIO(picture.getvalue()))
    document.add_paragraph("图里是那棵树，树龄一百多年了，枝叶遮住了半个村口的晒谷场。")
    return to_bytes(document)


def clean_page(writer, draft, **posted):
    address = reverse("clean_draft", args=[draft.pk])
    draft.refresh_from_db()
    if posted:
        return writer.post(address, {"draft_number": draft.draft_number} | posted, follow=True)
    return writer.get(address)


# 整理


def test_saving_tells_how_many_places_can_be_cleaned(writer, draft):
    state = writer.post(reverse("autosave", args=[draft.pk]), form_of(draft), headers=FETCH).json()
    assert state["arriving"]["clean"] == figures_of(DIRTY).places > 3
    assert state["arriving"]["cleaned"] == 0
    page = writer.get(reverse("draft", args=[draft.pk])).content.decode()
    assert f"可以整理 {state['arriving']['clean']} 处，看一看" in page


def test_the_page_proposes_and_changes_nothing_by_itself(writer, draft):
    page = clean_page(writer, draft)
    draft.refresh_from_db()
    assert draft.body == DIRTY
    boxes = re.findall(r'<input type="checkbox" name="place"[^>]*>', page.content.decode())
    assert len(boxes) == len(page.context["places"])
    assert all("checked" in box for box in boxes)
    assert "<del>會(huì)上</del>" in page.content.decode() or "會(huì)" in page.content.decode()


def test_the_pressed_button_saves_and_leads_to_the_page(writer, draft):
    answer = writer.post(reverse("draft", args=[draft.pk]), form_of(draft, body="新寫的,一句。", then="clean"))
    assert answer["Location"] == reverse("clean_draft", args=[draft.pk])
    draft.refresh_from_db()
    assert draft.body == "新寫的,一句。"


def test_all_accepted_then_all_taken_back_exactly(writer, draft):
    page = clean_page(writer, draft, act="all")
    draft.refresh_from_db()
    assert draft.body != DIRTY
    assert "(huì)" not in draft.body
    assert page.context["places"] == []
    assert {record["code"].split(".")[0] for record in draft.mended} == {"clean"}
    assert "没有别的要整理" in page.content.decode()
    assert writer.get(reverse("review_draft", args=[draft.pk])).status_code == 200
    clean_page(writer, draft, act="undo_all")
    draft.refresh_from_db()
    assert (draft.body, draft.mended) == (DIRTY, [])


def test_only_the_ticked_are_taken(writer, draft):
    page = clean_page(writer, draft)
    kept, *rest = page.context["places"]
    clean_page(writer, draft, act="ticked", place=[place.number for place in rest])
    draft.refresh_from_db()
    assert kept.before in draft.body
    assert [(one.before, one.after) for one in cleaning.done(draft.body, draft.mended)] == [
        (place.before, place.after) for place in rest
    ]


def test_one_kind_alone(writer, draft):
    clean_page(writer, draft, act="kind:pinyin")
    draft.refresh_from_db()
    assert draft.body == re.sub(r"\([a-zāáǎàìíùúǎ]+\)", "", DIRTY)
    assert {record["code"] for record in draft.mended} == {"clean.pinyin"}


def test_each_place_is_taken_back_alone(writer, draft):
    clean_page(writer, draft, act="all")
    draft.refresh_from_db()
    count = len(cleaning.done(draft.body, draft.mended))
    first = cleaning.done(draft.body, draft.mended)[0]
    clean_page(writer, draft, act=f"undo:{first.key}")
    draft.refresh_from_db()
    assert len(cleaning.done(draft.body, draft.mended)) == count - 1
    assert first.before in draft.body
    assert "已经撤销过" in clean_page(writer, draft, act=f"undo:{first.key}").content.decode()


def test_going_on_writing_keeps_every_undo(writer, draft):
    clean_page(writer, draft, act="all")
    draft.refresh_from_db()
    typed = f"新的第一段。\n{draft.body}\n新的最后一段。"
    writer.post(reverse("autosave", args=[draft.pk]), form_of(draft, body=typed), headers=FETCH)
    clean_page(writer, draft, act="undo_all")
    draft.refresh_from_db()
    assert draft.body == f"新的第一段。\n{DIRTY}\n新的最后一段。"


def test_a_stale_page_changes_nothing_and_says_so(writer, draft):
    stale = draft.draft_number
    writer.post(reverse("autosave", args=[draft.pk]), form_of(draft, body="別的,話。"), headers=FETCH)
    page = writer.post(
        reverse("clean_draft", args=[draft.pk]), {"draft_number": stale, "act": "all"}, follow=True
    ).content.decode()
    draft.refresh_from_db()
    assert draft.body == "別的,話。"
    assert "稿子又改过" in page
    assert "別" in page


@pytest.mark.parametrize(
    "posted", [{"act": "ticked"}, {"act": "ticked", "place": ["x", "999", "-1"]}, {"act": "kind:x"}, {}]
)
def test_nothing_chosen_changes_nothing(writer, draft, posted):
    page = clean_page(writer, draft, **({"act": ""} | posted)).content.decode()
    draft.refresh_from_db()
    assert draft.body == DIRTY
    assert "一处也没有勾选" in page


@pytest.mark.parametrize("by", ["section", "words"])
def test_a_speech_has_nothing_ticked_beforehand(writer, draft, by):
    if by == "section":
        draft.section = draft.call.sections.get(name="领导讲话")
    else:
        draft.body = f"同志们：\n{DIRTY}"
    draft.save()
    page = clean_page(writer, draft).content.decode()
    assert "checked" not in page
    assert "没有看过" not in page
    assert "没有人看过、点过头，一个字也不改" in page
    assert "全部采用" not in page


def test_a_returned_manuscript_is_cleaned_too(writer, make_submission):
    returned = make_submission("returned")
    Submission.objects.filter(pk=returned.pk).update(body=DIRTY)
    clean_page(writer, returned, act="all")
    returned.refresh_from_db()
    assert "(huì)" not in returned.body


def test_what_was_handed_in_is_not_cleaned(writer, make_submission):
    sent = make_submission("submitted")
    before = sent.body
    clean_page(writer, sent, act="all")
    sent.refresh_from_db()
    assert sent.body == before


def test_many_places_come_in_pages_and_all_at_once(writer, draft):
    body = "好,好。\n" * 450
    Submission.objects.filter(pk=draft.pk).update(body=body)
    page = clean_page(writer, draft)
    assert (len(page.context["shown"]), list(page.context["pages"])) == (400, [1, 2])
    second = writer.get(reverse("clean_draft", args=[draft.pk]), {"page": "2"})
    assert len(second.context["shown"]) == 50
    assert writer.get(reverse("clean_draft", args=[draft.pk]), {"page": "9x"}).status_code == 200
    clean_page(writer, draft, act="all")
    draft.refresh_from_db()
    assert draft.body == "好，好。\n" * 450


# 上传 Word 文件


def upload(writer, draft, file, headers=None, **typed):
    data = form_of(draft, **typed) | ({"word": file} if file else {})
    return writer.post(reverse("upload_word", args=[draft.pk]), data, headers=headers)


def test_an_empty_draft_is_filled_at_once_and_taken_back_whole(writer, empty):
    answer = upload(writer, empty, word(with_picture()))
    assert answer["Location"] == reverse("draft", args=[empty.pk])
    empty.refresh_from_db()
    assert (empty.title, empty.byline) == ("村口的一棵树", "林晓舟")
    assert "【照片1】" in empty.body
    assert empty.attachments.count() == 1
    page = writer.get(answer["Location"]).content.decode()
    assert "已从“来稿.docx”读入标题" in page
    assert "撤销，清空这次读入的" in page
    tab = next(iter(empty.conflict))
    writer.post(reverse("conflict", args=[empty.pk]), {"tab": tab, "act": "use", "back": "draft"})
    empty.refresh_from_db()
    assert (empty.title, empty.body, empty.attachments.count()) == ("", "", 0)
    writer.post(reverse("conflict", args=[empty.pk]), {"tab": tab, "act": "use", "back": "draft"})
    empty.refresh_from_db()
    assert (empty.title, empty.attachments.count()) == ("村口的一棵树", 1)


def test_the_original_is_kept_and_downloaded_as_it_came(writer, empty):
    data = to_bytes(official())
    upload(writer, empty, word(data, "榕岭村 来稿（终稿）.docx"))
    kept = Original.objects.get()
    answer = writer.get(reverse("original", args=[empty.pk, kept.pk]))
    assert b"".join(answer.streaming_content) == data
    assert "attachment" in answer["Content-Disposition"]
    assert kept.name == "榕岭村 来稿（终稿）.docx"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_draft_with_something_in_it_is_asked_first(writer, draft):
    answer = upload(writer, draft, word(), body="刚写的一句。")
    kept = Original.objects.get()
    assert answer["Location"] == reverse("arrived", args=[draft.pk, kept.pk])
    page = writer.get(answer["Location"]).content.decode()
    draft.refresh_from_db()
    assert draft.body == "刚写的一句。"
    assert "和您写的不一样" in page
    assert "关于榕岭村" in page
    for words in ("换成这一份", "接在后面", "不用"):
        assert words in page


def settle(writer, draft, act, **posted):
    draft.refresh_from_db()
    kept = Original.objects.get()
    address = reverse("arrived", args=[draft.pk, kept.pk])
    answer = writer.post(address, {"draft_number": draft.draft_number, "act": act} | posted)
    draft.refresh_from_db()
    return answer


def test_replacing_keeps_what_was_there_beside(writer, draft, make_picture, cast):
    drafts.attach(draft, make_picture(by=cast.contributor))
    clean_page(writer, draft, act="all")
    draft.refresh_from_db()
    cleaned, records = draft.body, draft.mended
    upload(writer, draft, word(with_picture()))
    settle(writer, draft, "replace")
    assert (draft.title, draft.mended, draft.attachments.count()) == ("村口的一棵树", [], 1)
    tab = next(iter(draft.conflict))
    page = writer.get(reverse("draft", args=[draft.pk])).content.decode()
    assert "读入“来稿.docx”以前的稿子还留着" in page
    writer.post(reverse("conflict", args=[draft.pk]), {"tab": tab, "act": "use"})
    draft.refresh_from_db()
    assert (draft.title, draft.body, draft.mended) == ("榕树下的“板凳会”", cleaned, records)
    assert draft.attachments.get().picture.caption == "村民在树下议事"
    page = writer.get(reverse("conflict", args=[draft.pk])).content.decode()
    assert "从“来稿.docx”读入的稿子" in page


def test_appending_touches_nothing_typed(writer, draft, make_picture, cast):
    drafts.attach(draft, make_picture(by=cast.contributor))
    upload(writer, draft, word(with_picture()), byline="")
    settle(writer, draft, "append")
    assert (draft.title, draft.byline) == ("榕树下的“板凳会”", "林晓舟")
    assert draft.body.startswith(DIRTY)
    assert "【照片2】" in draft.body
    assert draft.attachments.count() == 2


def test_leaving_it_leaves_nothing(writer, draft):
    upload(writer, draft, word())
    file = Original.objects.get().file
    answer = settle(writer, draft, "leave")
    assert answer["Location"] == reverse("draft", args=[draft.pk])
    assert (draft.body, Original.objects.count()) == (DIRTY, 0)
    assert not file.storage.exists(file.name)


def test_a_file_kept_elsewhere_too_stays_there(writer, draft, make_draft, cast):
    data = to_bytes(official())
    other = make_draft(cast.contributor, title="另一篇")
    kept = keep_original(data, "来稿.docx", added_by=cast.contributor, submission=other)
    upload(writer, draft, word(data))
    drafts.drop_original(draft.originals.get())
    with kept.file.open("rb") as file:
        assert file.read() == data


def test_a_stale_choice_changes_nothing(writer, draft):
    upload(writer, draft, word())
    answer = settle(writer, draft, "replace", draft_number=0)
    assert answer["Location"] == reverse("arrived", args=[draft.pk, Original.objects.get().pk])
    assert (draft.body, draft.conflict) == (DIRTY, None)


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("来稿.docx", b"", "空"),
        ("来稿.docx", b"%PDF-1.7 not a word file", "来稿.docx"),
        ("来稿.xlsx", b"x", "不是稿件文件"),
        ("~$来稿.docx", b"x" * 100, "临时文件"),
        (None, None, "没有收到"),
    ],
)
def test_a_refused_file_is_named_and_the_typed_text_is_kept(writer, draft, name, data, says):
    file = SimpleUploadedFile(name, data) if name else None
    answer = upload(writer, draft, file, body="刚写的一句。")
    page = writer.get(answer["Location"]).content.decode()
    draft.refresh_from_db()
    assert says in page
    assert "您写的都还在" in page
    assert (draft.body, Original.objects.count()) == ("刚写的一句。", 0)


def test_a_script_is_told_where_to_go_or_why_not(writer, empty):
    refused = upload(writer, empty, SimpleUploadedFile("来稿.docx", b"%PDF-1.7"), headers=FETCH)
    assert (refused.status_code, "来稿.docx" in refused.json()["refused"]) == (422, True)
    empty.refresh_from_db()
    told = upload(writer, empty, word(), headers=FETCH).json()
    assert told["location"] == reverse("draft", args=[empty.pk])
    assert told["number"] > refused.json()["number"]


def test_a_file_too_large_is_refused_before_it_is_read(writer, draft, monkeypatch):
    monkeypatch.setattr("submissions.views.arrival.MAX_FILE_BYTES", 1000)
    answer = upload(writer, draft, word())
    assert "最大能收" in writer.get(answer["Location"]).content.decode()
    assert not Original.objects.exists()


def test_filling_that_fails_half_way_leaves_the_draft_as_it_was(writer, draft, monkeypatch, cast):
    original = keep_original(b"x", "x.txt", added_by=cast.contributor, submission=draft)

    def broken(*arguments):
        raise OSError("disk full")

    monkeypatch.setattr(filling, "take_pictures", broken)
    arrived = filling.ArrivedText(body="新的正文。", title="新的标题")
    with pytest.raises(OSError, match="disk full"):
        filling.fill(draft, arrived, original, cast.contributor, number=0, append=False)
    draft.refresh_from_db()
    assert (draft.body, draft.conflict) == (DIRTY, None)


def test_a_draft_s_pages_are_its_writer_s_alone(client, cast, draft):
    kept = keep_original(b"x", "x.txt", added_by=cast.contributor, submission=draft)
    for who in (cast.other, cast.reader, cast.editor, cast.administrator):
        client.force_login(who, backend="django.contrib.auth.backends.ModelBackend")
        for name, act in (("clean_draft", "all"), ("pieces", "separate"), ("arrived", "replace"), ("upload_word", "")):
            address = reverse(name, args=[draft.pk, kept.pk] if name == "arrived" else [draft.pk])
            assert client.post(address, {"draft_number": 0, "act": act}).status_code == 404
        assert client.get(reverse("original", args=[draft.pk, kept.pk])).status_code == 404
    draft.refresh_from_db()
    assert draft.body == DIRTY


def test_an_original_of_another_manuscript_is_not_found(writer, draft, make_draft, cast):
    elsewhere = make_draft(cast.other, title="别人的")
    kept = keep_original(b"x", "x.txt", added_by=cast.other, submission=elsewhere)
    for name in ("arrived", "original"):
        assert writer.get(reverse(name, args=[draft.pk, kept.pk])).status_code == 404


# 几篇


@pytest.fixture
def several(make_draft, cast):
    return make_draft(cast.contributor, title="", body=SEVERAL)


def pieces_page(writer, draft, act):
    draft.refresh_from_db()
    address = reverse("pieces", args=[draft.pk])
    answer = writer.post(address, {"draft_number": draft.draft_number, "act": act})
    draft.refresh_from_db()
    return answer


def test_several_pieces_are_noticed_and_listed(writer, several):
    state = writer.post(reverse("autosave", args=[several.pk]), form_of(several), headers=FETCH).json()
    assert state["arriving"]["pieces"] == 2
    page = writer.get(reverse("pieces", args=[several.pk])).content.decode()
    for words in ("好像有 2 篇", "把议事桌搬到树下", "陈望潮", "临港镇党委书记", "目录里有"):
        assert words in page


def test_taken_as_one_composite_and_back(writer, several):
    pieces_page(writer, several, "composite")
    assert several.is_composite
    assert several.body.count("## ") == 2
    assert several.title == survey(SEVERAL).heading
    state = writer.post(reverse("autosave", args=[several.pk]), form_of(several), headers=FETCH).json()
    assert state["arriving"]["pieces"] == 1
    several.refresh_from_db()
    writer.post(reverse("conflict", args=[several.pk]), {"tab": "composite", "act": "use"})
    several.refresh_from_db()
    assert (several.body, several.is_composite, several.title) == (SEVERAL, False, "")


def test_cut_into_drafts_the_whole_stays_until_it_is_put_away(writer, several, cast):
    keep_original(b"x", "x.txt", added_by=cast.contributor, submission=several)
    pieces_page(writer, several, "separate")
    made = splitting.drafts_made_of(several)
    assert [(one.title, one.byline, one.affiliation) for one in made] == [
        ("把议事桌搬到树下", "林晓舟", "榕岭村党支部书记"),
        ("把办事窗口搬到门前", "陈望潮", "临港镇党委书记"),
    ]
    assert all(one.state == "draft" and one.contributor == cast.contributor for one in made)
    assert [one.originals.get().name for one in made] == ["x.txt", "x.txt"]
    assert (several.body, several.state) == (SEVERAL, "draft")
    assert "已经分出 2 篇" in writer.get(reverse("pieces", args=[several.pk])).content.decode()
    pieces_page(writer, several, "put_away")
    assert several.state == "withdrawn"
    assert Submission.objects.filter(state="draft").count() == 2


def test_pressing_twice_makes_one_set(writer, several):
    number = several.draft_number
    for _ in range(2):
        writer.post(reverse("pieces", args=[several.pk]), {"draft_number": number, "act": "separate"})
    assert Submission.objects.count() == 3


def test_photographs_go_with_their_piece(several, cast, make_picture):
    for color in ((1, 1, 1), (2, 2, 2)):
        drafts.attach(several, make_picture(by=cast.contributor, color=color))
    body = SEVERAL.replace("群众先说", "群众先说。\n【照片2】\n先说的算")
    several.body = body
    several.save()
    made = splitting.as_drafts(several, survey(body), cast.contributor, number=several.draft_number)
    second = several.attachments.all()[1].picture
    assert [attachment.picture for attachment in made[0].attachments.all()] == [second]
    assert "【照片1】" in made[0].body
    assert not made[1].attachments.exists()


def test_one_text_after_all_is_not_asked_again_until_the_pieces_change(writer, several):
    pieces_page(writer, several, "one")
    state = writer.post(reverse("autosave", args=[several.pk]), form_of(several), headers=FETCH).json()
    assert state["arriving"]["pieces"] == 1
    several.refresh_from_db()
    changed = SEVERAL.replace("把办事窗口搬到门前", "把办事窗口搬到巷口")
    state = writer.post(reverse("autosave", args=[several.pk]), form_of(several, body=changed), headers=FETCH).json()
    assert state["arriving"]["pieces"] == 2


def test_the_whole_is_put_away_only_after_it_was_cut(writer, several):
    assert pieces_page(writer, several, "put_away").status_code == 403
    assert several.state == "draft"


# 作者说明


def test_a_note_about_the_author_goes_to_print_without_its_brackets(writer, draft):
    writer.post(
        reverse("autosave", args=[draft.pk]), form_of(draft, author_note="（作者系榕岭村\n党支部书记）"), headers=FETCH
    )
    draft.refresh_from_db()
    assert draft.author_note == "（作者系榕岭村\n党支部书记）"
    assert manuscript_of(draft).content.author_note == "作者系榕岭村 党支部书记"
    draft.author_note = "长" * 301
    manuscript = manuscript_of(draft)
    notes = read(draft, manuscript, run_checks(manuscript)).blocking
    assert "note.over" in {note.finding.code for note in notes}


def test_the_reviewer_sees_the_note_and_the_original_file(client, cast, make_submission):
    sent = make_submission("submitted", author_note="作者系榕岭村党支部书记")
    kept = keep_original(b"x", "来稿.docx", added_by=cast.contributor, submission=sent)
    client.force_login(cast.editor, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("admin:submissions_submission_change", args=[sent.pk])).content.decode()
    assert "（作者系榕岭村党支部书记）" in page
    assert reverse("original", args=[sent.pk, kept.pk]) in page
