"""A rule pack's rules in words, for whoever reads a badge and knows none of our pages."""

from __future__ import annotations

import re
from html import unescape

from django.template.loader import render_to_string
from django.utils.html import strip_tags

from certificates.models import RulePack

POINT = re.compile(r"<li>(.*?)</li>", re.DOTALL)


def narrative(pack: RulePack) -> str:
    """What had to be shown, as a list in Markdown: in the words in which the site shows the rules."""
    page = render_to_string("certificates/rulebook/rules.html", {"pack": pack, "rules": pack.parsed})
    points = (" ".join(unescape(strip_tags(point)).split()) for point in POINT.findall(page))
    return "\n".join(f"- {point}" for point in points)
