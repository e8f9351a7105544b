from . import articles, authors, issues, journals, proofs, secrecy

__all__ = ["articles", "authors", "issues", "journals", "proofs", "secrecy"]
