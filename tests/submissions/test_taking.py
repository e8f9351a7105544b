"""What arrived becomes a draft with verified photographs, and its file is kept as it came."""

import io

import pytest
from PIL import Image

from submissions.arrivals import Original
from submissions.drafts import MOST_PHOTOS
from submissions.intake.arrived import ArrivedPicture, ArrivedText
from submissions.intake.front import caption_and_photographers
from submissions.intake.taking import display_name, keep_original, new_draft, renumber_marks
from submissions.models import Submission


def jpeg(color=(180, 60, 50), size=(1300, 900)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, color).save(buffer, "JPEG")
    return buffer.getvalue()


@pytest.fixture
def take(call, cast):
    def take(arrived, **named):
        named = {"contributor": cast.contributor, "call": call, "channel": "post", "by": cast.editor} | named
        return new_draft(arrived, **named)

    return take


def test_a_draft_holds_everything_as_it_arrived(take, cast, unit, section):
    arrived = ArrivedText(
        body="第一段。\n第二段。",
        title="题" * 300,
        subtitle="一个副标题",
        byline="林晓舟、陈望潮",
        affiliation="榕岭村党总支",
        author_note="（作者系榕岭村村民）",
        remarks=("文件里有 1 处批注，没有收进正文。",),
    )
    taking = take(arrived, section=section, channel="wechat")
    submission = Submission.objects.get(pk=taking.submission.pk)
    assert (submission.title, submission.subtitle) == ("题" * 300, "一个副标题")
    assert (submission.body, submission.byline) == ("第一段。\n第二段。", "林晓舟、陈望潮")
    assert (submission.affiliation, submission.author_note) == ("榕岭村党总支", "（作者系榕岭村村民）")
    assert (submission.state, submission.receipt_number) == ("draft", None)
    assert (submission.contributor, submission.registered_by) == (cast.contributor, cast.editor)
    assert (submission.channel, submission.section, submission.unit) == ("wechat", section, unit)
    assert taking.remarks == ("文件里有 1 处批注，没有收进正文。",)


def test_the_contributors_own_upload_is_registered_by_nobody(take, cast):
    assert take(ArrivedText(body="文"), by=cast.contributor, channel="web").submission.registered_by is None


def test_a_refused_picture_is_told_and_the_marks_follow(take):
    pictures = (
        ArrivedPicture("一.jpg", jpeg(), "村民议事"),
        ArrivedPicture("二.jpg", b"not a picture"),
        ArrivedPicture("三.jpg", jpeg((20, 90, 60)), "张榜公布"),
    )
    body = "开头。\n【照片1】\n中间。\n【照片2】\n后面。\n【照片3】\n提到【照片9】。"
    taking = take(ArrivedText(body=body, pictures=pictures))
    assert taking.submission.body == "开头。\n【照片1】\n中间。\n后面。\n【照片2】\n提到【照片9】。"
    kept = [attachment.picture for attachment in taking.submission.attachments.all()]
    assert [(picture.original_name, picture.caption) for picture in kept] == [
        ("一.jpg", "村民议事"),
        ("三.jpg", "张榜公布"),
    ]
    assert len(taking.remarks) == 1
    assert "二.jpg" in taking.remarks[0]


def test_the_same_picture_twice_is_attached_once_and_both_marks_name_it(take):
    picture = ArrivedPicture("一.jpg", jpeg())
    taking = take(ArrivedText(body="【照片1】\n文\n【照片2】", pictures=(picture, picture)))
    assert taking.submission.attachments.count() == 1
    assert taking.submission.body == "【照片1】\n文\n【照片1】"


def test_no_more_photographs_than_a_manuscript_may_have(take):
    pictures = tuple(ArrivedPicture(f"{n}.jpg", jpeg((n, n, n), (40, 30))) for n in range(MOST_PHOTOS + 2))
    taking = take(ArrivedText(body="文", pictures=pictures))
    assert taking.submission.attachments.count() == MOST_PHOTOS
    assert [f"{n}.jpg" in remark for n, remark in zip((20, 21), taking.remarks, strict=True)] == [True, True]


