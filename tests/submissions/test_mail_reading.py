"""Mail as it comes: charsets, labels, headers, file names, parts. Every message here is put together byte by byte."""

import base64
from datetime import UTC, datetime

import pytest

from submissions.intake.mail import FileKind, own_words, read_mail, sections
from submissions.intake.refused import FileRefused
from tests.submissions.mail_builder import (
    attachment,
    joined,
    message,
    multipart,
    part,
    tnef,
    word,
    words_of,
)

NOW = datetime(2026, 11, 20, tzinfo=UTC)
SUBJECT = "关于报送基层党建稿件的函"
TEXT = "编辑部：现将我单位稿件报上，请查收。照片三张随信附上。"
TRADITIONAL = "編輯部：現將我單位稿件報上，請查收。照片三張隨信附上。"
GIF = b"GIF89a" + b"\0" * 20
DOCX = b"PK\x03\x04....word/document.xml"


def read(data: bytes):
    return read_mail(data, "来信.eml", now=NOW)


def told(mail, *words: str) -> str:
    """The one problem that holds all the words."""
    found = [problem for problem in mail.problems if all(word in problem for word in words)]
    assert len(found) == 1, mail.problems
    return found[0]


@pytest.mark.parametrize(
    ("label", "codec", "text"),
    [
        ("gb2312", "gb2312", TEXT),
        ("GBK", "gbk", TEXT + "朱镕基路"),
        ("gb18030", "gb18030", TEXT + "𠮷"),
        ("big5", "big5", TRADITIONAL),
        ("hz-gb-2312", "hz", TEXT),
        ("utf-8", "utf-8", TEXT),
        ("utf-7", "utf-7", TEXT),
        # Wrong labels.
        ("gb2312", "gb18030", TEXT + "镕𠮷"),
        ("gb2312", "utf-8", TEXT),
        ("utf-8", "gbk", TEXT),
        ("utf-8", "big5", TRADITIONAL),
        ("gbk", "big5", TRADITIONAL),
        ("big5", "gbk", TEXT),
        ("iso-8859-1", "gbk", TEXT),
        ("us-ascii", "utf-8", TEXT),
        ("us-ascii", "hz", TEXT),
        ("x-unknown", "gb18030", TEXT),
        ("unicode_escape", "utf-8", TEXT),
        ('"gb2312"', "gbk", TEXT),
    ],
)
def test_a_body_is_read_by_what_it_is_not_by_what_it_says(label, codec, text):
    mail = read(message(text.encode(codec), content_type=b"text/plain; charset=" + label.encode()))
    assert mail.text == text
    assert mail.problems == ()


def test_other_languages_are_left_as_they_are():
    assert (
        read(message("Müller, café".encode("latin-1"), content_type=b"text/plain; charset=iso-8859-1")).text
        == "Müller, café"
    )
    assert read(message("原稿です".encode("cp932"), content_type=b"text/plain; charset=shift_jis")).text == "原稿です"


WORDS = [
    "审签单",
    "联通",
    "板凳会",
    "终稿",
    "照片",
    "稿件",
    "张伟",
    "王芳",
    "欧阳娜",
    "陈望潮",
    "榕岭村",
    "资料",
    "简报",
    "附件",
    "议事",
    "说明",
    "花名册",
    "汇总表",
    "推荐表",
    "声明",
    "封面",
    "党建",
    "调研报告",
    "海棠区",
    "崖州区",
    "吉阳区",
    "组织部",
    "宣传部",
    "先进事迹",
    "典型材料",
    "心得体会",
    "工作总结",
    "乡村振兴",
    "图片",
    "征稿",
    "投稿",
    "修改稿",
    "定稿",
    "二稿",
    "林晓舟",
    "何静",
    "周予安",
]


@pytest.mark.parametrize("codec", ["gb18030", "utf-8"])
def test_a_word_of_two_or_three_characters_is_read_with_and_without_a_label(codec):
    labelled = [read(message(subject=word(one, codec))).subject for one in WORDS]
    assert labelled == WORDS
    bare = [read(message(subject=one.encode(codec))).subject for one in WORDS]
    wrong = [(one, got) for one, got in zip(WORDS, bare, strict=True) if one != got]
    assert len(wrong) <= (0 if codec == "utf-8" else 2), wrong


