"""The line that signs a text: a post and a name, names alone, a post or unit alone (RULES.md 8, 9)."""

import re
from typing import NamedTuple

from journal.text.names import stored_name

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖萧田董袁潘于余叶蒋杜苏魏程吕丁沈任姚卢傅"
    "钟姜崔谭廖范汪陆金石戴贾韦夏邱丘方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严覃武戚莫孔向汤符鲁潘"
    "温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章翟鲍詹申欧关焦柳邝麦翁蒲岑俞祝卓甘游柯吉华盛童洪裴舒宁纪岳云梅"
    "费凌骆柴左艾郁单佟羊邬苗冼占车解辛管祁毕苑项臧谷房耿池滕佘阮蓝冉褚霍简辜娄尚包季穆景靳晏束栾全尤"
)
_DOUBLE = "欧阳|上官|司马|司徒|诸葛|夏侯|皇甫|尉迟|公孙|慕容|端木|令狐|东方|南宫|独孤|长孙|宇文"
_SPACE = r"[ \u3000\u00a0]*"
_NAME = re.compile(
    rf"(?:[{_SURNAMES}]{_SPACE}[\u4e00-\u9fff](?:{_SPACE}[\u4e00-\u9fff])?|(?:{_DOUBLE}){_SPACE}[\u4e00-\u9fff]{{1,2}}"
    r"|[\u4e00-\u9fff]{2,}(?:·[\u4e00-\u9fff]{2,})+)"
)
_ANY_NAME = re.compile(rf"{_NAME.pattern}|[\u4e00-\u9fff](?:{_SPACE}[\u4e00-\u9fff]){{1,2}}")
_ROLE = (
    "(?:书记|主任|主席|委员|经理|董事|总裁|干事|秘书|代表|教授|讲师|研究员|负责人|队员|职员|教师|医师|医生|护士|民警|"
    "[部局厅司处科股院校所站组队会省市州县区镇乡村行馆台社园厂店]长|事长|书长|委会主任|总长|校监|指导员|联络员|"
    "通讯员|网格员|专员|主编|编辑)"
)
_POST = re.compile(rf"[^，。；：！？“”《》]{{0,40}}{_ROLE}(?:[（(][^（）()]{{1,12}}[）)])?")
_UNIT = re.compile(
    r"[^\s，。；：！？、“”《》]{2,24}(?:委员会|研究会|联合会|协会|学会|工会|商会|中心|公司|集团|社区|街道|编辑部|课题组|调研组|工作组|"
    r"党委|党组|工委|区委|市委|县委|镇委|省委|纪委|政府|支部|总支|[^干全内一各]部|局|[^主]办|厅|法院|学院|医院|检察院|研究院|"
    r"[党小中]校|学校|大学|小学|中学|派出所|事务所|研究所|服务站|工作站|办公室|科室|[一-十]科|办事处|管理处|支队|大队|工作队|国资委|发改委|卫健委)"
)
_LABEL = re.compile(r"^(?:作者|文|撰稿|发言人|供稿)\s*[：:/／]\s*")
_BLANK = " \t\u3000\u00a0*"
_LONGEST = 60  # characters of a signature
_MOST_NAMES = 8


class Signature(NamedTuple):
    """person: names as stored, parted by 、; office: the post or unit as printed. One of them may be empty."""

    person: str
    office: str


def read_signature(line: str, *, listed: bool = False) -> Signature | None:
    """The signature a whole line is, None where it is none.

    listed: it stands under a title that is sure to be one, so any short name and a post without a name pass; otherwise
    the line itself must show it by a usual surname, a post before the name, or a unit.
    """
    line = _LABEL.sub("", line.strip(_BLANK))
    if not line or len(line) > _LONGEST or re.search("[。；！？!?]", line):
        return None
    if listed:
        return _post_and_name(line) or _office_only(line) or _names_only(line, _ANY_NAME)
    return _post_and_name(line) or _names_only(line, _NAME) or (Signature("", line) if _UNIT.fullmatch(line) else None)


def bracketed(title: str) -> tuple[str, Signature] | None:
    """A title and the signature in brackets at its end: 红色引擎（区委书记）. A word alone (试行) is none."""
    found = re.search(r"^(.*\S)\s*[（(]([^（）()]{2,60})[)）]\s*$", title)
    signature = (_post_and_name(found[2]) or _office_only(found[2].strip(_BLANK))) if found else None
    return (found[1].strip(), signature) if found and signature else None


def _post_and_name(line: str) -> Signature | None:
    """A post or unit, a space, a name; the other way round; or with the space lost, if the surname is a usual one."""
    for space in re.finditer(r"[ \t\u3000\u00a0]+", line):
        before, after = line[: space.start()], line[space.end() :]
        if _POST.fullmatch(before) or _UNIT.fullmatch(before):
            people = _people(after, _ANY_NAME)
            if people:
                return Signature(people, before.strip())
        if _POST.fullmatch(after) and _NAME.fullmatch(before):
            return Signature(stored_name(before), after.strip())
    glued = re.fullmatch(rf"([^，。；：！？“”《》\s]{{2,40}}{_ROLE})({_NAME.pattern})", line)
    return Signature(stored_name(glued[2]), glued[1]) if glued else None


def _names_only(line: str, form: re.Pattern) -> Signature | None:
    people = _people(line, form)
    return Signature(people, "") if people else None


def _people(words: str, form: re.Pattern) -> str:
    """One name, or several parted by marks or spaces, as stored and parted by 、; empty where it is something else."""
    if form.fullmatch(words):
        return stored_name(words)
    names = [name for name in re.split(r"[、，,]|[ \t\u3000\u00a0]+", words) if name]
    several = 1 < len(names) <= _MOST_NAMES and all(form.fullmatch(name) and len(name) > 1 for name in names)
    return "、".join(names) if several else ""


def _office_only(line: str) -> Signature | None:
    fits = not re.search(r"\s", line) and (_POST.fullmatch(line) or _UNIT.fullmatch(line))
    return Signature("", line) if fits else None
