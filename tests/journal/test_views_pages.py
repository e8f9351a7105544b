"""What stands on the pages."""

import re

import pytest
from django.urls import reverse

from journal.models import BoardMember, Highlight, Imprint, Issue, IssueMatter, JournalLink, Section
from journal.templatetags import reader
from members.models import Unit


@pytest.fixture
def page(client):
    def get(address: str) -> str:
        response = client.get(address)
        assert response.status_code == 200, address
        return response.content.decode()

    return get


def words(html: str) -> str:
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", html))


def test_an_empty_database_has_a_dignified_first_page(page, db):
    assert "第一期正在编辑" in page("/")
    for address in ("/issues/", "/sections/", "/search/", "/about/"):
        page(address)


@pytest.fixture
def issue(make_issue, make_article, publish):
    """An issue with a composite, highlights, preface, call and board; published 公开."""
    issue = make_issue(year=2026, number=3, theme="家门口的服务", pages=70)
    speech, practice = Section.objects.get(name="领导讲话"), Section.objects.get(name="实践探索")
    make_article(
        "网格连心桥：“五分钟服务圈”是怎样建成的",
        issue=issue,
        section=practice,
        bylines=["何为"],
        start_page=7,
        end_page=9,
        subtitle="三个社区的实践",
        kicker="基层观察",
        author_note="作者系党校教师",
        source_note="来源：区委组织部",
        html="<p>开头。</p><h2>一、网格上</h2><p>甲。</p><h3>（一）怎么划</h3><p>乙。</p><h2>二、群众评</h2><p>丙。</p>",
    )
    make_article("把服务送到家", issue=issue, section=speech, start_page=1, contents_title="把服务送到群众家门口")
    whole = make_article("聚焦换届", issue=issue, section=practice, html="", start_page=10)
    for place, name in enumerate(("海边区", "山里区"), 1):
        make_article(f"{name}新篇", issue=issue, section=practice, parent=whole, position=place, bylines=[f"{name}甲"])
    issue.sections.filter(section=practice).update(start_page=7, end_page=12)
    for position, title in enumerate(("网格连心桥：“五分钟服务圈”是怎样建成的", "把服务送到家"), 1):
        Highlight.objects.create(issue=issue, position=position, text=title, article=issue.articles.get(title=title))
    IssueMatter.objects.create(
        issue=issue, kind="preface", title="把门打开", html="<p>新的一年。</p>", signature="编辑部"
    )
    IssueMatter.objects.create(issue=issue, kind="call", title="征稿启事", html="<p>欢迎来稿。</p>")
    for position, (role, name) in enumerate((("主任", "沈知行"), ("委员", "何为"), ("委员", "许闻舟"))):
        BoardMember.objects.create(issue=issue, role=role, name=name, position=position)
    return publish(issue)


def test_the_first_page_leads_with_what_the_editors_chose(page, issue):
    html = page("/")
    assert html.index("网格连心桥") < html.index("把服务送到家")
    assert "二〇二六年第三期" in html
    assert "十二栏目" in html
    assert "/issues/2026-3/cover.svg" in html
    assert "何　为" in html


def test_without_highlights_the_first_articles_lead(page, issue):
    Highlight.objects.all().delete()
    lead = page("/").split('class="lead"')[1]
    assert lead.index("把服务送到家") < lead.index("网格连心桥")


def test_past_issues_follow_on_the_first_page(page, issue, make_issue, make_article, publish):
    for number in range(1, 7):
        older = make_issue(year=2025, number=number)
        make_article(f"旧文{number}", issue=older)
        publish(older)
    html = page("/")
    assert "全部 7 期" in html
    assert html.count("cover-card") == 4
    assert "第 6 期" in html
    assert "第 2 期" not in html


def test_an_issue_shows_its_contents_as_printed(page, issue):
    html = page(issue.get_absolute_url())
    text = words(html)
    assert text.index("领导讲话") < text.index("把服务送到群众家门口") < text.index("实践探索")
    assert "07～12" in html
    assert "基层观察" in html
    assert "——\u2060三个社区的实践" in text
    assert text.index("聚焦换届") < text.index("海边区新篇") < text.index("山里区新篇")
    assert html.count('class="star" title') == 2
    for expected in ("卷首语", "新的一年。", "编辑委员会", "许闻舟", "欢迎来稿。"):
        assert expected in html
    assert "委员何　为许闻舟" in re.sub(r"[\n ]|<[^>]+>", "", html)


