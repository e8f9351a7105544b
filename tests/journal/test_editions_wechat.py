"""What goes to the 公众号: styles inline, limits told, pictures beside, nothing cut off."""

import re
import zipfile

import pytest
from django.urls import reverse

from journal.editions import build, wechat
from journal.text.blocks import plain_text

pytestmark = pytest.mark.django_db

HTML = (
    "<h2>一、头</h2><p>第一句话。第二句话。</p><ul><li>甲</li></ul><blockquote><p>引</p></blockquote>"
    '<table><thead><tr><th>项</th></tr></thead><tbody><tr><td colspan="2">数</td></tr></tbody></table>'
)


def test_every_block_carries_its_style_and_no_class(make_article):
    copy = wechat.copy_of(make_article("短题", html=HTML, bylines=["何为"], author_note="作者系教师"))
    tags = re.findall(r"<(\w+)([^>]*)>", copy.html)
    assert all(
        "style=" in attributes for tag, attributes in tags if tag in ("p", "ul", "table", "td", "th", "blockquote")
    )
    assert all(attributes.count("style=") <= 1 for _, attributes in tags)
    assert "class=" not in copy.html
    assert "何　为" in copy.html
    assert "（作者系教师）" in copy.html
    assert (copy.title, copy.author, copy.digest, copy.problems) == ("短题", "何为", "第一句话。第二句话。", ())


def test_every_word_of_a_composite_goes_along(make_article, make_issue, section):
    issue = make_issue()
    whole = make_article("聚焦", issue=issue, section=section, html="<p>编者的话。</p>")
    part = make_article("其中一篇", html="<p>分篇的话。</p>", bylines=["林晓舟"])
    type(part).objects.filter(pk=part.pk).update(parent=whole, issue=issue, section=section)
    words = plain_text(str(wechat.copy_of(whole).html))
    for said in ("编者的话。", "其中一篇", "林晓舟", "分篇的话。"):
        assert said in words


def test_what_does_not_fit_is_told_and_nothing_cut(make_article):
    title = "很长的标题" * 8
    copy = wechat.copy_of(
        make_article(title, html=f"<p>{'长' * 20_000}</p>", bylines=["一个很长的单位名称委员会办公室", "林晓舟"])
    )
    assert copy.title == title
    told = " ".join(copy.problems)
    for words in ("标题有 40 字", "最多 32 字", "作者有", "20,000"):
        assert words in told
    assert len(copy.digest) <= wechat.DIGEST
    assert copy.digest.endswith("…")


def test_pictures_are_marked_in_place_and_numbered(make_article, make_picture):
    one, two = make_picture(caption="甲"), make_picture(size=(900, 600), caption="乙")
    html = f'<figure data-picture="{two.pk}"><figcaption>乙 &lt;b&gt;</figcaption></figure><figure data-picture="{one.pk}"></figure>'
    copy = wechat.copy_of(make_article(html=html))
    assert [picture.pk for picture in copy.pictures] == [two.pk, one.pk]
    assert "【图1】乙 &lt;b&gt;" in copy.html
    assert "<img" not in copy.html


def test_the_package_has_a_folder_for_each_article(tmp_path, make_article, make_issue, make_picture, section):
    issue = make_issue()
    picture = make_picture()
    make_article(
        '题目/带：符号*?"', issue=issue, section=section, html=f'<figure data-picture="{picture.pk}"></figure>'
    )
    path = build(issue, "wechat", tmp_path / "公众号.zip").path
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
    assert sorted(name.split("/")[1] for name in names) == ["图1.jpg", "标题、作者、摘要.txt", "正文.html"]
    assert not re.search(r'[\\:*?"<>|]', "".join(names))


def test_the_page_warns_of_what_is_not_public(client, cast, make_article, make_issue, section, publish):
    issue = make_issue()
    article = make_article("公众号试一试", issue=issue, section=section)
    client.force_login(cast.editor)
    address = reverse("admin:journal_article_wechat", args=[article.pk])
    assert "没有公开刊发" in client.get(address).content.decode()
    publish(issue)
    assert "没有公开刊发" not in client.get(address).content.decode()
    assert client.post(address).status_code == 405
