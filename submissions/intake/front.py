"""The lines of a manuscript → title, subtitle, byline, affiliation, notes, and the text that is left.

Recognised by what the lines say and where they stand; only proposed, so a line that could be either stays in the text.
"""

import re
from dataclasses import dataclass

from journal.text.headings import number_level
from submissions.manuscript import UNIT_ENDING, split_bylines

from .arrived import ArrivedText

PHOTO_LINE = re.compile(r"【照片\d{1,2}】")
_LONGEST_TITLE = 100
_LONGEST_BYLINE = 60
_LONGEST_NOTE = 200
_BLANK = " \t\u3000\u00a0\ufeff"
_SIGNED = re.compile(r"(?:作者|文|撰稿|撰文|执笔|通讯员|供稿)\s*[：:/／｜|]\s*|(?:作者|通讯员)\s+")
_DOUBLE_SURNAMES = "欧阳|上官|司马|司徒|诸葛|夏侯|皇甫|尉迟|公孙|慕容|端木|令狐|东方|南宫|独孤|长孙|宇文"
_PERSON = re.compile(
    rf"[\u3400-\u9fff]{{2,3}}|(?:{_DOUBLE_SURNAMES})[\u3400-\u9fff]{{2}}|[\u3400-\u9fff]+(?:·[\u3400-\u9fff]+)+"
)
_TITLE_ENDS = {
    "报告",
    "总结",
    "意见",
    "通知",
    "通报",
    "决定",
    "方案",
    "办法",
    "汇报",
    "讲话",
    "纪实",
    "侧记",
    "综述",
    "启示",
    "思考",
    "探索",
}
_NO_NAMES = {"前言", "引言", "导言", "摘要", "正文", "目录", "序言", "开头", "背景"}
_BRACKETED = re.compile(r"[（(]([^（）()]+)[）)]")
_WITH_POST = re.compile(r"([^（）()\s、，,]{2,8})\s*[（(]([^（）()]{3,40})[）)]")
_UNIT_LABEL = re.compile(r"(?:作者)?单位\s*[：:]\s*")
_AUTHOR_NOTE = re.compile(r"[（(]作者(?:系|为|单位|简介|：|:).*[）)]|作者(?:系|简介\s*[：:]).*")
_SOURCE_NOTE = re.compile(r"[（(](?:稿件)?来源\s*[：:].*[）)]|(?:稿件)?来源\s*[：:][^。]{2,60}")
# 林晓舟 摄 behind a full stop, a space or a bracket: run together with the caption, nobody can tell where the name begins
_PHOTOGRAPHERS = re.compile(
    r"(?P<caption>.*?)(?:(?<=[。！？）)”])|[ \u3000\u00a0]+|(?P<open>[（(])|^(?=.*[ \u3000]摄))"
    r"(?:本报|本刊|特约|见习)*(?:(?:记者|通讯员)[ \u3000]*)?"
    r"(?P<names>[\u3400-\u9fff·]{2,8}(?:[ \u3000、]+[\u3400-\u9fff·]{2,8}){0,3})[ \u3000\u00a0]*[/／]?(?:摄影|摄|供图)。?(?(open)[）)]。?)"
)


@dataclass(frozen=True)
class Front:
    """What was recognised; used are the places of the lines it was taken from."""

    title: str = ""
    subtitle: str = ""
    byline: str = ""
    affiliation: str = ""
    author_note: str = ""
    source_note: str = ""
    used: frozenset[int] = frozenset()

    def arrived(self, body: str, *, pictures=(), remarks=()) -> ArrivedText:
        """The manuscript: what was recognised, and the text that is left."""
        facts = ("title", "subtitle", "byline", "affiliation", "author_note", "source_note")
        said = {name: getattr(self, name) for name in facts}
        return ArrivedText(body=body, pictures=tuple(pictures), remarks=tuple(remarks), **said)


def recognise(lines: list[str], *, title_lines: int = 1) -> Front:
    """title_lines: how many lines the title takes, where a file shows it by its looks."""
    words = [line.strip(_BLANK) for line in lines]
    places = [place for place, line in enumerate(words) if line and not PHOTO_LINE.fullmatch(line)]
    used: list[int] = []

    def first(fits) -> str:
        if len(used) < len(places) and fits(words[places[len(used)]]):
            used.append(places[len(used)])
            return words[used[-1]]
        return ""

    title = first(_is_title)
    for _ in range(title_lines - 1 if title else 0):
        title += first(lambda line: True)
    subtitle = first(_is_subtitle) if title else ""
    byline = affiliation = note = ""
    if title:
        byline, affiliation = _signature(first)
        note = first(_is_author_note)
    found = _Ending(words, [place for place in places if place not in used])
    note = note or found.take(_is_author_note)
    source = found.take(_is_source_note)
    note = note or found.take(_is_author_note)
    if not byline:
        byline, affiliation = _parted(_unbracketed(found.take(_is_signature)))
    return Front(
        title=title.lstrip("# ").strip("*"),
        subtitle=subtitle.lstrip("—–-― ").strip(),
        byline=byline,
        affiliation=affiliation,
        author_note=note,
        source_note=source,
        used=frozenset([*used, *found.used]),
    )