@pytest.mark.parametrize("codec", ["gbk", "utf-8", "gb18030"])
@pytest.mark.parametrize("encoding", ["B", "Q"])
@pytest.mark.parametrize("size", [1, 2, 5, 7, 45])
def test_words_cut_in_mid_character_are_joined_before_they_are_decoded(codec, encoding, size):
    mail = read(message(subject=words_of(SUBJECT.encode(codec), codec, size, encoding)))
    assert mail.subject == SUBJECT


@pytest.mark.parametrize(
    ("raw", "subject"),
    [
        (SUBJECT.encode("gbk"), SUBJECT),
        (SUBJECT.encode("utf-8"), SUBJECT),
        (TRADITIONAL.encode("big5"), TRADITIONAL),
        # A label that lies, and words without the space between them.
        (word(SUBJECT, "utf-8", label="gb2312"), SUBJECT),
        (word(SUBJECT, "gbk", label="utf-8"), SUBJECT),
        (word("关于", "gbk") + word("党建", "utf-8"), "关于党建"),
        (word("关于", "gbk") + b"\r\n\t" + word("党建", "gbk"), "关于党建"),
        (b"Fwd: " + word("党建稿件", "gbk") + b" (2)", "Fwd: 党建稿件 (2)"),
        (b'"' + word("党建", "utf-8") + b'"', '"党建"'),
        # A space left unencoded in a Q word; a word without its end; base64 without padding.
        (b"=?utf-8?Q?" + b"".join(b"=%02X" % byte for byte in "党建".encode()) + b" 2026?=", "党建 2026"),
        (word("党建工作", "utf-8")[:-2], "党建工作"),
        (word("党建", "gbk").replace(b"=?=", b"?=").replace(b"=?=", b"?="), "党建"),
        (b"=?utf-8*zh?B?" + base64.b64encode("党建".encode()) + b"?=", "党建"),
        # Base64 of one text cut outside its groups of four.
        (b"=?utf-8?B?5YWa5b?= =?utf-8?B?u6?=", "党建"),
        ("党建工作".encode()[:-1], "党建工\ufffd"),
    ],
)
def test_subjects(raw, subject):
    assert read(message(subject=raw)).subject == subject


@pytest.mark.parametrize(
    ("raw", "name", "address"),
    [
        (word("林晓舟", "gbk") + b" <lin@example.com>", "林晓舟", "lin@example.com"),
        (b'"' + word("林晓舟", "gbk") + b'" <lin@example.com>', "林晓舟", "lin@example.com"),
        (b'"' + "林晓舟".encode("gbk") + b'" <lin@example.com>', "林晓舟", "lin@example.com"),
        ("林晓舟 <lin@example.com>".encode(), "林晓舟", "lin@example.com"),
        (b"lin@example.com (" + word("林晓舟", "utf-8") + b")", "林晓舟", "lin@example.com"),
        (word("林晓舟 <lin@example.com>", "gbk"), "林晓舟", "lin@example.com"),
        (b"<lin@example.com>", "", "lin@example.com"),
        # A name that feigns an address, an address that is none.
        (
            word("编辑部 <chief@office.gov.cn>", "utf-8") + b" <evil@example.net>",
            "编辑部 <chief@office.gov.cn>",
            "evil@example.net",
        ),
        (word("林晓舟", "utf-8"), "林晓舟", ""),
    ],
)
def test_senders(raw, name, address):
    mail = read(message(**{"from": raw}))
    assert (mail.sender.name, mail.sender.address) == (name, address)


NAME = "关于“板凳会”的稿件（终稿）.docx"
PERCENT = "".join(f"%{byte:02X}" for byte in NAME.encode("gb18030")).encode()
HALF = len(PERCENT) // 6 * 3


