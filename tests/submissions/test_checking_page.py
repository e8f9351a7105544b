"""核对: fixes in every field, near-duplicates told without giving others away, cleaning in one line."""

import random
from unittest.mock import patch

import pytest
from django.urls import reverse

from journal import duplicates
from journal.models import Access, Journal, Picture
from submissions import mending, workflow
from submissions.checks import ADVICE, WARNING, Finding
from submissions.checks.duplicates import all_findings
from submissions.manuscript import manuscript_of
from submissions.models import Attachment, CheckRun, Submission
from tests.conftest import ALL_DECLARED, body_of

pytestmark = pytest.mark.django_db


def text_of(*numbers):
    """Paragraphs alone, as long as several manuscripts."""
    return "\n".join(line for number in numbers for line in body_of(number).split("\n") if "、" not in line)


@pytest.fixture
def writer(client, cast):
    client.force_login(cast.contributor)
    return client


def at(name, submission):
    return reverse(name, args=[submission.pk])


def reading_of(client, submission):
    return client.get(at("review_draft", submission)).context["reading"]


def fixed(client, submission, note, replacement=None):
    value = note.finding.fix if replacement is None else replacement
    client.post(at("fix_finding", submission), {"key": note.key, "replacement": value})
    submission.refresh_from_db()


@pytest.mark.parametrize(
    ("field", "typed", "mended"),
    [
        ("title", " 会开到树下,事办到门前", " 会开到树下，事办到门前"),
        ("title", "榕树下的“板凳会”和“板凳会", "榕树下的“板凳会”和“板凳会”"),
        ("subtitle", "——望海区榕岭村 1-9月议事记", "——望海区榕岭村 1—9月议事记"),
        ("affiliation", "榕岭村党总支 13800138000", "榕岭村党总支 "),
    ],
)
def test_a_line_above_the_text_is_mended_and_undone_by_one_click(field, typed, mended, writer, cast, make_draft):
    draft = make_draft(cast.contributor, **{field: typed})
    reading = reading_of(writer, draft)
    (note,) = reading.notes
    assert note.reachable
    row = next(row for row in reading.rows if row.line == field)
    assert [one for _, one in row.segments if one] == [note]
    fixed(writer, draft, note, note.replacements[0]["value"])
    assert getattr(draft, field) == mended
    (record,) = draft.mended
    assert record["field"] == field
    assert "13800138000" not in writer.get(at("review_draft", draft)).content.decode()
    writer.post(at("undo_fix", draft), {"id": record["id"]})
    draft.refresh_from_db()
    assert (getattr(draft, field), draft.mended) == (typed, [])


def test_a_caption_is_mended_and_undone_by_one_click(writer, cast, make_draft, make_picture):
    draft = make_draft(cast.contributor)
    picture = make_picture(caption="村民在榕树下议事,林晓舟摄", size=(2100, 1400), photographer="林晓舟")
    Attachment.objects.create(submission=draft, picture=picture)
    reading = reading_of(writer, draft)
    (note,) = [note for note in reading.notes if note.finding.code == "mark.half_width"]
    assert note.home == "#photos"
    fixed(writer, draft, note)
    assert Picture.objects.get(pk=picture.pk).caption == "村民在榕树下议事，林晓舟摄"
    reading = reading_of(writer, draft)
    (row,) = [row for row in reading.rows if row.mended]
    assert row.attachment.picture_id == picture.pk
    writer.post(at("undo_fix", draft), {"id": draft.mended[0]["id"]})
    assert Picture.objects.get(pk=picture.pk).caption == picture.caption


def test_a_caption_that_would_grow_too_long_stays_as_it_is(writer, cast, make_draft, make_picture):
    draft = make_draft(cast.contributor)
    caption = "“板凳会”和“板凳会在".ljust(200, "树")  # as long as a caption may be
    picture = make_picture(caption=caption, size=(2100, 1400), photographer="林晓舟")
    Attachment.objects.create(submission=draft, picture=picture)
    (note,) = [note for note in reading_of(writer, draft).notes if note.finding.code == "mark.unpaired"]
    fixed(writer, draft, note)
    assert Picture.objects.get(pk=picture.pk).caption == caption
    assert draft.mended == []


def test_what_the_button_says(writer, cast, make_draft):
    body = "老榕树下的“板凳会”。“板凳会开在每月初八，来了近300余名党员，报名打13800138000。"
    page = writer.get(at("review_draft", make_draft(cast.contributor, body=body))).content.decode()
    for words in ("补上右引号", "改成“近300”", "改成“300余”", "删去号码"):
        assert f">{words}</button>" in page
    assert "“板凳会<ins>”</ins>开在每月" in page


