from . import articles, authors, issues, journals

__all__ = ["articles", "authors", "issues", "journals"]