def test_a_caption_too_long_for_its_column_is_told_in_full(take):
    taking = take(ArrivedText(body="文", pictures=(ArrivedPicture("一.jpg", jpeg(), "说" * 250),)))
    assert taking.submission.attachments.get().picture.caption == "说" * 200
    assert "说" * 250 in taking.remarks[0]


@pytest.mark.parametrize(
    ("note", "source", "told"),
    [
        ("（来源：望海日报）", "望海日报", "改为“推荐”"),
        ("(稿件来源：榕岭村)", "榕岭村", "报送单位"),
        ("", "", None),
    ],
)
def test_a_source_note_is_kept_and_asked_about(take, note, source, told):
    taking = take(ArrivedText(body="文", source_note=note))
    assert (taking.submission.source_name, taking.submission.origin) == (source, "original")
    assert [told in remark for remark in taking.remarks] == ([True] if told else [])


def test_no_character_a_database_cannot_hold(take):
    submission = take(ArrivedText(body="前\x00后\ud800", title="\x00题")).submission
    submission.refresh_from_db()
    assert (submission.title, submission.body) == ("题", "前后")


def test_an_original_is_kept_under_its_hash_and_equal_files_share_one(make_draft, cast, settings):
    first, second = make_draft(cast.contributor), make_draft(cast.other)
    one = keep_original(b"original", "../../etc/稿件.docx", added_by=cast.editor, submission=first)
    again = keep_original(b"original", "稿件.docx", added_by=cast.editor, submission=first)
    other = keep_original(b"original", "另一名.docx", added_by=None, submission=second)
    assert one == again
    assert one.name == "稿件.docx"
    assert one.file.name == other.file.name == f"originals/{one.sha256[:2]}/{one.sha256}"
    with one.file.open() as file:
        assert file.read() == b"original"
    stored = [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]
    assert len(stored) == 1
    assert Original.objects.count() == 2


def test_a_file_cut_short_by_a_crash_is_written_anew(make_draft, cast):
    draft = make_draft(cast.contributor)
    one = keep_original(b"whole content", "a.docx", added_by=None, submission=draft)
    with one.file.storage.open(one.file.name, "wb") as file:
        file.write(b"who")
    other = keep_original(b"whole content", "b.docx", added_by=None, submission=draft)
    assert other.file.name == one.file.name
    with other.file.open() as file:
        assert file.read() == b"whole content"


def test_an_original_belongs_somewhere(cast):
    with pytest.raises(ValueError, match="belongs to a submission or a mail"):
        keep_original(b"x", "a", added_by=cast.editor)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../x.docx", "x.docx"),
        ("C:\\稿件\\树下.docx", "树下.docx"),
        ("a\x00b\r\n\u202excod.docx", "abxcod.docx"),
        ("", "原件"),
        ("..", "原件"),
        ("长" * 300 + ".docx", "长" * 250 + ".docx"),
    ],
)
def test_names_are_made_fit_to_show(name, shown):
    assert display_name(name) == shown


def test_marks_on_one_line_are_renumbered_at_once():
    assert renumber_marks("见【照片1】和【照片 2】", {1: 2, 2: 1}) == "见【照片2】和【照片1】"


@pytest.mark.parametrize(
    ("words", "caption", "photographers"),
    [
        ("图为村民在树下议事。林晓舟 摄", "图为村民在树下议事。", "林晓舟"),
        ("图为村民在树下议事。（林晓舟 摄）", "图为村民在树下议事。", "林晓舟"),
        ("村民在树下议事 林晓舟摄", "村民在树下议事", "林晓舟"),
        ("村民在树下议事（通讯员 林晓舟、陈望潮 摄影）", "村民在树下议事", "林晓舟、陈望潮"),
        ("林晓舟 摄", "", "林晓舟"),
        ("村民在树下议事林晓舟摄", "村民在树下议事林晓舟摄", ""),
        ("航拍的晒谷场。镇党委宣传部 供图", "航拍的晒谷场。镇党委宣传部 供图", ""),
        ("老人学摄影", "老人学摄影", ""),
        ("", "", ""),
    ],
)
def test_who_took_a_picture_is_told_from_its_caption(words, caption, photographers):
    assert caption_and_photographers(words) == (caption, photographers)
