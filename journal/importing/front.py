"""Cover, highlights, imprint and preface: everything before the contents."""

import re
from dataclasses import dataclass, field
from datetime import date

from journal.text.blocks import canonical
from journal.text.lines import join_lines

from .markup import paragraphs_to_html
from .printed import Line, PrintedMatter

_NUMBER = re.compile(r"(\d{4})\s*年?\s*(?:NO\s*[.．]?|第)\s*0*(\d{1,2})\s*期?", re.IGNORECASE)
_SERIAL = re.compile(r"总第\s*0*(\d+)\s*期")
_LICENCE = re.compile(r".*准印(?:证|字).*")
_NOTICE = re.compile(r"内部资料.{0,8}")
_HIGHLIGHT = re.compile(r"(?:[-*•]\s*)?[★☆●◆■]\s*(.+)")
_SPONSOR = re.compile(r"(.{4,40}?)\s*(主管|主办|协办|编印)")
_FIELDS = {
    "地址": "address",
    "邮编": "postcode",
    "邮政编码": "postcode",
    "邮箱": "email",
    "投稿邮箱": "email",
    "电话": "phone",
    "联系电话": "phone",
    "编印单位": "compiler",
    "印刷日期": "printed_on",
    "印刷时间": "printed_on",
    "印刷单位": "print_house",
    "承印单位": "print_house",
    "印刷数量": "print_run",
    "印数": "print_run",
    "发放范围": "distribution",
    "发送对象": "distribution",
    "准印证号": "licence_number",
}
_ROLES = {"主管": "supervisor", "主办": "sponsor", "协办": "co_sponsors", "编印": "compiler"}
_LABELLED = re.compile(r"([\u4e00-\u9fff]{2,10})\s*[：:]\s*(.+)")
_DATE = re.compile(r"(\d{4})\s*[年.-]\s*(\d{1,2})\s*[月.-]\s*(\d{1,2})")
_LONG = 60  # characters of a paragraph: an imprint line is shorter
_HIGHLIGHT_LENGTH = 180
_SIGNATURE_LENGTH = 25


@dataclass
class Front:
    """What the pages before the contents say; year, number and serial are 0 where they are not printed there."""

    year: int = 0
    number: int = 0
    serial_number: int = 0
    imprint: dict[str, str] = field(default_factory=dict)
    highlights: list[str] = field(default_factory=list)
    preface: PrintedMatter | None = None
    furniture: list[Line] = field(default_factory=list)


def read_front(lines: list[Line]) -> Front:
    """Lines before the contents. What no pattern takes and what is no preface is the page's furniture."""
    front = Front()
    left = [line for line in lines if not _take(front, line.text)]
    start = next((index for index, line in enumerate(left) if len(line.text) >= _LONG), None)
    if start is None:
        front.furniture = left
        return front
    titled = start > 0 and left[start - 1].number > max(0, left[start].number - 8)
    begin = start - 1 if titled else start
    front.preface = read_matter(left[begin:], titled=titled)
    front.furniture = left[:begin]
    return front


def read_matter(lines: list[Line], *, titled: bool) -> PrintedMatter:
    """Title, text and a closing signature (《…》编辑部) of a preface or call."""
    title = lines[0].text if titled else ""
    body = lines[1:] if titled else lines
    signature = ""
    if len(body) > 1 and len(body[-1].text) <= _SIGNATURE_LENGTH and body[-1].text[-1] not in "。！？；：”":
        signature = body[-1].text
        body = body[:-1]
    paragraphs = join_lines([line.text for line in body])
    return PrintedMatter(title, canonical(paragraphs_to_html(paragraphs)), signature, lines[0].number)


def take_number(front: Front, text: str) -> bool:
    """Year and number, and the serial number, wherever they are printed; true where the line says nothing else."""
    issue, serial = _NUMBER.search(text), _SERIAL.search(text)
    if issue and not front.year:
        front.year, front.number = int(issue[1]), int(issue[2])
    if serial and not front.serial_number:
        front.serial_number = int(serial[1])
    rest = _SERIAL.sub("", _NUMBER.sub("", text))
    return bool(issue or serial) and len(re.sub(r"[\s（）()]|季刊|双月刊|月刊|半年刊", "", rest)) == 0


def typed_imprint(printed: dict[str, str]) -> tuple[dict[str, str | int], list[str]]:
    """Printed facts as the imprint stores them: printed_on as ISO date, print_run in copies. Also the labels of those
    that could not be read; they are left out."""
    facts: dict[str, str | int] = dict(printed)
    unread = []
    if "printed_on" in printed:
        found = _DATE.search(printed["printed_on"])
        try:
            facts["printed_on"] = date(*map(int, found.groups())).isoformat() if found else ""
        except ValueError:
            facts["printed_on"] = ""
        if not facts["printed_on"]:
            del facts["printed_on"]
            unread.append("印刷日期")
    if "print_run" in printed:
        digits = re.sub(r"[,，\s]", "", printed["print_run"])
        copies = re.match(r"\d{1,7}(?=份|册|本|$)", digits)
        if copies:
            facts["print_run"] = int(copies[0])
        else:
            del facts["print_run"]
            unread.append("印数")
    return facts, unread


def _take(front: Front, text: str) -> bool:
    """Whether the line is a known fact, now noted."""
    if take_number(front, text):
        return True
    if re.fullmatch(r"本期导读|导读|本期看点", text):
        return True
    found = _HIGHLIGHT.fullmatch(text)
    if found and len(text) <= _HIGHLIGHT_LENGTH:
        front.highlights.append(found[1].strip())
        return True
    if len(text) >= _LONG:
        return False
    if _take_labelled(front, text):
        return True
    for pattern, name in ((_LICENCE, "licence_number"), (_NOTICE, "notice")):
        if name not in front.imprint and pattern.fullmatch(text):
            front.imprint[name] = text
            return True
    if found := _SPONSOR.fullmatch(text):
        front.imprint.setdefault(_ROLES[found[2]], found[1])
        return True
    if "在线阅读" in text and "online_note" not in front.imprint:
        front.imprint["online_note"] = text
        return True
    return False


def _take_labelled(front: Front, text: str) -> bool:
    found = _LABELLED.fullmatch(text)
    if not found:
        return False
    label, value = found[1], found[2].strip().strip("<>")
    name = "website" if label.endswith(("官网", "网址", "网站")) else _FIELDS.get(label)
    if name:
        front.imprint.setdefault(name, value)
    return bool(name)
