"""Bytes of Chinese mail → text, whatever their label says: the reading with the most common characters wins.

Only charsets of the table below are ever used: a label from outside names no codec of ours (RULES.md 9).
"""

import re
from functools import lru_cache
from typing import NamedTuple

_GB, _BIG5, _UTF8, _HZ = "gb18030", "big5hkscs", "utf-8", "hz"
# Labels as mail programs write them; GB2312 and GBK are parts of GB18030 and mislabelled for it all the time.
_CODECS = {
    "gb2312": _GB, "gbk": _GB, "gb18030": _GB, "gb": _GB, "cp936": _GB, "ms936": _GB, "936": _GB, "euccn": _GB,
    "xgbk": _GB, "xgb2312": _GB, "gb231280": _GB, "csgb2312": _GB, "chinese": _GB, "windows936": _GB,
    "big5": _BIG5, "big5hkscs": _BIG5, "cp950": _BIG5, "950": _BIG5, "xbig5": _BIG5, "csbig5": _BIG5, "chinesebig5": _BIG5,
    "utf8": _UTF8, "unicode11utf8": _UTF8, "utf8mb4": _UTF8, "xutf8": _UTF8, "cp65001": _UTF8, "65001": _UTF8,
    "hz": _HZ, "hzgb2312": _HZ, "hzgb": _HZ,
    "utf7": "utf-7", "unicode11utf7": "utf-7", "utf16": "utf-16", "utf16le": "utf-16-le", "utf16be": "utf-16-be",
    "iso88591": "cp1252", "latin1": "cp1252", "windows1252": "cp1252", "cp1252": "cp1252", "usascii": "ascii", "ascii": "ascii",
    "iso885915": "iso8859-15", "windows1251": "cp1251", "koi8r": "koi8-r", "iso88592": "iso8859-2",
    "shiftjis": "cp932", "sjis": "cp932", "windows31j": "cp932", "iso2022jp": "iso2022_jp", "eucjp": "euc_jp",
    "euckr": "cp949", "ksc56011987": "cp949",
}  # fmt: skip
_SAMPLE = 12_000
# A reading whose characters are nearly all common ones.
_PLAUSIBLE = 0.7
# Without a label: UTF-8 hardly ever comes about by chance, and the mainland writes GB rather than Big5.
_PRIOR = {_UTF8: 0.5, _GB: 0.4}
_HZ_RUN = re.compile(rb"~\{(?:[\x21-\x7e]{2})+~\}")
_HIGH = re.compile(rb"[\x80-\xff]")

# The characters of ordinary prose, simplified and traditional; what is wrongly decoded hardly holds any.
_FREQUENT = frozenset(
    "的一是了我不人在他有这个上们来到时大地为子中你说生国年着就那和要她出也得里后自以会家可下而过天去能对小多然于心学么之都好看"
    "起发当没成只如事把还用第样道想作种开美总从无情己面最女但现前些所同日手又行意动方期它头经长儿回位分爱老因很给名法间知世什两"
    "次使身者被高已亲其进此话常与活正感见明问力理点文几定本公特做外相西果走将月十实向声车全信重三机工物气每并别真打太新比才便再"
    "书部水像等体却加电主界门利海受听表少代员许先口由安写性光白或住难望教命花结乐色更东神记处让母父应直字场平报友关放至张认接告"
    "入内军民岁往何度山路带万边风解任金快原变通师立象数四失满战远格士目条党建组织村区市县镇街道支部书记干部群众基层稿件投请您照片"
    "附查收编辑治理振兴工程服务发展图文案关于总结经验报告领导讲话政府委员附件说明"
    "這個們來時為說國著後會過對學麼發當沒還樣種開總從無現動頭經長兒愛給間兩進與話問點幾將實聲車機氣書體電門聽員許寫難樂東記處讓應場"
    "報關張認軍歲帶萬邊風師數滿戰遠條黨組織區縣鎮幹眾編輯圖請查"
)
_PUNCTUATION = frozenset("，。、！？；：“”‘’（）《》〈〉【】〔〕—…·．　－～％￥①②③④⑤⑥⑦⑧⑨")


