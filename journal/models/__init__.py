from .article import Article, Author, Byline
from .fingerprint import Fingerprint, FingerprintSegment, IndexedText
from .galley import GalleyPiece, GalleyRound, GalleyTask
from .issue import (
    Access,
    BoardMember,
    Highlight,
    Imprint,
    Issue,
    IssueMatter,
    IssueSection,
    Journal,
    JournalLink,
    Section,
)
from .picture import Picture
from .proof import ProofMark, SignedSheet
from .text import Approval, Content, Text, TextVersion

__all__ = [
    "Access",
    "Approval",
    "Article",
    "Author",
    "BoardMember",
    "Byline",
    "Content",
    "Fingerprint",
    "FingerprintSegment",
    "GalleyPiece",
    "GalleyRound",
    "GalleyTask",
    "Highlight",
    "Imprint",
    "IndexedText",
    "Issue",
    "IssueMatter",
    "IssueSection",
    "Journal",
    "JournalLink",
    "Picture",
    "ProofMark",
    "Section",
    "SignedSheet",
    "Text",
    "TextVersion",
]
