"""Letters of the office: worded in one place, kept, held where a decision can be taken back, e-mailed once.

`wording` fills the office's templates, `outbox` keeps and sends, `points` reads the list of a return.
"""

from .outbox import DECISIONS, Settled, count_as_sent, post, recall, resend, send, send_due
from .points import points_of
from .wording import compose

__all__ = [
    "DECISIONS",
    "Settled",
    "compose",
    "count_as_sent",
    "points_of",
    "post",
    "recall",
    "resend",
    "send",
    "send_due",
]