def test_the_imprint_is_shown_as_far_as_it_is_filled_in(page, issue):
    Imprint.objects.filter(issue=issue).update(print_house="某印务公司", print_run=300, online_note="")
    html = page(issue.get_absolute_url())
    assert "某印务公司" in html
    assert "300 册" in html
    assert "网上</dt>" not in html


def test_issues_lead_to_each_other(page, issue, make_issue, make_article, publish):
    older = make_issue(year=2025, number=4, theme="田间课堂")
    make_article("旧文", issue=older)
    publish(older)
    assert 'href="/issues/2025-4/" rel="prev"' in page(issue.get_absolute_url())
    assert 'href="/issues/2026-3/" rel="next"' in page(older.get_absolute_url())
    assert page("/issues/").count('class="year"') == 2


def test_an_article_shows_everything_printed_with_it(page, issue):
    article = issue.articles.get(kicker="基层观察")
    html = page(article.get_absolute_url())
    for expected in (
        "基层观察",
        "——\u2060三个社区的实践",
        "（作者系党校教师）",
        "（来源：区委组织部）",
        "第 07—09 页",
        "何为. 网格连心桥：“五分钟服务圈”是怎样建成的: 三个社区的实践[J]. 三亚党建, 2026(3): 7-9.",
    ):
        assert expected in html
    assert re.search(r'<h2 class="l2" id="s1">一、网格上</h2>', html)
    assert re.search(r'<h3 class="l3" id="s3">（一）怎么划</h3>', html)
    assert '<a href="#s1">一、网格上</a>' in html
    assert '<span class="held">。<span class="end"' in html
    assert html.count("<h1") == 1


def test_articles_lead_to_each_other_in_the_printed_order(page, issue):
    first, second, third = (issue.articles.get(title__startswith=start) for start in ("把服务", "网格", "聚焦"))
    assert f'href="{second.get_absolute_url()}" rel="next"' in page(first.get_absolute_url())
    html = page(second.get_absolute_url())
    assert f'href="{first.get_absolute_url()}" rel="prev"' in html
    assert f'href="{third.get_absolute_url()}" rel="next"' in html
    assert 'rel="next"' not in page(third.get_absolute_url())


def test_a_composite_shows_its_parts_with_their_signatures(client, page, issue):
    whole = issue.articles.get(title="聚焦换届")
    html = page(whole.get_absolute_url())
    parts = list(whole.parts.all())
    for part in parts:
        assert f'id="part-{part.pk}"' in html
        assert f'<a href="#part-{part.pk}">{part.title}</a>' in html
        assert part.bylines.get().name in html
    moved = client.get(reverse("article", args=[parts[0].pk]))
    assert moved.status_code == 301
    assert moved["Location"] == f"/articles/{whole.pk}/#part-{parts[0].pk}"


def test_hostile_text_is_harmless_everywhere(page, make_issue, make_article, publish):
    hostile = '<script>alert(1)</script><img src=x onerror="alert(2)">'
    issue = make_issue(theme=hostile[:40])
    article = make_article(
        hostile[:100],
        issue=issue,
        bylines=[hostile[:40]],
        subtitle=hostile,
        html=f'<p>正文{hostile}</p><p><a href="javascript:alert(3)">链接</a></p>',
    )
    publish(issue)
    for address in ("/", "/issues/", issue.get_absolute_url(), article.get_absolute_url(), "/search/?q=正文"):
        html = page(address)
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert "javascript:" not in html
    assert "&lt;script&gt;" in page(f"/search/?q={hostile}")


def test_photographs_stand_with_caption_and_photographer(page, make_issue, make_article, publish, make_picture):
    one, two = make_picture(photographer="林晓舟"), make_picture(size=(800, 1200), caption="议事会")
    issue = make_issue()
    article = make_article(
        issue=issue,
        html=f'<p>文。</p><figure data-picture="{one.pk}"><figcaption>榕树下</figcaption></figure>'
        f'<figure data-picture="{two.pk}"></figure>',
    )
    publish(issue)
    html = page(article.get_absolute_url())
    assert "榕树下" in html
    assert "林晓舟 摄" in html
    assert 'class="portrait"' in html
    assert f"/pictures/{one.pk}/480.jpg 480w, /pictures/{one.pk}/960.jpg 960w" in html


def test_an_uploaded_cover_replaces_the_drawn_one(page, issue, make_picture):
    Issue.objects.filter(pk=issue.pk).update(cover=make_picture())
    assert "cover.svg" not in page("/")
    assert "/pictures/" in page("/issues/")


