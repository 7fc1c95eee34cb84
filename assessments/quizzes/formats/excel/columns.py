"""What the columns and the words in them are called."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterable, Mapping

COLUMNS: dict[str, tuple[str, ...]] = {
    "key": ("编号", "题号", "试题编号", "题目编号", "id"),
    "name": ("名称", "试题名称", "题目名称", "标题", "name"),
    "kind": ("题型", "类型", "试题类型", "题目类型", "kind", "type"),
    "passage_key": ("材料编号", "材料题编号", "案例编号"),
    "passage": ("材料", "材料内容", "阅读材料", "案例", "passage"),
    "passage_feedback": ("材料反馈", "材料解析"),
    "stem": ("题干", "题目", "试题内容", "题目内容", "问题", "stem", "question"),
    "answer": ("答案", "正确答案", "参考答案", "标准答案", "answer"),
    "rule": ("计分方式", "计分规则", "评分方式"),
    "unit": ("单位", "unit"),
    "guide": ("评分要点", "评分标准", "评分细则"),
    "feedback": ("总反馈", "解析", "答案解析", "试题解析", "反馈", "feedback"),
    "order": ("选项顺序", "选项乱序"),
    "capability": ("能力点", "微能力点", "微能力", "capability"),
    "difficulty": ("难度", "难易程度", "difficulty"),
    "tags": ("标签", "知识点", "关键词", "tags"),
    "category": ("分类", "目录", "题目分类", "category"),
}
"""What each column may be called; the first name is ours. Columns of options come between stem and answer."""

OPTION, FEEDBACK, IMAGE = "选项", "反馈", "图片"
LETTERED = {
    OPTION: re.compile(r"(?:选项|备选项|option)?([A-Z])(?:选项|项)?"),
    FEEDBACK: re.compile(r"(?:反馈|选项反馈)([A-Z])|(?:选项)?([A-Z])(?:项)?反馈"),
    IMAGE: re.compile(r"(?:图片|选项图片)([A-Z])|(?:选项)?([A-Z])(?:项)?图片"),
}
"""Columns of which there is one for each option; named 选项A, 反馈A, 图片A."""

KINDS: dict[str, tuple[str, ...]] = {
    "single": ("单选题", "单选", "单项选择题", "选择题"),
    "multiple": ("多选题", "多选", "多项选择题", "不定项选择题"),
    "truefalse": ("判断题", "判断", "是非题"),
    "judgement": ("情境判断题", "情境判断", "情景判断题"),
    "picture": ("图片选择题", "图片题", "看图选择题"),
    "fill": ("填空题", "填空"),
    "cloze": ("综合填空题", "完形填空", "完形填空题", "选词填空题"),
    "numeric": ("数值题", "数字题", "计算题"),
    "matching": ("匹配题", "连线题", "配对题"),
    "ordering": ("排序题", "排序"),
    "short": ("简答题", "简答", "问答题", "论述题", "案例分析题"),
}
RULES = {
    "all": ("全对得分", "全对才得分", "全部答对"),
    "even": ("按比例", "按比例得分", "漏选得部分分"),
    "options": ("按选项", "按选项得分", "按选项计分"),
}
DIFFICULTIES = {
    "easy": ("易", "容易", "简单", "低"),
    "medium": ("中", "中等", "适中", "一般"),
    "hard": ("难", "困难", "较难", "高"),
}
ORDERS = {"fixed": ("固定", "不打乱", "否"), "shuffled": ("随机", "打乱", "是")}

DECORATION = re.compile(r"[\s*:_]|\([^)]*\)|【[^】]*】")


def word(text: str) -> str:
    """A word as we compare it: half-width, small, without blanks and remarks in brackets."""
    return DECORATION.sub("", unicodedata.normalize("NFKC", text)).lower()


def _by_word(names: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    return {word(alias): name for name, aliases in names.items() for alias in (name, *aliases)}


KIND_OF, RULE_OF = _by_word(KINDS), _by_word(RULES)
DIFFICULTY_OF, ORDER_OF = _by_word(DIFFICULTIES), _by_word(ORDERS)
FIELD_OF = {word(alias): name for name, aliases in COLUMNS.items() for alias in aliases}


def field_called(heading: str) -> str | None:
    """The field that a column holds: "stem", "选项A" …; None for one that we do not read."""
    text = word(heading)
    if name := FIELD_OF.get(text):
        return name
    for prefix, pattern in LETTERED.items():
        if found := pattern.fullmatch(text.upper()):
            return prefix + next(letter for letter in found.groups() if letter)
    return None


def header(cells: Iterable[str]) -> dict[str, int]:
    """Where each field stands in a row of column names; empty if this row is none."""
    columns: dict[str, int] = {}
    for index, cell in enumerate(cells):
        if (name := field_called(cell)) and name not in columns:
            columns[name] = index
    return columns if "stem" in columns and columns.keys() & {"answer", "kind"} else {}


def headings(fields: Iterable[str]) -> list[str]:
    """Our names of these fields."""
    return [COLUMNS[name][0] if name in COLUMNS else name for name in fields]


def fields(count: int, *, with_feedback: bool, with_images: bool) -> list[str]:
    """All fields in the order of the columns, with so many options."""
    letters = string.ascii_uppercase[:count]
    listed = []
    for name in COLUMNS:
        if name == "answer":
            listed += [OPTION + letter for letter in letters]
        if name == "feedback":
            listed += [FEEDBACK + letter for letter in letters if with_feedback]
            listed += [IMAGE + letter for letter in letters if with_images]
        listed.append(name)
    return listed
