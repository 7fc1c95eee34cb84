"""People whose certificates are printed: no two alike, and always the same ones."""

from __future__ import annotations

import random
from dataclasses import replace

from certificates.printing.samples import Sample, sample_of

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
NAMES = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂芝玉萍红梅建华国志文晓春雪琴辉鹏宇欣怡梓涵"
COUNTIES = ("渭滨区", "金台区", "陈仓区", "凤翔区", "岐山县", "扶风县", "眉县")
CAPABILITIES = [
    ("A1", "技术支持的学情分析"), ("A2", "数字教育资源获取与评价"), ("A3", "演示文稿设计与制作"),
    ("A5", "技术支持的课堂导入"), ("A6", "技术支持的课堂讲授"), ("A7", "技术支持的总结提升"),
    ("B1", "技术支持的测验与练习"), ("B2", "微课程设计与制作"), ("B3", "探究型学习活动设计"),
    ("C1", "跨学科学习活动设计"), ("C3", "创造真实学习情境"), ("C7", "应用数据分析模型"),
]  # fmt: skip


def certificates(count: int) -> list[Sample]:
    """So many teachers' certificates, with three to six capabilities each, and hours of their own."""
    dice = random.Random(20)  # noqa: S311 - the same people each time, and no secrets
    return [_certificate(dice, place) for place in range(count)]


def _certificate(dice: random.Random, place: int) -> Sample:
    sample = sample_of("teacher")
    online, practice = dice.randint(20, 30), dice.randint(20, 30)
    sample.facts["hours"] = {
        "online": str(online),
        "practice": str(practice),
        "total": str(online + practice),
    }
    sample.facts["capabilities"] = [
        {"code": code, "name": name, "grade": dice.choice(("pass", "excellent"))}
        for code, name in dice.sample(CAPABILITIES, dice.randint(3, 6))
    ]
    town = dice.choice(COUNTIES) + dice.choice(SURNAMES) + "家镇"
    return replace(
        sample,
        holder=dice.choice(SURNAMES) + "".join(dice.choices(NAMES, k=dice.choice((1, 2, 2)))),
        holder_number=f"6103{place:08}",
        school=f"{town}第{dice.choice('一二三四五')}小学",
        number=f"BJXJ20-2026-610302-{place:06}-X",
        token=f"{dice.getrandbits(128):032x}",
    )