def test_everything_certain_is_mended_together_but_not_what_was_kept_or_is_advice(writer, cast, make_draft):
    body = "大家坐下来,商量着办。今年1-9月、2-8月开会。21年11月办事,都好。"
    draft = make_draft(cast.contributor, title="会开到树下,事办到门前", body=body)
    reading = reading_of(writer, draft)
    assert reading.certain == 4
    kept = next(note for note in reading.notes if note.finding.code == "number.short_year")
    writer.post(at("keep_passage", draft), {"key": kept.key, "ready": "引用原话，照录"})
    writer.post(at("fix_finding", draft), {"all": "*"})
    draft.refresh_from_db()
    assert draft.title == "会开到树下，事办到门前"
    assert draft.body == "大家坐下来，商量着办。今年1-9月、2-8月开会。21年11月办事，都好。"
    writer.post(at("fix_finding", draft), {"all": "number.range"})
    writer.post(at("fix_finding", draft), {"all": "number.short_year"})
    draft.refresh_from_db()
    assert draft.body == "大家坐下来，商量着办。今年1—9月、2—8月开会。21年11月办事，都好。"
    assert reading_of(writer, draft).mended == len(draft.mended) == 5


def test_cleaning_is_one_line_with_its_own_page(writer, cast, make_draft):
    draft = make_draft(cast.contributor, body="大家开会，商量办事。")
    records = [
        {"id": f"c{n}", "place": f"p{n // 2}", "code": "clean.pinyin", "before": "(a)", "after": "", "shown": "(a)"}
        | {"at": 0, "left": "", "right": "大家开会"}
        for n in range(6)
    ]
    Submission.objects.filter(pk=draft.pk).update(mended=records)
    page = writer.get(at("review_draft", draft))
    assert (page.context["reading"].cleaned, page.context["reading"].mended) == (3, 0)
    assert "整理了 3 处" in page.content.decode()
    assert at("clean_draft", draft) in page.content.decode()


@pytest.fixture
def others(make_submission, cast):
    return make_submission(contributor=cast.other, title="临港镇的账本", body=text_of(50, 51))


def test_a_text_the_office_has_is_a_warning_that_gives_nothing_away(writer, cast, make_draft, others):
    draft = make_draft(cast.contributor, body=others.body)
    page = writer.get(at("review_draft", draft))
    (note,) = page.context["reading"].notes
    assert (note.finding.code, note.finding.level) == ("duplicate.text", WARNING)
    assert "修改稿，代替以前那一篇" in page.content.decode()
    for secret in ("临港镇的账本", others.receipt_number, cast.other.name):
        assert secret not in page.content.decode()
    with pytest.raises(workflow.ChecksOpen):
        workflow.submit(draft, cast.contributor, declared=ALL_DECLARED)
    writer.post(at("keep_passage", draft), {"key": note.key, "ready": "修改稿，代替以前那一篇"})
    # A slip put right elsewhere moves the longest common passage; the reason given stands for the other text.
    Submission.objects.filter(pk=draft.pk).update(body=draft.body.replace("。", "。又记。", 2))
    draft.refresh_from_db()
    workflow.submit(draft, cast.contributor, declared=ALL_DECLARED)
    (kept,) = CheckRun.objects.get(submission=draft).findings
    assert kept["code"] == "duplicate.text"


def test_a_reason_for_one_text_does_not_stand_for_another(writer, cast, make_draft, make_submission, others):
    draft = make_draft(cast.contributor, body=others.body)
    (note,) = reading_of(writer, draft).notes
    writer.post(at("keep_passage", draft), {"key": note.key, "ready": "转载，出处已经写明"})
    assert reading_of(writer, draft).blocking == []
    make_submission(contributor=cast.liaison, title="另一本账", body=others.body, keep_warnings=True)
    assert len(reading_of(writer, draft).blocking) == 1


def test_a_part_in_common_is_told_as_a_part(cast, make_draft, others):
    draft = make_draft(cast.contributor, body="\n".join([*others.body.split("\n")[:3], text_of(60, 61)]))
    (finding,) = all_findings(draft, manuscript_of(draft))
    assert (finding.code, finding.level) == ("duplicate.partial", WARNING)
    assert "引用的注明出处" in finding.message


