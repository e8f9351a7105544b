"""The one list of checks: live in the form, on submit, in the admin and from the command line (DESIGN.md 10)."""

from . import call, image, pairs, privacy, register, terms, text
from .findings import ADVICE, ERROR, WARNING, Finding

CHECKS = (
    call.check_title,
    call.check_body,
    call.check_length,
    call.check_section,
    call.check_byline,
    call.check_source,
    call.check_pictures,
    image.check_photographs,
    image.check_marks,
    text.check_headline,
    pairs.check_pairs,
    text.check_patterns,
    text.check_numbering,
    privacy.check_personal_data,
    terms.check_terms,
    register.check_register,
)

__all__ = ["ADVICE", "CHECKS", "ERROR", "WARNING", "Finding", "in_order", "run_checks"]
_RANK = {ERROR: 0, WARNING: 1, ADVICE: 2}


def run_checks(manuscript) -> list[Finding]:
    """Every finding on a Manuscript (submissions/manuscript.py), errors first, then in the order of the text."""
    return in_order([finding for check in CHECKS for finding in check(manuscript)])


def in_order(found: list[Finding]) -> list[Finding]:
    """Errors first; of one level those on the whole and the lines above the text first, then in the text's order."""
    return sorted(found, key=lambda f: (_RANK[f.level], f.block is not None, f.block or 0, f.offset or 0))