def test_unit_pages_gather_what_was_signed_and_follow_a_merger(client, page, make_issue, make_article, publish):
    unit = Unit.objects.create(name="望海区委组织部", short_name="望海组织部")
    old = Unit.objects.create(name="老望海区委", merged_into=unit)
    issue = make_issue()
    for title, signer in (("新单位的文章", unit), ("老单位的文章", old)):
        article = make_article(title, issue=issue)
        article.bylines.create(kind="unit", name=signer.name, unit=signer)
    publish(issue)
    html = page(reverse("unit", args=[unit.pk]))
    assert "新单位的文章" in html
    assert "老单位的文章" in html
    assert client.get(reverse("unit", args=[old.pk]))["Location"] == reverse("unit", args=[unit.pk])
    assert client.get(reverse("unit", args=[Unit.objects.create(name="没有文章").pk])).status_code == 404


def test_the_about_page_shows_codes_that_lead_somewhere(page, journal):
    JournalLink.objects.filter(position=1).update(url="http://example.org/gzh")
    html = page("/about/")
    assert html.count('src="data:image/svg+xml') == 1
    assert journal.licence_number in html


def test_search_narrows_counts_and_turns_pages(page, make_issue, make_article, publish):
    one, two = Section.objects.all()[:2]
    unit = Unit.objects.create(name="望海区委组织部", short_name="望海组织部")
    for year, number in ((2025, 12), (2026, 13)):
        issue = make_issue(year=year)
        for place in range(number):
            chosen = one if place % 2 else two
            article = make_article(f"第{place}篇网格", issue=issue, section=chosen, bylines=["何为"])
            if place < 3:
                article.bylines.create(kind="unit", name=unit.name, unit=unit)
                article.bylines.create(kind="unit", name=unit.name, unit=unit, position=2)
        publish(issue)
    html = page("/search/?q=网格")
    assert "共 <b>25</b> 篇" in html
    assert html.count('class="hit"') == 20
    assert page("/search/?q=网格&page=2").count('class="hit"') == 5
    assert page("/search/?q=网格&page=nonsense").count('class="hit"') == 20
    narrowed = page(f"/search/?q=网格&year=2026&section={one.pk}")
    assert "共 <b>6</b> 篇" in narrowed
    assert "望海组织部（1）" in narrowed
    assert "2025（6）" in narrowed
    assert "共 <b>6</b> 篇" in page(f"/search/?q=网格&unit={unit.pk}")
    assert "共 <b>12</b> 篇" in page("/search/?year=2025")
    assert "共 <b>25</b> 篇" in page("/search/?q=网格&year=abc&section=-1&unit=99999999999999999999")
    assert "去掉栏目、年份、单位、类别的限制" in page("/search/?q=网格&year=1999")


def test_search_marks_what_it_found_and_cuts_at_punctuation(page, make_issue, make_article, publish):
    issue = make_issue()
    body = "这里先说别的。" + "村里修路，" * 20 + "网格员上门，" + "大家议事，" * 30 + "散会。"
    make_article("榕树", issue=issue, html=f"<p>{body}</p>")
    publish(issue)
    html = page("/search/?q=网格")
    [passage] = re.findall(r'<p class="passage">(.*?)</p>', html)
    assert "<mark>网格</mark>" in passage
    assert passage.startswith("……")
    assert passage.endswith("大家议事……")


def test_no_hit_says_what_to_do_next(page, db):
    html = page("/search/?q=原子")
    assert "没有找到“原子”" in html
    assert "登录" in html
    assert "没有可以搜索的文字" in page("/search/?q=。。")


def test_titles_break_at_sense():
    assert reader.title_html("网格连心桥：“五分钟服务圈”是怎样建成的") == (
        '网格连心桥<span class="tr">：</span><wbr>“五分钟服务圈”<wbr>是怎样建成的'
    )
    assert reader.title_html("") == ""
    assert reader.title_html("榕岭村打造村民议事新样板") == (
        '<span class="long">榕岭村打造村民议事<span class="held">新样板</span></span>'
    )
    assert reader.title_html("<b>：“c”") == '&lt;b&gt;<span class="tr">：</span><wbr>“c”'


def test_the_foot_names_what_is_filled_in_and_nothing_else(page, journal):
    """RULES.md section 10: each shown when configured."""
    facts = {
        "icp_number": "琼ICP备00000000号",
        "police_number": "琼公网安备 00000000000000号",
        "site_identifier": "4602000000",
        "correction_url": "https://zfwzzc.example.cn/",
    }
    bare = page("/about/")
    assert 'class="filing"' not in bare
    assert "无障碍说明" in bare
    for name, value in facts.items():
        setattr(journal, name, value)
        journal.save()
        html = page("/about/")
        assert value in html
        setattr(journal, name, "")
        journal.save()
        assert value not in page("/about/")
