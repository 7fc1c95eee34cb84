"""What we say about a roster: kept as a code and details, worded when somebody reads it."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

MESSAGES = {
    # The file as a whole
    "too_big": _("The file is larger than %(limit)s MB. Send it in parts, one county or school each."),
    "too_large_inside": _(
        "This workbook unpacks to far more than a roster needs. Save only the roster in it."
    ),
    "too_many_rows": _("The file has more than %(limit)s rows. Send it in parts."),
    "stray_cells": _(
        "Cell %(cell)s lies far outside a roster. Copy the roster into a new workbook and send that."
    ),
    "old_excel": _("This is an old or a protected workbook. Save it as .xlsx without a password."),
    "damaged": _("The file is damaged. Open it, save it as .xlsx and send it again."),
    "unknown_encoding": _("The letters of this file cannot be read. Save it as “CSV UTF-8” or as .xlsx."),
    "no_header": _(
        "No row with column names was found in the first %(limit)s rows. "
        "Needed are name, number or phone, and school code or school."
    ),
    "no_rows": _("Below the column names there are no people."),
    # A row as it is written
    "name_missing": _("The name is missing. Write it in."),
    "name_invalid": _("This cannot be a name: 2 to 40 characters, no digits. Correct it."),
    "formula": _("This is a formula or begins like one. Type the text itself."),
    "number_invalid": _(
        "This cannot be a staff number: 3 to 30 digits or letters. "
        "Format the column as text and type it again."
    ),
    "phone_invalid": _(
        "A mobile number has 11 digits and begins with 13 to 19. Correct it, or leave it empty."
    ),
    "no_login": _("Neither staff number nor phone: nobody could sign in. Fill in one of them."),
    "duplicate_number": _("Line %(line)s has this staff number already. Find out whose it is."),
    "duplicate_phone": _("Line %(line)s has this phone already. Find out whose it is."),
    "too_long": _("Longer than %(limit)s characters. Shorten it."),
    "unknown_title": _(
        "This post is not in the usual list. It is kept as written; correct it if it is a slip."
    ),
    # Its school
    "school_missing": _("The school is missing. Fill in its code and name."),
    "school_code_invalid": _("This cannot be a school code: 3 to 20 digits or letters. Correct it."),
    "school_name_missing": _("No school has this code yet. Fill in its name so that it can be added."),
    "school_without_code": _("No school of this name is known in the county. Fill in its code."),
    "school_ambiguous": _("Several schools have this name. Fill in the school code."),
    "school_foreign": _("This school is not one of %(scope)s. Its own office must send the row."),
    "not_a_school": _("This code belongs to %(name)s, which is not a school."),
    "school_renamed": _("The school with this code is known as %(name)s. The known name is kept."),
    "school_elsewhere": _("This school is known in %(name)s. It stays there."),
    "school_twin": _(
        "Another school of this county has this name and the code %(code)s. Is it the same one?"
    ),
    "county_missing": _("The county is missing. Fill it in so that the school can be added."),
    "county_unknown": _("There is no such county. Write one of: %(names)s."),
    # Its person
    "person_twice": _("Line %(line)s is the same person already. Leave one of the two."),
    "number_taken": _("This staff number belongs to %(name)s, who would keep it. Find out whose it is."),
    "phone_taken": _("This phone belongs to %(name)s, who would keep it. Find out whose it is."),
    "person_elsewhere": _(
        "This person is posted in a school outside %(scope)s. That school lets them go first, "
        "or the level above sends the row."
    ),
    "person_kept": _("This person has duties outside %(scope)s: name, number and phone stay as they are."),
    "name_changed": _("This number is known as %(name)s. Is it the same person?"),
    "account_closed": _("This person's account is closed. Ask an operator whether to open it again."),
    # The import as a whole
    "changed_since": _("People or schools changed after the check. This is the new check: look at it again."),
    "later_import": _(
        "Import %(number)s was applied later and touches the same people. Undo that one first."
    ),
    "undo_kept": _("Undone. %(count)s details that somebody changed or used since were left as they are."),
    "file_lost": _("The file of this import is no longer there. Upload it again."),
}

FIELDS = {
    "name": _("Name"),
    "number": _("Staff number"),
    "phone": _("Phone"),
    "school": _("School"),
    "title": _("Post"),
    "subject": _("Subject"),
    "stage": _("Stage"),
}
"""What people call the fields that a roster changes."""


def message(code: str, details: Mapping[str, object]) -> str:
    """The sentence for `code`, in the language of whoever reads it."""
    return str(MESSAGES[code]) % details
