"""What a person has to look at: names left out, passages cut off, pictures that did not come along. Told, never changed."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ..lines import ends_finally
from ..marks import CJK
from .edits import Change
from .encoding import PRIVATE
from .half_width import open_quotes
from .markup import lost_pictures
from .pinyin import authors_readings
from .traditional import judge

_MASK = re.compile(
    rf"(?=[*×✕Xx○●□■某])(?:(?<!\*)\*{{1,12}}(?:\+\*{{1,12}})*(?!\*)(?=[{CJK}+“”，。、；：])|(?<=[{CJK}“+])\*{{1,12}}(?!\*)|[×✕]{{2,12}}"
    rf"|(?<=[{CJK}“])[Xx]{{2,6}}(?![A-Za-z])|(?<![A-Za-z])[Xx]{{2,6}}(?=[{CJK}])|[○●□■]{{2,12}}|某某)"
)
_UNREADABLE = re.compile(f"(?:[\ufffd{PRIVATE}]|锟斤拷|烫烫烫|屯屯屯)+")
_NOTE_BEHIND = re.compile(r"[（(][^（）()]{2,60}[）)]$")
_SENTENCE = re.compile("[，。；！？]")
_BODY_LENGTH = 60  # characters; a shorter line without a full stop may be a title or a list
_LONG_LINE = re.compile(rf"[^\n]{{{_BODY_LENGTH},}}")
_INNER = str.maketrans("“”", "‘’")  # quotes inside quotes (GB/T 15834-2011, 4.8.3.3)
_QUOTED = 12
_TOLD = 5  # forms of one kind that a message names


@dataclass(frozen=True)
class Report:
    """offset: the first place in the original text; places: all of them; message: object, reason, next step."""

    kind: str
    offset: int
    message: str
    places: tuple[int, ...] = ()


Found = list[tuple[int, str]]  # place in the cleaned text, the words there


def reports_of(original: str, cleaned: str, changes: tuple[Change, ...]) -> tuple[Report, ...]:
    """In the order of their first places."""
    origin = _Origin(changes)
    told = [
        _told("mask", _masks(cleaned), origin, _mask_message),
        _told("unreadable", _matches(_UNREADABLE, cleaned), origin, _unreadable_message),
        _told(
            "traditional",
            [(edit.start, cleaned[edit.start : edit.end]) for edit in judge(cleaned)[1]],
            origin,
            _traditional_message,
        ),
        _told("pinyin", authors_readings(cleaned), origin, _pinyin_message),
        *(_told("cut", [cut], origin, _cut_message) for cut in _cuts(cleaned)),
        *(_told("quote", [(place, _around(cleaned, place))], origin, _quote_message) for place in open_quotes(cleaned)),
        _told("picture", [(place, "") for place in lost_pictures(original)], int, _picture_message),
    ]
    return tuple(sorted((report for report in told if report), key=lambda report: report.offset))


class _Origin:
    """Places of the cleaned text → places of the original."""

    def __init__(self, changes: Iterable[Change]):
        self._ends: list[int] = []
        self._shifts: list[int] = []
        shift = 0
        for change in changes:
            begin = change.offset + shift
            shift += len(change.after) - len(change.before)
            self._ends.append(begin + len(change.after))
            self._shifts.append(shift)

    def __call__(self, place: int) -> int:
        before = bisect_right(self._ends, place)
        return max(0, place - (self._shifts[before - 1] if before else 0))


def _told(kind: str, found: Found, origin: Callable[[int], int], message: Callable[[Found], str]) -> Report | None:
    if not found:
        return None
    places = tuple(origin(place) for place, _ in found)
    return Report(kind, places[0], message(found), places)


def _matches(form: re.Pattern[str], text: str) -> Found:
    return [(match.start(), match[0]) for match in form.finditer(text)]


def _masks(text: str) -> Found:
    return [(match.start(), text[match.start() : match.end() + 4].split("\n")[0]) for match in _MASK.finditer(text)]


def _cuts(text: str) -> Found:
    """Paragraphs of running text that end in mid-sentence, as where columns of a newspaper were mixed up."""
    found: Found = []
    for line in _LONG_LINE.finditer(text):
        words = _NOTE_BEHIND.sub("", line[0].rstrip()).rstrip()
        if "\t" not in words and _SENTENCE.search(words) and not ends_finally(words) and words[-1:] not in "”’）":
            place = line.start() + len(words)
            found.append((max(line.start(), place - _QUOTED), words[-_QUOTED:]))
    return found


def _around(text: str, place: int) -> str:
    return text[place : place + _QUOTED].split("\n")[0]


def _names(found: Found) -> str:
    forms = list(dict.fromkeys(words for _, words in found))
    return "".join(map(_quoted, forms[:_TOLD])) + ("等" if len(forms) > _TOLD else "")


def _quoted(words: str) -> str:
    return f"“{words.translate(_INNER)}”"


def _mask_message(found: Found) -> str:
    return (
        f"有 {len(found)} 处名称或数字被符号盖住了，如{_names(found)}。原来写的是什么，系统不知道，所以没有改。"
        "请对照原稿补上，或者确认就这样刊登。"
    )


def _unreadable_message(found: Found) -> str:
    return f"有 {len(found)} 处字显示不出来，如{_names(found)}，原来的字已经丢失，没法自动恢复。请对照原稿补上。"


def _traditional_message(found: Found) -> str:
    return (
        f"简体文字里有 {len(found)} 个繁体字：{_names(found)}。可能是人名、地名里特意用的字，所以没有改。"
        "请核对，要改成简体的请直接改。"
    )


def _pinyin_message(found: Found) -> str:
    return f"有 {len(found)} 处给字注了读音：{_names(found)}。可能是特意给少见的字注的，所以没有去掉。不需要的话，请直接删去。"


def _cut_message(found: Found) -> str:
    return (
        f"{_quoted('……' + found[0][1])}后面断了，没有说完，可能是分栏排的版面复制时串了行，或者漏了字。请对照原件补上。"
    )


def _quote_message(found: Found) -> str:
    return f"{_quoted(found[0][1] + '……')}这一段的引号少了一半，分不清左右，所以没有改。请补上缺的引号。"


def _picture_message(found: Found) -> str:
    return f"有 {len(found)} 处原来是图片，没有跟着文字一起过来。请把图片另外上传，放在原来的位置。"
