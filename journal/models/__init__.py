from .article import Article, Author, Byline
from .change import ArticleChange
from .edition import Edition
from .fingerprint import Fingerprint, FingerprintSegment, IndexedText
from .galley import GalleyPiece, GalleyRound, GalleyTask
from .issue import (
    Access,
    BoardMember,
    Highlight,
    Imprint,
    ImprintAcknowledgement,
    Issue,
    IssueMatter,
    IssueSection,
    Journal,
    JournalLink,
    OrderStep,
    Section,
)
from .masking import DesensitisedTerm
from .picture import Picture
from .proof import ProofMark, SignedSheet
from .reads import ReadCount
from .release import Correction, PublishPlan
from .text import Approval, Content, Text, TextVersion

__all__ = [
    "Access",
    "Approval",
    "Article",
    "ArticleChange",
    "Author",
    "BoardMember",
    "Byline",
    "Content",
    "Correction",
    "DesensitisedTerm",
    "Edition",
    "Fingerprint",
    "FingerprintSegment",
    "GalleyPiece",
    "GalleyRound",
    "GalleyTask",
    "Highlight",
    "Imprint",
    "ImprintAcknowledgement",
    "IndexedText",
    "Issue",
    "IssueMatter",
    "IssueSection",
    "Journal",
    "JournalLink",
    "OrderStep",
    "Picture",
    "ProofMark",
    "PublishPlan",
    "ReadCount",
    "Section",
    "SignedSheet",
    "Text",
    "TextVersion",
]
