"""What texts a page or file seems to hold, for a person to confirm (RULES.md 9: 000, 001, 002).

Nothing is dropped: the stretches of a `Compilation` tile the source, and whatever could not be told is one of them.
A contents page says which lines are titles. Without one a title is known by the signature under or behind it, and only
two or more such titles make a compilation: a single manuscript is one proposal.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from itertools import chain, pairwise

from journal.text.fingerprint import fold
from journal.text.headings import number_level
from journal.text.lines import is_complete

from .cut import LISTED, SourceLine, source_lines
from .signature import Signature, bracketed, read_signature

HEADING, LEAD, CONTENTS, PIECE, REMAINDER = "heading", "lead", "contents", "piece", "remainder"

_CONTENTS_LINE = re.compile(r"[\d\s]*(?:本期|本辑)?目\s*[录次][\sA-Za-z:：]*|CONTENTS", re.IGNORECASE)
SUBTITLE = re.compile(r"(?:——|—|--)\s*\S")
_COUNT = re.compile(r"\s*[（(]\s*(?:共)?\s*[\d一二三四五六七八九十]+\s*[篇则份][)）]\s*$")
_CREDIT_WORDS = "本版|本栏|本组|文字|文图|图文|图片|摄影|供图|供稿|撰稿|整理|通讯员|责任编辑|责编|编辑|校对"
_CREDIT = rf"(?:{_CREDIT_WORDS})[^。，；（）()]{{0,12}}?[：:/／\s][^。；（）()]{{2,40}}?"
_GLUED_CREDIT = re.compile(rf"[（(【]\s*({_CREDIT})\s*[）)】]$")
OWN_CREDIT = re.compile(rf"[（(【]?\s*({_CREDIT})\s*[）)】]?")
_MASK = re.compile(r"\*{1,}|[×□█▇]{1,}|某某+")
_BOLD = re.compile(r"\*\*(?=[^\s*])[^\n*，。；、]{1,40}(?<=[^\s*])\*\*")  # a mask has its like in another sentence
_PHOTO = re.compile(r"【照片\s*\d{1,2}】")
_RUNNING = 20  # characters from which a line with a mark in it may begin a text, under a title and a signature
_TITLE_PART = 25  # characters of half a title that is set in two lines
_ALIKE = 0.8  # from here a line of the contents means a title that differs from it
_LONG_HEAD = 4  # lines below a title among which subtitle and signature stand
_QUOTE = 20
_MOST_ALIKE = 2_000  # pairs of titles compared character by character: more are no contents page


@dataclass(frozen=True)
class Cut:
    """Something of a text that is missing, torn or was taken away: its place in the source, and what it means.

    kind: ends_early (the text stops in mid-sentence), broken (torn in mid-sentence, as by columns), credit (a note of
    the page taken off the end), masked (characters hidden by ** and the like), two_lines (a title put together),
    contents (the contents page says something else).
    """

    kind: str
    message: str
    quote: str
    start: int
    end: int


@dataclass(frozen=True)
class Proposal:
    """One text: its facts as printed, and its stretch of the source.

    head is the source of the lines title, subtitle, person (names parted by 、) and office (post or unit) were read
    from; text is the source of the body. contents is the line of the contents page that lists it, None where none does.
    """

    title: str
    text: str
    start: int
    end: int
    head: str = ""
    subtitle: str = ""
    person: str = ""
    office: str = ""
    credits: str = ""
    contents: str | None = None
    cut: tuple[Cut, ...] = ()

    @property
    def byline(self) -> str:
        """Post and name on one line."""
        return " ".join(part for part in (self.office, self.person) if part)


@dataclass(frozen=True)
class Entry:
    """A line of the contents page; piece is the index of the text it lists, None where there is no such text."""

    line: str
    title: str
    office: str
    piece: int | None


@dataclass(frozen=True)
class Stretch:
    """A part of the source, and what it was taken for: heading, lead, contents, piece, remainder."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True)
class Compilation:
    """Everything of a source; the stretches joined are the source. A single manuscript has one piece and no heading."""

    heading: str
    subtitle: str
    lead: str
    pieces: tuple[Proposal, ...]
    entries: tuple[Entry, ...]
    stretches: tuple[Stretch, ...]

    @property
    def is_several(self) -> bool:
        return len(self.pieces) > 1

    @property
    def without_text(self) -> tuple[Entry, ...]:
        """Lines of the contents page whose text is not in the source."""
        return tuple(entry for entry in self.entries if entry.piece is None)

    @property
    def without_entry(self) -> tuple[Proposal, ...]:
        """Texts that the contents page, where there is one, does not list."""
        return tuple(piece for piece in self.pieces if self.entries and piece.contents is None)