@pytest.mark.parametrize(
    ("disposition", "content_type"),
    [
        (b'attachment; filename="' + word(NAME, "gbk") + b'"', b"application/octet-stream"),
        (b"attachment; filename=" + word(NAME, "gbk"), b"application/octet-stream"),
        (b"attachment; filename=" + words_of(NAME.encode("gbk"), "gb2312", 13), b"application/octet-stream"),
        (b'attachment; filename="' + NAME.encode("gbk") + b'"', b"application/octet-stream"),
        (b"attachment; filename=" + NAME.encode("utf-8"), b"application/octet-stream"),
        (b"attachment; filename*=gb2312''" + PERCENT, b"application/octet-stream"),
        # The wrong charset, quotes, no charset at all, pieces in the wrong order.
        (b"attachment; filename*=utf-8''" + PERCENT, b"application/octet-stream"),
        (b"attachment; filename*=\"gb18030''" + PERCENT + b'"', b"application/octet-stream"),
        (b"attachment; filename*=" + PERCENT, b"application/octet-stream"),
        (
            b"attachment; filename*1*=" + PERCENT[HALF:] + b";\r\n filename*0*=gbk'zh'" + PERCENT[:HALF],
            b"application/octet-stream",
        ),
        (b"attachment; filename=\"????.docx\"; filename*=gbk''" + PERCENT, b"application/octet-stream"),
        (b"attachment; filename=" + "".join(f"%{b:02X}" for b in NAME.encode()).encode(), b"application/octet-stream"),
        # The name stands with the type alone.
        (b"attachment", b'application/octet-stream; name="' + word(NAME, "gbk") + b'"'),
        (b"attachment", b"application/octet-stream;\r\n\tname=" + word(NAME, "utf-8")),
        (b'attachment; filename="????????.docx"', b'application/msword; name="' + word(NAME, "utf-8") + b'"'),
    ],
)
def test_attachment_names(disposition, content_type):
    mail = read(multipart(part(b"hello"), attachment(DOCX, disposition, content_type)))
    assert [(file.name, file.data, file.kind) for file in mail.files] == [(NAME, DOCX, FileKind.TEXT)]
    assert mail.text == "hello"


def test_a_big5_name_whose_last_byte_looks_like_a_backslash():
    name = "許功蓋.doc"
    raw = b'attachment; filename="' + name.encode("big5") + b'"; size=3'
    assert [file.name for file in read(multipart(attachment(b"x", raw))).files] == [name]


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (b'attachment; filename="../../etc/x.docx"', "x.docx"),
        (b'attachment; filename="..\\\\..\\\\x.docx"', "x.docx"),
        (b'attachment; filename="C:\\Users\\lin\\x.docx"', "x.docx"),
        (b"attachment; filename*=utf-8''%2e%2e%2fx.docx", "x.docx"),
        (b'attachment; filename=".."', "附件1.doc"),
    ],
)
def test_names_with_folders_lose_them(raw, name):
    mail = read(multipart(attachment(b"\xd0\xcf\x11\xe0", raw)))
    assert [file.name for file in mail.files] == [name]


def test_a_name_with_folders_is_told():
    told(
        read(multipart(attachment(b"x", b'attachment; filename="../../x.docx"'))),
        "../../x.docx",
        "文件夹路径",
        "x.docx",
    )


def test_line_breaks_hidden_in_a_word_make_no_header():
    mail = read(message(subject=word("稿件\r\nBcc: all@example.com", "utf-8")))
    assert mail.subject == "稿件 Bcc: all@example.com"
    told(mail, "主题", "换行")
    mail = read(multipart(attachment(b"x", b'attachment; filename="' + word("a\r\nX: y.docx", "utf-8") + b'"')))
    assert mail.files[0].name == "a X: y.docx"
    told(mail, "附件名", "换行")


def test_names_that_turn_the_direction_of_writing_are_straightened():
    mail = read(multipart(attachment(b"MZ", b'attachment; filename="' + word("稿件\u202excod.exe", "utf-8") + b'"')))
    assert mail.files[0].name == "稿件xcod.exe"