@lru_cache(1)
def _level_one() -> frozenset[str]:
    """The common characters of GB2312 (rows 16–55) and of Big5 (A440–C67E), as those standards list them."""
    gb = bytes(byte for lead in range(0xB0, 0xD8) for trail in range(0xA1, 0xFF) for byte in (lead, trail))
    trails = [*range(0x40, 0x7F), *range(0xA1, 0xFF)]
    big5 = bytes(byte for lead in range(0xA4, 0xC7) for trail in trails for byte in (lead, trail))
    return frozenset(gb.decode("gb2312", "ignore") + big5.decode("big5", "ignore"))


class Decoded(NamedTuple):
    """text, and `lost`: how many places no charset could read (each stands as U+FFFD)."""

    text: str
    lost: int


def codec_of(label: str | None) -> str | None:
    """Python's codec for a label of the table, None for any other."""
    return _CODECS.get(re.sub(r"[^a-z0-9]", "", (label or "").lower()))


def likeness(text: str) -> float:
    """How much the non-ASCII part looks like Chinese prose: about 2 and more for real text, near or below 0 for garbage."""
    sample = [char for char in text[: _SAMPLE * 4] if char > "\x7f"][:_SAMPLE]
    if not sample:
        return 0.0
    common = _level_one()
    return sum(_worth(char, common) for char in sample) / len(sample)


def _worth(char: str, common: frozenset[str]) -> float:
    if char in _FREQUENT:
        return 3
    if char in _PUNCTUATION:
        return 1.5
    if char in common:
        return 1
    code = ord(char)
    if code == 0xFFFD or 0xE000 <= code < 0xF900 or 0x80 <= code < 0xA0:
        return -5
    if 0x4E00 <= code < 0xA000 or 0xFF00 <= code < 0xFFF0 or 0x20000 <= code < 0x32000:
        return -0.5 if code < 0xA000 else 0.3
    if 0x370 <= code < 0x530 or 0x3040 <= code < 0x3130:
        # Greek, Cyrillic, kana: Chinese charsets hold them, Chinese text hardly.
        return -0.5
    return 0.0 if char.isalpha() else -0.2


def decode(data: bytes, declared: str | None = None) -> Decoded:
    """Decode with the label if it fits best, else with what does. Never fails; ties go to the label, then UTF-8."""
    codec = codec_of(declared)
    for mark, marked in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return _counted(data.decode(marked, "replace"))
    if codec and codec.startswith("utf-16"):
        return _counted(data.decode(codec, "replace"))
    if not _HIGH.search(data):
        return _counted(_ascii(data, codec))
    if codec and b"\x1b$" in data and codec == "iso2022_jp":
        return _counted(data.decode(codec, "replace"))
    best, best_score = "", float("-inf")
    for candidate in dict.fromkeys((codec, _UTF8, _GB, _BIG5)):
        if candidate is None or candidate in ("ascii", "utf-7", _HZ):
            continue
        text, clean = _attempt(data, candidate)
        like = likeness(text)
        if candidate == codec and clean and like >= _PLAUSIBLE:
            # A few characters may look better by chance in another charset: a label that fits is believed.
            like += 1
        score = like + _PRIOR.get(candidate, 0) + (0.3 if candidate == codec else 0) + (0.8 if clean else 0)
        if score > best_score:
            best, best_score = text, score
    return _counted(best)


def _attempt(data: bytes, codec: str) -> tuple[str, bool]:
    try:
        return data.decode(codec), True
    except UnicodeDecodeError:
        return data.decode(codec, "replace"), False


def _ascii(data: bytes, codec: str | None) -> str:
    """Seven-bit data: HZ and UTF-7 hide Chinese in it, so does ISO-2022-JP."""
    if b"\x1b$" in data:
        return data.decode("iso2022_jp", "replace")
    if codec == _HZ or _HZ_RUN.search(data):
        read = data.decode(_HZ, "replace")
        if codec == _HZ or likeness(read) > 1:
            return read
    if codec == "utf-7":
        return data.decode("utf-7", "replace")
    return data.decode("ascii")


def _counted(text: str) -> Decoded:
    return Decoded(text, text.count("\ufffd"))
