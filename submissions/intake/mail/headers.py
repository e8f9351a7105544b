"""Header fields of real mail: raw bytes, RFC 2047 words cut anywhere, RFC 2231 values, names without quotes.

Everything here takes bytes as they came and returns text fit for one line: no line breaks, no control characters.
"""

import base64
import binascii
import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from .charset import codec_of, decode, likeness

# A word whose end was cut off by a careless program still counts, as far as it goes.
_WORD = re.compile(rb"=\?([\w.:+\-]{1,40})(?:\*[\w\-]*)?\?([bBqQ])\?(.*?)(?:\?=|\Z)", re.DOTALL)
_ADDRESS = re.compile(r"[^\s<>@,;:\"()\[\]\\]{1,200}@[^\s<>@,;:\"()\[\]\\]{1,200}")
_QUOTED_HEX = re.compile(rb"=([0-9A-Fa-f]{2})")
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_PARAMETER = re.compile(r"([\w\-]+?)(?:\*(\d{1,3}))?(\*)?")
MAX_VALUE = 64 * 1024
_MOST_PIECES = 200


class Word(NamedTuple):
    charset: str
    encoding: str
    content: bytes


class Sender(NamedTuple):
    name: str
    address: str


def one_line(text: str) -> str:
    """Without line breaks, control characters and marks that turn the direction of writing; spaces collapsed."""
    kept = "".join(" " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else char for char in text)
    shown = "".join(char for char in kept if unicodedata.category(char) not in ("Cf", "Cs"))
    return re.sub(r"[ \u00a0]+", " ", shown).strip()


def decode_words(value: bytes, hint: str | None = None) -> str:
    """The text of a header value: encoded words, raw bytes between them. `hint` is a charset to try for raw bytes.

    May hold line breaks that were hidden in encoded words: `one_line` takes them out.
    """
    value = value[:MAX_VALUE]
    pieces: list[str] = []
    run: list[Word] = []
    end = 0
    for match in _WORD.finditer(value):
        between = value[end : match.start()]
        if between.strip():
            pieces += [_run_text(run), decode(between, hint).text]
            run = []
        elif between and not run:
            pieces.append(" ")
        run.append(Word(match[1].decode("ascii", "ignore"), match[2].decode().upper(), match[3]))
        end = match.end()
    pieces += [_run_text(run), decode(value[end:], hint).text]
    return "".join(pieces)


def _run_text(run: list[Word]) -> str:
    """Adjacent words: bytes of one charset are joined before they are decoded, since words are cut in mid-character."""
    text, start = "", 0
    for index in range(1, len(run) + 1):
        if index == len(run) or _family(run[index]) != _family(run[start]):
            group = run[start:index]
            text += decode(_joined(group), group[0].charset).text
            start = index
    return text


def _family(word: Word) -> str:
    return codec_of(word.charset) or word.charset.lower()


def _joined(words: list[Word]) -> bytes:
    """Base64 cut outside its groups of four is put together again first."""
    data, pending = b"", b""
    for word in words:
        if word.encoding == "Q":
            data += from_base64(pending) + _quoted(word.content)
            pending = b""
            continue
        chunk = re.sub(rb"[^A-Za-z0-9+/=_\-]", b"", word.content)
        if chunk.endswith(b"=") or (len(pending) + len(chunk)) % 4 == 0:
            data, pending = data + from_base64(pending + chunk), b""
        else:
            pending += chunk
    return data + from_base64(pending)


def _quoted(content: bytes) -> bytes:
    return _QUOTED_HEX.sub(lambda match: bytes([int(match[1], 16)]), content.replace(b"_", b" "))


def from_base64(data: bytes | memoryview) -> bytes:
    """Base64 as far as it goes: strange characters skipped, padding supplied, a lone last character dropped."""
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        kept = re.sub(rb"[^A-Za-z0-9+/]", b"", bytes(data).replace(b"-", b"+").replace(b"_", b"/"))
    kept = kept[: len(kept) - (len(kept) % 4 == 1)]
    return base64.b64decode(kept + b"=" * (-len(kept) % 4))


