"""What we say about questions in files: kept as a code and details, worded when somebody reads it."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

FILES = {
    "too_big": _("The file is larger than %(limit)s MB. Send it in parts."),
    "too_large_inside": _(
        "This file unpacks to far more than questions need. Save only the questions in it."
    ),
    "too_many_rows": _("The file has more than %(limit)s rows. Send it in parts."),
    "stray_cells": _("Cell %(cell)s lies far outside the table. Copy the table into a new workbook."),
    "old_excel": _("This is an old or a protected workbook. Save it as .xlsx without a password."),
    "damaged": _("The file is damaged. Open it, save it as .xlsx and send it again."),
    "unknown_encoding": _("The letters of this file cannot be read. Save it as UTF-8 and send it again."),
    "unknown_format": _(
        "This is none of the formats that can be read: the Excel template, CSV, Aiken, GIFT, Moodle XML, QTI."
    ),
    "no_header": _(
        "No row with column names was found in the first %(limit)s rows. Use the template: "
        "it needs at least %(stem)s and %(answer)s."
    ),
    "no_questions": _("There are no questions in this file."),
    "file_lost": _("The file is no longer there. Hand it in again."),
    "dtd": _("The file has a document type declaration. Such files are not read: take it out."),
    "too_deep": _("The file has more than %(limit)s elements within each other. No question has that."),
    "xml_invalid": _("The file is no valid XML: something is wrong in line %(line)s."),
    "no_quiz": _("This is XML, but no Moodle questions: it begins with “%(tag)s” instead of “quiz”."),
}
"""The file as a whole."""

READING = {
    "kind_unsupported": _("There is no such kind of question here: “%(type)s”."),
    "nothing_asked": _("This text asks nothing: there are no answers to it."),
    "not_started": _("There is no question that this line could belong to."),
    "not_finished": _("The question was not finished: the line that names its right answer is missing."),
    "answer_unknown": _("The right answer is “%(answer)s”, but there is no such option."),
    "brace_missing": _("One of the braces { } around the answers is missing, or a blank line parts them."),
    "arrow_missing": _("A pair to match needs an arrow -> between its two sides."),
    "number_invalid": _("An answer that should be a number is none. Correct it."),
    "score_out_of_range": _("An answer earns more than everything, or takes away more than that."),
    "places_many": _("It has more than %(limit)s gaps, or words to put into them. No question has that."),
    "text_too_long": _("A text is longer than %(limit)s characters. Shorten it."),
    "text_not_escaped": _("A text has tags that are not escaped. Put it into CDATA."),
    "picture": _("It has a picture that nothing describes. Add a description, or put the question in words."),
    "media": _("It has something that text cannot say (%(tag)s). Put the question in words."),
    "file": _("It needs a file that comes with it. Put the question in words."),
    "picture_file_missing": _("The file of its picture “%(file)s” is not in the package."),
    "picture_alone": _("Its picture “%(file)s” lies in a file of its own. Send the package that has both."),
    "picture_format": _("Its picture “%(file)s” is no JPEG, PNG, WebP or GIF."),
    "picture_damaged": _("Its picture “%(file)s” is damaged, or is not what its name says. Save it again."),
    "picture_bytes": _("Its picture “%(file)s” is larger than %(limit)s MB. Make it smaller."),
    "picture_pixels": _("Its picture “%(file)s” has more than %(limit)s million pixels. Make it smaller."),
    "picture_moves": _("Its picture “%(file)s” moves. Take one that stands still."),
    "pictures_many": _("The pictures of this file are too many or too large. Send it in parts."),
    "pictures_several": _("It has several pictures; here a question has one, and one for each option."),
    "picture_with_words": _(
        "An option has words beside its picture, or several pictures. Let it be one picture or words."
    ),
    "gap_of_several": _("A gap lets one choose several answers (%(type)s). Make it a question of its own."),
    "gap_count_differs": _(
        "The text has %(blanks)s gaps, but there are answers for %(answers)s. "
        "Part the gaps by %(semicolon)s and several words for one gap by |."
    ),
    "one_number": _("A question for a number has one gap, here are %(count)s."),
    "order_incomplete": _("The right order does not name every option once."),
    "order_unknown": _("The order of options is “%(value)s”. Write %(fixed)s or %(random)s."),
    "difficulty_unknown": _("The difficulty is “%(value)s”. Write %(easy)s, %(medium)s or %(hard)s."),
}
"""A question as the file writes it."""

ITEMS = {
    "kind_unknown": _("There is no such kind of question."),
    "stem_missing": _("The question itself is missing."),
    "options_missing": _("There are fewer than two options."),
    "option_empty": _("An option or an answer is empty."),
    "ids_twice": _("Two options or gaps have the same id."),
    "rule_unknown": _("There is no such way of marking. Write %(all)s, %(even)s or %(options)s."),
    "right_missing": _("No answer is right."),
    "full_score_missing": _(
        "Nobody can earn everything: the best answer, or all right ones together, must earn the whole."
    ),
    "right_too_many": _("Several options are right, but only one can be chosen."),
    "picture_missing": _("An option has no picture."),
    "picture_misplaced": _("The options of a true-or-false question are words. Take the pictures away."),
    "figure_incomplete": _("The picture of the question, or the words that describe it, is missing."),
    "pairs_missing": _("There are fewer than two pairs, or a pair has no answer."),
    "gaps_missing": _("There is no gap to fill."),
    "parts_missing": _("There is no question to this text."),
}
"""What keeps any question from being asked: the codes of `items.stored.problems`."""

WARNINGS = {
    "media_left_out": _("A picture, a file or the like was left out; its description stands in the text."),
    "feedback_left_out": _("Feedback that depends on the mark was left out."),
    "hints_left_out": _("Hints for a further try were left out."),
    "units_left_out": _("Only the first unit was taken, and no marks are taken off for a wrong one."),
    "template_left_out": _("The text that stands in the answer before one begins was left out."),
    "attachments_left_out": _("Files cannot be handed in with the answer here."),
    "length_left_out": _("How many words the answer should have is not checked here."),
    "all_ordered": _("There it shows only some of what is to be ordered, here all of it."),
    "weights_evened": _("The gaps count differently in the file; here all count the same."),
    "aids_left_out": _("Aids that come with it, such as a calculator or a text to listen to, were left out."),
    "marking_differs": _("The question is marked a little differently there than here."),
    "details_left_out": _("The question is complete, but feedback or details about it have no place there."),
}
"""What was left out of a question that was taken all the same, or is different."""

PACKAGES = {
    "qti_zip_unreadable": _("The package is damaged. Export it again and send the new file."),
    "qti_zip_files": _("The package has more than %(limit)s files. Send it in parts."),
    "qti_zip_size": _(
        "The package unpacks to more than %(limit)s MB. Send it in parts, without films and sound."
    ),
    "qti_zip_ratio": _("The package is not read: “%(path)s” unpacks to far more than a question can be."),
    "qti_zip_path": _("The package is not read: “%(path)s” would lie outside of it."),
    "qti_zip_locked": _("The package has a password. Export it without one."),
    "qti_zip_twice": _("The package has two files of the same name. Export it again."),
    "qti_zip_nested": _("This is a package inside the package. Send it on its own."),
    "qti_manifest_missing": _("The package has no imsmanifest.xml, so it is no QTI package."),
    "qti_file_missing": _("The package lists this file but does not have it."),
    "qti_file_size": _("The file is larger than %(limit)s MB, which no question is."),
    "qti_root_unknown": _("This is no question of QTI 2.1, 2.2 or 3.0: it begins with “%(element)s”."),
    "qti_test_alone": _("This is a test, which only points to its questions. Send the package with both."),
}
"""A QTI package or a file in it."""

QTI = {
    "qti_adaptive": _("The question changes while one answers it, which is not possible here."),
    "qti_template": _("The question makes up its own numbers, which is not possible here."),
    "qti_stimulus": _("Its text lies in a file of its own. Put the text into the question."),
    "qti_interaction": _("There is no such way of answering here: “%(element)s”."),
    "qti_no_interaction": _("There is nothing to answer in it."),
    "qti_response_undeclared": _("Its answer “%(identifier)s” is not declared in the file."),
    "qti_response_type": _("Answers of the type “%(type)s” cannot be written here."),
    "qti_right_missing": _("The file does not say which answer is right."),
    "qti_right_contradicted": _("What the file calls right is not what it gives all marks for."),
    "qti_processing_unknown": _(
        "How it is marked cannot be told for certain (“%(element)s”). Use a usual way of marking."
    ),
    "qti_mapping_bounds": _("Its marks have limits that marks here cannot follow."),
    "qti_choices_limited": _(
        "One may choose at most %(limit)s options, and wrong ones cost nothing; here all could be ticked."
    ),
    "qti_case_mixed": _("Capital letters matter in some of its answers and not in others."),
    "qti_pairs": _("Its pairs do not give each prompt one partner."),
    "qti_order_partial": _("The right order does not name every option once."),
    "qti_hottext_twice": _("The same words can be chosen in two places of its text."),
}
"""A question as QTI has it."""

BANK = {
    "key_too_long": _("Its number is longer than %(limit)s characters."),
    "tag_too_long": _("One of its tags is longer than %(limit)s characters."),
    "key_twice": _("This is question %(key)s again, which the file has in line %(line)s already."),
    "capability_unknown": _("There is no capability “%(capability)s”. The question is taken without it."),
    "picture_unknown": _(
        "The bank has no such picture. Choose it in the editor, or send a file that brings it with it."
    ),
    "stem_known": _("Question %(key)s asks in the same words, but its answers are others. Is it the same?"),
}
"""A question of a file beside those of the bank."""

WRITING = {
    "qti_signs": _("A text has control characters, which XML cannot hold. Take them out."),
    "pictures_no_place": _("This format cannot hold it with its pictures. Choose a QTI package for it."),
    "qti_details": _("Options or gaps have feedback, scores or tolerances that QTI has no place for there."),
    "not_in_format": _("This format has no words for the question. Choose another format for it."),
    "cell_too_long": _("A text is longer than the %(limit)s characters of a cell."),
}
"""A question as a format cannot write it."""

TEMPLATE_WORDS = {
    "stem": "题干",
    "answer": "答案",
    "fixed": "固定",
    "random": "随机",
    "easy": "易",
    "medium": "中",
    "hard": "难",
    "all": "全对得分",
    "even": "按比例",
    "options": "按选项",
    "semicolon": "；",
}
"""What stands in the Chinese template, in whatever language one reads about it."""

MESSAGES = {**FILES, **PACKAGES, **READING, **QTI, **ITEMS, **WARNINGS, **BANK, **WRITING}


def message(code: str, details: Mapping[str, object]) -> str:
    """The sentence for `code`, in the language of whoever reads it."""
    sentence = str(MESSAGES[code])
    return sentence % {**TEMPLATE_WORDS, **details} if "%(" in sentence else sentence
