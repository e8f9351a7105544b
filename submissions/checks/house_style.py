"""What an office keeps about its own usage, as plain data for the checks: preferred terms, names and offices."""

from dataclasses import dataclass, field
from datetime import date

from .register_entries import Register
from .terms import TermList


@dataclass(frozen=True)
class HouseStyle:
    """day is the date of the text: the register is read as it stood then; None takes no entry for ended. told_day says
    it as exactly as it is known (2024年3月), and is empty where the day is only the present one."""

    terms: TermList = field(default_factory=TermList)
    register: Register = field(default_factory=Register)
    day: date | None = None
    told_day: str = ""


NO_HOUSE_STYLE = HouseStyle()
