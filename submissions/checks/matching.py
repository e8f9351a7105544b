"""Many fixed forms found in a text in one pass: a trie, and the choice between matches that overlap.

Time is linear in the text and in the total length of the forms; a form longer than the lists allow (60 characters)
would only make the constant larger.
"""

from collections.abc import Iterable

_END = ""  # no character is empty: the key that marks where a form ends
Span = tuple[int, int]


class FormIndex:
    """A trie of forms; empty forms are left out."""

    def __init__(self, forms: Iterable[str]):
        self._root: dict = {}
        for form in forms:
            node = self._root
            for character in form:
                node = node.setdefault(character, {})
            if form:
                node[_END] = True

    def spans(self, text: str) -> list[Span]:
        """Every occurrence of every form, overlapping ones too, in the order of their beginnings."""
        root, length = self._root, len(text)
        found: list[Span] = []
        for start, first in enumerate(text):
            node = root.get(first)
            position = start + 1
            while node is not None:
                if _END in node:
                    found.append((start, position))
                if position == length:
                    break
                node = node.get(text[position])
                position += 1
        return found


def longest_first(spans: Iterable[Span]) -> list[Span]:
    """Of overlapping spans the longest stays, of equally long ones the first; in the order of the text."""
    taken: set[int] = set()
    kept = []
    # A kept span is never shorter than the one in hand, so it overlaps only if it covers one of its two ends.
    for start, end in sorted(spans, key=lambda span: (span[0] - span[1], span[0])):
        if start not in taken and end - 1 not in taken:
            taken.update(range(start, end))
            kept.append((start, end))
    return sorted(kept)
