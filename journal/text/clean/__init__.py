"""Cleaning a text as it arrives: an edit list against the original that people see, accept and undo (RULES.md 9).

Steps run in the order of RULES.md 9, each on what the one before made; then again until nothing changes, so cleaning a
cleaned text changes nothing. What cannot be decided is reported and stays.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from .edits import Change, Edit, apply, compose, edited
from .encoding import remove_invisible, repair_mojibake
from .half_width import widen
from .joining import join_broken_lines
from .markup import remove_markup
from .pinyin import remove_pinyin
from .reports import Report, reports_of
from .spaces import close_up
from .speech import is_speech
from .traditional import simplify

__all__ = ["KINDS", "KIND_LABELS", "Change", "Cleaning", "Report", "apply", "clean_text", "is_speech"]

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
STEPS: tuple[Step, ...] = (
    repair_mojibake,
    remove_invisible,
    remove_markup,
    remove_pinyin,
    simplify,
    join_broken_lines,
    widen,
    close_up,
)


@dataclass(frozen=True)
class Cleaning:
    """text: the original with all changes made. changes: in order, apart from each other, on the original."""

    text: str
    changes: tuple[Change, ...]
    reports: tuple[Report, ...]

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
    made = tuple(Change(kind, text[start:end], after, start) for start, end, after, kind in changes)
    return Cleaning(current, made, reports_of(text, current, made))
