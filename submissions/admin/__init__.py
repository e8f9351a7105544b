from . import (
    calls,
    commissions,
    duties,
    events,
    house_style,
    ledger,
    letters,
    mails,
    messages,
    points,
    registers,
    submissions,
)

__all__ = [
    "calls",
    "commissions",
    "duties",
    "events",
    "house_style",
    "ledger",
    "letters",
    "mails",
    "messages",
    "points",
    "registers",
    "submissions",
]
