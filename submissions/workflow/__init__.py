"""The journey of a submission, one verb a step. The only writer of state, stage and receipt numbers.

Every verb: check the right → compare and swap inside a transaction → event and letter in the same transaction.
`moving` writes, `handing_in` brings a manuscript to the office, `declaring` supplies what was missing, `deciding` is the
office's word, `editing` its changes of a text under review. `at` lets tests and imported history set the time; people never pass it.
"""

from ..refusals import Refused, Stale
from .deciding import RETURN_DAYS, pass_review, reject, return_by_unit, return_for_changes, undo_decision
from .declaring import DeclarationsMissing, choose_section, declare, undeclared
from .editing import EditedMeanwhile, edit
from .handing_in import ChecksOpen, Undeclared, open_findings, register, resubmit, submit, withdraw

__all__ = [
    "RETURN_DAYS",
    "ChecksOpen",
    "DeclarationsMissing",
    "EditedMeanwhile",
    "Refused",
    "Stale",
    "Undeclared",
    "choose_section",
    "declare",
    "edit",
    "open_findings",
    "pass_review",
    "register",
    "reject",
    "resubmit",
    "return_by_unit",
    "return_for_changes",
    "submit",
    "undeclared",
    "undo_decision",
    "withdraw",
]
