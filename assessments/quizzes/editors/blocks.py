"""The form in which editors write a question: Wagtail's blocks, one for each kind.

What a block holds is turned into an item by `shapes.py`. The ids of Wagtail's list items are the ids of
options, prompts, gaps and parts, so they stay with what they name when an editor moves it.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

from ..formats.messages import message
from ..items.stored import problems
from .pictures import PictureChooserBlock
from .shapes import item_of


class OptionBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("option"), rows=1)
    right = blocks.BooleanBlock(label=_("right"), required=False)
    feedback = blocks.TextBlock(label=_("feedback to who chooses it"), required=False, rows=1)


def _picture() -> blocks.Block:
    return PictureChooserBlock(
        label=_("picture instead of words"),
        required=False,
        help_text=_("The words above then describe it to who does not see it."),
    )


class PicturableBlock(OptionBlock):
    """An option in words, or a picture that they describe."""

    image = _picture()


class ScoredBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("option"), rows=1)
    score = blocks.FloatBlock(
        label=_("earns"),
        min_value=-1,
        max_value=1,
        default=0,
        help_text=_("1: the whole question, 0.5: half of it, 0: nothing."),
    )
    feedback = blocks.TextBlock(label=_("feedback to who chooses it"), required=False, rows=1)
    image = _picture()


class PictureBlock(blocks.StructBlock):
    image = PictureChooserBlock(label=_("picture"))
    text = blocks.CharBlock(
        label=_("what the picture shows"),
        help_text=_("For those who do not see it: what there is to be seen, not whether it is right."),
    )
    right = blocks.BooleanBlock(label=_("right"), required=False)
    feedback = blocks.TextBlock(label=_("feedback to who chooses it"), required=False, rows=1)


class LineBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("line"), rows=1)
    feedback = blocks.TextBlock(label=_("feedback"), required=False, rows=1)


class PairBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("prompt"), rows=1)
    match = blocks.TextBlock(label=_("what fits it"), rows=1)


class AcceptedBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("answer"), help_text=_("* stands for any words."))
    score = blocks.FloatBlock(label=_("earns"), min_value=-1, max_value=1, default=1)
    feedback = blocks.TextBlock(label=_("feedback to who writes it"), required=False, rows=1)


class NumberBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("number"))
    tolerance = blocks.FloatBlock(label=_("may differ by"), min_value=0, default=0)
    score = blocks.FloatBlock(label=_("earns"), min_value=-1, max_value=1, default=1)
    feedback = blocks.TextBlock(label=_("feedback to who writes it"), required=False, rows=1)


class WordGapBlock(blocks.StructBlock):
    answers = blocks.ListBlock(AcceptedBlock(), label=_("answers that count"), min_num=1)
    has_case = blocks.BooleanBlock(label=_("capital letters matter"), required=False)


class AnyAcceptedBlock(AcceptedBlock):
    tolerance = blocks.FloatBlock(label=_("a number may differ by"), min_value=0, default=0)


class AnyGapBlock(blocks.StructBlock):
    kind = blocks.ChoiceBlock(
        label=_("what to put in"),
        choices=[("text", _("words")), ("number", _("a number")), ("choice", _("one of the answers below"))],
        default="text",
    )
    answers = blocks.ListBlock(
        AnyAcceptedBlock(),
        label=_("answers"),
        min_num=1,
        help_text=_("Of a gap to choose for: wrong ones too, which earn 0."),
    )
    has_case = blocks.BooleanBlock(label=_("capital letters matter"), required=False)


class FigureBlock(blocks.StructBlock):
    """A picture under the words of a question; none if nothing is chosen."""

    image = PictureChooserBlock(label=_("picture"), required=False)
    text = blocks.CharBlock(label=_("what the picture shows"), required=False)


class KindBlock(blocks.StructBlock):
    """A question of one kind. Its name among its siblings is the kind."""

    stem = blocks.TextBlock(label=_("question"), rows=2)
    figure = FigureBlock(label=_("picture of the question"), required=False)

    def clean(self, value: blocks.StructValue) -> blocks.StructValue:
        """Says in words what keeps the question from being asked, once its fields are filled in."""
        cleaned = super().clean(value)
        item = item_of({"type": self.name, "value": self.get_prep_value(cleaned)})
        if found := list(dict.fromkeys(problems(item))):
            raise StructBlockValidationError(non_block_errors=[message(code, {}) for code in found])
        return cleaned


def _feedback() -> blocks.TextBlock:
    return blocks.TextBlock(label=_("feedback to everybody, afterwards"), required=False, rows=2)


def _shuffle(*, default: bool = True) -> blocks.BooleanBlock:
    return blocks.BooleanBlock(
        label=_("options stand in another order on each paper"), required=False, default=default
    )


class OneRightBlock(KindBlock):
    options = blocks.ListBlock(PicturableBlock(), label=_("options"), min_num=2)
    feedback = _feedback()
    shuffle = _shuffle()


class TrueFalseBlock(KindBlock):
    options = blocks.ListBlock(OptionBlock(), label=_("options"), min_num=2, max_num=2)
    feedback = _feedback()
    shuffle = _shuffle(default=False)


class SeveralRightBlock(KindBlock):
    options = blocks.ListBlock(PicturableBlock(), label=_("options"), min_num=2)
    rule = blocks.ChoiceBlock(
        label=_("marking"),
        choices=[
            ("all", _("all right ones and no other, or nothing")),
            ("even", _("the share of right ones ticked, less that of wrong ones")),
        ],
        default="all",
    )
    feedback = _feedback()
    shuffle = _shuffle()


class ScoredChoiceBlock(KindBlock):
    options = blocks.ListBlock(ScoredBlock(), label=_("options"), min_num=2)
    feedback = _feedback()
    shuffle = _shuffle()


class PictureChoiceBlock(KindBlock):
    options = blocks.ListBlock(PictureBlock(), label=_("options"), min_num=2)
    feedback = _feedback()
    shuffle = _shuffle()


class OrderingBlock(KindBlock):
    options = blocks.ListBlock(LineBlock(), label=_("lines, in the right order"), min_num=2)
    feedback = _feedback()


class MatchingBlock(KindBlock):
    pairs = blocks.ListBlock(PairBlock(), label=_("pairs"), min_num=2)
    distractors = blocks.ListBlock(
        blocks.CharBlock(label=_("fits no prompt")),
        label=_("further options, which fit no prompt"),
        default=[],
    )
    feedback = _feedback()


GAPS_HELP = _("[[1]] is where the first gap stands, [[2]] where the second does.")


class FillBlock(KindBlock):
    stem = blocks.TextBlock(label=_("text with gaps"), rows=2, help_text=GAPS_HELP)
    gaps = blocks.ListBlock(WordGapBlock(), label=_("gaps"), min_num=1)
    feedback = _feedback()


class ClozeBlock(KindBlock):
    stem = blocks.TextBlock(label=_("text with gaps"), rows=4, help_text=GAPS_HELP)
    gaps = blocks.ListBlock(AnyGapBlock(), label=_("gaps"), min_num=1)
    feedback = _feedback()


class NumericBlock(KindBlock):
    answers = blocks.ListBlock(NumberBlock(), label=_("numbers that count"), min_num=1)
    unit = blocks.CharBlock(label=_("unit"), required=False)
    feedback = _feedback()


class ShortBlock(KindBlock):
    guide = blocks.TextBlock(label=_("how to mark it"), rows=3)
    sample = blocks.TextBlock(label=_("an answer that would earn everything"), required=False, rows=3)
    feedback = _feedback()


def _kinds() -> list[tuple[str, blocks.Block]]:
    return [
        ("single", OneRightBlock(label=_("One answer"), icon="radio-full")),
        ("multiple", SeveralRightBlock(label=_("Several answers"), icon="tick-inverse")),
        ("points", ScoredChoiceBlock(label=_("Several answers, each with its points"), icon="list-ul")),
        ("truefalse", TrueFalseBlock(label=_("True or false"), icon="check")),
        ("judgement", ScoredChoiceBlock(label=_("Judging a situation"), icon="group")),
        ("picture", PictureChoiceBlock(label=_("Choosing a picture"), icon="image")),
        ("ordering", OrderingBlock(label=_("Putting in order"), icon="list-ol")),
        ("matching", MatchingBlock(label=_("Matching"), icon="link")),
        ("fill", FillBlock(label=_("Filling gaps with words"), icon="edit")),
        ("cloze", ClozeBlock(label=_("Text with gaps of any kind"), icon="doc-full")),
        ("numeric", NumericBlock(label=_("A number"), icon="decimal")),
        ("short", ShortBlock(label=_("Short answer, marked by a person"), icon="comment")),
    ]


class PassageBlock(KindBlock):
    stem = blocks.TextBlock(label=_("text that the questions are about"), rows=6)
    parts = blocks.StreamBlock(_kinds(), label=_("questions"))
    feedback = _feedback()


class QuestionBlock(blocks.StreamBlock):
    """One question of any kind."""

    class Meta:
        max_num = 1

    def __init__(self) -> None:
        passage = PassageBlock(label=_("Text with several questions"), icon="openquote")
        super().__init__([*_kinds(), ("passage", passage)])


KIND_LABELS = {name: block.label for name, block in QuestionBlock().child_blocks.items()}
"""What each kind is called; "points" is `multiple`, marked by its options."""
