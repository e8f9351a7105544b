from . import calls, duties, events, house_style, ledger, letters, mails, points, registers, submissions

__all__ = [
    "calls",
    "duties",
    "events",
    "house_style",
    "ledger",
    "letters",
    "mails",
    "points",
    "registers",
    "submissions",
]
