"""A file with several texts (RULES.md 9): cut into stretches to compare (`cut`), proposed one by one to a person
(`proposals`), and written as one composite text that falls into its parts again (`composite`)."""

from .composite import Composite, Part, compose, parts_of
from .cut import Piece, split_pieces
from .proposals import Compilation, Cut, Entry, Proposal, Stretch, propose, survey

__all__ = [
    "Compilation",
    "Composite",
    "Cut",
    "Entry",
    "Part",
    "Piece",
    "Proposal",
    "Stretch",
    "compose",
    "parts_of",
    "propose",
    "split_pieces",
    "survey",
]
