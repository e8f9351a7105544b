"""Photographs made for tests: small, of any format, with whatever a camera or a program writes into the file."""

import io
import struct
from functools import cache

from PIL import Image, ImageDraw, ImageFilter
from pillow_heif import from_pillow

XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    "<rdf:Description {attributes}>{elements}</rdf:Description></rdf:RDF></x:xmpmeta>"
)


def encoded(image: Image.Image, file_format="JPEG", **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()


@cache
def scene(seed: int = 0, size=(1200, 800)) -> Image.Image:
    """Something to focus on: edges of every length and tone, in a place that depends on the seed. Not to be changed."""
    image = Image.new("RGB", size, "#b9c7cf")
    draw = ImageDraw.Draw(image)
    state = seed * 7919 + 12345
    for _ in range(160):
        numbers = []
        for _ in range(7):
            state = (state * 1103515245 + 12345) % 2**31
            numbers.append(state >> 8)
        left, top = numbers[0] % size[0], numbers[1] % size[1]
        box = (left, top, left + 20 + numbers[2] % 160, top + 20 + numbers[3] % 120)
        draw.rectangle(box, fill=(numbers[4] % 256, numbers[5] % 256, numbers[6] % 256), outline="#222")
    return image


def blurred(image: Image.Image, radius: float) -> Image.Image:
    return image.filter(ImageFilter.GaussianBlur(radius))


def heic(image: Image.Image, **options) -> bytes:
    buffer = io.BytesIO()
    from_pillow(image).save(buffer, quality=60, **options)
    return buffer.getvalue()


def claiming(data: bytes, width: int, height: int) -> bytes:
    """A HEIC whose header claims another size (the ispe property of ISO/IEC 23008-12)."""
    out, place = bytearray(data), 0
    while (place := data.find(b"ispe", place)) >= 0:
        out[place + 8 : place + 16] = struct.pack(">II", width, height)
        place += 16
    return bytes(out)


def with_segment(jpeg: bytes, marker: bytes, payload: bytes) -> bytes:
    """A JPEG with one more segment at its beginning."""
    return jpeg[:2] + marker + struct.pack(">H", len(payload) + 2) + payload + jpeg[2:]


def with_xmp(jpeg: bytes, attributes="", elements="") -> bytes:
    packet = XMP.format(attributes=attributes, elements=elements).encode()
    return with_segment(jpeg, b"\xff\xe1", b"http://ns.adobe.com/xap/1.0/\x00" + packet)


def with_iptc(jpeg: bytes, dataset: int, value: bytes) -> bytes:
    block = struct.pack(">BBBH", 0x1C, 2, dataset, len(value)) + value
    block += b"\x00" * (len(block) % 2)
    resource = b"8BIM" + struct.pack(">HBBI", 0x0404, 0, 0, len(block)) + block
    return with_segment(jpeg, b"\xff\xed", b"Photoshop 3.0\x00" + resource)


def canon_note(owner: bytes) -> bytes:
    """A maker note with the owner's name alone, counted from the beginning of the TIFF data: see with_canon_note."""
    return struct.pack(">HHHII", 1, 0x0009, 2, len(owner), 0) + b"\x00" * 4 + owner


def exif_with_canon_note(owner: bytes) -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "Canon"
    exif.get_ifd(0x8769)[0x927C] = canon_note(owner)
    data = bytearray(exif.tobytes())
    tiff = data.index(b"Exif\x00\x00") + 6
    note = data.index(struct.pack(">HHHI", 1, 0x0009, 2, len(owner)))
    data[note + 10 : note + 14] = struct.pack(">I", note - tiff + 18)
    return bytes(data)


def exif_with_nikon_note(serial: bytes) -> bytes:
    inner = b"II*\x00" + struct.pack("<I", 8) + struct.pack("<HHHII", 1, 0x001D, 2, len(serial), 26) + b"\x00" * 4
    exif = Image.Exif()
    exif[0x010F] = "NIKON CORPORATION"
    exif.get_ifd(0x8769)[0x927C] = b"Nikon\x00\x02\x10\x00\x00" + inner + serial
    return exif.tobytes()
