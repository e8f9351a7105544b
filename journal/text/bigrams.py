"""Search tokens that behave alike on SQLite and PostgreSQL (DEPENDENCIES.md, search).

A run of Chinese characters becomes its overlapping pairs and, at its end, the last character alone (三亚党 → 三亚 亚党
党); a run of other letters or digits is one token. So every phrase of a text is a sequence of neighbouring tokens, and
a single character is found as the beginning of a token.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

import opencc

_CJK = (
    "\u3005\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_RUN = re.compile(f"[{_CJK}]+|[^\\W_{_CJK}]+")
_BETWEEN = f"(?:[^\\w{_CJK}]|_)"  # what parts two runs
_CJK_RUN = re.compile(f"[{_CJK}]")
_LONGEST_TOKEN = 60  # characters; a lexeme of PostgreSQL may have 2,046 bytes
_TERM = re.compile(r'([-－])?(?:["“”「]([^"“”」]*)["”“」]|([^\s"“”「]+))')
_QUOTES = re.compile(r'["“”「」]')
_MOST_TERMS = 12
_LONGEST = 200  # characters of a query that are read


class Phrase(NamedTuple):
    """Neighbouring tokens to be found in this order. prefix: the last token is a single character and must be matched
    as the beginning of a token (FTS5 `党*`, PostgreSQL `党:*`)."""

    text: str
    tokens: tuple[str, ...]
    prefix: bool


class Query(NamedTuple):
    """What a person asked for: all phrases, none of the excluded; warnings are sentences for the person."""

    phrases: tuple[Phrase, ...]
    excluded: tuple[Phrase, ...]
    warnings: tuple[str, ...]


class _Folding(dict[int, str]):
    """What each character counts as, worked out when first met (for str.translate).

    One character at a time, although opencc could tell 乾隆 from 乾净: only so is what stands within a text found
    within its folded form, whatever stands beside it.
    """

    def __missing__(self, code: int) -> str:
        if 0xD800 <= code <= 0xDFFF:  # half of a character, which no text can hold: a part of nothing
            return "\ufffd"
        narrow = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", chr(code)).casefold())
        self[code] = "".join(_simplified(character) for character in narrow)
        return self[code]


_folding = _Folding({ord("○"): "\u3007"})  # a circle typed for the zero of 二〇二六


@cache
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def _simplified(character: str) -> str:
    simple: str = _simplifier().convert(character)
    return simple if simple == character else _simplified(simple)


def normalize(text: str) -> str:
    """One form for what people see as the same: full width as half width, capitals as small letters, traditional as
    simplified characters."""
    return unicodedata.normalize("NFC", text).translate(_folding)


def index_tokens(text: str) -> list[str]:
    """The tokens of a text in order; their places in this list are the positions a phrase search relies on."""
    return [token for run in _RUN.findall(normalize(text)) for token in _tokens(run)]


def parse_query(q: str) -> Query:
    """Words parted by spaces must all be there; “quoted words” stand together as typed; -word must not be there."""
    warnings = []
    if len(q) > _LONGEST:
        q = q[:_LONGEST]
        warnings.append(f"搜索内容过长，只按前 {_LONGEST} 个字搜索。")
    terms = _TERM.findall(q)
    if len(terms) > _MOST_TERMS:
        terms = terms[:_MOST_TERMS]
        warnings.append(f"搜索词过多，只按前 {_MOST_TERMS} 个词搜索。")
    phrases: list[Phrase] = []
    excluded: list[Phrase] = []
    for minus, quoted, word in terms:
        phrase = _phrase(_QUOTES.sub(" ", quoted or word))
        if phrase and phrase not in (excluded if minus else phrases):
            (excluded if minus else phrases).append(phrase)
    if excluded and not phrases:
        warnings.append("只有要排除的词，请再输入要查找的词。")
    elif q.strip() and not phrases:
        warnings.append("没有可以搜索的文字，请输入汉字、字母或数字。")
    return Query(tuple(phrases), tuple(excluded), tuple(warnings))


def in_pairs(phrase: Phrase) -> list[str]:
    """A word of four characters or more as queries that ask for less: its pairs anywhere, then each alone."""
    if len(phrase.text) < 4 or not all(map(_CJK_RUN.match, phrase.text)):
        return []
    pairs = [phrase.text[place : place + 2] for place in range(0, len(phrase.text) - 1, 2)]
    return [" ".join(pairs), *pairs]


def highlight(text: str, query: str | Query) -> list[tuple[str, bool]]:
    """The text in pieces, True where a phrase of the query stands; the pieces joined are the text."""
    pieces: list[tuple[str, bool]] = []
    end = 0
    for start, stop in _spans(text, query):
        if start > end:
            pieces.append((text[end:start], False))
        pieces.append((text[start:stop], True))
        end = stop
    if end < len(text):
        pieces.append((text[end:], False))
    return pieces


def passages(text: str, query: str | Query, limit: int = 2, length: int = 70) -> list[list[tuple[str, bool]]]:
    """Up to limit passages around hits, each in highlighted pieces, cut at punctuation (look/reader.md, page 5) and
    about length characters long; passages do not overlap."""
    query = parse_query(query) if isinstance(query, str) else query
    out: list[list[tuple[str, bool]]] = []
    end = 0
    for start, stop in _spans(text, query):
        if len(out) == limit:
            break
        if start < end:
            continue
        begin, end = _clause(text, start, stop, end, length)
        out.append(highlight(text[begin:end], query))
    return out


def _tokens(run: str) -> list[str]:
    if not _CJK_RUN.match(run):
        return [run[place : place + _LONGEST_TOKEN] for place in range(0, len(run), _LONGEST_TOKEN)]
    return [run[place : place + 2] for place in range(len(run))]


def _phrase(text: str) -> Phrase | None:
    """A phrase's last run, if Chinese, may go on in the text, so its closing single character is left out, unless it
    is all there is."""
    text = normalize(text).strip()
    tokens = [token for run in _RUN.findall(text) for token in _tokens(run)]
    if not tokens:
        return None
    ends_in_single = len(tokens[-1]) == 1 and bool(_CJK_RUN.match(tokens[-1]))
    longer_run = ends_in_single and len(tokens) > 1 and len(tokens[-2]) == 2 and tokens[-2][1] == tokens[-1]
    if longer_run and _CJK_RUN.match(tokens[-2]):
        return Phrase(text, tuple(tokens[:-1]), False)
    return Phrase(text, tuple(tokens), ends_in_single)


def _spans(text: str, query: str | Query) -> list[tuple[int, int]]:
    """Places of all phrases in the text as it stands, merged where they touch."""
    query = parse_query(query) if isinstance(query, str) else query
    if not query.phrases:
        return []
    folded, origin = _folded(text)
    matches = (match for phrase in query.phrases for match in _pattern(phrase).finditer(folded))
    found = [(origin[match.start()], origin[match.end() - 1] + 1) for match in matches]
    merged: list[tuple[int, int]] = []
    for start, stop in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((start, stop))
    return merged


@lru_cache(maxsize=64)
def _pattern(phrase: Phrase) -> re.Pattern[str]:
    """The phrase as the index finds it: its runs one after another, whatever punctuation parts them; a run of letters
    or digits only as a whole."""
    pattern = ""
    before = None
    for run in _RUN.findall(phrase.text):
        latin = not _CJK_RUN.match(run)
        if before is not None:
            pattern += _BETWEEN + ("+" if latin == before else "*")
        pattern += rf"(?<![^\W_{_CJK}]){re.escape(run)}(?![^\W_{_CJK}])" if latin else re.escape(run)
        before = latin
    return re.compile(pattern)


def _folded(text: str) -> tuple[str, Sequence[int]]:
    """The normalized text and, for each of its characters, the place in the original it came from."""
    folded = text.translate(_folding)
    if len(folded) == len(text) and unicodedata.is_normalized("NFC", text):
        return folded, range(len(text))
    parts, origin = [], []
    for place, letter in _letters(text):
        part = normalize(letter)
        parts.append(part)
        origin += [place] * len(part)
    return "".join(parts), origin


def _letters(text: str) -> Iterator[tuple[int, str]]:
    """Each character with the accents that follow it, and its place."""
    start = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or not unicodedata.combining(text[place]):
            yield start, text[start:place]
            start = place


_SENTENCE_END = "。！？\n"
_CLAUSE_END = _SENTENCE_END + "；，、：…;,"
_CLOSING = "”’」』》〉）】"


def _clause(text: str, start: int, stop: int, floor: int, length: int) -> tuple[int, int]:
    """The stretch around a hit: from the sentence's beginning if it is near, else a clause's; on to a clause's end."""
    near = max(floor, start - length // 2)
    begin = _after_last(text, near, start, _SENTENCE_END)
    if begin is None:
        begin = floor if near == floor else _after_last(text, near, start, _CLAUSE_END)
    begin = near if begin is None else begin
    furthest = min(len(text), max(begin + length, stop))
    end = _after_last(text, stop, furthest, _CLAUSE_END) if furthest < len(text) else len(text)
    if end is None:
        later = re.search(f"[{_CLAUSE_END}]", text[furthest : furthest + length])
        end = furthest + later.end() if later else furthest
    newline = text.find("\n", stop, end)
    return begin, end if newline < 0 else newline


def _after_last(text: str, low: int, high: int, marks: str) -> int | None:
    """The place after the last of the marks in text[low:high] and the closing quotes that follow it."""
    place = max(text.rfind(mark, low, high) for mark in marks)
    if place < 0:
        return None
    place += 1
    while place < len(text) and text[place] in _CLOSING:
        place += 1
    return min(place, high)
