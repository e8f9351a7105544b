from . import articles, authors, issues, journals, secrecy

__all__ = ["articles", "authors", "issues", "journals", "secrecy"]
