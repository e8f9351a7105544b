"""What the regulation asks of an issue before it is closed (内部资料性出版物管理办法 2015, art. 14–15; RULES.md section 7).

A missing field blocks. Whatever needs judgement (a word that internal material should not use, a co-organiser) quotes
its place; people decide, and say so by name (`imprint_acknowledging`). Advice only shows. The requirements are worded
by ourselves: the law is named, not quoted.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from journal.text.blocks import plain_text

from . import readiness
from .models import Journal

BLOCK, WARN, ADVICE = "block", "warn", "advice"

REGULATION = "内部资料性出版物管理办法（2015）"
LICENCE_NEARLY_OVER = timedelta(days=30)

REQUIRED = (
    ("licence_number", "准印证号"),
    ("notice", "封面字样"),
    ("compiler", "编印单位"),
    ("distribution", "发送对象"),
    ("print_house", "印刷单位"),
    ("printed_on", "印刷日期"),
    ("print_run", "印数"),
)


@dataclass(frozen=True)
class Requirement:
    """What an issue has to keep to. article: of the regulation; empty for what the office asks of itself."""

    text: str
    article: str = ""

    @property
    def basis(self) -> str:
        """As people read it beside the requirement."""
        return f"{REGULATION}{self.article}" if self.article else "编辑工作的要求"


# By the code of the item, in the order of the checklist.
REQUIREMENTS = {
    "imprint.licence_number": Requirement("封面印上完整的准印证号", "第十四条"),
    "imprint.notice": Requirement("封面印明“内部资料，免费交流”", "第十四条"),
    "imprint.compiler": Requirement("印明编印单位", "第十四条"),
    "imprint.distribution": Requirement("印明发送对象", "第十四条"),
    "imprint.print_house": Requirement("印明印刷单位", "第十四条"),
    "imprint.printed_on": Requirement("印明印刷日期", "第十四条"),
    "imprint.print_run": Requirement("印明印数", "第十四条"),
    "self.name": Requirement("正文不自称“本刊”“本报”", "第十四条"),
    "self.office": Requirement("不用“报社”“刊社”“杂志社”这类名称", "第十四条"),
    "self.reporter": Requirement("不用“记者”的名义", "第十四条"),
    "book.number": Requirement("不标书号、刊号", "第十四条"),
    "editions": Requirement("刊名、开本、刊期与核准的一致，一期不出几个版本", "第十五条（一）"),
    "price": Requirement("不定价、不征订", "第十五条（二）"),
    "fees": Requirement("不收工本费、会员费、版面费、服务费", "第十五条（三）"),
    "advertising": Requirement("不登广告", "第十五条（三）"),
    "contracting": Requirement("编印不承包给别的单位和个人", "第十五条（四）"),
    "co_organiser": Requirement("不与外单位协办", "第十五条（四）"),
    "licence.valid": Requirement("印刷时准印证在有效期内"),
    "byline.none": Requirement("每篇文章有署名，或者核对过照登"),
    "source.none": Requirement("转载写明来源"),
}
# An item that is a nuance of another requirement.
_ASKED_BY = {"notice.wording": "imprint.notice", "notice.comma": "imprint.notice", "licence.soon": "licence.valid"}

# (code, pattern, why). 承包 and 协办 with outside units are forbidden by art. 15(4); the others by art. 14 and 15.
WORDING = (
    ("self.name", r"本刊(?!登)|本报(?!告)|本杂志", "内部资料不自称“本刊”“本报”，请改用刊名或“编辑部”"),
    ("self.office", r"杂志社|期刊社|报社", "内部资料不设杂志社、期刊社、报社，请核对指的是谁"),
    ("self.reporter", r"本刊记者|本报记者|记者", "内部资料没有记者，署名请用“通讯员”或姓名；原文引用的可以保留"),
    ("book.number", r"ISBN|ISSN|CN\s?\d{2}-\d{4}", "内部资料没有书号、刊号"),
    ("editions", r"一期多版|(?<![A-Za-z0-9])[A-D]版(?!本)|增刊", "内部资料一期只出一个版本，不出增刊"),
    ("price", r"定价|售价|每册\s?\d|征订|订阅价", "内部资料免费交流，不定价、不征订"),
    ("fees", r"工本费|会员费|版面费|(?<!物业)服务费", "内部资料不收费，请核对说的是不是刊物自己的收费"),
    ("advertising", r"广告(?:部|招商|热线|刊登)|招商热线", "内部资料不登广告"),
    (
        "contracting",
        r"(?:编印|编辑|印制|发行|刊物|内部资料)[^。，\n]{0,6}承包|承包[^。，\n]{0,4}(?:编印|编辑|发行|刊物|内部资料)",
        "内部资料的编印不能承包出去，请核对",
    ),
    ("co_organiser", r"协办", "内部资料不得与外单位协办，请由主管部门判断"),
)
QUOTE_REACH = 12


@dataclass(frozen=True)
class Item:
    """One line of the checklist. `article` is the id of the article concerned, None for the issue itself.

    passages: every place of the rule in this text, each with a few characters around it.
    """

    code: str
    level: str
    message: str
    place: str = ""
    passages: tuple[str, ...] = ()
    article: int | None = None

    @property
    def blocks(self) -> bool:
        return self.level == BLOCK

    @property
    def asks(self) -> bool:
        """Somebody has to decide and say so before the issue is closed."""
        return self.level == WARN

    @property
    def requirement(self) -> Requirement:
        return REQUIREMENTS[_ASKED_BY.get(self.code, self.code)]

    @property
    def quote(self) -> str:
        return self.passages[0] if self.passages else ""

    @property
    def place_key(self) -> str:
        """Names the place whatever the article is called later."""
        return f"article:{self.article}" if self.article else self.place

    @property
    def quote_hash(self) -> str:
        """Over all passages: one more, or one changed, is another matter to decide."""
        return hashlib.sha256("\n".join(self.passages).encode()).hexdigest()

    @property
    def identity(self) -> tuple[str, str, str]:
        """What an acknowledgement is matched by."""
        return self.code, self.place_key, self.quote_hash


@dataclass(frozen=True)
class Piece:
    """A text to read for wording: where it stands, what it says, the article it belongs to."""

    place: str
    text: str
    article: int | None = None


def missing_labels(imprint) -> list[str]:
    """The names of the required fields that are empty; `imprint` is anything with the fields."""
    return [label for _, label in _missing(imprint)]


def _missing(imprint) -> list[tuple[str, str]]:
    return [(name, label) for name, label in REQUIRED if not str(getattr(imprint, name) or "").strip()]


def missing_fields(imprint) -> list[Item]:
    """A blocking item for each required field that is empty."""
    return [
        Item(f"imprint.{name}", BLOCK, f"版本记录缺“{label}”，请填上再定稿。", place="版本记录")
        for name, label in _missing(imprint)
    ]


def notice_items(notice: str) -> list[Item]:
    """The cover must say 内部资料 and 免费交流."""
    if notice and not ("内部资料" in notice and "免费交流" in notice):
        message = "封面字样里没有“内部资料，免费交流”，请核对。"
        return [Item("notice.wording", WARN, message, place="版本记录", passages=(notice,))]
    return []


def comma_advice(notice: str) -> list[Item]:
    """The comma between the two words is a matter of taste: official notices leave it out too (RULES.md section 7)."""
    if re.search(r"内部资料(?!，)\s*[^，]?\s*免费交流", notice):
        message = "办法里写作“内部资料，免费交流”，中间用逗号。不改也可以。"
        return [Item("notice.comma", ADVICE, message, place="版本记录", passages=(notice,))]
    return []


def licence_items(valid_until: date | None, on: date) -> list[Item]:
    """The 准印证 is over on the day of printing, or will be soon; nothing where the journal does not say until when."""
    if valid_until is None or on + LICENCE_NEARLY_OVER < valid_until:
        return []
    until = f"{valid_until:%Y-%m-%d}"
    if on > valid_until:
        message = f"准印证有效期到 {until}，{on:%Y-%m-%d} 已经过期。请先换证，并在“刊物信息”里改有效期。"
        return [Item("licence.valid", WARN, message, place="准印证", passages=(until,))]
    message = f"准印证有效期到 {until}，还有 {(valid_until - on).days} 天，请及早办理换证。"
    return [Item("licence.soon", ADVICE, message, place="准印证", passages=(until,))]


def wording(pieces: Iterable[Piece]) -> list[Item]:
    """Words that internal material should not use of itself, one item a piece and rule, the first place quoted."""
    items = []
    for piece in pieces:
        for code, pattern, why in WORDING:
            found = list(re.finditer(pattern, piece.text))
            if found:
                times = f"（共 {len(found)} 处）" if len(found) > 1 else ""
                passages = tuple(_around(piece.text, match) for match in found)
                items.append(Item(code, WARN, f"{why}。{times}", piece.place, passages, piece.article))
    return items


def _around(text: str, match: re.Match) -> str:
    """The match with a few characters each side, inside its own line."""
    start = max(text.rfind("\n", 0, match.start()) + 1, match.start() - QUOTE_REACH)
    line_end = text.find("\n", match.end())
    end = min(len(text) if line_end < 0 else line_end, match.end() + QUOTE_REACH)
    return text[start:end].strip()


def article_items(article) -> list[Item]:
    """What an article should carry in print: a signature, and for a reprint its source; the board's rule.

    Short news is often unsigned: that is told, and asks for no decision.
    """
    items = []
    place = f"《{article.title}》"
    if readiness.is_unsigned(article):
        items.append(Item("byline.none", ADVICE, "没有署名，请核对是否照登。", place, article=article.pk))
    if readiness.lacks_source(article):
        items.append(Item("source.none", WARN, "转载没有写来源，请补上。", place, article=article.pk))
    return items


def pieces_of(issue) -> list[Piece]:
    """Everything of an issue that readers see, ready for `wording`."""
    pieces = [
        Piece(str(matter), f"{matter.title}\n{plain_text(matter.html)}\n{matter.signature}")
        for matter in issue.matters.all()
    ]
    for article in issue.articles.select_related("text__current"):
        content = article.text.current.content
        notes = (content.author_note, content.source_note, content.credits)
        text = "\n".join((content.kicker, content.title, content.subtitle, plain_text(content.html), *notes))
        pieces.append(Piece(f"《{article.title}》", text.strip(), article.pk))
    return pieces


def imprint_piece(imprint) -> Piece:
    fields = [str(imprint.supervisor), str(imprint.sponsor), str(imprint.online_note)]
    if imprint.co_sponsors.strip():
        fields += [f"协办：{name.strip()}" for name in imprint.co_sponsors.split("\n") if name.strip()]
    return Piece("版本记录", "\n".join(fields))


def checklist(issue, imprint) -> list[Item]:
    """The whole list for an issue about to close: blocking items first. `imprint` may be unsaved."""
    items = missing_fields(imprint) + notice_items(imprint.notice) + comma_advice(imprint.notice)
    items += licence_items(Journal.objects.current().licence_valid_until, imprint.printed_on or timezone.localdate())
    pieces = [imprint_piece(imprint), *pieces_of(issue)]
    articles = readiness.with_facts(issue.articles.filter(parent=None))
    for article in articles.order_by("section__position", "position"):
        items += article_items(article)
    return items + wording(pieces)
