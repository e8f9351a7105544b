"""docs/accessibility.md speaks of every criterion and only of tests there are."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TABLE = (ROOT / "docs/accessibility.md").read_text("utf-8")
# W3C, Web Content Accessibility Guidelines 2.2 (2023-10-05); 4.1.1 is obsolete.
A = (
    "1.1.1 1.2.1 1.2.2 1.2.3 1.3.1 1.3.2 1.3.3 1.4.1 1.4.2 2.1.1 2.1.2 2.1.4 2.2.1 2.2.2 2.3.1 2.4.1 2.4.2 2.4.3 2.4.4 "
    "2.5.1 2.5.2 2.5.3 2.5.4 3.1.1 3.2.1 3.2.2 3.2.6 3.3.1 3.3.2 3.3.7 4.1.2"
)
AA = (
    "1.2.4 1.2.5 1.3.4 1.3.5 1.4.3 1.4.4 1.4.5 1.4.10 1.4.11 1.4.12 1.4.13 2.4.5 2.4.6 2.4.7 2.4.11 2.5.7 2.5.8 3.1.2 3.2.3 "
    "3.2.4 3.3.3 3.3.4 3.3.8 4.1.3"
)


def test_every_criterion_has_its_line_and_a_verdict():
    lines = re.findall(r"^\| (\d\.\d\.\d+) [^|]+\| (符合|部分|不涉及) \|", TABLE, re.M)
    assert [number for number, _ in lines] == A.split() + AA.split()


def test_the_tests_it_names_are_there():
    named = set(re.findall(r"`(test_\w+\.py)::(test_\w+)`", TABLE))
    assert len(named) > 10
    for file, test in named:
        assert f"def {test}(" in (ROOT / "tests/browser" / file).read_text("utf-8"), f"{file}::{test}"
