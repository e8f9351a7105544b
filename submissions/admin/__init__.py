from . import calls, events, house_style, letters, mails, submissions

__all__ = ["calls", "events", "house_style", "letters", "mails", "submissions"]