def sender_of(value: bytes, hint: str | None = None) -> Sender:
    """Name and address of the first mailbox. The address is searched before decoding: no name can feign one."""
    found = re.search(rb"<\s*([^<>\s]+@[^<>\s]+)\s*>", value)
    if found:
        name, address = value[: found.start()], one_line(decode(found[1]).text)
    else:
        whole = one_line(decode_words(value, hint))
        bare = _ADDRESS.search(whole)
        if bare is None:
            return Sender(_unquoted(whole)[:200], "")
        rest = re.sub(r"[<>()]", " ", whole.replace(bare[0], " ", 1))
        return Sender(_unquoted(one_line(rest))[:200], bare[0][:300])
    return Sender(_unquoted(one_line(decode_words(_bare(name), hint)))[:200], address[:300])


def _bare(name: bytes) -> bytes:
    """Without the quotes around an encoded word, which programs write against RFC 2047."""
    name = name.strip()
    return name[1:-1] if len(name) > 1 and name[:1] == name[-1:] == b'"' else name


def _unquoted(name: str) -> str:
    return name.strip().strip("\"'").replace('\\"', '"').strip()


def parameters(value: bytes) -> tuple[str, dict[str, list[str]]]:
    """A structured value, “text/plain; charset=…” → main part in lower case, and each parameter's readings.

    A parameter may be given twice, as name* (RFC 2231) and plainly: the extended reading comes first.
    """
    main, *rest = _split(value[:MAX_VALUE])
    plain: dict[str, list[bytes]] = {}
    pieces: dict[str, dict[int, tuple[bytes, bool]]] = {}
    for item in rest[:_MOST_PIECES]:
        key, equals, content = item.partition(b"=")
        match = _PARAMETER.fullmatch(key.strip().decode("ascii", "ignore").lower())
        if not equals or match is None:
            continue
        name, number, star = match[1], match[2], bool(match[3])
        if number is None and not star:
            plain.setdefault(name, []).append(_dequoted(content))
        else:
            pieces.setdefault(name, {}).setdefault(int(number or 0), (_dequoted(content), star))
    read: dict[str, list[str]] = {}
    for name, parts in pieces.items():
        read.setdefault(name, []).append(_extended(parts))
    for name, values in plain.items():
        read.setdefault(name, []).extend(_plain_value(value) for value in values)
    return one_line(decode(main).text).lower(), read


def _split(value: bytes) -> list[bytes]:
    """At the semicolons outside quotes; a quote that is never closed ends with the value."""
    items, start, quoted, skip = [], 0, False, False
    for index, byte in enumerate(value):
        if skip:
            skip = False
        elif byte == 0x5C and quoted and not (index and value[index - 1] >= 0x80):
            # A backslash after a high byte is half of a GBK or Big5 character.
            skip = True
        elif byte == 0x22:
            quoted = not quoted
        elif byte == 0x3B and not quoted:
            items.append(value[start:index])
            start = index + 1
    return [*items, value[start:]]


def _dequoted(content: bytes) -> bytes:
    content = content.strip()
    if content[:1] == b'"':
        content = content[1:-1] if len(content) > 1 and content[-1:] == b'"' else content[1:]
        content = re.sub(rb'(?<![\x80-\xff])\\(["\\])', rb"\1", content)
    return content


def _extended(parts: dict[int, tuple[bytes, bool]]) -> str:
    """RFC 2231: charset'language'percent-encoded, in numbered pieces which may be missing or out of order."""
    charset, data = None, b""
    for place, number in enumerate(sorted(parts)):
        content, star = parts[number]
        if star and place == 0 and content.count(b"'") >= 2:
            label, _, content = content.split(b"'", 2)
            charset = label.decode("ascii", "ignore")
        data += unquote_to_bytes(content) if star else content
    return decode_words(data, charset) if b"=?" in data else decode(data, charset).text


def _plain_value(value: bytes) -> str:
    text = decode_words(value)
    if value.isascii() and _PERCENT.search(text):
        unquoted = decode(unquote_to_bytes(text.encode("utf-8", "replace"))).text
        if likeness(unquoted) > 0.5 and "\ufffd" not in unquoted:
            return unquoted
    return text


def best_name(readings: Iterator[str] | list[str]) -> str:
    """The first reading without damage; else the one with the most Chinese in it."""
    known = [reading for reading in readings if reading.strip()]
    for reading in known:
        if "\ufffd" not in reading and "??" not in reading and likeness(reading) >= 0:
            return reading
    return max(known, key=likeness, default="")
