"""Search in the office's lists: facts by the columns, words of the text by one pass over the current versions."""

from html import escape

from django.db.models import Value
from django.db.models.functions import StrIndex

from ..models import Submission

# So many manuscripts at most are found by their text, the newest ones: who finds more asks for something more special.
MOST_BY_TEXT = 1000


def by_text(query: str) -> list:
    """Primary keys of manuscripts sent whose text holds all words of the query, newest first.

    Asked once and handed on as keys: the list counts, counts again and reads, and the texts are passed through once.
    """
    words = query.split()
    rows = Submission.objects.sent() if words else Submission.objects.none()
    for number, word in enumerate(words):
        place = f"place_{number}"
        found = StrIndex("text__current__html", Value(escape(word, quote=False)))
        rows = rows.alias(**{place: found}).filter(**{f"{place}__gt": 0})
    return list(rows.order_by("-submitted_at").values_list("pk", flat=True)[:MOST_BY_TEXT])
