"""Files of any kind and any honesty: read by their content, or refused with name, reason and next step."""

import os
import shutil
import subprocess
import zipfile
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from submissions.intake import office
from submissions.intake.any_file import read_file
from submissions.intake.docx_file import MAX_ENTRIES
from submissions.intake.refused import FileRefused
from tests.submissions import docx_builder as build
from tests.submissions.test_docx_file import DOCUMENT, GOOD, attack, linked, part, repacked

TEXT = "榕树下的会\n林晓舟\n村里把议事桌搬到榕树下，大家商量着办事。\n每月两次，群众先说，干部后答。\n"
TRADITIONAL = "榕樹下的會\n林曉舟\n村裡把議事桌搬到榕樹下，大家商量著辦事。\n每月兩次，群眾先說，幹部後答。\n"
BODY = "\n".join(TEXT.splitlines()[2:])
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PAGE = """<!DOCTYPE html><html><head><meta charset="{charset}"><title>榕树下的会_榕岭网</title><style>p {{}}</style></head>
<body><div class="nav"><a href="/">首页</a> <a href="/a">新闻</a></div>
<div class="main"><h1>榕树下的会</h1><div class="text"><p>林晓舟</p><p><img src="http://127.0.0.1:9/a.jpg">{first}</p>
<p><strong>每月两次</strong>，群众先说，干部后答。</p><script>alert(1)</script></div></div>
<div class="foot"><a href="/b">关于我们</a></div></body></html>"""


def refusal(data: bytes, name: str = "来稿.docx") -> str:
    with pytest.raises(FileRefused) as caught:
        read_file(data, name)
    text = str(caught.value)
    assert text.startswith(f"“{caught.value.name}”")
    assert text.count("。") >= 2  # the reason, then the next step
    return text


# Read by content


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"])
def test_text_in_any_encoding(encoding):
    found = read_file(TEXT.replace("\n", "\r\n").encode(encoding), "来稿.txt")
    assert (found.title, found.byline, found.body) == ("榕树下的会", "林晓舟", BODY)
    assert found.remarks == ()


def test_traditional_text_in_the_encoding_of_taiwan():
    found = read_file(TRADITIONAL.encode("big5"), "來稿.txt")
    assert (found.title, found.body) == ("榕樹下的會", "\n".join(TRADITIONAL.splitlines()[2:]))
    assert read_file(TRADITIONAL.encode("gb18030"), "a.txt").title == "榕樹下的會"


def test_one_damaged_character_is_told_and_many_are_no_text():
    data = bytearray((TEXT * 5).encode("gbk"))
    data[-4] = 0xFF
    found = read_file(bytes(data), "来稿.txt")
    assert "\ufffd" in found.body
    assert "个字符已损坏" in found.remarks[0]
    assert "不是文字文件" in refusal(os.urandom(3_000), "来稿.txt")


@pytest.mark.parametrize(("charset", "encoding"), [("utf-8", "utf-8"), ("gb2312", "gb18030"), ("utf-8", "gbk")])
def test_a_web_page_gives_its_article(charset, encoding):
    page = PAGE.format(charset=charset, first="村里把议事桌搬到榕树下，大家商量着办事。" * 3)
    found = read_file(page.encode(encoding), "来稿.html")
    assert (found.title, found.byline) == ("榕树下的会", "林晓舟")
    assert found.body == "村里把议事桌搬到榕树下，大家商量着办事。" * 3 + "\n每月两次，群众先说，干部后答。"
    assert "1 张图片没有收" in found.remarks[0]