def test_a_long_name_keeps_its_ending():
    mail = read(multipart(attachment(b"x", b'attachment; filename="' + word("稿" * 300 + ".docx", "utf-8") + b'"')))
    assert len(mail.files[0].name) == 200
    assert mail.files[0].name.endswith("稿.docx")


class TestParts:
    def test_inline_images_are_files_and_named_where_they_stand(self):
        page = '<p>第一段</p><img src="cid:p1@x"><p>第二段</p><img src="http://tracker.example/x.gif">'.encode()
        related = joined(
            part(page, b"text/html; charset=utf-8"),
            part(base64.b64encode(GIF), b"image/gif", content_id=b"<p1@x>", content_transfer_encoding=b"base64"),
            boundary=b"rel",
        )
        mail = read(multipart(part(related, b"multipart/related; boundary=rel")))
        assert [(file.name, file.kind, file.inline) for file in mail.files] == [("图片1.gif", FileKind.PHOTO, True)]
        assert mail.text.split() == ["第一段", "【图片：图片1.gif】", "第二段"]

    def test_images_written_into_the_page_are_files(self):
        page = b'<p>x</p><img src="data:image/gif;base64,' + base64.b64encode(GIF) + b'">'
        mail = read(message(page, content_type=b"text/html"))
        assert [(file.name, file.data) for file in mail.files] == [("图片1.gif", GIF)]
        assert "【图片：图片1.gif】" in mail.text

    def test_plain_text_is_preferred_and_told_once(self):
        mail = read(
            multipart(
                part(TEXT.encode(), b"text/plain; charset=utf-8"),
                part(f"<p>{TEXT}</p>".encode(), b"text/html"),
                kind=b"alternative",
            )
        )
        assert mail.text == TEXT

    def test_a_page_alone_becomes_lines(self):
        page = "<html><head><style>p{}</style><script>x()</script></head><body><div>第一行<br>第二行</div><p>a &lt; b&nbsp;</p></body>"
        assert (
            read(message(page.encode("gbk"), content_type=b"text/html; charset=gb2312")).text
            == "第一行\n第二行\n\na < b"
        )

    def test_a_notice_in_plain_gives_way_to_the_page(self):
        page = f"<p>{TEXT * 20}</p>".encode()
        mail = read(multipart(part("您的邮件程序不能显示网页".encode()), part(page, b"text/html"), kind=b"alternative"))
        assert mail.text == TEXT * 20

    def test_a_forwarded_message_gives_its_files_and_words(self):
        inner = multipart(
            part("原稿在附件里".encode("gbk"), b"text/plain; charset=gb2312"),
            attachment(DOCX, b'attachment; filename="a.docx"'),
            subject=word("原来的主题", "gbk"),
            boundary=b"inner",
            **{"from": word("许闻舟", "gbk") + b" <xu@example.com>"},
        )
        for content_type in (b"message/rfc822", b'application/octet-stream; name="x.eml"'):
            for encoded in (False, True):
                content = base64.encodebytes(inner) if encoded else inner
                fields = {"content_transfer_encoding": b"base64"} if encoded else {}
                mail = read(multipart(part("请看转发".encode(), b"text/plain"), part(content, content_type, **fields)))
                assert [file.name for file in mail.files] == ["a.docx"], content_type
                assert "请看转发" in mail.text
                assert "发件人：许闻舟 <xu@example.com>" in mail.text
                assert "主题：原来的主题" in mail.text
                assert "原稿在附件里" in own_words(mail.text)
                assert mail.subject == "subject"

    def test_winmail_dat_gives_its_files(self):
        data = tnef([("稿件.docx".encode("gbk"), "", DOCX), (b"PHOTO~1.JPG", "村里的照片.jpg", b"\xff\xd8\xff")])
        mail = read(
            multipart(part(b"see"), attachment(data, b'attachment; filename="winmail.dat"', b"application/ms-tnef"))
        )
        assert [(file.name, file.kind) for file in mail.files] == [
            ("稿件.docx", FileKind.TEXT),
            ("村里的照片.jpg", FileKind.PHOTO),
        ]
        assert mail.text == "see"

    def test_winmail_dat_gives_the_words_where_there_are_no_others(self):
        data = tnef([], body=TEXT.encode("gbk"))
        assert read(multipart(attachment(data, b"attachment; filename=winmail.dat"))).text == TEXT

    def test_a_damaged_winmail_dat_is_kept_and_told(self):
        data = tnef([(b"a.doc", "", b"x" * 100)])[:60]
        mail = read(multipart(attachment(data, b"attachment; filename=winmail.dat")))
        assert [file.name for file in mail.files] == ["winmail.dat"]
        told(mail, "winmail.dat", "没有取出", "纯文本")

    def test_uuencoded_files_in_the_text(self):
        import binascii

        content = b"".join(binascii.b2a_uu(DOCX[place : place + 45]) for place in range(0, len(DOCX), 45))
        mail = read(message(b"before\r\nbegin 644 a.docx\r\n" + content.replace(b"\n", b"\r\n") + b"`\r\nend\r\nafter"))
        assert [(file.name, file.data) for file in mail.files] == [("a.docx", DOCX)]
        assert mail.text.split() == ["before", "after"]

    def test_without_a_closing_boundary_nothing_is_lost(self):
        whole = multipart(part(b"hello"), attachment(DOCX, b"attachment; filename=a.docx"))
        mail = read(whole[: whole.rindex(b"--b1--")])
        assert [file.data for file in mail.files] == [DOCX]

    def test_a_boundary_that_begins_like_another(self):
        inner = joined(part(b"one"), part(b"two"), boundary=b"b1-x")
        mail = read(multipart(part(inner, b"multipart/mixed; boundary=b1-x"), part(b"three")))
        assert mail.text.split() == ["one", "two", "three"]

    def test_a_boundary_that_never_comes_shows_what_there_is(self):
        assert "something" in read(message(b"something", content_type=b"multipart/mixed; boundary=zz")).text

    def test_flowed_text_is_joined(self):
        mail = read(
            message(
                "一段话分成 \r\n两行。\r\n第二段".encode(),
                content_type=b"text/plain; charset=utf-8; format=flowed; delsp=yes",
            )
        )
        assert mail.text == "一段话分成两行。\n第二段"

    def test_bare_line_ends_of_every_kind(self):
        whole = multipart(part(b"hello"), attachment(DOCX, b"attachment; filename=a.docx"))
        for end in (b"\n", b"\r"):
            mail = read(whole.replace(b"\r\n", end))
            assert (mail.text, [file.data for file in mail.files]) == ("hello", [DOCX])

    def test_an_empty_attachment_and_an_encrypted_one_are_told(self):
        told(read(multipart(attachment(b"", b"attachment; filename=a.docx"))), "a.docx", "0 字节")
        told(read(message(b"MIIB", content_type=b"application/pkcs7-mime; name=smime.p7m")), "加了密")