@pytest.mark.parametrize(("state", "told"), [("withdrawn", "撤回的收稿号"), ("rejected", "没有采用的收稿号")])
def test_an_own_text_that_came_to_nothing_may_be_sent_again(state, told, cast, make_draft, make_submission):
    earlier = make_submission("rejected" if state == "rejected" else "submitted", title="渔港的灯")
    if state == "withdrawn":
        workflow.withdraw(earlier, cast.contributor)
    draft = make_draft(cast.contributor, body=earlier.body)
    (finding,) = all_findings(draft, manuscript_of(draft))
    assert (finding.code, finding.level) == ("duplicate.earlier", ADVICE)
    assert told in finding.message
    assert earlier.receipt_number in finding.message
    assert "不要重复投稿" not in finding.message


def test_an_own_text_that_is_being_reviewed_is_named_with_its_stage(cast, make_draft, make_submission):
    earlier = make_submission("second", title="渔港的灯")
    draft = make_draft(cast.contributor, body=earlier.body)
    (finding,) = all_findings(draft, manuscript_of(draft))
    assert (finding.code, finding.level) == ("duplicate.text", WARNING)
    assert f"您自己收稿号 {earlier.receipt_number} 的稿件《渔港的灯》（待复审）" in finding.message


def test_a_returned_manuscript_is_no_duplicate_of_itself(cast, make_submission):
    submission = make_submission("returned")
    assert all_findings(submission, manuscript_of(submission)) == []


def test_a_recommended_piece_may_match_its_source(cast, make_draft, make_article, make_issue, publish):
    issue = make_issue(number=3)
    body = text_of(70, 71)
    article = make_article("守灯人", issue=issue, html="".join(f"<p>{line}</p>" for line in body.split("\n")))
    duplicates.index_text(article.text)
    publish(issue, Access.PUBLIC)
    recommended = {"body": body, "origin": "recommended", "source_issue": "2026年第3期"}
    draft = make_draft(cast.contributor, source_name=Journal.objects.current().name, **recommended)
    (finding,) = all_findings(draft, manuscript_of(draft))
    assert (finding.code, finding.level) == ("duplicate.source", ADVICE)
    draft = make_draft(cast.contributor, source_name="望海日报", **recommended)
    (finding,) = all_findings(draft, manuscript_of(draft))
    assert (finding.code, finding.level) == ("duplicate.text", WARNING)
    assert "已经有人推荐过" in finding.message


def test_saving_a_draft_does_not_compare_with_the_archive(writer, cast, make_draft, others):
    """Typing is answered at once; the archive is asked on 核对 and at handing in."""
    draft = make_draft(cast.contributor, body=others.body)
    typed = {"title": draft.title, "body": draft.body, "byline": draft.byline, "draft_number": draft.draft_number}
    with patch("submissions.checks.duplicates.query", side_effect=AssertionError):
        answer = writer.post(at("autosave", draft), typed, headers={"X-Requested-With": "fetch"})
    assert answer.status_code == 200


def long_text(length, seed=1):
    pick = random.Random(seed)
    return "".join(pick.choice("榕树下议事村民灯塔渔港账本办会说听贴写大小东西南北，。") for _ in range(length))


def changes_in(text, amount):
    """Every so often two characters replaced by one."""
    step = len(text) // amount
    spots = range(step // 2, len(text) - 2, step)
    return [
        (mending.Place(spot, spot + 2), Finding("x.y", WARNING, "。", quote=text[spot : spot + 2]), "改")
        for spot in spots
    ]


def test_hundreds_of_changes_are_found_again_and_taken_back_to_the_letter():
    text = long_text(70_000)
    mended, records = mending.mend(text, changes_in(text, 700))
    assert len(records) >= 700
    assert mending.find_records(mended, records) == [record["at"] for record in records]
    moved = "前面添了一段。" * 300 + mended
    assert mending.find_records(moved, records) == [record["at"] + 2100 for record in records]
    for record in random.Random(2).sample(records, len(records)):
        mended = mending.undo(mended, record)
    assert mended == text


def test_looking_for_changes_reads_a_bounded_stretch_of_the_text():
    """What was written over since is looked for near its place, not in the whole of a long text each time."""
    text = long_text(5_000)
    _, (record, *_) = mending.mend(text, changes_in(text, 5))

    class Watched(str):
        read = 0

        def find(self, needle, low, high):
            Watched.read += high - low
            return -1

        rfind = find

    assert mending.find_record(Watched("空" * 1_000_000), record) is None
    assert Watched.read < 5 * 3 * mending.FAR
