"""Files that lie: each is turned away with its name, the reason and the next step, at once and without much memory."""

import os
import struct
import zipfile
from io import BytesIO

import pytest

from submissions.checks.official_format import check_official_format, corrected
from submissions.intake.docx_file import MAX_ENTRIES, MAX_PARAGRAPHS, open_docx
from submissions.intake.refused import FileRefused
from tests.submissions import docx_builder as build

GOOD = build.to_bytes(build.official())
DOCUMENT = "word/document.xml"


def repacked(changes: dict[str, bytes | None], extra: list[tuple[str, bytes]] = (), *, good: bytes = GOOD) -> bytes:
    """The good file with some parts replaced (None: left out) and others added."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(good)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = changes.get(name, old.read(name))
            if part is not None:
                new.writestr(name, part)
        for name, part in extra:
            new.writestr(name, part)
    return out.getvalue()


def part(name: str = DOCUMENT) -> bytes:
    with zipfile.ZipFile(BytesIO(GOOD)) as package:
        return package.read(name)


def refusal(data: bytes) -> str:
    with pytest.raises(FileRefused) as caught:
        open_docx(data, "来稿.docx")
    assert caught.value.name == "来稿.docx"
    text = str(caught.value)
    assert text.startswith("“来稿.docx”")
    assert text.count("。") >= 2  # the reason, then the next step
    return text


def test_a_good_file_opens():
    assert open_docx(GOOD).paragraphs[0].text == build.TITLE


def test_a_path_is_named_by_itself(tmp_path):
    path = tmp_path / "坏.docx"
    path.write_bytes(b"")
    with pytest.raises(FileRefused, match=r"坏[.]docx”是空文件"):
        open_docx(path)
    with pytest.raises(FileRefused, match=r"无[.]docx”打不开"):
        open_docx(tmp_path / "无.docx")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "空文件"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "旧版 Word"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "打开密码"),
        (rb"{\rtf1\ansi", "RTF"),
        (b"<html><body>x</body></html>", "网页"),
        (b"\xef\xbb\xbf\r\n<!DOCTYPE html><p>", "网页"),
        (b'<?xml version="1.0"?><w:wordDocument/>', "XML"),
        (b"%PDF-1.7", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "不是 Word 文档"),
        ("村里商量着办事。".encode(), "不是 Word 文档"),
        (b"PK\x03\x04", "已损坏"),
        (GOOD[: len(GOOD) // 2], "没有传完"),
        (GOOD[:-30], "没有传完"),
    ],
)
def test_what_is_no_docx_is_called_what_it_is(data, reason):
    assert reason in refusal(data)


@pytest.mark.parametrize(
    ("entry", "reason"),
    [("xl/workbook.xml", "Excel"), ("ppt/presentation.xml", "PowerPoint"), ("content.xml", "odt"), ("a.txt", "压缩包")],
)
def test_other_zip_files_are_called_what_they_are(entry, reason):
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr(entry, "<x/>")
    assert reason in refusal(out.getvalue())


def test_flipped_bytes_never_give_a_traceback():
    for place in range(0, len(GOOD), 397):
        damaged = bytearray(GOOD)
        damaged[place] ^= 0xFF
        try:
            open_docx(bytes(damaged), "来稿.docx")
        except FileRefused as refused:
            assert "来稿.docx" in str(refused)  # noqa: PT017 - most flips are harmless, some must be refused


def test_two_documents_in_one_file():
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = repacked({}, [(DOCUMENT, part())])
    assert "重名" in refusal(data)
    assert "重名" in refusal(repacked({}, [("Word/Document.XML", part())]))


def test_a_password_on_the_zip():
    data = bytearray(GOOD)
    place = data.find(b"PK\x01\x02")
    data[place + 8] |= 1
    assert "密码" in refusal(bytes(data))


def test_declared_size_beyond_the_limit():
    assert "MB" in refusal(repacked({}, [("word/media/image1.png", b"\0" * (70 * 1024 * 1024))]))


def test_a_declared_size_that_lies_is_found_out():
    data = bytearray(repacked({}, [("word/zero.xml", b"\0" * (30 * 1024 * 1024))]))
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = data.rfind(mark)
        struct.pack_into("<I", data, place + offset, 10)
    assert refusal(bytes(data))


def test_markup_bombs():
    body = part().replace(b"<w:body>", b"<w:body>" + b"<w:p/>" * 350_000)
    assert "标记过多" in refusal(repacked({DOCUMENT: body}))
    body = part().replace(b"<w:body>", b"<w:body>" + b"<w:p/>" * (MAX_PARAGRAPHS + 1))
    assert "段" in refusal(repacked({DOCUMENT: body}))
    body = part().replace(b"<w:body>", b"<w:body>" + b"<w:t>" + b"x" * (17 * 1024 * 1024) + b"</w:t>")
    assert "过大" in refusal(repacked({DOCUMENT: body}))


def test_deep_nesting():
    body = part().replace(b"<w:body>", b"<w:body>" + b"<w:sdt>" * 5000)
    assert "损坏" in refusal(repacked({DOCUMENT: body}))


def test_too_many_entries():
    assert "条目" in refusal(repacked({}, [(f"word/media/{n}.bin", b"") for n in range(MAX_ENTRIES)]))


@pytest.mark.parametrize("code", ["utf-8", "utf-16"])
def test_external_entities_are_refused_unread(tmp_path, code):
    secret = tmp_path / "secret.txt"
    secret.write_text("机密")
    xml = (
        part()
        .decode()
        .replace("encoding='UTF-8'", f"encoding='{code}'")
        .replace('encoding="UTF-8"', f'encoding="{code}"')
    )
    head, rest = xml.split("?>", 1)
    xml = f'{head}?><!DOCTYPE w:document [<!ENTITY x SYSTEM "file://{secret}">]>{rest}'
    assert "DOCTYPE" in refusal(repacked({DOCUMENT: xml.encode(code)}))


def test_an_entity_bomb_in_any_part():
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
    assert "DOCTYPE" in refusal(repacked({"docProps/core.xml": bomb}))


def test_an_encoding_that_hides_markup():
    xml = part().decode().split("?>", 1)[1].encode("cp037", "xmlcharrefreplace")
    assert "编码" in refusal(repacked({DOCUMENT: xml}))
    declared = b'<?xml version="1.0" encoding="utf-7"?>' + part().split(b"?>", 1)[1]
    assert "编码" in refusal(repacked({DOCUMENT: declared}))


def test_a_document_under_another_ending():
    types = part("[Content_Types].xml").replace(b"/word/document.xml", b"/word/document.bin")
    links = part("_rels/.rels").replace(b"word/document.xml", b"word/document.bin")
    data = repacked({"[Content_Types].xml": types, "_rels/.rels": links}, [("word/document.bin", part())])
    assert "名称与内容不符" in refusal(data)


@pytest.mark.parametrize("name", ["[Content_Types].xml", "_rels/.rels", DOCUMENT, "word/styles.xml"])
@pytest.mark.parametrize("content", [None, b"", b"<broken", b"<x/>"])
def test_missing_and_broken_parts(name, content):
    data = repacked({name: content})
    try:
        open_docx(data, "来稿.docx")
    except FileRefused as refused:
        assert "来稿.docx" in str(refused)  # noqa: PT017 - a file without styles is poor, but sound
    else:
        assert name == "word/styles.xml"


def test_macros_and_templates():
    plain = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    for kind, reason in (
        (b"application/vnd.ms-word.document.macroEnabled.main+xml", "宏"),
        (b"application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml", "模板"),
    ):
        types = part("[Content_Types].xml").replace(plain, kind)
        assert reason in refusal(repacked({"[Content_Types].xml": types}))


def linked(kind: str, target: str) -> bytes:
    """The document's relationships with one more."""
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    link = f'<Relationship Id="rId99" Type="{base}/{kind}" {target}/></Relationships>'
    return part("word/_rels/document.xml.rels").replace(b"</Relationships>", link.encode())


