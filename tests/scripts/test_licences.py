"""The table of licences names what is installed, and nothing in it forbids an office to run the site."""

import re
from importlib.metadata import version

from scripts import licences


def rows() -> list[list[str]]:
    lines = licences.PAGE.read_text("utf-8").splitlines()
    return [
        [cell.strip() for cell in line.strip("|").split("|")] for line in lines if re.match(r"\| [\w.-]+ \| \d", line)
    ]


def test_every_pin_stands_in_it_with_its_licence():
    pins = re.findall(r"^([\w.-]+)==", (licences.ROOT / "requirements.txt").read_text("utf-8"), re.M)
    assert [name for name, *_ in rows()] == pins, "run scripts/licences.py after `make pins`"
    for name, _, licence in rows():
        assert licence == licences.licence_of(name), name
        assert licence, f"{name} says nothing of its licence"


def test_none_asks_for_our_own_source():
    assert [name for name, _, licence in rows() if re.search(r"AGPL|Affero|SSPL", licence)] == []


def test_what_is_installed_is_what_is_pinned():
    assert {name: version(name) for name, *_ in rows()} == {name: pinned for name, pinned, _ in rows()}