class TestLargeFiles:
    def test_qq(self):
        page = """<div>稿件见附件</div><div>从QQ邮箱发来的超大附件</div>
        <div><a href="https://wx.mail.qq.com/ftn/download?func=3&amp;k=abc">议事会照片.zip</a> (128.5M, 2026年12月20日 10:30 到期)
        <a href="https://wx.mail.qq.com/ftn/download?func=3&amp;k=abc">进入下载页面</a></div>"""
        mail = read(message(page.encode("gb18030"), content_type=b"text/html; charset=gb18030"))
        problem = told(mail, "超大附件")
        for part_told in (
            "议事会照片.zip",
            "128.5M",
            "2026年12月20日 10:30",
            "https://wx.mail.qq.com/ftn/download?func=3&k=abc",
        ):
            assert part_told in problem

    def test_163_and_ali(self):
        page = """<p>从网易163邮箱发来的云附件</p><a href="https://dashi.163.com/html/cloud-attachment-download/?key=k1">稿件.docx</a>
        (2026-12-05 23:59 过期)<a href="https://dashi.163.com/html/cloud-attachment-download/?key=k1">下载</a>
        <p>超大附件 <a href="https://mail.aliyun.com/alimail/largeattach?x=1">照片.rar</a>（35MB）有效期：15天</p>"""
        mail = read(message(page.encode(), content_type=b"text/html; charset=utf-8"))
        assert "2026-12-05 23:59" in told(mail, "“稿件.docx”")
        assert "15天" in told(mail, "“照片.rar”")

    def test_in_plain_text(self):
        text = "超大附件：照片.zip（56M）\n下载地址：https://mail.qq.com/cgi-bin/ftnExs_download?k=1&t=2 到期时间：2026年12月1日"
        problem = told(read(message(text.encode(), content_type=b"text/plain; charset=utf-8")), "照片.zip")
        assert "2026年12月1日" in problem
        assert "56M" in problem

    def test_an_ordinary_link_is_none(self):
        page = '<p>请看 <a href="https://www.example.com/x.html">我们的网站</a></p>'.encode()
        assert read(message(page, content_type=b"text/html; charset=utf-8")).problems == ()