def propose(text: str) -> tuple[Proposal, ...]:
    """The texts of a source in order; one for an ordinary manuscript, none for an empty source."""
    return survey(text).pieces


def survey(text: str) -> Compilation:
    """The texts of a source with everything around them."""
    lines = list(source_lines(text))
    if not lines:
        return Compilation("", "", "", (), (), (Stretch(REMAINDER, 0, len(text)),) if text else ())
    found = _by_contents(lines) or _by_signature(lines)
    return _Reading(text, lines, *found).compilation() if found else _single(text, lines)


@dataclass
class _Title:
    """A title in lines[place:place + count], with the signature in brackets behind it; entry is its contents line."""

    place: int
    count: int
    words: str
    signature: Signature | None
    entry: int | None = None


@dataclass(frozen=True)
class _Listed:
    """A line of the contents page, without page number, and what is in its brackets."""

    place: int
    line: SourceLine
    title: str
    signature: Signature | None

    @cached_property
    def key(self) -> str:
        return fold(self.title)


def _by_contents(lines: list[SourceLine]) -> tuple[list[_Title], list[_Listed], range] | None:
    """The titles a contents page lists, and those it forgot; None unless two of its lines are found again."""
    place = next((place for place, line in enumerate(lines) if _CONTENTS_LINE.fullmatch(line.text)), None)
    first = _repeated_block(lines) if place is None else place + 1
    if first is None:
        return None
    entries, opening = _entries(lines, first)
    titles = _listed_titles(lines, entries, opening)
    if len(titles) < 2:
        return None
    heads = _head_places(titles, lines)
    forgotten = [title for title in _signed_titles(lines, opening) if title.place not in heads]
    titles = sorted([*titles, *forgotten], key=lambda title: title.place)
    _match_alike(titles, entries)
    return titles, entries, range(first if place is None else place, opening)


def _repeated_block(lines: list[SourceLine]) -> int | None:
    """Where two or more neighbouring lines near the top stand that stand again, in order, further down: a contents
    page without a heading."""
    keys = [line.key for line in lines]
    for place, (one, other) in enumerate(pairwise(lines[:12])):
        if one.is_body:
            return None
        if not (one.can_be_title and other.can_be_title):
            continue
        rest = keys[place + 2 :]
        if one.key in rest and other.key in rest[rest.index(one.key) + 2 :]:
            return place
    return None


def _entries(lines: list[SourceLine], first: int) -> tuple[list[_Listed], int]:
    """The lines of the contents page, and the place where it ends: at running text, or where a title stands again."""
    entries: list[_Listed] = []
    index = _Index([])
    place = first
    for place in range(first, len(lines) + 1):
        if place == len(lines) or lines[place].is_body:
            break
        if index.find(lines, place)[0] is not None:
            return entries, place
        if lines[place].can_be_title:
            inner = bracketed(_without_page(lines[place]))
            title, signature = inner or (lines[place].bare, None)
            entries.append(_Listed(place, lines[place], title, signature))
            index.add(len(entries) - 1, entries[-1])
    # A text that is not listed comes first: its head has no page number, as the lines of the contents page have.
    paged = [entry for entry in entries if LISTED.search(entry.line.text)]
    if len(paged) * 2 > len(entries):
        return entries[: entries.index(paged[-1]) + 1], paged[-1].place + 1
    return entries, place


def _without_page(line: SourceLine) -> str:
    listed = LISTED.search(line.text)
    return re.sub(r"[\s.．…·⋯—~～–-]*\d{1,4}[\s\d~～—–-]*$", "", line.text).strip() if listed else line.text


class _Index:
    """Which line of the contents page names the text under a title, found without comparing each with each."""

    def __init__(self, entries: list[_Listed]):
        self._titles: dict[str, list[int]] = defaultdict(list)
        self._lines: dict[str, list[int]] = defaultdict(list)
        self._taken: set[int] = set()
        for number, entry in enumerate(entries):
            self.add(number, entry)

    def add(self, number: int, entry: _Listed) -> None:
        self._titles[entry.key].append(number)
        for key in {entry.line.key, *entry.line.beginnings}:
            self._lines[key].append(number)

    def take(self, number: int) -> None:
        self._taken.add(number)

    def find(self, lines: list[SourceLine], place: int) -> tuple[int | None, int]:
        """The entry not yet taken that the line at place names, and over how many lines its title goes: 1 or 2."""
        line = lines[place]
        if not line.can_be_title:
            return None, 0
        alone = [self._titles.get(line.key, ()), self._lines.get(line.key, ())]
        alone += [self._titles.get(key, ()) for key in line.beginnings]
        below = lines[place + 1].key if place + 1 < len(lines) else ""
        together = self._titles.get(line.key + below, ()) if below else ()
        for count, numbers in ((1, chain.from_iterable(alone)), (2, together)):
            for number in numbers:
                if number not in self._taken:
                    return number, count
        return None, 0


