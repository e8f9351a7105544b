from . import articles, authors, issues, journals, proofs, reads, secrecy

__all__ = ["articles", "authors", "issues", "journals", "proofs", "reads", "secrecy"]
