"""The bank's pictures in Wagtail's admin: editors choose one, or upload one that is not there yet."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import chooser
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.widgets import BaseChooser

from ..formats.building import Refused
from ..formats.messages import message
from ..formats.pictures import ENDINGS, MOST_BYTES, Drawn, drawn
from ..models import Picture
from ..pictures import address, keep

TITLE_LENGTH = Picture._meta.get_field("title").max_length or 0


class PictureFilterForm(BaseFilterForm):
    q = forms.CharField(label=_("title"), required=False)

    def filter(self, objects: QuerySet[Picture]) -> QuerySet[Picture]:
        """Those whose title has the word."""
        if word := self.cleaned_data["q"]:
            self.is_searching, self.search_query = True, word
        return super().filter(objects.filter(title__icontains=word))


class PictureForm(forms.Form):
    """A picture to take into the bank. What it shows is said in each question that has it."""

    file = forms.FileField(
        label=_("file"),
        help_text=_("JPEG, PNG, WebP or GIF. It is drawn anew, at most 800 pixels wide or high."),
        widget=forms.FileInput(attrs={"accept": ",".join(f".{ending}" for ending in ENDINGS)}),
    )
    title = forms.CharField(
        label=_("title"),
        max_length=TITLE_LENGTH,
        required=False,
        help_text=_("By which editors find it; the file's name unless you write another."),
    )

    def clean_file(self) -> Drawn:
        file = self.cleaned_data["file"]
        self.file_name = file.name
        try:
            # No more is read than tells that it is too much.
            return drawn(file.read(MOST_BYTES + 1), file.name)
        except Refused as refused:
            raise forms.ValidationError(message(refused.code, refused.details)) from refused


class PictureColumn(Column):
    """A picture, small."""

    cell_template_name = "assessments/quizzes/editors/picture_cell.html"

    def get_value(self, instance: Picture) -> str:
        return address(instance.pk)


class Choosing(chooser.BaseChooseView):
    """The list to choose from."""

    filter_form_class = PictureFilterForm

    @property
    def columns(self) -> list[Column]:
        return [PictureColumn("picture", label=_("picture")), *super().columns]


class PictureChooseView(Choosing, chooser.ChooseView):
    pass


class PictureChooseResultsView(Choosing, chooser.ChooseResultsView):
    pass


class PictureCreateView(chooser.CreateView):
    """Two uploads of the same picture are one picture."""

    def save_form(self, form: PictureForm) -> Picture:
        picture: Drawn = form.cleaned_data["file"]
        title = form.cleaned_data["title"] or form.file_name
        return keep(name=picture.name, content=picture.content, title=title, by=self.request.user)


class PictureChooser(BaseChooser):
    """Nobody edits a picture: another one is chosen."""

    show_edit_link = False


class PictureChooserViewSet(ChooserViewSet):
    model = Picture
    icon = "image"
    choose_one_text = _("Choose a picture")
    choose_another_text = _("Choose another picture")
    creation_tab_label = _("Upload")
    create_action_label = _("Upload")
    creation_form_class = PictureForm
    choose_view_class = PictureChooseView
    choose_results_view_class = PictureChooseResultsView
    create_view_class = PictureCreateView
    base_widget_class = PictureChooser


picture_chooser = PictureChooserViewSet("question_pictures")
PictureChooserBlock: Any = picture_chooser.get_block_class(name="PictureChooserBlock", module_path=__name__)
