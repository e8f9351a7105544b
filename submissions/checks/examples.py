"""A wrong and a right example of every check that is no pattern (those have theirs beside them, patterns.py).

What is shown is what is checked: `build` makes a manuscript of the words on the page. All names are invented; the
identity number is the one GB 11643 itself prints.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from journal.duplicates import Match
from journal.models import Content, Picture, Text, TextVersion
from journal.text.blocks import from_plain
from journal.text.fingerprint import Shingled, compare, title_key
from submissions.manuscript import Manuscript, split_bylines

from .duplicates import told
from .findings import Finding
from .house_style import HouseStyle
from .register_entries import Order, Register, Tenure, UnitEntry
from .terms import Term, TermList

EMPTY = "（没有填）"
_TITLE = "榕树下的“板凳会”"
_BODY = "村里把议事桌搬到榕树下，大家商量着办事。"
_PHOTO = re.compile(
    r"(?P<width>\d+)×(?P<height>\d+) 像素，印 (?P<print>\d+) 毫米宽(?:，(?P<format>[A-Z]+))?(?P<blurred>，没有对准焦)?(?P<again>，传了两次)?"
)
_REGISTER = Register(
    tenures=(
        Tenure(person="乔木", post="区委书记", unit="望海区", variants=("乔沐",)),
        Tenure(person="江映月", post="区长", unit="望海区"),
    ),
    units=(UnitEntry(name="望海区农业农村局", variants=("望海区农业局",)),),
    orders=(Order(title="区领导排名", names=("乔木", "江映月")),),
)
_STYLE = HouseStyle(terms=TermList((Term("帐号", "账号"),)), register=_REGISTER)

_KNOWN = (
    "榕岭村把议事桌搬到榕树下，每月两次，群众先说，干部后答，定下来的事贴在祠堂外墙上，办完一件划掉一件。",
    "头一次开会来了七个人，第二次来了三十多个，后来凳子不够，各家自己带，板凳会的名字就是这样叫开的。",
)
_OWN_WORDS = (
    "渔港的灯塔修好那天，守灯的老海把三十年的值班本都摆了出来，年轻人围着看，才知道哪一年的台风来过几次。",
    "后来值班本进了村史馆，孩子们放学去翻，翻着翻着就问起海上的事，老海便一页一页讲给他们听。",
    "村里索性请他每月来讲一回，地点就在灯塔下面，带上马灯和旧海图，讲到天黑正好点灯，点完灯各自回家。",
    "听得多了，有几个孩子自己画起海图来，把暗礁、沙洲、避风的小湾都标上，贴在学堂的走廊里，谁经过都要看两眼。",
)


@dataclass(frozen=True)
class Example:
    """The check finds `code` in the one and not in the other."""

    code: str
    wrong: str
    right: str
    build: Callable[[str], Manuscript]


def _manuscript(
    *, title=_TITLE, subtitle="", body=_BODY, byline="林晓舟", affiliation="", author_note="", **fields
) -> Manuscript:
    bylines = split_bylines(byline, affiliation)
    content = Content(title=title, subtitle=subtitle, html=from_plain(body), bylines=bylines, author_note=author_note)
    return Manuscript(content=content, house_style=_STYLE, **({"section_name": "基层党建"} | fields))


def _body(shown: str) -> Manuscript:
    return _manuscript(body=shown)


def _field(name: str, **others) -> Callable[[str], Manuscript]:
    """The words are what is typed into that field."""
    return lambda shown: _manuscript(**others, **{name: "" if shown == EMPTY else shown})


def _long(name: str, **others) -> Callable[[str], Manuscript]:
    """The words tell how many characters the field has."""

    def build(shown: str) -> Manuscript:
        return _manuscript(**others, **{name: "字" * int(re.search(r"\d+", shown.replace(",", ""))[0])})

    return build


def _photo(shown: str) -> Manuscript:
    """The words tell size, print width and format, or are the caption."""
    told = _PHOTO.fullmatch(shown)
    picture = Picture(
        width=int(told["width"]) if told else 4000,
        height=int(told["height"]) if told else 3000,
        print_width_mm=int(told["print"]) if told else 81,
        format=(told and told["format"]) or "JPEG",
        caption="村民在榕树下议事" if told else "" if shown == EMPTY else shown,
        photographer="林晓舟",
        category=Picture.Category.WORK,
        details={
            "has_camera_data": bool(told) and int(told["width"]) > 1920,
            "sharpness": 0.02 if told and told["blurred"] else 0.8,
        },
    )
    return _manuscript(pictures=[picture] * (2 if told and told["again"] else 1))


def _picture_entry(shown: str) -> Manuscript:
    pictures = [] if shown == EMPTY else _photo(shown).pictures
    return replace(_manuscript(), is_text=False, pictures=pictures)


def _photo_field(name: str) -> Callable[[str], Manuscript]:
    """An image entry; the words are what is typed or chosen in that field of its photograph."""

    def build(shown: str) -> Manuscript:
        entry = _picture_entry("4000×3000 像素，印 170 毫米宽")
        setattr(entry.pictures[0], name, "" if shown == EMPTY else shown)
        return entry

    return build


_RECOMMENDED = {"is_recommended": True, "source_name": "望海日报", "source_issue": "2026年3月2日"}


def _source(name: str) -> Callable[[str], Manuscript]:
    return _field(name, **{key: value for key, value in _RECOMMENDED.items() if key != name})


EXAMPLES: tuple[Example, ...] = (
    Example("title.missing", EMPTY, _TITLE, _field("title")),
    Example("title.over", "标题 120 字", "标题 18 字", _long("title")),
    Example("title.long", "标题 72 字", "标题 18 字", _long("title")),
    Example("subtitle.over", "副标题 230 字", "副标题 20 字", _long("subtitle")),
    Example("body.missing", EMPTY, _BODY, _field("body")),
    Example("length.over", "正文 3,260 字", "正文 2,980 字", _long("body")),
    Example("section.missing", EMPTY, "基层党建", _field("section_name")),
    Example("byline.missing", EMPTY, "林晓舟", _field("byline")),
    Example("byline.over", "姓名 60 字", "姓名 3 字", _long("byline")),
    Example("affiliation.over", "单位、职务 120 字", "单位、职务 15 字", _long("affiliation")),
    Example("note.over", "作者说明 360 字", "作者说明 20 字", _long("author_note")),
    Example("source.name", EMPTY, "望海日报", _source("source_name")),
    Example("source.place", EMPTY, "2026年3月2日", _source("source_issue")),
    Example("source.url", "望海日报官网", "https://example.org/news/1", _source("source_url")),
    Example(
        "source.over",
        "出处 120 字",
        "出处 12 字",
        _long("source_name", is_recommended=True, source_issue="2026年3月2日"),
    ),
    Example("mark.unpaired", "大家都说“办得好。", "大家都说“办得好”。", _body),
    Example("heading.order", "一、会开到树下\n三、事办到门前", "一、会开到树下\n二、事办到门前", _body),
    Example("term.preferred", "公众号的帐号由专人管。", "公众号的账号由专人管。", _body),
    Example("register.post", "区长乔木出席会议。", "区委书记乔木出席会议。", _body),
    Example("register.person", "区委书记乔沐出席会议。", "区委书记乔木出席会议。", _body),
    Example("register.unit", "望海区农业局派来技术员。", "望海区农业农村局派来技术员。", _body),
    Example("register.order", "江映月、乔木出席会议。", "乔木、江映月出席会议。", _body),
    Example("privacy.identity", "林某，身份证号11010519491231002X", "林某，身份证号已登记", _body),
    Example("privacy.mobile", "报名请打13800138000", "报名请到村委会", _body),
    Example("privacy.card", "捐款汇到6222020000000000000", "捐款请到村委会登记", _body),
    Example("pictures.missing", EMPTY, "4000×3000 像素，印 170 毫米宽", _picture_entry),
    Example("picture.caption", EMPTY, "3月2日，榕岭村村民在榕树下议事。林晓舟摄", _photo),
    Example("picture.photographer", EMPTY, "林晓舟", _photo_field("photographer")),
    Example("picture.category", EMPTY, Picture.Category.WORK.label, _photo_field("category")),
    Example("picture.resolution", "800×600 像素，印 170 毫米宽", "4000×3000 像素，印 170 毫米宽", _photo),
    Example("picture.format", "4000×3000 像素，印 170 毫米宽，PNG", "4000×3000 像素，印 170 毫米宽，JPEG", _photo),
    Example("picture.shrunk", "1280×960 像素，印 81 毫米宽", "4000×3000 像素，印 81 毫米宽", _photo),
    Example("picture.blurred", "4000×3000 像素，印 170 毫米宽，没有对准焦", "4000×3000 像素，印 170 毫米宽", _photo),
    Example("picture.alike", "4000×3000 像素，印 170 毫米宽，传了两次", "4000×3000 像素，印 170 毫米宽", _photo),
    Example("photo.mark", "大家围坐在树下，见【照片2】。", "大家围坐在树下。", _body),
)


@dataclass(frozen=True)
class DuplicateExample:
    """Words sent in where the office already has another text; wrong shares with it what the code says."""

    code: str
    wrong: str
    right: str

    def findings(self, shown: str) -> list[Finding]:
        """As of the archive, without one: the text compared with is made for the example."""
        title, _, body = shown.partition("\n")
        content = Content(title=title, html=from_plain(body))
        version = TextVersion(title=_TITLE, html=from_plain("\n".join(_KNOWN)))
        same_title = title_key(title) == title_key(version.title)
        comparison = compare(Shingled(body), Shingled("\n".join(_KNOWN)), same_title)
        return [told(content, Match(Text(pk=1), version, comparison))] if comparison.kind else []


_FRESH = "\n".join(["守灯的人", *_OWN_WORDS])
DUPLICATE_EXAMPLES: tuple[DuplicateExample, ...] = (
    DuplicateExample("duplicate.text", "\n".join(["大家商量着办", *_KNOWN]), _FRESH),
    DuplicateExample("duplicate.partial", "\n".join(["大家商量着办", _KNOWN[0], *_OWN_WORDS]), _FRESH),
    DuplicateExample("duplicate.title", "\n".join([_TITLE, *_OWN_WORDS]), _FRESH),
)
