"""What a lesson is made of."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.blocks import (
    BooleanBlock,
    CharBlock,
    ChoiceBlock,
    ListBlock,
    StreamBlock,
    StructBlock,
    StructBlockValidationError,
    StructValue,
    TextBlock,
)
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock
from wagtail.snippets.blocks import SnippetChooserBlock


class LessonBlock(StructBlock):
    """A part of a lesson; its template is templates/courses/blocks/<name>.html."""


class PictureBlock(LessonBlock):
    image = ImageBlock(label=_("picture with its description"))
    caption = CharBlock(label=_("caption"), required=False)

    class Meta:
        icon = "image"
        template = "courses/blocks/picture.html"


class MediaBlock(LessonBlock):
    """A recording: never without a transcript, and with a small form for slow lines."""

    title = CharBlock(label=_("title"))
    file = DocumentChooserBlock(label=_("video or sound file"))
    small_file = DocumentChooserBlock(
        label=_("small form for slow lines (360p or sound only)"), required=False
    )
    captions = DocumentChooserBlock(label=_("captions (WebVTT)"), required=False)
    transcript = TextBlock(label=_("transcript"))

    class Meta:
        icon = "media"
        template = "courses/blocks/media.html"


class ExampleBlock(LessonBlock):
    title = CharBlock(label=_("title"))
    body = TextBlock(label=_("what happened"))

    class Meta:
        icon = "openquote"
        template = "courses/blocks/example.html"


class StepBlock(StructBlock):
    title = CharBlock(label=_("title"))
    body = TextBlock(label=_("what to do"))


class StepsBlock(LessonBlock):
    title = CharBlock(label=_("title"))
    items = ListBlock(StepBlock(), label=_("steps"))

    class Meta:
        icon = "list-ol"
        template = "courses/blocks/steps.html"


class PitfallBlock(StructBlock):
    mistake = CharBlock(label=_("common mistake"))
    instead = TextBlock(label=_("do this instead"))


class PitfallsBlock(LessonBlock):
    items = ListBlock(PitfallBlock(), label=_("mistakes"))

    class Meta:
        icon = "warning"
        template = "courses/blocks/pitfalls.html"


class JobAidGroupBlock(StructBlock):
    title = CharBlock(label=_("title"))
    items = ListBlock(CharBlock(), label=_("points to tick"))


class JobAidBlock(LessonBlock):
    """One page to print or to keep on the phone."""

    title = CharBlock(label=_("title"))
    groups = ListBlock(JobAidGroupBlock(), label=_("groups"))

    class Meta:
        icon = "clipboard-list"
        template = "courses/blocks/job_aid.html"


class DownloadBlock(LessonBlock):
    title = CharBlock(label=_("title"))
    file = DocumentChooserBlock(label=_("file"))

    class Meta:
        icon = "download"
        template = "courses/blocks/download.html"


class TaskBlock(LessonBlock):
    """What to do in class this week; it becomes a draft of evidence."""

    title = CharBlock(label=_("title"))
    capability = CharBlock(label=_("code of the capability it is evidence of"), required=False)
    body = TextBlock(label=_("what to do"))
    keep = ListBlock(CharBlock(), label=_("what to keep as material"))

    class Meta:
        icon = "edit"
        template = "courses/blocks/task.html"


class OptionBlock(StructBlock):
    text = CharBlock(label=_("option"), max_length=300)
    correct = BooleanBlock(label=_("right"), required=False)
    feedback = TextBlock(label=_("feedback"))


class QuestionBlock(StructBlock):
    stem = TextBlock(label=_("question"))
    kind = ChoiceBlock(
        label=_("kind"),
        choices=[("single", _("One answer")), ("multiple", _("Several answers"))],
        default="single",
    )
    options = ListBlock(OptionBlock(), label=_("options"), min_num=2)

    def clean(self, value: StructValue) -> StructValue:
        """A question that nobody can answer rightly would keep everybody from completing the lesson."""
        question = super().clean(value)
        right = sum(option["correct"] for option in question["options"])
        if not self.is_deferred_validation and (not right or (question["kind"] == "single" and right > 1)):
            message = _("Mark one option as right; more than one only where several answers are asked for.")
            raise StructBlockValidationError(non_block_errors=[ValidationError(message)])
        return question


class SelfCheckBlock(LessonBlock):
    """Questions that close the lesson, shown as a form by the page itself.

    An answer is known by the list item's id, so options may be reworded and put into another order.
    """

    questions = ListBlock(QuestionBlock(), label=_("questions"), min_num=1)

    class Meta:
        icon = "help"


class LessonBlocks(StreamBlock):
    outcomes = ListBlock(
        CharBlock(), label=_("outcomes"), icon="tick", template="courses/blocks/outcomes.html"
    )
    text = TextBlock(label=_("text"), icon="pilcrow", template="courses/blocks/text.html")
    picture = PictureBlock(label=_("picture"))
    media = MediaBlock(label=_("video or sound"))
    tool = SnippetChooserBlock(
        "courses.Tool", label=_("tool"), icon="cog", template="courses/blocks/tool.html"
    )
    example = ExampleBlock(label=_("worked example"))
    steps = StepsBlock(label=_("steps"))
    pitfalls = PitfallsBlock(label=_("common mistakes"))
    job_aid = JobAidBlock(label=_("job aid"))
    download = DownloadBlock(label=_("download"))
    task = TaskBlock(label=_("task in class"))
    self_check = SelfCheckBlock(label=_("self-check"))

    class Meta:
        block_counts = {"self_check": {"min_num": 1, "max_num": 1}, "task": {"max_num": 1}}
