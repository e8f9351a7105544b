"""Columns of equal length: how high the two columns of each run of articles must be so that both end on one line.

The typesetter knows no balancing. A first pass sets every run as it comes, one column after the other, and tells where
its text ends; that gives the height of the block it should stand in (text.typ, `balanced`). Headings, photographs and
the rule of no single lines may ask for a little more: the runs that stand out are tried again, those alone.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import typst

_PITCH = 15.2  # points from line to line of the text
_POINTS_PER_MM = 72 / 25.4
_IN_THE_LEFT = 40 * _POINTS_PER_MM  # from the left edge: half a column, more than the margins of two pages differ
_TRIES = 6
_TO_THE_NEXT = 0.4 * _PITCH  # added to half the length: a last line that is odd must find room


@dataclass
class Run:
    """A run's block while its height is sought, in points. earlier: the part of it on the pages before its last; last:
    on that page; most: as much as that page has."""

    earlier: float
    last: float
    most: float
    fits: bool = False

    @property
    def is_full(self) -> bool:
        """Fills its last page: set as it comes."""
        return self.last >= self.most

    @property
    def is_settled(self) -> bool:
        return self.fits or self.is_full


def balance(compiler: typst.Compiler, data: dict, file: Path) -> None:
    """Write data with the heights found to file, where the templates take it from."""
    _write(file, data, {})
    if not data["runs"]:
        return
    paper = data["paper"]
    top, bottom = (mm * _POINTS_PER_MM for mm in (paper["top"], paper["height"] - paper["bottom"]))
    runs = {key: _first_guess(ends, top, bottom) for key, ends in _ends(compiler).items()}
    bare = data | {"preface": None, "call": None, "highlights": [], "columns": [], "board": []}
    for _ in range(_TRIES):
        open_runs = [run for run in data["runs"] if not runs[_key(run)].is_settled]
        if not open_runs:
            break
        _write(file, bare | {"runs": open_runs}, runs)
        found = _ends(compiler)
        for key in map(_key, open_runs):
            over = _standing_out(found[key])
            runs[key].fits = over <= 0
            runs[key].last += max(over / 2, _PITCH / 2) if over > 0 else 0
    # What never came to fit stays as it comes, one column after the other: uneven, but whole.
    _write(file, data, {key: run for key, run in runs.items() if run.fits})


def _key(run: list[dict]) -> int:
    return run[0]["article"]["id"]


def _ends(compiler: typst.Compiler) -> dict[int, dict[str, dict]]:
    """Run → where it starts, where its text ends, where its block ends: {page, x, y} in points."""
    out: dict[int, dict[str, dict]] = {}
    for one in json.loads(compiler.query("<fit>", field="value")):
        out.setdefault(one["id"], {})[one["edge"]] = one
    return out


def _first_guess(ends: dict[str, dict], top: float, bottom: float) -> Run:
    """Half of what the text takes on its last page. top, bottom: of the type area, from the page's head."""
    start, text = ends["start"], ends["text"]
    pages_before = text["page"] - start["page"]
    head = top if pages_before else start["y"]
    in_left_column = text["x"] < start["x"] + _IN_THE_LEFT
    used = text["y"] - head + (0 if in_left_column else bottom - head)
    earlier = (bottom - start["y"]) + (pages_before - 1) * (bottom - top) if pages_before else 0.0
    return Run(earlier, used / 2 + _TO_THE_NEXT, bottom - head)


def _standing_out(ends: dict[str, dict]) -> float:
    """How far the text stands out below its block, in points; 0 or less where it fits."""
    text, block = ends["text"], ends["end"]
    return text["y"] - block["y"] - 0.5 if text["page"] == block["page"] else 0.0


def _write(file: Path, data: dict, runs: dict[int, Run]) -> None:
    heights = {str(key): round(run.earlier + run.last, 2) for key, run in runs.items() if not run.is_full}
    file.write_text(json.dumps(data | {"heights": heights}, ensure_ascii=False), encoding="utf-8")
