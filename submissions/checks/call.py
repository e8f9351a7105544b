"""Each sentence of the call as a rule (RULES.md section 1). Nothing the call says with 一般 blocks."""

import re

from .findings import ERROR, WARNING, Finding

TITLE_ADVISED, TITLE_MOST = 60, 100
SUBTITLE_MOST = 200
NAME_MOST = {"person": 40, "unit": 100}
AFFILIATION_MOST = 100
AUTHOR_NOTE_MOST = 300
SOURCE_MOST = 100
_ADDRESS = re.compile(r"(?:https?://)?[\w\-]+(?:\.[\w\-]+)+(?::\d+)?(?:[/?#]\S*)?", re.IGNORECASE)


def check_title(manuscript):
    title, subtitle = manuscript.content.title.strip(), manuscript.content.subtitle.strip()
    if not title:
        yield Finding("title.missing", ERROR, "还没有标题。请在“标题”一栏写上。", "目录、检索都靠标题。")
    elif len(title) > TITLE_MOST:
        yield Finding(
            "title.over",
            ERROR,
            f"标题有 {len(title)} 字，最多 {TITLE_MOST} 字。请压缩，或把一部分移到副标题、正文里。",
            "是不是把正文粘到标题里了？",
            quote=title,
        )
    elif len(title) > TITLE_ADVISED:
        yield Finding(
            "title.long", WARNING, f"标题有 {len(title)} 字，目录里排不下。请压缩，或把一部分改作副标题。", quote=title
        )
    if len(subtitle) > SUBTITLE_MOST:
        yield Finding(
            "subtitle.over",
            ERROR,
            f"副标题有 {len(subtitle)} 字，最多 {SUBTITLE_MOST} 字。请压缩，或移到正文里。",
            quote=subtitle,
        )


def check_body(manuscript):
    if manuscript.is_text and not manuscript.content.words:
        yield Finding("body.missing", ERROR, "还没有正文。请在“正文”一栏写上或粘贴进来。")


def check_length(manuscript):
    words, limit = manuscript.content.words, manuscript.word_limit
    if manuscript.is_text and words > limit:
        yield Finding(
            "length.over",
            WARNING,
            f"正文 {words:,} 字，比征稿启事说的 {limit:,} 字多 {words - limit:,} 字。请压缩，或说明理由后照样提交。",
            "征稿启事：文字稿一般不超过规定字数；编辑会据理由决定是否全文刊登。",
            quote=f"{words}",
        )


def check_section(manuscript):
    if not manuscript.section_name:
        yield Finding("section.missing", ERROR, "还没有选栏目。请选一个最接近的，编辑可以调整。")


def check_byline(manuscript):
    if not manuscript.content.bylines:
        yield Finding("byline.missing", ERROR, "还没有署名。请写上照登的姓名或单位。")
    for line in manuscript.content.bylines:
        most = NAME_MOST[line["kind"]]
        if len(line["name"]) > most:
            yield Finding(
                "byline.over",
                ERROR,
                f"署名“{line['name'][:12]}……”有 {len(line['name'])} 字，最多 {most} 字。几个名字之间请用顿号隔开。",
                quote=line["name"],
            )
    affiliation = next((line["affiliation"] for line in manuscript.content.bylines), "")
    if len(affiliation) > AFFILIATION_MOST:
        yield Finding(
            "affiliation.over",
            ERROR,
            f"单位、职务有 {len(affiliation)} 字，最多 {AFFILIATION_MOST} 字。请压缩。",
            quote=affiliation,
        )
    note = manuscript.content.author_note
    if len(note) > AUTHOR_NOTE_MOST:
        yield Finding(
            "note.over", ERROR, f"作者说明有 {len(note)} 字，最多 {AUTHOR_NOTE_MOST} 字。请只写单位、职务。", quote=note
        )


def check_source(manuscript):
    if not manuscript.is_recommended:
        return
    if not manuscript.source_name:
        yield Finding("source.name", ERROR, "推荐的文章要写原载报刊或网站的名称。请补上。", "转载必须注明出处。")
    if not (manuscript.source_url or manuscript.source_issue):
        yield Finding("source.place", ERROR, "推荐的文章要写原文网址，或原载日期、期号。请补上其中一项。")
    if manuscript.source_url and not _ADDRESS.fullmatch(manuscript.source_url.strip()):
        yield Finding(
            "source.url",
            ERROR,
            "原文网址写得不对。请从浏览器地址栏整行复制过来；没有网址就留空，写原载日期、期号。",
            quote=manuscript.source_url,
        )
    for name in (manuscript.source_name, manuscript.source_issue):
        if len(name) > SOURCE_MOST:
            yield Finding(
                "source.over", ERROR, f"出处有 {len(name)} 字，最多 {SOURCE_MOST} 字。请只写名称和日期。", quote=name
            )


def check_pictures(manuscript):
    if not manuscript.is_text and not manuscript.pictures:
        yield Finding("pictures.missing", ERROR, "图片稿还没有图片。请至少上传一张。")
    for number, picture in enumerate(manuscript.pictures, 1):
        if not picture.caption.strip():
            yield Finding(
                "picture.caption",
                WARNING,
                f"照片 {number} 还没有图片说明。请写明时间、地点、人物和事情。",
                quote=f"照片{number}",
            )