def _listed_titles(lines: list[SourceLine], entries: list[_Listed], opening: int) -> list[_Title]:
    """Each entry opens one text, where its words stand first; a listed line right above another heads a column."""
    titles: list[_Title] = []
    index = _Index(entries)
    place = opening
    while place < len(lines):
        number, count = index.find(lines, place)
        under_title = bool(titles) and titles[-1].place + titles[-1].count == place
        if number is None or (under_title and lines[place].is_byline):
            place += 1
            continue
        index.take(number)
        if under_title:
            titles.pop()
        titles.append(_title(lines, place, count, number, entries[number]))
        place += count
    return titles


def _title(lines: list[SourceLine], place: int, count: int, number: int, entry: _Listed) -> _Title:
    printed = [_plain(line) for line in lines[place : place + count]]
    inner = bracketed(printed[-1])
    words, signature = (inner[0], inner[1]) if inner else (printed[-1], None)
    return _Title(place, count, " ".join([*printed[:-1], words]), signature, number)


def _plain(line: SourceLine) -> str:
    """A title line without markup."""
    return re.sub(r"^(?:#{1,6}\s+|[-★•●]\s+)|^\*\*(?=[^*])|(?<=[^*])\*\*$", "", line.text).strip()


def _signed_titles(lines: list[SourceLine], opening: int) -> list[_Title]:
    """Titles known by their signature: in brackets behind them, or on one of the next lines; then text follows."""
    titles = []
    for place in range(opening, len(lines) - 1):
        line = lines[place]
        if not line.can_be_title or read_signature(line.text):
            continue
        inner = bracketed(_plain(line))
        head = _head_length(lines, place + 1, listed=False)
        signed = inner or any(read_signature(below.text) for below in lines[place + 1 : place + 1 + head])
        if signed and place + 1 + head < len(lines) and _runs(lines[place + 1 + head]):
            words, signature = inner or (_plain(line), None)
            titles.append(_Title(place, 1, words, signature))
    return titles


def _runs(line: SourceLine) -> bool:
    """Whether the line can begin a text: a sentence, a heading, a salutation, a photograph."""
    text = line.text
    return (
        line.is_body
        or number_level(text) is not None
        or text.startswith("#")
        or text.endswith(("：", ":"))
        or bool(_PHOTO.fullmatch(text))
        or (len(text) >= _RUNNING and bool(re.search("[，。；,]", text)))
    )


def _head_length(lines: list[SourceLine], first: int, *, listed: bool) -> int:
    """How many lines from first on are subtitle and signatures."""
    count, signed = 0, False
    for line in lines[first : first + _LONG_HEAD]:
        if SUBTITLE.match(line.text) and not (count or line.is_body):
            count += 1
        elif not line.is_body and read_signature(line.text, listed=listed and not signed):
            count, signed = count + 1, True
        else:
            break
    return count


def _by_signature(lines: list[SourceLine]) -> tuple[list[_Title], list[_Listed], range] | None:
    titles = _signed_titles(lines, 0)
    if len(titles) < 2:
        return None
    return [titles[0], *(_in_two_lines(lines, title) for title in titles[1:])], [], range(0)


def _in_two_lines(lines: list[SourceLine], title: _Title) -> _Title:
    """A title after finished text may begin one line higher."""
    above = lines[title.place - 1]
    fits = above.can_be_title and len(above.text) <= _TITLE_PART and not re.search("[，。；,]", above.text)
    if not fits or len(title.words) > _TITLE_PART or not is_complete(lines[title.place - 2].text):
        return title
    return _Title(title.place - 1, title.count + 1, f"{_plain(above)} {title.words}", title.signature)


def _head_places(titles: list[_Title], lines: list[SourceLine]) -> set[int]:
    """Places of the titles and of the subtitles and signatures under them."""
    heads: set[int] = set()
    for title in titles:
        below = title.place + title.count
        heads.update(range(title.place, below + _head_length(lines, below, listed=True)))
    return heads


