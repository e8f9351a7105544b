"""What a photograph's file tells of people and places: named to the writer, absent from what readers get.

Read from EXIF 2.32, XMP (RULES.md section 6), IPTC-IIM and the notes of five camera makers. Only the kinds are kept,
never the values: no coordinate and no number leaves the file.
"""

import re
import struct
from collections.abc import Iterator

from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

PLACE, BODY, LENS, OWNER = "place", "body_serial", "lens_serial", "owner"
LABELS = {PLACE: "拍摄地点", BODY: "相机序列号", LENS: "镜头序列号", OWNER: "机主或作者的姓名"}

_CAMERA_SERIAL = 0xC62F  # DNG 1.4
_EXIF = {
    BODY: (Base.BodySerialNumber, _CAMERA_SERIAL),
    LENS: (Base.LensSerialNumber,),
    OWNER: (Base.CameraOwnerName, Base.Artist, Base.XPAuthor),
}
_XMP = {
    PLACE: rb"exif:GPSLatitude|photoshop:City|Iptc4xmpCore:Location|Iptc4xmpExt:LocationCreated",
    BODY: rb"aux:SerialNumber|exifEX:BodySerialNumber",
    LENS: rb"aux:LensSerialNumber|exifEX:LensSerialNumber",
    OWNER: rb"aux:OwnerName|exifEX:CameraOwnerName|dc:creator",
}
# As an attribute with a value, or as an element that is not closed at once.
_XMP_SAYS = {
    kind: re.compile(rb"(?<![/\w])(?:%s)(?:\s*=\s*[\"'](?!\s*[\"'])|\s*>(?!\s*</(?:%s)))" % (names, names))
    for kind, names in _XMP.items()
}
_IPTC = 0x0404
_IPTC_SAYS = {PLACE: (90, 92), OWNER: (80,)}
# Maker: beginning of its note, where its directory begins, from where offsets count, {tag: kind}.
_TIFF, _NOTE, _INNER = "tiff", "note", "inner"
_MAKERS = (
    (b"Nikon\x00\x02", 10, _INNER, {0x001D: BODY, 0x00A0: BODY}),
    (b"FUJIFILM", 12, _NOTE, {0x0010: BODY}),
    (b"Panasonic\x00\x00\x00", 12, _TIFF, {0x0025: BODY}),
    (b"PENTAX \x00", 10, _NOTE, {0x0229: BODY}),
)
_CANON = (b"", 0, _TIFF, {0x0009: OWNER, 0x000C: BODY, 0x0096: BODY})
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 9: 4, 10: 8}
_MOST_ENTRIES = 500


def traces(image: Image.Image) -> list[str]:
    """The kinds found, in the order of LABELS. Blocks too damaged to be read are taken as saying nothing."""
    found = {kind for reader in (_exif, _xmp, _iptc, _maker) for kind in _readable(reader(image))}
    return [kind for kind in LABELS if kind in found]


def told(kinds: list[str]) -> str:
    """拍摄地点、相机序列号: as people read it, empty where there is nothing to name."""
    return "、".join(LABELS[kind] for kind in kinds if kind in LABELS)


def xmp_of(image: Image.Image) -> bytes:
    """The XMP packet, empty where there is none."""
    packet = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or getattr(image, "tag_v2", {}).get(700, b"")
    return packet.encode(errors="replace") if isinstance(packet, str) else bytes(packet)


def _readable(kinds: Iterator[str]) -> Iterator[str]:
    try:
        yield from kinds
    except (SyntaxError, ValueError, TypeError, KeyError, IndexError, AttributeError, OSError, struct.error):
        return


def _exif(image: Image.Image) -> Iterator[str]:
    exif = image.getexif()
    inner = exif.get_ifd(IFD.Exif)
    for kind, tags in _EXIF.items():
        if any(_says(exif.get(tag)) or _says(inner.get(tag)) for tag in tags):
            yield kind
    places = exif.get_ifd(IFD.GPSInfo)
    # An empty block, or its version alone, names no place.
    if any(tag != GPS.GPSVersionID for tag in places):
        yield PLACE


def _says(value) -> bool:
    """Cameras fill fields they have nothing for with blanks and zeros."""
    text = value.decode("latin-1") if isinstance(value, bytes) else str(value or "")
    return bool(text.replace("\x00", "").strip(" 0"))


def _xmp(image: Image.Image) -> Iterator[str]:
    packet = xmp_of(image)
    yield from (kind for kind, pattern in _XMP_SAYS.items() if pattern.search(packet))


def _iptc(image: Image.Image) -> Iterator[str]:
    """IPTC-IIM 4.2, record 2, as Photoshop's resource holds it: marker, record, data set, length, value."""
    block = (image.info.get("photoshop") or {}).get(_IPTC, b"")
    position = 0
    while position + 5 <= len(block) and block[position] == 0x1C:
        record, dataset, length = struct.unpack(">BBH", block[position + 1 : position + 5])
        if record == 2 and _says(block[position + 5 : position + 5 + length]):
            yield from (kind for kind, sets in _IPTC_SAYS.items() if dataset in sets)
        position += 5 + length


def _maker(image: Image.Image) -> Iterator[str]:
    tiff = (image.info.get("exif") or b"").removeprefix(b"Exif\x00\x00")
    exif = image.getexif()
    note = exif.get_ifd(IFD.Exif).get(Base.MakerNote)
    if not isinstance(note, bytes) or len(note) < 20:
        return
    canon = str(exif.get(Base.Make, "")).startswith("Canon")
    known = next((maker for maker in _MAKERS if note.startswith(maker[0])), _CANON if canon else None)
    if known is None:
        return
    _, first, counted_from, tags = known
    start = tiff.find(note)
    order = "<" if tiff[:2] == b"II" else ">"
    if counted_from == _INNER:
        data = note[first:]
        order = "<" if data[:2] == b"II" else ">"
        first = struct.unpack(f"{order}I", data[4:8])[0]
    elif counted_from == _NOTE:
        # Fujifilm writes little-endian always and says where its directory begins; Pentax names its order.
        data = note
        order = "<" if note.startswith(b"FUJIFILM") or note[8:10] == b"II" else ">"
    else:
        data, first = tiff, start + first
    for tag, value in _directory(data, first, order):
        if tag in tags and _says(value):
            yield tags[tag]


def _directory(data: bytes, start: int, order: str) -> Iterator[tuple[int, bytes]]:
    """(tag, raw value) of a TIFF directory; what points outside the data is left out. Raises struct.error."""
    (count,) = struct.unpack_from(f"{order}H", data, start)
    for number in range(min(count, _MOST_ENTRIES)):
        at = start + 2 + 12 * number
        tag, kind, amount = struct.unpack_from(f"{order}HHI", data, at)
        length = _SIZES.get(kind, 0) * amount
        place = at + 8 if length <= 4 else struct.unpack_from(f"{order}I", data, at + 8)[0]
        if 0 < length <= len(data) - place:
            yield tag, data[place : place + length]
