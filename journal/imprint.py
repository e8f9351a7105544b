"""What the regulation asks of an issue before it is closed (内部资料性出版物管理办法 2015, art. 14–15; RULES.md section 7).

A missing field blocks. Whatever needs judgement (a word that internal material should not use, a co-organiser) is a
warning that quotes its place; people decide.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from journal.text.blocks import plain_text

BLOCK, WARN = "block", "warn"

REQUIRED = (
    ("licence_number", "准印证号"),
    ("notice", "封面字样"),
    ("compiler", "编印单位"),
    ("distribution", "发送对象"),
    ("print_house", "印刷单位"),
    ("printed_on", "印刷日期"),
    ("print_run", "印数"),
)

# (code, pattern, why). 协办 with outside units is forbidden by art. 15(4); the others by art. 14 and 15.
WORDING = (
    ("self.name", r"本刊(?!登)|本报(?!告)|本杂志", "内部资料不自称“本刊”“本报”，请改用刊名或“编辑部”"),
    ("self.office", r"杂志社|期刊社|报社", "内部资料不设杂志社、期刊社、报社，请核对指的是谁"),
    ("self.reporter", r"本刊记者|本报记者|记者", "内部资料没有记者，署名请用“通讯员”或姓名；原文引用的可以保留"),
    ("book.number", r"ISBN|ISSN|CN\s?\d{2}-\d{4}", "内部资料没有书号、刊号"),
    ("price", r"定价|售价|每册\s?\d|征订|订阅价", "内部资料免费交流，不定价、不征订"),
    ("advertising", r"广告(?:部|招商|热线|刊登)|招商热线", "内部资料不登广告"),
    ("co_organiser", r"协办", "内部资料不得与外单位协办，请由主管部门判断"),
)
QUOTE_REACH = 12


@dataclass(frozen=True)
class Item:
    """One line of the checklist. `article` is the id of the article concerned, None for the issue itself."""

    code: str
    level: str
    message: str
    place: str = ""
    quote: str = ""
    article: int | None = None

    @property
    def blocks(self) -> bool:
        return self.level == BLOCK


@dataclass(frozen=True)
class Piece:
    """A text to read for wording: where it stands, what it says, the article it belongs to."""

    place: str
    text: str
    article: int | None = None


def missing_labels(imprint) -> list[str]:
    """The names of the required fields that are empty; `imprint` is anything with the fields."""
    return [label for name, label in REQUIRED if not str(getattr(imprint, name) or "").strip()]


def missing_fields(imprint) -> list[Item]:
    """A blocking item for each required field that is empty."""
    return [
        Item("imprint.missing", BLOCK, f"版本记录缺“{label}”，请填上再定稿。", place="版本记录")
        for label in missing_labels(imprint)
    ]


def notice_items(notice: str) -> list[Item]:
    """The cover must say 内部资料 and 免费交流; the comma between them is a matter of taste (RULES.md section 7)."""
    if notice and not ("内部资料" in notice and "免费交流" in notice):
        message = "封面字样里没有“内部资料，免费交流”，请核对。"
        return [Item("notice.wording", WARN, message, place="版本记录", quote=notice)]
    return []


def wording(pieces: Iterable[Piece]) -> list[Item]:
    """Words that internal material should not use of itself, one item a piece and rule, the first place quoted."""
    items = []
    for piece in pieces:
        for code, pattern, why in WORDING:
            found = list(re.finditer(pattern, piece.text))
            if found:
                times = f"（共 {len(found)} 处）" if len(found) > 1 else ""
                items.append(
                    Item(code, WARN, f"{why}。{times}", piece.place, _around(piece.text, found[0]), piece.article)
                )
    return items


def _around(text: str, match: re.Match) -> str:
    """The match with a few characters each side, inside its own line."""
    start = max(text.rfind("\n", 0, match.start()) + 1, match.start() - QUOTE_REACH)
    line_end = text.find("\n", match.end())
    end = min(len(text) if line_end < 0 else line_end, match.end() + QUOTE_REACH)
    return text[start:end].strip()


def article_items(article) -> list[Item]:
    """What an article should carry in print: a signature, and for a reprint its source."""
    items = []
    place = f"《{article.title}》"
    if not article.bylines.all() and not article.parts.all():
        items.append(Item("byline.none", WARN, "没有署名，请核对是否照登。", place, article=article.pk))
    if article.origin == article.Origin.RECOMMENDED and not article.source_note:
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
    items = missing_fields(imprint) + notice_items(imprint.notice)
    pieces = [imprint_piece(imprint), *pieces_of(issue)]
    articles = issue.articles.filter(parent=None).prefetch_related("bylines", "parts")
    for article in articles.order_by("section__position", "position"):
        items += article_items(article)
    return items + wording(pieces)
