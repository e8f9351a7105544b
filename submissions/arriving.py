"""What a text being written looks like to the readers of arrived texts: how much cleaning proposes, how many pieces it
has. Found once for a text and remembered, because every save asks."""

import hashlib
from dataclasses import dataclass

from django.core.cache import cache

from journal.text.clean import clean_text, is_speech
from journal.text.pieces import propose

from . import cleaning
from .models import Acknowledgement, Submission

REMEMBERED = 3600
ONE_PIECE = "pieces.one"
SPEECHES = "领导讲话"


@dataclass(frozen=True)
class Arriving:
    """Figures of a text. `titles` names its pieces, by hash: a person's word that they are one text holds for these."""

    places: int
    pieces: int
    titles: str


def figures_of(body: str) -> Arriving:
    key = f"arriving:{hashlib.sha256(body.encode()).hexdigest()}"
    found = cache.get(key)
    if found is None:
        pieces = propose(body)
        titles = hashlib.sha256("\n".join(piece.title for piece in pieces).encode()).hexdigest()
        found = Arriving(len(cleaning.gather(body, clean_text(body).changes)), len(pieces), titles)
        cache.set(key, found, REMEMBERED)
    return found


def is_speech_of(submission: Submission) -> bool:
    """Whether only a person may decide on each change (RULES.md 11): by the column chosen, or by what the text is."""
    in_column = submission.section is not None and submission.section.name == SPEECHES
    return in_column or is_speech(submission.body, submission.title)


def is_one_piece(submission: Submission, titles: str) -> bool:
    """Its writer has said of these very pieces that they are one text."""
    return submission.acknowledgements.filter(code=ONE_PIECE, quote_hash=titles).exists()


def say_one_piece(submission: Submission, person) -> None:
    Acknowledgement.objects.update_or_create(
        submission=submission,
        code=ONE_PIECE,
        quote_hash=figures_of(submission.body).titles,
        defaults={"reason": "就是一篇", "person": person},
    )
