"""Lines of the log: for people, or one JSON object each for a collector; both with the number of their request."""

import json
import logging
from datetime import UTC, datetime

from .requests import current_number


class NumberFilter(logging.Filter):
    """Puts the request's number on every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.number = current_number() or "-"
        record.facts = getattr(record, "facts", {})
        return True


class PeopleFormatter(logging.Formatter):
    """Time, level, number, message, facts: one line, followed by a trace where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        facts = " ".join(f"{name}={value}" for name, value in record.facts.items())
        return f"{line} {facts}".rstrip()


class JsonFormatter(logging.Formatter):
    """One JSON object a line, times in UTC."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "request": record.number,
            "message": record.getMessage(),
            **record.facts,
        }
        if record.exc_info:
            told["trace"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False, default=str)