def test_content_counts_and_not_the_name():
    assert read_file(GOOD, "来稿.doc").title == build.TITLE
    assert read_file(GOOD, "来稿").title == build.TITLE
    assert read_file(PAGE.format(charset="utf-8", first=BODY).encode(), "来稿.txt").title == "榕树下的会"
    assert read_file(TEXT.encode(), "来稿.html").title == "榕树下的会"


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (b"", "来稿.docx", "0 字节"),
        (b"\0" * 500, "来稿.docx", "空文件"),
        (b" \r\n", "来稿.txt", "空文件"),
        (b"\x06user" + bytes(157), "~$来稿.docx", "临时文件"),
        (b"x", "../../.~来稿.docx", "临时文件"),
        (rb"{\rtf1\ansi", "来稿.docx", "RTF"),
        (rb"{\rtf1\ansi", "来稿.txt", "RTF"),
        (b"<html><body>x</body></html>", "来稿.docx", "网页"),
        (b"<html><body>x</body></html>", "来稿.doc", "网页"),
        (b"<html><body><script>1</script></body></html>", "来稿.html", "没有文字"),
        (b"%PDF-1.7", "来稿.docx", "PDF"),
        (b"%PDF-1.7", "来稿.txt", "PDF"),
        (b"\x89PNG\r\n\x1a\n\0\0", "来稿.docx", "图片"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "来稿.txt", "图片"),
        (b"Rar!\x1a\x07", "来稿.doc", "压缩包"),
        (b"MZ\x90\0", "来稿.exe", "不是稿件文件（.exe）"),
        (GOOD, "来稿.xlsx", "不是稿件文件（.xlsx）"),
        (OLE + bytes(600), "来稿.doc", "不是 Word 或 WPS 文字文件"),
        (OLE + "Workbook".encode("utf-16-le"), "来稿.doc", "Excel"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "来稿.docx", "打开密码"),
        (TEXT.encode(), "来稿.docx", "不是 Word 文档"),
    ],
)
def test_what_cannot_be_read_is_called_what_it_is(data, name, reason):
    assert reason in refusal(data, name)


def test_a_refusal_names_the_file_without_its_folders():
    assert refusal(b"", "../../etc/来稿.docx").startswith("“来稿.docx”")
    assert refusal(b"", "C:\\用户\\来稿.docx").startswith("“来稿.docx”")


def test_excel_in_disguise():
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("xl/workbook.xml", "<x/>")
    assert "Excel" in refusal(out.getvalue())


# Hostile Word files, through the one door


PLAIN = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
MACRO = b"application/vnd.ms-word.document.macroEnabled.main+xml"


def changed(old: bytes, new: bytes, name: str = DOCUMENT) -> bytes:
    return repacked({name: part(name).replace(old, new, 1)})


def pointing(kind: str) -> bytes:
    target = 'Target="http://127.0.0.1:9/t" TargetMode="External"'
    return repacked({"word/_rels/document.xml.rels": linked(kind, target)})


