"""Which faces an edition is set in: the office's own where a folder names them, else the free ones that come along."""

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pylopdf_fonts_zh_cn
import typst
from django.conf import settings
from fontTools.ttLib import TTFont

_BUILT_IN = Path(pylopdf_fonts_zh_cn.__file__).parent
_FREE_KAI = Path("/usr/share/fonts/truetype/lxgw-wenkai")

# Wanted families by role, the best first: the official fonts, common office fonts, what comes along.
ROLES: dict[str, tuple[str, ...]] = {
    "title": ("FZXiaoBiaoSong-B05S", "方正小标宋简体", "FZXiaoBiaoSong-B05", "STZhongsong", "Noto Serif SC"),
    "song": ("FZShuSong-Z01S", "方正书宋简体", "SimSun", "STSong", "Noto Serif SC"),
    "hei": ("FZHei-B01S", "方正黑体简体", "SimHei", "STHeiti", "Noto Sans SC"),
    "kai": ("FZKai-Z03S", "方正楷体简体", "KaiTi_GB2312", "KaiTi", "STKaiti", "LXGW WenKai", "Noto Serif SC"),
}
LABELS = {"title": "标题（小标宋）", "song": "正文（宋体）", "hei": "小标题（黑体）", "kai": "署名（楷体）"}


@dataclass(frozen=True)
class Faces:
    """folders: where fonts are looked for; families: role → families in the order they are tried; files: family →
    its file and number in it; problems: what was wished for and is not there, told to the person who builds."""

    folders: tuple[str, ...]
    families: dict[str, tuple[str, ...]]
    files: dict[str, tuple[str, int]]
    problems: tuple[str, ...]

    def missing(self, text: str) -> str:
        """The characters of a text that none of the faces has, each once, in the order they come."""
        known = _characters(tuple(sorted(set(self.files.values()))))
        return "".join(one for one in dict.fromkeys(text) if ord(one) > 0x7F and ord(one) not in known)


def faces() -> Faces:
    """The faces for now; looked up again when the folder's content changes."""
    office = settings.FONTS_DIR
    stamp = tuple(sorted((entry.name, entry.stat().st_mtime_ns) for entry in os.scandir(office))) if office else ()
    return _faces(str(office) if office else "", stamp)


@lru_cache(maxsize=2)
def _faces(office: str, stamp: tuple) -> Faces:
    folders = tuple(folder for folder in (office, str(_BUILT_IN), str(_FREE_KAI)) if folder and Path(folder).is_dir())
    found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=list(folders))
    files: dict[str, tuple[str, int]] = {}
    for font in sorted(found.fonts(), key=lambda font: abs(font.weight - 400)):
        files.setdefault(font.family, (font.path, font.index))
    families = {role: tuple(name for name in wanted if name in files) for role, wanted in ROLES.items()}
    problems = []
    if "Noto Serif SC" in families["kai"][:1]:
        problems.append(f"没有楷体，{LABELS['kai']}用宋体代替。请把楷体字库放进 FONTS_DIR 指定的文件夹。")
    if office and not any(path.startswith(office) for path, _ in files.values()):
        problems.append(f"FONTS_DIR 指定的文件夹“{office}”里没有能用的字库，用了自带的字体。请核对文件夹。")
    # After the chosen face the others stand in, so that a rare character is set rather than lost.
    spare = tuple(name for name in ("Noto Serif SC", "Noto Sans SC", "LXGW WenKai") if name in files)
    chosen = {role: tuple(dict.fromkeys((*names[:1], *spare))) for role, names in families.items()}
    used = {name for names in chosen.values() for name in names}
    return Faces(folders, chosen, {name: files[name] for name in used}, tuple(problems))


@lru_cache(maxsize=2)
def _characters(files: tuple[tuple[str, int], ...]) -> frozenset[int]:
    """Code points that at least one of the font files has a glyph for."""
    known: set[int] = set()
    for path, index in files:
        with TTFont(path, lazy=True, fontNumber=index) as font:
            known.update(font.getBestCmap())
    return frozenset(known)