class TestDates:
    def test_a_date(self):
        assert read(message()).sent_at == datetime(2026, 11, 2, 1, 30, tzinfo=UTC)

    @pytest.mark.parametrize(
        "raw",
        [
            b"Tue, 31 Feb 2026 25:61:00 +0800",
            b"tomorrow",
            b"Mon, 02 Nov 2199 09:30:00 +0800",
            b"Thu, 01 Jan 1970 00:00:00 +0000",
        ],
    )
    def test_an_impossible_one_is_told(self, raw):
        mail = read(message(date=raw))
        assert mail.sent_at is None
        told(mail, raw.decode(), "不可能")

    def test_a_missing_one_is_told_and_the_servers_time_taken(self):
        mail = read(message(date=None, received=b"from x by y; Mon, 02 Nov 2026 09:30:00 +0800"))
        assert mail.sent_at == datetime(2026, 11, 2, 1, 30, tzinfo=UTC)
        told(mail, "没有写发件时间", "2026-11-02 09:30")


class TestIdentity:
    def test_message_ids(self):
        assert read(message()).message_id == "<a1@example.com>"
        assert read(message(message_id=None)).message_id == ""
        assert len(read(message(message_id=b"<" + b"x" * 5000 + b">")).message_id) == 300

    def test_the_same_content_is_the_same_message_however_it_is_coded(self):
        plain = read(message(TEXT.encode("utf-8"), content_type=b"text/plain; charset=utf-8"))
        coded = read(
            message(
                base64.encodebytes(TEXT.encode("gbk")),
                content_type=b"text/plain; charset=gbk",
                content_transfer_encoding=b"base64",
            )
        )
        other = read(message((TEXT + "。").encode(), content_type=b"text/plain; charset=utf-8"))
        assert plain.content_hash == coded.content_hash
        assert plain.content_hash != other.content_hash


def test_signature_and_history_stay_but_are_told_apart():
    text = "正文第一段\n\n正文第二段\n\n--\n林晓舟\n电话 0898-1\n\n------------------ 原始邮件 ------------------\n发件人: 编辑部\n征稿启事"
    assert own_words(text) == "正文第一段\n\n正文第二段"
    assert [section.kind for section in sections(text)] == ["own", "signature", "quoted"]
    assert "\n".join(section.text for section in sections(text)) == text


def test_outlooks_head_of_an_earlier_message_is_history():
    text = "请查收\n\n发件人: 编辑部\n发送时间: 2026年11月1日\n收件人: 林晓舟\n主题: 征稿\n\n请投稿"
    assert own_words(text) == "请查收"


@pytest.mark.parametrize("data", [b"", b"   \r\n", b"PK\x03\x04 no mail at all", "只是一段文字，没有邮件头。".encode()])
def test_what_is_no_mail_is_refused_by_name(data):
    with pytest.raises(FileRefused, match="来信"):
        read(data)