class _Ending:
    """The last lines of the text, taken one after another as long as they are what is asked for."""

    def __init__(self, words: list[str], places: list[int]):
        self._words, self._places, self.used = words, places, list[int]()

    def take(self, fits) -> str:
        if len(self._places) < 2 or not fits(self._words[self._places[-1]]):
            return ""
        self.used.append(self._places.pop())
        return self._words[self.used[-1]]


def _signature(first) -> tuple[str, str]:
    """Byline and affiliation under a title: in one line, or a line each in either order."""
    byline, affiliation = _parted(first(_is_byline))
    if not byline or affiliation:
        return byline, affiliation
    if _is_unit(byline):
        person = first(lambda line: _is_byline(line) and not _is_unit(line))
        return (_parted(person)[0], byline) if person else (byline, "")
    unit = first(_is_affiliation)
    return byline, _UNIT_LABEL.sub("", _unbracketed(unit), count=1)


def _parted(line: str) -> tuple[str, str]:
    """“榕岭村党总支　林晓舟” or “林晓舟（榕岭村党总支书记）” → person, unit; others stay as they are."""
    signed = _SIGNED.match(line)
    words = line[signed.end() :].strip() if signed else line
    post = _WITH_POST.fullmatch(words)
    if post:
        return post[1], post[2]
    unit, _, persons = words.replace("\u3000", " ").partition(" ")
    if persons and _is_unit(unit) and not any(_is_unit(one["name"]) for one in split_bylines(persons)):
        return persons.strip(), unit
    return words, ""


def _unbracketed(line: str) -> str:
    inner = _BRACKETED.fullmatch(line)
    return inner[1].strip() if inner else line


def _is_title(line: str) -> bool:
    return len(line) <= _LONGEST_TITLE and line[-1] not in "。；，;,：:" and number_level(line) is None


def _is_subtitle(line: str) -> bool:
    return line.startswith(("—", "--", "――", "––")) and len(line) <= _LONGEST_TITLE


def _is_byline(line: str) -> bool:
    """Names of persons or units and nothing else; （） may hold what a person is."""
    signed = _SIGNED.match(line)
    words = line[signed.end() :] if signed else line
    if len(words) > _LONGEST_BYLINE or re.search(r"[。；：！？“”《》]", words) or number_level(words) is not None:
        return False
    names = [byline["name"] for byline in split_bylines(_BRACKETED.sub("", words))]
    return bool(names) and all(signed or _is_name(name) for name in names)


def is_byline_below_title(line: str) -> bool:
    """Whether a line set like the title above it is the byline, not the title's next line: 工作 / 报告 is a title, too."""
    words = line.strip(_BLANK)
    return _is_byline(words) and words not in _TITLE_ENDS and not words.startswith("的")


def _is_name(name: str) -> bool:
    return _is_unit(name) or (name not in _NO_NAMES and _PERSON.fullmatch(name) is not None)


def _is_unit(words: str) -> bool:
    return len(words) > 4 and UNIT_ENDING.search(words) is not None


def _is_affiliation(line: str) -> bool:
    words = _unbracketed(line)
    labelled = _UNIT_LABEL.match(words) is not None
    if len(words) > _LONGEST_BYLINE or re.search("[。；！？“”《》]", words) or number_level(words) is not None:
        return False
    return labelled or (_is_unit(words) and not re.search("[，,：:]", words))


def _is_author_note(line: str) -> bool:
    return len(line) <= _LONGEST_NOTE and _AUTHOR_NOTE.fullmatch(line) is not None and not _is_signature(line)


def _is_source_note(line: str) -> bool:
    return len(line) <= _LONGEST_NOTE and _SOURCE_NOTE.fullmatch(line) is not None


def _is_signature(line: str) -> bool:
    """At the end of a text: （榕岭村党总支　林晓舟） or 作者：林晓舟. Two characters in brackets may be anything."""
    words = _unbracketed(line)
    signed = _SIGNED.match(words)
    if signed:
        names = [one["name"] for one in split_bylines(words[signed.end() :])]
        return _is_byline(words) and all(map(_is_name, names))
    return words != line and _is_byline(words) and bool(_parted(words)[1])


def caption_and_photographers(words: str) -> tuple[str, str]:
    """图为村民议事。林晓舟 摄 → the caption, and who took the picture as printed; all of it and "" where none is told."""
    found = _PHOTOGRAPHERS.fullmatch(words)
    if found is None or not all(_PERSON.fullmatch(name) for name in re.split("[ \u3000、]+", found["names"])):
        return words, ""
    return found["caption"].rstrip(_BLANK), found["names"]
