"""The contents page: columns with page ranges and their entries, the masthead beside them, the editorial board."""

import re
from dataclasses import dataclass, field

from journal.text.names import stored_name

from .printed import Line, PrintedByline, PrintedSection, Unreadable

HEADING = re.compile(r"\d*\s*目\s*录\s*(?:CONTENTS)?\s*\d*", re.IGNORECASE)
_SECTION = re.compile(
    r"(?P<name>[\u4e00-\u9fff][\u4e00-\u9fff·“”]{1,13})[\s.．·…—-]*?\s+(?P<start>\d{1,3})(?:\s*[~～—–-]+\s*(?P<end>\d{1,3}))"
)
_PAGE = re.compile(r"(?P<title>.*\S)[\s.．·…]+(?P<page>\d{1,3})")
_MASTHEAD = re.compile(r"(主管|主办|协办|编印)单位")
_MASTHEAD_FIELDS = {"主管": "supervisor", "主办": "sponsor", "协办": "co_sponsors", "编印": "compiler"}
_BOARD = re.compile(r"编辑?委员?会(?:成员|名单)?")
_ROLE = re.compile(
    r"(?P<role>(?:编委会)?(?:顾问|名誉主任|主任委员|副主任委员|主任|副主任|委员|总编辑?|执行主编|副主编|主编|责任编辑|编辑|美术编辑|校对))"
    r"[：:\s]+(?P<names>\S.*)"
)
_NAME = re.compile(r"[\u3400-\u9fff·]{2,6}")
_BOARD_NOTE = re.compile(r"[（(].*笔画.*[）)]")
_PERSON = re.compile(r"[\u3400-\u9fff]{2,4}|[\u3400-\u9fff]+·[\u3400-\u9fff]+")
_UNIT_END = re.compile(r".*(?:[委部局办厅处科组队院校所站区县镇乡村会室社网报厂]|中心|公司|支部|集团)")


@dataclass
class Entry:
    """A line of the contents below a column; page where printed."""

    text: str
    line: int
    section: str
    page: int | None = None


@dataclass
class Contents:
    """The contents page as read."""

    sections: list[PrintedSection] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    masthead: dict[str, str] = field(default_factory=dict)
    board: list[tuple[str, str]] = field(default_factory=list)
    furniture: list[Line] = field(default_factory=list)
    loose: list[Line] = field(default_factory=list)


def find_contents(lines: list[Line]) -> int:
    """The index of the line 目录. Raises Unreadable where there is none with columns below it."""
    for index, line in enumerate(lines):
        if HEADING.fullmatch(line.text) and any(_SECTION.fullmatch(later.text) for later in lines[index + 1 :]):
            return index
    raise Unreadable("没有找到目录（一行“目录”，下面各栏目带页码，例如“理论研究 06 ~ 11”）。请确认这是整期的文字。")


def first_entry(lines: list[Line]) -> Entry:
    """The first title below the first column. Raises Unreadable where the contents name none."""
    columns = [index for index, line in enumerate(lines) if _SECTION.fullmatch(line.text)]
    for line in lines[columns[0] + 1 :]:
        if not _SECTION.fullmatch(line.text):
            return _entry(line, "")
    raise Unreadable("目录里只有栏目，没有文章标题。请确认这是整期的文字。")


def read_contents(lines: list[Line]) -> Contents:
    """The lines from the contents heading to the body."""
    contents = Contents()
    section, label, in_board = "", "", False
    for line in lines:
        found = _SECTION.fullmatch(line.text)
        if found:
            section, label, in_board = found["name"], "", False
            contents.sections.append(PrintedSection(section, int(found["start"]), int(found["end"])))
        elif _BOARD.fullmatch(line.text):
            in_board = True
        elif in_board:
            _read_board(contents, line)
        elif section:
            contents.entries.append(_entry(line, section))
        elif head := _MASTHEAD.fullmatch(line.text):
            label = _MASTHEAD_FIELDS[head[1]]
        elif label:
            earlier = contents.masthead.get(label)
            contents.masthead[label] = f"{earlier}\n{line.text}" if earlier else line.text
        else:
            contents.furniture.append(line)
    return contents


def read_bylines(text: str) -> list[PrintedByline]:
    """Names or units parted by spaces or 、; 何 为 is one person."""
    tokens: list[str] = []
    for token in re.split(r"[\s、，]+", re.sub(r"^(?:[□■◎○]|文[/／:：]|作者[:：])\s*", "", text.strip())):
        if len(token) == 1 and tokens and len(tokens[-1]) == 1:
            tokens[-1] += token
        elif token:
            tokens.append(token)
    return [PrintedByline(_kind(token), stored_name(token)) for token in tokens]


def looks_like_byline(text: str) -> bool:
    """Short, without a sentence's punctuation, and made of names or ending as a unit's name does."""
    if len(text) > 30 or re.search("[。；！？：，]", text):
        return False
    return bool(text) and all(
        byline.kind == "person" or _UNIT_END.fullmatch(byline.name) for byline in read_bylines(text)
    )


def _kind(name: str) -> str:
    return "person" if _PERSON.fullmatch(name) and not (len(name) > 2 and _UNIT_END.fullmatch(name)) else "unit"


def _entry(line: Line, section: str) -> Entry:
    found = _PAGE.fullmatch(line.text)
    return Entry(found["title"], line.number, section, int(found["page"])) if found else Entry(
        line.text, line.number, section
    )  # fmt: skip


def _read_board(contents: Contents, line: Line) -> None:
    """A role with names, or more names of the role above; the printed order is kept."""
    if _BOARD_NOTE.fullmatch(line.text):
        contents.furniture.append(line)
        return
    found = _ROLE.fullmatch(line.text)
    role = found["role"] if found else (contents.board[-1][0] if contents.board else "")
    names = [byline.name for byline in read_bylines(found["names"] if found else line.text)]
    if role and names and all(_NAME.fullmatch(name) for name in names):
        contents.board += [(role, name) for name in names]
    else:
        contents.loose.append(line)
