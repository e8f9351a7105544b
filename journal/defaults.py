"""The facts of 《三亚党建》 as the data a new installation starts with; the office changes them in the admin."""

SECTIONS = (
    "领导讲话",
    "理论研究",
    "实践探索",
    "基层党建",
    "干部教育",
    "人才建设",
    "调查研究",
    "信息动态",
    "学思践悟",
    "党建品牌创建",
    "他山之石",
    "党员风采",
)

JOURNAL = {
    "name": "三亚党建",
    "frequency": "季刊",
    "licence_number": "琼内准印字第 LK211003 号",
    "notice": "内部资料，免费交流",
    "supervisor": "中共三亚市委组织部",
    "sponsor": "三亚市党建研究所",
    "co_sponsors": "三亚市党建研究会\n三亚市直属党委（工委）\n三亚市各区委组织部",
    "office": "《三亚党建》编辑部",
    "address": "三亚市吉阳区榆亚路1号",
    "postcode": "572000",
    "email": "sydjyjs@163.com",
    "phone": "0898-88279029",
    "website": "http://dj.sanya.gov.cn",
    "distribution": "各区、市直各单位、基层党委",
}

LINKS = (("三亚党建微信公众号", ""), ("三亚基层党建APP", ""))


def ensure_journal(**kwargs) -> None:
    """Create the journal and its columns where none exist (post_migrate, since a flush empties both)."""
    from .models import Journal, JournalLink, Section

    if not Journal.objects.exists():
        journal = Journal.objects.create(**JOURNAL)
        JournalLink.objects.bulk_create(
            JournalLink(journal=journal, label=label, url=url, position=position)
            for position, (label, url) in enumerate(LINKS, 1)
        )
    if not Section.objects.exists():
        Section.objects.bulk_create(Section(name=name, position=position) for position, name in enumerate(SECTIONS, 1))
