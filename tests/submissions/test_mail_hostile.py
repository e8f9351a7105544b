"""Mail that means harm, and mail that is noise: refused by name and reason or defused, and never a fault of ours."""

import base64

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from submissions.intake.mail import read_mail, sections
from submissions.intake.mail.body import text_of_html
from submissions.intake.mail.charset import decode
from submissions.intake.mail.headers import decode_words, parameters
from submissions.intake.mail.parts import MAX_DEPTH, MAX_PARTS
from submissions.intake.refused import FileRefused
from submissions.intake.tnef import SIGNATURE, TnefUnreadable, read_tnef
from tests.submissions.mail_builder import attachment, joined, message, multipart, part, tnef

FUZZ = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def nested(levels: int) -> bytes:
    body = part(b"core")
    for level in range(levels):
        body = part(joined(body, boundary=b"b%d" % level), b"multipart/mixed; boundary=b%d" % level)
    return message(joined(body, boundary=b"top"), content_type=b"multipart/mixed; boundary=top")


def forwarded(levels: int) -> bytes:
    body = message(b"core")
    for _ in range(levels):
        body = message(body, content_type=b"message/rfc822")
    return body


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (multipart(*[part(b"x")] * 3000), f"由 {MAX_PARTS} 个以上的部分拼成"),
        (multipart(*[attachment(b"x", b"attachment; filename=a.docx")] * 3000), f"由 {MAX_PARTS} 个以上的部分拼成"),
        (nested(300), f"套了 {MAX_DEPTH} 层以上"),
        (forwarded(300), f"套了 {MAX_DEPTH} 层以上"),
        (message(b"\r\n--b1x" * 30_000, content_type=b"multipart/mixed; boundary=b1"), "分隔的记号"),
    ],
    ids=["parts", "attachments", "levels", "forwarded", "marks"],
)
def test_what_no_mail_needs_is_refused_by_name_and_reason(data, reason):
    with pytest.raises(FileRefused, match="坏信") as refused:
        read_mail(data, "坏信.eml")
    assert reason in str(refused.value)


def test_levels_hidden_in_attached_messages_count_too():
    body = message(b"core")
    for _ in range(18):
        body = multipart(attachment(body, b"attachment; filename=x.eml"))
    with pytest.raises(FileRefused, match="30 层以上"):
        read_mail(body, "x.eml")


def test_messages_encoded_level_by_level_are_bounded_together():
    body = message(b"c" * 6_000_000)
    for _ in range(6):
        body = message(base64.encodebytes(body), content_type=b"message/rfc822", content_transfer_encoding=b"base64")
    with pytest.raises(FileRefused, match="展开后太大"):
        read_mail(body, "x.eml")


def test_an_attached_message_that_is_none_is_kept_as_a_file():
    for content_type in (b"message/rfc822", b"application/octet-stream; name=x.eml"):
        mail = read_mail(multipart(part(b"\x00\x01 no message", content_type)), "x.eml")
        assert [file.data for file in mail.files] == [b"\x00\x01 no message"]


def test_a_header_without_end_and_a_body_without_end_are_cut_and_told():
    long = read_mail(message(b"x" * 7_000_000), "x.eml")
    assert any("只读了前面的" in problem for problem in long.problems)
    assert len(read_mail(message(subject=b"x" * 1_000_000), "x.eml").subject) == 500


def test_links_of_images_outside_are_never_part_of_the_text():
    page = b'<p>a</p><img src="http://tracker.example/1.gif"><iframe src="http://x"></iframe><link href="http://y">'
    assert read_mail(message(page, content_type=b"text/html"), "x.eml").text == "a"


HEADERS = st.binary(max_size=300)
PIECES = st.lists(
    st.one_of(
        st.sampled_from(
            [
                b"=?gbk?B?",
                b"=?utf-8?Q?",
                b"?=",
                b"=?",
                b"\r\n",
                b"\n",
                b"--b1",
                b"--b1--",
                b'"',
                b"\\",
                b";",
                b"=",
                b"*0*=",
                b"''",
                b"%E5",
                b"Content-Type: ",
                b"multipart/mixed; boundary=b1",
                b"message/rfc822",
                b"text/html; charset=",
                b"From: ",
                b"<",
                b">",
                b"\xe5\x85",
                b"Content-Transfer-Encoding: base64\r\n\r\n",
                b"Content-Disposition: attachment; filename=",
                b"begin 644 x\r\n",
                b"~{",
                b"\x1b$B",
                SIGNATURE,
            ]
        ),
        st.binary(max_size=12),
    ),
    max_size=40,
).map(b"".join)


@FUZZ
@given(PIECES)
def test_any_bytes_are_read_or_refused(data):
    for whole in (data, b"From: a@b\r\n" + data, multipart(data, data)):
        try:
            mail = read_mail(whole, "x.eml")
        except FileRefused:
            continue
        assert "\n" not in mail.subject
        assert all("/" not in file.name and "\\" not in file.name and file.name for file in mail.files)
        assert len(mail.content_hash) == 64
        "".join([mail.text, mail.subject, *mail.problems]).encode()
        assert "\n".join(section.text for section in sections(mail.text)) == mail.text


@FUZZ
@given(HEADERS, st.sampled_from([None, "gb2312", "utf-8", "big5", "hz", "utf-7", "iso-2022-jp", "utf-16", "x"]))
def test_any_header_and_any_label(data, label):
    assert isinstance(decode(data, label).text, str)
    assert isinstance(decode_words(data, label), str)
    main, read = parameters(data)
    assert "\n" not in main
    assert all(isinstance(value, str) for values in read.values() for value in values)


@FUZZ
@given(st.text(max_size=300))
def test_any_page(page):
    assert isinstance(text_of_html(page).text, str)


@FUZZ
@given(st.integers(0, 400), st.binary(max_size=20))
def test_a_winmail_dat_damaged_anywhere(place, noise):
    whole = tnef([("稿件.docx".encode("gbk"), "稿件.docx", b"x" * 60)], body=b"text")
    for data in (whole[:place], whole[:place] + noise + whole[place + len(noise) :], SIGNATURE + noise):
        try:
            found = read_tnef(data)
        except TnefUnreadable:
            continue
        assert isinstance(found.files, list)


def test_base64_as_far_as_it_goes():
    whole = base64.b64encode(b"abcdef")
    mail = read_mail(
        multipart(
            part(whole[:-1] + b"\r\n!!", b"application/octet-stream; name=a.bin", content_transfer_encoding=b"base64")
        ),
        "x.eml",
    )
    assert mail.files[0].data.startswith(b"abcd")
