from . import calls, events, letters, submissions

__all__ = ["calls", "events", "letters", "submissions"]
