"""What the sheet 填写说明 shows: a question of each kind, and how to fill in the columns."""

from __future__ import annotations

from ...items.kinds import (
    Accepted,
    Choice,
    Gap,
    Gaps,
    Matching,
    Ordering,
    Part,
    Passage,
    Prompt,
    Short,
)
from ..building import options, true_or_false
from ..entries import Entry

CASE = Passage(
    "passage",
    "王老师用一体机上“圆的面积”，先播放剪拼动画，再请学生动手剪拼，最后全班比较结果。",
    (
        Part(
            "1", Choice("single", "播放动画主要是为了什么？", options(("呈现过程", "节省时间"), (1.0, 0.0)))
        ),
        Part("2", Short("short", "这节课还可以怎样用技术收集学生的想法？", "说到工具1分，说到用途1分")),
    ),
)

EXAMPLES = (
    Entry(
        "",
        Choice(
            "single",
            "想知道全班谁没听懂，哪种做法最快？",
            options(
                ("逐个提问", "用投票工具收集", "下课批作业", "看表情"),
                (0.0, 1.0, 0.0, 0.0),
                ("要花很多时间。", "一分钟就能看到全班。", "已经晚了。", "不可靠。"),
            ),
        ),
        key="1",
        capability="A1",
        difficulty="easy",
        tags=("学情分析",),
    ),
    Entry(
        "",
        Choice(
            "multiple",
            "哪些做法保护学生的个人信息？",
            options(("只收集需要的", "公开成绩单", "用完即删"), (1.0, 0.0, 1.0)),
            "even",
        ),
        key="2",
    ),
    Entry("", true_or_false("课件里的图片都可以随意用。", False, "图片有著作权。", "要看授权。"), key="3"),
    Entry(
        "",
        Choice(
            "judgement",
            "上课时网络断了，你先做什么？",
            options(("改用备好的离线材料", "请学生自习并报修", "停课等待"), (1.0, 0.5, 0.0)),
        ),
        key="4",
    ),
    Entry(
        "",
        Gaps("fill", "我国的首都是[[1]]，省会西安属于[[2]]省。", (
            Gap("1", "text", (Accepted("北京"), Accepted("北平", 0.5, "这是旧称"))),
            Gap("2", "text", (Accepted("陕西"), Accepted("陕"))),
        )),
        key="6",
    ),
    Entry(
        "",
        Gaps("numeric", "圆周率约为多少？", (Gap("1", "number", (Accepted("3.14", tolerance=0.01),)),)),
        key="7",
    ),
    Entry(
        "",
        Gaps("cloze", "[[1]]用来投屏，一节课[[2]]分钟。", (
            Gap("1", "choice", (Accepted("一体机"), Accepted("打印机", 0.0))),
            Gap("2", "number", (Accepted("40", tolerance=5.0),)),
        )),
        key="8",
    ),
    Entry(
        "",
        Matching(
            "matching",
            "把工具和用途连起来。",
            (Prompt("1", "问卷星", "a"), Prompt("2", "剪映", "b")),
            options(("收集意见", "剪辑视频", "绘制图形")),
        ),
        key="9",
    ),
    Entry(
        "",
        Ordering("ordering", "按先后排列制作微课的步骤。", options(("写脚本", "录制", "剪辑", "发布"))),
        key="10",
    ),
    Entry(
        "",
        Short(
            "short",
            "说说你怎样用数据改进一次作业设计。",
            "说到数据来源1分，说到改进1分",
            "先看错题统计，再补充例题。",
        ),
        key="11",
    ),
    Entry("", CASE, key="12"),
)  # fmt: skip

NOTES = (
    "一、题目填在“题目”表里，每题一行。题干和答案必填，其余按需要填。列的顺序可以变，多余的列不读。",
    "二、题型写：单选题、多选题、判断题、情境判断题、填空题、综合填空题、数值题、匹配题、排序题、简答题。",
    "三、选择题的答案写字母，如 B 或 A、C。每个选项得分不同时写 A=1；B=0.5，1 表示满分。判断题写 对 或 错。",
    "四、多选题的计分方式：全对得分（不填时如此）、按比例（选对的比例减去选错的比例）、",
    "　　按选项（按答案里写的得分相加）。",
    "五、填空题的空用两个以上下划线、空括号或 [[1]] 表示。各空的答案用 ；分开，同一空的几种写法用 | 分开，",
    "　　* 代表任意文字。",
    "六、部分得分写在前面：%50%北平。给这个答案的反馈写在 ## 后面。",
    "　　数值题允许误差：3.14±0.01，或写范围 3.13~3.15。",
    "七、综合填空题的空，前面写 [数] 表示填数字，写 [选] 表示从几个词里选（第一个正确），",
    "　　写 [区分大小写] 表示要分大小写。",
    "八、匹配题每个选项写一对，如 陕西→西安；只写 →成都 是干扰项。排序题按正确顺序填选项，答案不填。",
    "九、几道题共用一段材料时，材料编号填同一个，材料只写在第一行。",
    "十、图片不能放进表里：带图的题在题库里写，或用 Moodle XML、QTI 包导入。",
    "　　导出的表里，图片一栏是图片的编号，不要改。",
    "十一、答案里要写 | ；# 这些符号本身时，在前面加一个 \\。",
)
