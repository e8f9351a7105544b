"""A .zip from a stranger: Chinese names as they come, what belongs to nobody left out, hostile ones turned away."""

import io
import stat
import struct
import zipfile
import zlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from submissions.intake import archive_file
from submissions.intake.archive_file import Kind, decode_name, open_archive, place_of
from submissions.intake.refused import FileRefused


def zipped(files, *, method=zipfile.ZIP_DEFLATED) -> bytes:
    """files: (name or ZipInfo, bytes) pairs."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return buffer.getvalue()


def zipped_raw(names: list[bytes], data=b"text") -> bytes:
    """As old programs do: the bytes of the names as they are, no flag."""
    stand_ins = [f"{'x' * 200}{number:03}"[-len(name) :] if len(name) > 2 else "x" for number, name in enumerate(names)]
    packed = zipped([(stand_in, data) for stand_in in stand_ins])
    for stand_in, name in zip(stand_ins, names, strict=True):
        packed = packed.replace(stand_in.encode(), name)
    return packed


def opened(data: bytes, name="来稿.zip"):
    return open_archive(io.BytesIO(data), name)


def paths(archive) -> list[str]:
    return [f"{entry.place.folder}/{entry.place.name}".lstrip("/") for entry in archive.entries]


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_names_without_the_flag_are_read_as_they_were_written(encoding):
    names = ["榕岭村/树下的板凳会.docx", "榕岭村/照片/议事.jpg"]
    with opened(zipped_raw([name.encode(encoding) for name in names])) as archive:
        assert paths(archive) == names
        assert archive.read(archive.entries[0]) == b"text"


def test_names_with_the_flag_and_western_ones():
    with opened(zipped([("联通/稿件.txt", b"a"), ("IMG_0001.JPG", b"b")])) as archive:
        assert paths(archive) == ["联通/稿件.txt", "IMG_0001.JPG"]
    assert decode_name("联通.txt".encode("gbk")) == "联通.txt"


def test_the_unicode_path_field_is_believed_where_it_fits_the_name():
    raw = b"gao.txt"
    told = "稿件.txt".encode()
    field = struct.pack("<BL", 1, zlib.crc32(raw)) + told
    fitting = zipfile.ZipInfo("gao.txt")
    fitting.extra = struct.pack("<HH", 0x7075, len(field)) + field
    other = zipfile.ZipInfo("other.txt")
    other.extra = fitting.extra
    with opened(zipped([(fitting, b"a"), (other, b"b")])) as archive:
        assert paths(archive) == ["稿件.txt", "other.txt"]


def test_what_systems_leave_behind_is_left_out_and_told():
    files = ["__MACOSX/._稿件.docx", ".DS_Store", "照片/Thumbs.db", "~$稿件.docx", "稿件.docx", "照片/1.jpg", "信.pdf"]
    with opened(zipped([(name, b"x") for name in files])) as archive:
        assert paths(archive) == ["稿件.docx", "照片/1.jpg", "信.pdf"]
        assert [entry.place.kind for entry in archive.entries] == [Kind.TEXT, Kind.PICTURE, Kind.PAPER]
        assert len(archive.remarks) == 1
        assert "4 个文件是系统自动产生的" in archive.remarks[0]
        assert "“~$稿件.docx”" in archive.remarks[0]


def test_archives_inside_and_strange_files_are_told_and_not_opened():
    quine = zipped([("r.zip", b"PK\x03\x04")])
    with opened(zipped([("内/套.zip", quine), ("a.exe", b"MZ"), ("稿.txt", b"x")])) as archive:
        assert paths(archive) == ["稿.txt"]
        assert any("“套.zip”" in remark and "没有打开" in remark for remark in archive.remarks)
        assert any("“a.exe”" in remark for remark in archive.remarks)


@pytest.mark.parametrize(
    ("path", "folder", "name"),
    [
        ("../../etc/passwd.txt", "etc", "passwd.txt"),
        ("/root/x.docx", "root", "x.docx"),
        ("C:\\windows\\x.docx", "windows", "x.docx"),
        ("a/../../b/x.jpg", "a/b", "x.jpg"),
        ("\\\\server\\share\\x.txt", "server/share", "x.txt"),
    ],
)
def test_paths_that_lead_outside_are_cut_to_what_is_inside(path, folder, name):
    place = place_of(path)
    assert (place.folder, place.name, place.led_outside) == (folder, name, True)
    with opened(zipped([(path, b"x")])) as archive:
        assert "路径指向文件夹之外" in archive.remarks[0]


def test_control_characters_never_reach_a_page():
    place = place_of("a\x00\r\nb/\u202egpj.exe\x1b[31m.txt")
    assert (place.folder, place.name) == ("ab", "gpj.exe[31m.txt")


def test_two_files_of_one_name_are_both_there_and_told():
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = zipped([("稿.txt", b"one"), ("稿.txt", b"two")])
    with opened(data) as archive:
        assert [archive.read(entry) for entry in archive.entries] == [b"one", b"two"]
        assert "重名" in archive.remarks[0]


def test_links_are_not_followed():
    link = zipfile.ZipInfo("稿.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with opened(zipped([(link, b"/etc/passwd"), ("真.txt", b"x")])) as archive:
        assert paths(archive) == ["真.txt"]
        assert "“稿.txt”" in archive.remarks[0]


def test_an_encrypted_zip_is_refused_with_what_to_do():
    packed = bytearray(zipped([("稿.txt", b"x")]))
    packed[packed.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(FileRefused, match=r"“来稿.zip”加了密码，读不了。请去掉密码"):
        opened(bytes(packed))


def test_a_bomb_is_refused_from_its_directory():
    with pytest.raises(FileRefused, match=r"“0.txt”压缩得不正常"):
        opened(zipped([(f"{n}.txt", bytes(20 * 1024 * 1024)) for n in range(2)]))


@pytest.mark.parametrize(
    ("sizes", "told"), [([0x7FFFFFFF], "一个文件最多 40 MB"), ([39_000_000] * 12, "一次最多 400 MB")]
)
def test_huge_declared_sizes_are_refused(sizes, told):
    packed = bytearray(zipped([(f"{n}.txt", b"x") for n in range(len(sizes))]))
    place = -1
    for size in sizes:
        place = packed.index(b"PK\x01\x02", place + 1)
        struct.pack_into("<LL", packed, place + 20, size, size)
    with pytest.raises(FileRefused, match=told):
        opened(bytes(packed))


def test_a_size_that_lies_gives_a_damaged_file_and_leaves_the_others():
    packed = bytearray(zipped([("谎.txt", b"x" * 5000), ("真.txt", b"y")]))
    struct.pack_into("<L", packed, packed.index(b"PK\x01\x02") + 24, 50)
    with opened(bytes(packed)) as archive:
        with pytest.raises(FileRefused, match=r"“谎.txt”在压缩包里已经损坏"):
            archive.read(archive.entries[0])
        assert archive.read(archive.entries[1]) == b"y"


def test_five_thousand_entries_are_refused():
    with pytest.raises(FileRefused, match=r"5,000 个文件|一次最多 1,000 个"):
        opened(zipped([(f"{n}.txt", b"") for n in range(5000)], method=zipfile.ZIP_STORED))


def test_a_directory_that_claims_gigabytes_is_not_read():
    packed = bytearray(zipped([("稿.txt", b"x")]))
    struct.pack_into("<L", packed, packed.rindex(b"PK\x05\x06") + 12, 0xFFFFFF00)
    with pytest.raises(FileRefused, match="一次最多 1,000 个"):
        opened(bytes(packed))
    record = struct.pack("<4sQHHLLQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, 2**40, 0)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, 0, 1)
    end = struct.pack("<4sHHHHLLH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    with pytest.raises(FileRefused, match="一次最多 1,000 个"):
        opened(b"PK\x03\x04" + record + locator + end)


def test_methods_that_eat_memory_are_not_tried():
    packed = zipped([("稿.txt", b"x" * 100)], method=zipfile.ZIP_LZMA)
    with opened(packed) as archive, pytest.raises(FileRefused, match="压缩方法不常见"):
        archive.read(archive.entries[0])


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "0 字节"),
        (b"Rar!\x1a\x07\x01\x00", "RAR"),
        (b"7z\xbc\xaf\x27\x1c", "RAR 或 7z"),
        (b"<html>", "不是 .zip"),
        (b"PK\x03\x04" + bytes(100), "不完整"),
        (zipped([("稿.txt", b"x" * 9000)])[:-30], "不完整"),
        (zipped([]), "里面没有文件|不是 .zip|不完整"),
    ],
)
def test_what_is_no_sound_zip_is_refused_with_name_and_next_step(data, told):
    with pytest.raises(FileRefused, match=told) as refused:
        opened(data)
    assert str(refused.value).startswith("“来稿.zip”")
    assert "请" in refused.value.next_step


def test_an_archive_over_the_limit_is_refused_unread(monkeypatch):
    monkeypatch.setattr(archive_file, "MAX_ARCHIVE_BYTES", 1024 * 1024)
    with pytest.raises(FileRefused, match="一次最多 1 MB"):
        opened(b"PK\x03\x04" + bytes(2 * 1024 * 1024))


_WHOLE = zipped([("村/稿.txt", "榕树下".encode() * 50), ("村/图.jpg", bytes(range(256)) * 4)])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.integers(0, len(_WHOLE) - 1), st.integers(0, 255)), max_size=8),
    st.integers(0, len(_WHOLE)),
    st.binary(max_size=40),
)
def test_damage_anywhere_is_refused_or_read_never_a_crash(changes, cut, tail):
    data = bytearray(_WHOLE)
    for place, value in changes:
        data[place] = value
    data = bytes(data[:cut]) + tail + bytes(data[cut:])
    archive = outcome(opened, data)
    if isinstance(archive, str):
        assert archive.startswith("“来稿.zip”")
        return
    with archive:
        for entry in archive.entries:
            read = outcome(archive.read, entry)
            assert isinstance(read, str) or len(read) == entry.size


def outcome(act, *given):
    """The result, or the sentence of the refusal: anything else that is raised fails the test."""
    try:
        return act(*given)
    except FileRefused as refusal:
        return str(refusal)


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60))
def test_any_path_gives_a_place_fit_to_show(path):
    place = place_of(path)
    assert place.name
    assert "/" not in place.name
    assert ".." not in place.folder.split("/")
    assert all(char.isprintable() or char.isspace() for char in place.folder + place.name)
