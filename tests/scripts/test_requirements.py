"""The pinned versions install from any mirror and hold what the project asks for."""

import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts.pin import closure, wanted

ROOT = Path(__file__).resolve().parents[2]
FILES = ("requirements", "requirements-dev")


def pins(name: str) -> dict[str, str]:
    lines = (ROOT / f"{name}.txt").read_text("utf-8").splitlines()
    return dict(line.split("==") for line in lines if not line.startswith("#"))


@pytest.mark.parametrize("name", FILES)
def test_every_line_is_a_plain_pin_without_an_address(name):
    for line in (ROOT / f"{name}.txt").read_text("utf-8").splitlines():
        assert line.startswith("# ") or re.fullmatch(r"[a-z0-9-]+==[0-9][\w.]*", line), line


@pytest.mark.parametrize("name", FILES)
def test_what_is_wanted_is_pinned_at_a_version_that_is_allowed(name):
    # What both files want is pinned in the first alone.
    pinned = pins("requirements") | pins(name)
    for requirement in wanted(ROOT / f"{name}.in"):
        assert requirement.specifier.contains(pinned[canonicalize_name(requirement.name)])


def test_no_package_is_pinned_twice():
    assert not set(pins("requirements")) & set(pins("requirements-dev"))


def test_what_a_package_needs_is_found_too():
    assert {"django", "asgiref", "sqlparse"} <= set(closure([Requirement("Django")]))


def test_an_installed_version_that_is_not_allowed_is_an_error():
    with pytest.raises(ValueError, match="does not allow"):
        closure([Requirement("Django<4")])
