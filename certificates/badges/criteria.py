"""A rule pack's rules in words, for whoever reads a badge and knows none of our pages."""

from __future__ import annotations

from django.utils.translation import gettext as _

from certificates.facts import plain
from certificates.rules import Rules


def narrative(rules: Rules) -> str:
    """What had to be shown, as a list in Markdown."""
    lines = []
    if rules.online_hours:
        lines.append(_("Online study: %(hours)s hours at least") % {"hours": plain(rules.online_hours)})
    if rules.practice_hours:
        lines.append(
            _("Practice at school: %(hours)s hours at least") % {"hours": plain(rules.practice_hours)}
        )
    if rules.capabilities:
        lines.append(_capabilities(rules))
    if rules.quizzes is None:
        lines.append(_("All quizzes of the programme passed"))
    elif rules.quizzes:
        lines.append(_("%(count)s quizzes of the programme passed") % {"count": rules.quizzes})
    return "\n".join(f"- {line}" for line in lines)


def _capabilities(rules: Rules) -> str:
    asked = {"count": rules.capabilities, "dimensions": rules.dimensions}
    if rules.grade == "excellent":
        return (
            _("%(count)s capabilities in %(dimensions)s dimensions shown with evidence and graded excellent")
            % asked
        )
    return _("%(count)s capabilities in %(dimensions)s dimensions shown with evidence") % asked
