"""Chinese fonts and sizes as people name them (RULES.md 2: the aliases)."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Face:
    """A typeface of the standard: what people call it, the font set in a corrected file, and its names in files."""

    label: str
    preferred: str
    names: re.Pattern


def _face(label: str, preferred: str, names: str) -> Face:
    return Face(label, preferred, re.compile(names, re.IGNORECASE))


FANGSONG = _face(
    "仿宋",
    "仿宋_GB2312",
    r"(华文|方正)?仿宋(体|简体)?(_GB(K|2312|18030))?|(ST)?FangSong(_GB2312)?|FZFangSong-Z02S?",
)
KAITI = _face("楷体", "楷体_GB2312", r"(华文|方正)?楷体?(简体)?(_GB(K|2312|18030))?|(ST)?KaiTi(_GB2312)?|FZKai-Z03S?")
HEITI = _face("黑体", "黑体", r"(华文|方正)?(黑体|细黑)(简体)?(_GB(K|2312|18030))?|SimHei|STHeiti|FZHei-B01S?")
XIAOBIAOSONG = _face(
    "小标宋",
    "方正小标宋简体",
    r"(方正|华文)?小标宋(体|简体)?(_GB(K|2312|18030))?|FZXiaoBiaoSong-B05S?|FZXBSJW.*|FZXBSK.*",
)
SONGTI = _face("宋体", "宋体", r"(新|华文|方正书)?宋体?(简体)?(_GB(K|2312|18030))?|N?SimSun|STSong|FZShuSong-Z01S?")

_SIZES = {
    42: "初号", 36: "小初", 26: "一号", 24: "小一", 22: "二号", 18: "小二", 16: "三号", 15: "小三",
    14: "四号", 12: "小四", 10.5: "五号", 9: "小五",
}  # fmt: skip


def is_face(font: str | None, face: Face) -> bool:
    """Whether a font name of a file is this face under any of its names."""
    return font is not None and face.names.fullmatch(font.strip().lstrip("@")) is not None


def size_label(points: float) -> str:
    """16 → 三号（16 磅）."""
    named = _SIZES.get(points)
    return f"{named}（{points:g} 磅）" if named else f"{points:g} 磅"


def is_size(points: float, wanted: float) -> bool:
    """A quarter point of grace: older programs wrote 三号 as 15.75."""
    return abs(points - wanted) <= 0.25
