from . import articles, authors, galley_rounds, issues, journals, proofs, reads, secrecy

__all__ = ["articles", "authors", "galley_rounds", "issues", "journals", "proofs", "reads", "secrecy"]
