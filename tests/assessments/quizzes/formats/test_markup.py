"""HTML becomes the text that a reader sees."""

import time

import pytest

from assessments.quizzes.formats.building import MOST_TEXT, Refused
from assessments.quizzes.formats.markup import plain


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a &lt; b</p>\n<p>c<br>d</p>", "a < b\nc\nd"),
        ("甲  <b>乙</b>\n 丙&nbsp;丁", "甲 乙 丙 丁"),
        ("x<sup>2</sup> H<sub>2</sub>O a<sup>bc</sup>", "x² H₂O a^{bc}"),
        ("<ul><li>一<li>二</ul>三", "- 一\n- 二\n三"),
        ("<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>", "1\t2\n3"),
        ("<pre>a\n   b</pre>", "a\n   b"),
        ('<a href="https://a.cn">看</a>，<a href="#x">这</a>', "看 (https://a.cn)，这"),
        ('<a href="https://a.cn">https://a.cn</a>', "https://a.cn"),
        ("a<script>alert(1)</script><style>p{}</style>b", "ab"),
        ("<!-- 注 -->a<?php x ?>", "a"),
        ("a<b>c</b> x<y 且 z>w <foo>d</foo>", "ac x<y 且 z>w <foo>d</foo>"),
        ("<o:p>a</o:p>", "<o:p>a</o:p>"),
        ("1 < 2 & 3 > 2 &amp; &#x4e2d;", "1 < 2 & 3 > 2 & 中"),
        (r"公式 \( x^2 \)", r"公式 \( x^2 \)"),
        ("<div>a</div><div></div><div>b</div>", "a\nb"),
    ],
)
def test_text(html, text):
    assert plain(html) == (text, [])


def test_lines_of_the_source_may_count():
    assert plain("甲\n   乙<br>丙", keeps_lines=True) == ("甲\n乙\n丙", [])


@pytest.mark.parametrize(
    ("html", "code"),
    [
        ("<img src=a.png>", "picture"),
        ("<img alt=' '>", "picture"),
        ("<audio src=a></audio>", "media"),
        ("<math><mi>x</mi></math>", "media"),
        ("<a href='@@PLUGINFILE@@/a.mp3'>听</a>", "file"),
        ("长" * (MOST_TEXT + 1), "text_too_long"),
    ],
)
def test_what_cannot_be_told_is_refused(html, code):
    with pytest.raises(Refused) as refused:
        plain(html)

    assert refused.value.code == code


def test_where_it_does_not_matter_it_is_left_out():
    assert plain("好<img src=a><audio></audio>", leaves_out=True) == ("好", ["media_left_out"] * 2)
    assert plain("看 <img alt='国 旗'>") == ("看 [国 旗]", ["media_left_out"])


@pytest.mark.parametrize("piece", ["<", "<a ", "<!--", "&", "<![", "</", "<a href='"])
def test_broken_markup_takes_no_time(piece):
    started = time.monotonic()

    plain(piece * (MOST_TEXT // len(piece)), leaves_out=True)

    assert time.monotonic() - started < 5
