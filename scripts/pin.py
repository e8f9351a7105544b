"""Write requirements.txt and requirements-dev.txt: the exact versions installed in this environment.

Plain ``name==version`` lines without a registry's address, so that any mirror serves them. Each file
holds the packages named in its ``.in`` file and all that they need; the second leaves out what the first has.
"""

import re
import sys
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent


def wanted(path: Path) -> list[Requirement]:
    lines = (re.sub(r"#.*", "", line).strip() for line in path.read_text("utf-8").splitlines())
    return [Requirement(line) for line in lines if line]


def closure(requirements: list[Requirement]) -> dict[str, str]:
    """Return ``{name: version}`` of the requirements and everything they need on this platform.

    Raises importlib.metadata.PackageNotFoundError for a package that is not installed and
    ValueError for one whose installed version the requirement does not allow.
    """
    found: dict[str, str] = {}
    waiting = list(requirements)
    while waiting:
        requirement = waiting.pop()
        distribution = metadata.distribution(requirement.name)
        if not requirement.specifier.contains(distribution.version, prereleases=True):
            raise ValueError(f"{requirement} does not allow the installed {distribution.version}")
        name = canonicalize_name(distribution.metadata["Name"])
        if name in found:
            continue
        found[name] = distribution.version
        for line in distribution.requires or []:
            needed = Requirement(line)
            if needed.marker is None or any(needed.marker.evaluate({"extra": e}) for e in requirement.extras or {""}):
                waiting.append(needed)
    return found


def write(path: Path, head: str, pins: dict[str, str]) -> None:
    lines = [f"{name}=={version}" for name, version in sorted(pins.items())]
    path.write_text("\n".join([f"# {head} Written by `make pins`.", *lines, ""]), "utf-8")


def main() -> int:
    runtime = closure(wanted(ROOT / "requirements.in"))
    dev = closure(wanted(ROOT / "requirements-dev.in"))
    write(ROOT / "requirements.txt", "What the site runs on.", runtime)
    write(
        ROOT / "requirements-dev.txt",
        "Testing and checking, besides requirements.txt.",
        {name: version for name, version in dev.items() if name not in runtime},
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