def _match_alike(titles: list[_Title], entries: list[_Listed]) -> None:
    """Lines of the contents page left over mean the text left over whose title is most like theirs."""
    taken = {title.entry for title in titles}
    unlisted = [title for title in titles if title.entry is None]
    if len(unlisted) * (len(entries) - len(taken)) > _MOST_ALIKE:
        return
    for title in unlisted:
        left = [number for number in range(len(entries)) if number not in taken]
        likeness = {number: SequenceMatcher(None, entries[number].key, fold(title.words)).ratio() for number in left}
        best = max(likeness, key=likeness.__getitem__, default=None)
        if best is not None and likeness[best] >= _ALIKE:
            title.entry = best
            taken.add(best)


class _Reading:
    """Titles are known: the rest of the source finds its place around them."""

    def __init__(self, text: str, lines: list[SourceLine], titles: list[_Title], entries: list[_Listed], page: range):
        self.text, self.lines, self.titles, self.entries, self.page = text, lines, titles, entries, page
        self.kinds = [PIECE] * len(lines)
        self.heads = [_head_length(lines, title.place + title.count, listed=True) for title in titles]

    def compilation(self) -> Compilation:
        heading, subtitle = self._front()
        for place in self.page:
            self.kinds[place] = CONTENTS
        pieces = tuple(self._piece(number) for number in range(len(self.titles)))
        found = {title.entry: number for number, title in enumerate(self.titles) if title.entry is not None}
        entries = tuple(
            Entry(entry.line.text, entry.title, entry.signature.office if entry.signature else "", found.get(number))
            for number, entry in enumerate(self.entries)
        )
        lead = "\n".join(line.text for line, kind in zip(self.lines, self.kinds, strict=True) if kind == LEAD)
        return Compilation(heading, subtitle, lead, pieces, entries, tuple(self._stretches()))

    def _front(self) -> tuple[str, str]:
        """What stands before the first title outside the contents page: heading, subtitle, lead, other things."""
        heading = subtitle = ""
        led = False
        for place in range(self.titles[0].place):
            line = self.lines[place]
            if place in self.page:
                continue
            if not heading and not led and line.can_be_title:
                heading, self.kinds[place] = _COUNT.sub("", _plain(line)), HEADING
            elif heading and not subtitle and not led and SUBTITLE.match(line.text):
                subtitle, self.kinds[place] = line.text.lstrip("—- "), HEADING
            elif led or _runs(line):
                led, self.kinds[place] = True, LEAD
            else:
                self.kinds[place] = REMAINDER
        return heading, subtitle

    def _piece(self, number: int) -> Proposal:
        title, head = self.titles[number], self.heads[number]
        last = self.titles[number + 1].place if number + 1 < len(self.titles) else len(self.lines)
        top, first = title.place, title.place + title.count + head
        entry = self.entries[title.entry] if title.entry is not None else None
        subtitle, signature = _read_head(self.lines[title.place + title.count : first], title.signature)
        cuts = list(_told_of_title(self.lines[top], title, entry, signature, bool(self.entries)))
        signature = signature or (entry.signature if entry else None) or Signature("", "")
        body = self.lines[first:last]
        text, credits, told = _body(self.text, body)
        return Proposal(
            title=title.words,
            text=text,
            start=self._begin(top),
            end=self._begin(last),
            head=self.text[self.lines[top].start : self.lines[first - 1].end],
            subtitle=subtitle,
            person=signature.person,
            office=signature.office,
            credits=credits,
            contents=entry.line.text if entry else None,
            cut=(*cuts, *told),
        )

    def _begin(self, place: int) -> int:
        """Where the stretch that begins with a line begins; white space before it belongs to what is above."""
        if place == 0:
            return 0
        return self.lines[place].start if place < len(self.lines) else len(self.text)

    def _stretches(self) -> Iterator[Stretch]:
        edges = {title.place for title in self.titles}
        begin = 0
        for place in range(1, len(self.lines) + 1):
            if place == len(self.lines) or place in edges or self.kinds[place] != self.kinds[begin]:
                yield Stretch(self.kinds[begin], self._begin(begin), self._begin(place))
                begin = place


def _read_head(head: list[SourceLine], signature: Signature | None) -> tuple[str, Signature | None]:
    """Subtitle and signature of the lines under a title; several signatures are one."""
    subtitle = next((line.text.lstrip("—- ") for line in head if SUBTITLE.match(line.text)), "")
    below = (read_signature(line.text, listed=True) for line in head if not SUBTITLE.match(line.text))
    signatures = [found for found in (signature, *below) if found]
    if not signatures:
        return subtitle, None
    people = "、".join(dict.fromkeys(found.person for found in signatures if found.person))
    offices = "、".join(dict.fromkeys(found.office for found in signatures if found.office))
    return subtitle, Signature(people, offices)