@pytest.mark.parametrize(("kind", "target"), [("image", "NULL"), ("image", "../NULL"), ("hyperlink", "#_top")])
def test_links_to_missing_parts_are_no_reason_to_refuse(kind, target):
    data = repacked({"word/_rels/document.xml.rels": linked(kind, f'Target="{target}"')})
    document = open_docx(data)
    assert document.paragraphs[0].text == build.TITLE
    assert document.part.rels["rId99"].target_ref == target
    with zipfile.ZipFile(BytesIO(corrected(data))) as package:
        assert f'Target="{target}"'.encode() in package.read("word/_rels/document.xml.rels")


def test_without_pictures_the_words_are_the_same():
    document = build.official()
    document.add_picture(build.picture())
    data = build.to_bytes(document)
    lean, full = open_docx(data, pictures=False), open_docx(data)
    assert [p.text for p in lean.paragraphs] == [p.text for p in full.paragraphs]
    blobs = [[len(p.blob) for p in one.part.package.image_parts] for one in (lean, full)]
    assert blobs[0] == [0]
    assert blobs[1][0] > 0


def test_the_strict_variant():
    links = part("_rels/.rels").replace(
        b"http://schemas.openxmlformats.org/officeDocument/2006", b"http://purl.oclc.org/ooxml/officeDocument"
    )
    assert "严格的 Open XML" in refusal(repacked({"_rels/.rels": links}))


def test_links_outside_are_never_fetched(monkeypatch):
    def refuse(*args):
        raise AssertionError("the network was asked")

    monkeypatch.setattr("socket.socket.connect", refuse)
    links = linked("attachedTemplate", 'Target="http://127.0.0.1:9/t.dotm" TargetMode="External"')
    assert open_docx(repacked({"word/_rels/document.xml.rels": links})).paragraphs


def attack(name: str) -> bytes:
    """As much of one thing as is let in; bench/word.py measures what each costs."""
    if name == "paragraphs":  # as many as are let in, each with a run
        body = b"<w:p><w:r><w:t>x</w:t></w:r></w:p>" * 9_900
    elif name == "markup":  # as much as is let in, in few paragraphs
        body = b"<w:p>" + b"<w:r/>" * 240_000 + b"</w:p>"
    elif name == "looks":  # no two alike
        runs = [b'<w:r><w:rPr><w:sz w:val="%d"/></w:rPr><w:t>x</w:t></w:r>' % n for n in range(24_000)]
        look = b'<w:p><w:pPr><w:ind w:left="%d"/></w:pPr>%b</w:p>'
        body = b"".join(look % (n, b"".join(runs[n : n + 3])) for n in range(0, 24_000, 3))
    else:
        body = b""
    document = part().replace(b"<w:body>", b"<w:body>" + body)
    changes = {DOCUMENT: document}
    extra = []
    if name == "media":
        extra = [("word/media/image1.jpeg", os.urandom(38_000_000)), ("word/media/zero.bin", bytes(22_000_000))]
        changes["word/_rels/document.xml.rels"] = linked("image", 'Target="media/image1.jpeg"')
    return repacked(changes, extra)


@pytest.mark.parametrize("name", ["paragraphs", "markup", "looks", "media"])
def test_the_worst_that_is_let_in_is_judged(name):
    rows = check_official_format(attack(name))
    assert "body_font" in {row.code for row in rows}
