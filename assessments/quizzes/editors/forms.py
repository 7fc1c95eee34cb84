"""What editors type about questions and quizzes. Forms read; they save only their own model's fields."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.blocks.base import BlockField

from courses.models import ModulePage

from ..exchange.exporting import FORMATS
from ..exchange.plans import TAG_LENGTH
from ..formats.messages import message
from ..formats.reading import MOST_BYTES
from ..items.stored import dump
from ..models import Question, QuestionVersion
from .blocks import QuestionBlock
from .shapes import item_of, raw_of

BETWEEN = re.compile(r"[,，、;；\n]")
"""What parts tags and keys that are typed one after another."""


def words(text: str) -> list[str]:
    """Words parted by commas of any kind or lines, each once."""
    return list(dict.fromkeys(word.strip() for word in BETWEEN.split(text) if word.strip()))


class QuestionForm(WagtailAdminModelForm):
    """A question with its newest wording; saving it with another makes a further version."""

    tag_names = forms.CharField(
        label=_("tags"), required=False, help_text=_("Parted by commas. A new word becomes a new tag.")
    )
    content = BlockField(block=QuestionBlock(), label=_("what is asked"))
    based_on = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Question
        fields = ["key", "module", "capability", "difficulty"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.before: QuestionVersion | None = self.instance.current
        block = self.fields["content"].block
        self.initial["content"] = block.to_python([raw_of(self.before.item)] if self.before else [])
        self.initial["based_on"] = self.before.number if self.before else None
        if self.instance.pk:
            names = self.instance.tags.values_list("name", flat=True)
            self.initial["tag_names"] = "、".join(names)

    def clean_tag_names(self) -> list[str]:
        names = words(self.cleaned_data["tag_names"])
        if any(len(name) > TAG_LENGTH for name in names):
            raise forms.ValidationError(message("tag_too_long", {"limit": TAG_LENGTH}))
        return names

    def clean(self) -> dict[str, Any]:
        super().clean()
        newest = self.before.number if self.before else None
        if self.cleaned_data.get("based_on") != newest:
            raise forms.ValidationError(
                _("Somebody else changed this question while you wrote. Open it again to see how.")
            )
        return self.cleaned_data

    def item_content(self) -> dict[str, Any]:
        """What is asked, as a version keeps it."""
        block = self.fields["content"].block
        [raw] = block.get_prep_value(self.cleaned_data["content"])
        return dump(item_of(raw, self.before.item if self.before else None))


class SectionForm(WagtailAdminModelForm):
    """A section, with the questions it names as a list of their keys."""

    keys = forms.CharField(
        label=_("questions named one by one"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Their keys, in the order of the paper, parted by commas or lines."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            named = self.instance.named.select_related("question")
            self.initial["keys"] = "\n".join(row.question.key for row in named)

    def clean_keys(self) -> list[Question]:
        keys = words(self.cleaned_data["keys"])
        known = {question.key: question for question in Question.objects.filter(key__in=keys)}
        if missing := [key for key in keys if key not in known]:
            raise forms.ValidationError(
                _("There is no question %(keys)s."), params={"keys": "、".join(missing)}
            )
        return [known[key] for key in keys]

    def clean(self) -> dict[str, Any]:
        super().clean()
        if not self.errors and bool(self.cleaned_data["count"]) == bool(self.cleaned_data["keys"]):
            raise forms.ValidationError(
                _("Either say how many questions are drawn, or name them one by one.")
            )
        return self.cleaned_data


class QuizForm(WagtailAdminModelForm):
    """A quiz that can be passed, in some time and at some attempt."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pass_share"].validators += [MinValueValidator(Decimal("0.01")), MaxValueValidator(1)]
        for name in ("minutes", "attempts_allowed"):
            self.fields[name].validators.append(MinValueValidator(1))

    def clean(self) -> dict[str, Any]:
        super().clean()
        opens, closes = self.cleaned_data.get("opens_at"), self.cleaned_data.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", _("It would close before it opens."))
        return self.cleaned_data


class ImportForm(forms.Form):
    """A file of questions to look at."""

    file = forms.FileField(
        label=_("file"),
        help_text=_("The Excel template, CSV, Aiken, GIFT, Moodle XML, or a QTI package."),
    )
    module = forms.ModelChoiceField(
        label=_("module that they belong to"),
        queryset=ModulePage.objects.none(),
        required=False,
        help_text=_("If none is chosen, the category in the file says so."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["module"].queryset = ModulePage.objects.order_by("code")  # type: ignore[attr-defined]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(message("too_big", {"limit": MOST_BYTES // 1024 // 1024}))
        return file


class ExportForm(forms.Form):
    """Which kind of file."""

    format = forms.ChoiceField(
        label=_("format"), choices=[(name, format_.label) for name, format_ in FORMATS.items()]
    )