# What is attacked → the file, and a word of the refusal; empty where the file is defused instead.
HOSTILE = {
    "zip bomb": (lambda: repacked({}, [("word/media/a.bin", bytes(70 * 1024 * 1024))]), "MB"),
    "5,000 entries": (lambda: repacked({}, [(f"word/media/{n}.bin", b"") for n in range(5_000)]), f"{MAX_ENTRIES} 个"),
    "duplicate document": (lambda: repacked({}, [("word/Document.xml", part())]), "重名"),
    "traversal": (lambda: repacked({}, [("../../../../traversal.txt", b"x"), ("/traversal.txt", b"x")]), ""),
    "entity from a file": (
        lambda: changed(b"<w:document", b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><w:document'), "DOCTYPE",
    ),
    "billion laughs": (
        lambda: changed(b"<w:document", b'<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><w:document'), "DOCTYPE",
    ),
    "macros": (lambda: changed(PLAIN, MACRO, "[Content_Types].xml"), "宏"),
    "remote template": (lambda: pointing("attachedTemplate"), ""),
    "external picture": (lambda: pointing("image"), ""),
    "truncated": (lambda: GOOD[: len(GOOD) // 2], "没有传完"),
    "markup": (lambda: changed(b"<w:body>", b"<w:body>" + b"<w:p/>" * 260_000), "标记过多"),
    "depth": (lambda: changed(b"<w:body>", b"<w:body>" + b"<w:sdt>" * 5_000), "损坏"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_or_defused(name, tmp_path, monkeypatch):
    def refuse(*args):
        raise AssertionError("the network was asked")

    monkeypatch.setattr("socket.socket.connect", refuse)
    monkeypatch.setattr("socket.getaddrinfo", refuse)
    monkeypatch.chdir(tmp_path)
    make, reason = HOSTILE[name]
    data = make()
    if reason:
        assert reason in refusal(data)
    else:
        assert read_file(data, "来稿.docx").title == build.TITLE
    assert not Path("/traversal.txt").exists()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["paragraphs", "looks", "media"])
def test_the_worst_that_is_let_in_is_read(name):
    assert read_file(attack(name), "来稿.docx").body


PARTS = sorted(set(zipfile.ZipFile(BytesIO(GOOD)).namelist()))
BOUNDED = settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def survives(data: bytes, name: str) -> None:
    """Read or refused: anything else is an error of ours."""
    with suppress(FileRefused):
        read_file(data, name)


@BOUNDED
@given(st.binary(max_size=300), st.sampled_from(["a.txt", "a.html", "a.docx", "a.doc", "a", "~$a", "a/..", "\\"]))
def test_any_bytes_are_read_or_refused(data, name):
    survives(data, name)


@BOUNDED
@given(st.sampled_from([b"PK\x03\x04", OLE, b"<html>", b"<!DOCTYPE html><p>", b"\xff\xfe"]), st.binary(max_size=300))
def test_any_bytes_that_begin_well_are_read_or_refused(start, data):
    survives(start + data, "a.htm")


@BOUNDED
@given(st.text(max_size=200))
def test_any_text_and_any_page_is_read_or_refused(words):
    survives(words.encode("utf-8", "replace"), "a.txt")
    survives(f"<html><body><div>{words}".encode("utf-8", "replace"), "a.html")


@BOUNDED
@given(st.sampled_from(PARTS), st.data())
def test_any_change_in_any_part_is_read_or_refused(name, data):
    content = bytearray(part(name))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(content)))
        end = start + data.draw(st.integers(0, 30))
        content[start:end] = data.draw(st.one_of(st.binary(max_size=12), st.sampled_from(WORDS)))
    survives(repacked({name: bytes(content)}), "a.docx")


WORDS = [
    b'<w:p><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>', b"<w:tbl/>", b"<w:tr><w:tc/></w:tr>", b'w:val="-9"',
    b'<w:footnoteReference w:id="x"/>', b"<w:drawing><a:blip/></w:drawing>", b"<!-- -->", b"<?pi?>", b"&#0;", b"</w:p>",
]  # fmt: skip


def test_a_deep_page_and_a_page_of_nothing_but_marks():
    survives(b"<html><body>" + b"<div>" * 50_000 + "村里".encode(), "a.html")
    survives(b"<html>" + b"<p>" * 50_000, "a.html")
    survives(b"<html>" + b"<table><tr><td>" * 2_000 + b"x", "a.html")


# Old Word files


def test_without_libreoffice_the_message_says_what_to_save_as(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    text = refusal(OLE + "WordDocument".encode("utf-16-le"), "来稿.wps")
    assert "没有装转换程序" in text
    assert "另存为“Word 文档（*.docx）”" in text


@pytest.fixture(scope="module")
def old_word(tmp_path_factory) -> bytes:
    if office.program() is None:
        pytest.skip("没有安装 LibreOffice（libreoffice-writer-nogui），不能转换 .doc")
    folder = tmp_path_factory.mktemp("old")
    document = build.official()
    document.add_picture(build.picture())
    document.save(folder / "a.docx")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    subprocess.run(
        [office.program(), profile, "--headless", "--convert-to", "doc:MS Word 97", "--outdir", folder, folder / "a.docx"],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return (folder / "a.doc").read_bytes()


def test_an_old_word_file_is_read_like_a_new_one(old_word):
    new, old = read_file(GOOD, "a.docx"), read_file(old_word, "来稿.wps")
    assert (old.title, old.byline) == (new.title, new.byline)
    assert old.body == f"{new.body}\n【照片1】"
    assert len(old.pictures) == 1


def test_a_damaged_old_word_file_is_refused(old_word):
    assert "另存为" in refusal(old_word[:1_500] + bytes(4_000) + "WordDocument".encode("utf-16-le"), "来稿.doc")


def test_a_conversion_that_hangs_is_ended_with_all_it_started(monkeypatch, tmp_path):
    marker = tmp_path / "child"
    fake = tmp_path / "soffice"
    fake.write_text(f"#!/bin/sh\nsleep 60 &\necho $! > {marker}\nwait\n")
    fake.chmod(0o755)
    monkeypatch.setattr(office, "program", lambda: str(fake))
    monkeypatch.setattr(office, "TIMEOUT", 1)
    assert "还没有完成" in refusal(OLE + "WordDocument".encode("utf-16-le"), "来稿.doc")
    child = Path(f"/proc/{marker.read_text().strip()}/stat")
    assert not child.exists() or child.read_text().split()[2] == "Z"
