"""统一用语表: wrong forms of the office's own list, found longest first (RULES.md section 5, last line)."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from journal.text.blocks import parse

from .findings import WARNING, Finding
from .matching import FormIndex, Span, longest_first


@dataclass(frozen=True)
class Term:
    """One line of the list. exceptions are passages in which the wrong form is right; level is warning or advice."""

    wrong: str
    right: str
    note: str = ""
    exceptions: tuple[str, ...] = ()
    level: str = WARNING


@dataclass(frozen=True, eq=False)
class TermList:
    """The active terms, compiled once."""

    terms: tuple[Term, ...] = ()

    @cached_property
    def _by_wrong(self) -> dict[str, Term]:
        return {term.wrong: term for term in self.terms}

    @cached_property
    def _wrong(self) -> FormIndex:
        return FormIndex(self._by_wrong)

    @cached_property
    def _allowed(self) -> FormIndex:
        return FormIndex(passage for term in self.terms for passage in (term.right, *term.exceptions))

    def find(self, text: str) -> list[tuple[int, Term]]:
        """(place, term) of each wrong form, none inside a longer right form or an exception, none overlapping."""
        return [(start, self._by_wrong[text[start:end]]) for start, end in longest_first(self._unprotected(text))]

    def _unprotected(self, text: str) -> Iterator[Span]:
        found = self._wrong.spans(text)
        # The furthest end of the allowed passages that begin at a place, then of those that begin before it.
        own = dict(self._allowed.spans(text)) if found else {}
        starts, reach = iter(sorted(own)), 0
        upcoming = next(starts, None)
        for start, end in found:
            while upcoming is not None and upcoming < start:
                reach = max(reach, own[upcoming])
                upcoming = next(starts, None)
            # A passage protects what is shorter than itself: the right form of one term may be another's wrong one.
            if end > reach and end >= own.get(start, 0) and not splits_word(text, start, end):
                yield start, end


def splits_word(text: str, start: int, end: int) -> bool:
    """The span cuts a Latin word or a number apart: app in happy is no app."""
    return (start > 0 and _in_word(text[start - 1]) and _in_word(text[start])) or (
        end < len(text) and _in_word(text[end]) and _in_word(text[end - 1])
    )


def _in_word(character: str) -> bool:
    return character.isascii() and character.isalnum()


def check_terms(manuscript) -> Iterator[Finding]:
    """Title, subtitle and every block against the list; nothing where the list is empty."""
    terms = manuscript.house_style.terms
    if not terms.terms:
        return
    for name in ("title", "subtitle"):
        for offset, term in terms.find(getattr(manuscript.content, name)):
            yield _finding(term, f"{name}.term", None, offset, name)
    for number, block in enumerate(parse(manuscript.content.html)):
        for offset, term in terms.find(block.text):
            yield _finding(term, "term.preferred", number, offset)


def _finding(term: Term, code: str, block: int | None, offset: int, field: str = "") -> Finding:
    if term.level == WARNING:
        said = f"“{term.wrong}”按统一用语表写作“{term.right}”。请改正；这里确应这样写的，请说明理由。"
    else:
        said = f"“{term.wrong}”按统一用语表宜写作“{term.right}”。建议改一改。"
    why = term.note or "同一个意思全刊用同一种写法。"
    return Finding(code, term.level, said, why, term.wrong, block, offset, term.right, field=field)