def _told_of_title(
    line: SourceLine, title: _Title, entry: _Listed | None, signature: Signature | None, listed: bool
) -> Iterator[Cut]:
    if title.count > 1:
        yield Cut("two_lines", "标题印成两行，已接成一行，请核对。", title.words, line.start, line.end)
    if listed and entry is None:
        yield Cut("contents", "目录里没有这一篇，请核对。", title.words, line.start, line.end)
    if entry and entry.key != fold(title.words) and fold(title.words) not in entry.line.beginnings:
        message = f"目录里写作“{entry.title}”，与正文的标题不同，已按正文，请核对。"
        yield Cut("contents", message, title.words, line.start, line.end)
    if entry and entry.signature and signature is None:
        message = f"正文没有署名，职务“{entry.signature.office}”取自目录，请核对。"
        yield Cut("contents", message, title.words, line.start, line.end)


def _body(source: str, body: list[SourceLine]) -> tuple[str, str, list[Cut]]:
    """The body's text without the credit at its end; the credit; what is torn or missing."""
    if not body:
        return "", "", []
    cuts: list[Cut] = []
    end, credits, rest = body[-1].end, "", body
    last = body[-1]
    found = OWN_CREDIT.fullmatch(last.text) if len(body) > 1 else None
    found = found or _GLUED_CREDIT.search(last.text)
    if found:
        credits = found[1].strip()
        place = source.index(last.text, last.start) + found.start()
        cuts.append(Cut("credit", f"文末的“{credits}”不是正文，已单独列出。", found[0], place, place + len(found[0])))
        end = place
        shortened = SourceLine(last.text[: found.start()].rstrip(), last.start, place)
        rest = [*body[:-1], shortened] if shortened.text else body[:-1]
    torn = [*_torn(rest), *_masked(source, rest)]
    return source[body[0].start : end].rstrip(), credits, [*torn, *cuts]


def _torn(body: list[SourceLine]) -> Iterator[Cut]:
    for line, following in pairwise(body):
        if _is_unfinished(line) and number_level(following.text) is None and not _PHOTO.match(following.text):
            quote = f"{line.text[-_QUOTE:]}／{following.text[:_QUOTE]}"
            yield Cut("broken", "句子在这里断开，像是分栏或换页所致，请接好。", quote, line.start, following.end)
    if body and _is_unfinished(body[-1]):
        last = body[-1]
        yield Cut(
            "ends_early", "这一篇在半句处中断，后面的文字缺失，请补全。", last.text[-_QUOTE:], last.start, last.end
        )


def _is_unfinished(line: SourceLine) -> bool:
    """Running text that does not end as a sentence ends."""
    text = line.text
    long = len(text) >= _RUNNING and bool(re.search("[，。；,]", text))
    return long and not is_complete(text) and not re.fullmatch(r"[（(【].*[）)】]", text)


def _masked(source: str, body: list[SourceLine]) -> Iterator[Cut]:
    hidden = [
        (line.start + found.start(), found[0])
        for line in body
        for found in _MASK.finditer(_BOLD.sub(lambda bold: "　" * len(bold[0]), source[line.start : line.end]))
    ]
    if hidden:
        kinds = "、".join(Counter(words for _, words in hidden))
        message = f"有 {len(hidden)} 处文字被“{kinds}”遮去，请核对原文。"
        yield Cut("masked", message, kinds, hidden[0][0], hidden[-1][0] + len(hidden[-1][1]))


def _single(text: str, lines: list[SourceLine]) -> Compilation:
    """The whole source as one manuscript: a title, a subtitle and a signature where they are plain to see."""
    titled = len(lines) > 1 and lines[0].can_be_title and not _PHOTO.match(lines[0].text)
    first = 1 + _head_length(lines, 1, listed=False) if titled else 0
    if first == len(lines):
        titled, first = False, 0
    inner = bracketed(_plain(lines[0])) if titled else None
    title, signature = inner or (_plain(lines[0]) if titled else "", None)
    subtitle, signature = _read_head(lines[1:first], signature) if titled else ("", None)
    signature = signature or Signature("", "")
    body, credits, cuts = _body(text, lines[first:])
    head = text[lines[0].start : lines[first - 1].end] if first else ""
    piece = Proposal(
        title,
        body,
        0,
        len(text),
        head=head,
        subtitle=subtitle,
        person=signature.person,
        office=signature.office,
        credits=credits,
        cut=tuple(cuts),
    )
    return Compilation("", "", "", (piece,), (), (Stretch(PIECE, 0, len(text)),))
