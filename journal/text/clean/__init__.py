"""Cleaning a text as it arrives: an edit list against the original that people see, accept and undo (RULES.md 9).

Steps run in the order of RULES.md 9, each on what the one before made; then again until nothing changes, so cleaning a
cleaned text changes nothing. What cannot be decided is reported and stays.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from .edits import Change, Edit, apply, compose, edited
from .pinyin import remove_pinyin
from .traditional import simplify

__all__ = ["KINDS", "KIND_LABELS", "Change", "Cleaning", "Report", "apply", "clean_text"]

KIND_LABELS = {
    "encoding": "编码残留",
    "markup": "标记残留",
    "pinyin": "拼音",
    "traditional": "繁体字",
    "line": "断行",
    "punctuation": "标点",
    "space": "空格",
}
KINDS = tuple(KIND_LABELS)
_MOST_ROUNDS = 8  # an ordinary text is done after one, the second finds nothing

Step = Callable[[str], list[Edit]]
STEPS: tuple[Step, ...] = (remove_pinyin, simplify)


@dataclass(frozen=True)
class Report:
    """What a person has to look at and cleaning leaves as it is. offset: the first place in the original; message in
    plain Chinese."""

    kind: str
    offset: int
    message: str


@dataclass(frozen=True)
class Cleaning:
    """text: the original with all changes made. changes: in order, apart from each other, on the original."""

    text: str
    changes: tuple[Change, ...]
    reports: tuple[Report, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """How many changes of each kind, in the order of the steps; kinds without any are left out."""
        counted = Counter(change.kind for change in self.changes)
        return {kind: counted[kind] for kind in KINDS if counted[kind]}


def clean_text(text: str) -> Cleaning:
    """The cleaning of a text. Nothing is done to it: `apply(text, cleaning.changes)` does, with all or some."""
    changes: list[Edit] = []
    current = text
    for _ in range(_MOST_ROUNDS):
        before = current
        for step in STEPS:
            edits = step(current)
            if edits:
                changes = compose(text, current, changes, edits)
                current = edited(current, edits)
        if current == before:
            break
    return Cleaning(
        text=current,
        changes=tuple(Change(kind, text[start:end], after, start) for start, end, after, kind in changes),
    )
