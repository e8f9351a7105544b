"""The contents page: columns with page ranges and their entries, the masthead beside them, the editorial board."""

import re
from dataclasses import dataclass, field

from journal.text.names import stored_name

from .printed import Line, PrintedByline, PrintedSection, Problem, Unreadable, quote_of

HEADING = re.compile(r"\d*\s*目\s*录\s*(?:CONTENTS)?\s*\d*", re.IGNORECASE)
_COLUMN = re.compile(
    r"(?P<name>[\u4e00-\u9fff][\u4e00-\u9fff·“”]{1,13}?)[\s.．·…—-]+(?P<start>\d{1,3})(?:\s*[~～—–-]+\s*(?P<end>\d{1,3}))?"
)
_SHORT_COLUMN = 8  # characters of a column's name that stands with a single page
_REACH = 40  # lines after the last column with a range in which one with a single page may stand
_LEADERS = " \t\u3000.．·…⋯—-"
_PAGE = re.compile(rf"(?P<title>.*\S)[{_LEADERS}]+(?P<page>\d{{1,3}})")
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
    problems: list[Problem] = field(default_factory=list)


def find_contents(lines: list[Line]) -> int:
    """The index of the line 目录. Raises Unreadable where there is none with columns below it."""
    for index, line in enumerate(lines):
        if HEADING.fullmatch(line.text) and columns_of(lines[index + 1 :]):
            return index
    raise Unreadable("没有找到目录（一行“目录”，下面各栏目带页码，例如“理论研究 06 ~ 11”）。请确认这是整期的文字。")


def columns_of(lines: list[Line]) -> dict[int, PrintedSection]:
    """The columns by the numbers of their lines: a name with a range of pages, and where the titles below carry no page
    numbers also a short name with a single page."""
    matches = {line.number: found for line in lines if (found := _COLUMN.fullmatch(line.text))}
    ranged = [number for number, found in matches.items() if found["end"]]
    if not ranged:
        return {}
    titles = [line for line in lines if ranged[0] < line.number <= ranged[-1] and line.number not in ranged]
    paged = sum(bool(_PAGE.fullmatch(line.text)) for line in titles)
    singles = paged * 3 <= len(titles)
    return {
        number: PrintedSection(found["name"], int(found["start"]), int(found["end"] or found["start"]))
        for number, found in matches.items()
        if found["end"] or (singles and len(found["name"]) <= _SHORT_COLUMN and number < ranged[-1] + _REACH)
    }


def first_entry(lines: list[Line]) -> Entry:
    """The first title below the first column. Raises Unreadable where the contents name none."""
    columns = columns_of(lines)
    for line in lines:
        if line.number > min(columns) and line.number not in columns:
            return _entry(line, "")
    raise Unreadable("目录里只有栏目，没有文章标题。请确认这是整期的文字。")


def read_contents(lines: list[Line]) -> Contents:
    """The lines from the contents heading to the body."""
    contents = Contents()
    columns = columns_of(lines)
    section, label, in_board = "", "", False
    for line in lines:
        column = columns.get(line.number)
        if column:
            section, label, in_board = column.name, "", False
            _add_column(contents, column, line)
        elif _BOARD.fullmatch(line.text):
            in_board = True
        elif in_board:
            _read_board(contents, line)
        elif section:
            contents.entries.append(_entry(line, section))
        elif head := _MASTHEAD.fullmatch(line.text):
            label = _MASTHEAD_FIELDS[head[1]]
        elif label:
            _add_masthead(contents, label, line.text)
        else:
            contents.furniture.append(line)
    return contents


def _add_column(contents: Contents, column: PrintedSection, line: Line) -> None:
    """A column that is listed a second time goes on; pages that run backwards are reported and left out."""
    if (column.end_page or 0) < (column.start_page or 0):
        message = "栏目的页码前大后小，没有收入。请补填。"
        contents.problems.append(Problem(line.number, line.text, message))
        column = PrintedSection(column.name, None, None)
    names = [earlier.name for earlier in contents.sections]
    if column.name in names:
        contents.problems.append(Problem(line.number, line.text, "这个栏目在目录里列了两次，已并成一个。请核对页码。"))
    else:
        contents.sections.append(column)


def _add_masthead(contents: Contents, label: str, text: str) -> None:
    earlier = contents.masthead.get(label)
    between = "\n" if label == "co_sponsors" else "、"
    contents.masthead[label] = f"{earlier}{between}{text}" if earlier else text


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
    if found is None:
        return Entry(line.text, line.number, section)
    return Entry(found["title"].rstrip(_LEADERS), line.number, section, int(found["page"]))


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
        message = "编委会里的这一行没有看懂，没有收入。"
        contents.problems.append(Problem(line.number, quote_of(line.text), message))
