from . import calls, events, house_style, letters, submissions

__all__ = ["calls", "events", "house_style", "letters", "submissions"]
