from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm


class LessonForm(WagtailAdminPageForm):
    """A lesson in Wagtail's editor. Its place in the module is its address, so no two share one."""

    def clean(self):
        data = super().clean()
        siblings = type(self.instance).objects.child_of(self.parent_page).exclude(pk=self.instance.pk)
        if siblings.filter(position=data.get("position")).exists():
            self.add_error("position", _("Another lesson of this module has this position."))
        if data.get("hours") is not None and data["hours"] < 0:
            self.add_error("hours", _("Hours cannot be less than none."))
        return data
