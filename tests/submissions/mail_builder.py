"""Messages as careless programs write them: bytes put together by hand, not by a library that would mend them."""

import base64
import struct


def word(text: str, charset: str, *, encoding: str = "B", label: str = "") -> bytes:
    """One RFC 2047 word."""
    data = text.encode(charset)
    return words_of(data, label or charset, len(data), encoding)


def words_of(data: bytes, label: str, size: int, encoding: str = "B") -> bytes:
    """RFC 2047 words of `size` bytes each, wherever that cuts."""
    chunks = [data[place : place + size] for place in range(0, len(data), size)]
    if encoding == "B":
        coded = [base64.b64encode(chunk) for chunk in chunks]
    else:
        coded = [b"".join(b"=%02X" % byte for byte in chunk) for chunk in chunks]
    return b"\r\n ".join(b"=?" + label.encode() + b"?" + encoding.encode() + b"?" + chunk + b"?=" for chunk in coded)


def message(
    body: bytes = b"text", *, subject: bytes = b"subject", content_type: bytes = b"text/plain", **fields
) -> bytes:
    """A message of one part. Keywords are further fields, _ for -; None leaves a field out."""
    head = {
        "From": b"lin@example.com",
        "Subject": subject,
        "Date": b"Mon, 02 Nov 2026 09:30:00 +0800",
        "Message-ID": b"<a1@example.com>",
        "Content-Type": content_type,
    } | {name.replace("_", "-").title().replace("Id", "ID"): value for name, value in fields.items()}
    lines = [name.encode() + b": " + value for name, value in head.items() if value is not None]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def part(body: bytes, content_type: bytes = b"text/plain", **fields) -> bytes:
    head = {"Content-Type": content_type} | {name.replace("_", "-").title(): value for name, value in fields.items()}
    return b"\r\n".join(name.encode() + b": " + value for name, value in head.items()) + b"\r\n\r\n" + body


def attachment(data: bytes, disposition: bytes, content_type: bytes = b"application/octet-stream") -> bytes:
    return part(
        base64.encodebytes(data), content_type, content_disposition=disposition, content_transfer_encoding=b"base64"
    )


def multipart(*parts: bytes, kind: bytes = b"mixed", boundary: bytes = b"b1", **fields) -> bytes:
    return message(
        joined(*parts, boundary=boundary),
        content_type=b"multipart/" + kind + b'; boundary="' + boundary + b'"',
        **fields,
    )


def joined(*parts: bytes, boundary: bytes) -> bytes:
    body = b"".join(b"--" + boundary + b"\r\n" + one + b"\r\n" for one in parts)
    return b"preamble\r\n" + body + b"--" + boundary + b"--\r\n"


def tnef(files: list[tuple[bytes, str, bytes]], *, body: bytes = b"", codepage: int = 936) -> bytes:
    """A winmail.dat: each file with its short name (code page), long name (Unicode) and content."""

    def attribute(level: int, tag: int, value: bytes) -> bytes:
        return struct.pack("<BIi", level, tag, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)

    out = struct.pack("<IH", 0x223E9F78, 1) + attribute(1, 0x00069007, struct.pack("<II", codepage, 0))
    if body:
        out += attribute(1, 0x0002800C, body + b"\0")
    for short, long, data in files:
        out += attribute(2, 0x00069002, b"\0" * 14) + attribute(2, 0x00018010, short + b"\0")
        out += attribute(2, 0x0006800F, data)
        name = long.encode("utf-16-le") + b"\0\0"
        if long:
            properties = struct.pack("<IHHII", 1, 31, 0x3707, 1, len(name)) + name + b"\0" * (-len(name) % 4)
            out += attribute(2, 0x00069005, properties)
    return out
