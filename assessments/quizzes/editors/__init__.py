"""The question bank and quizzes in Wagtail's admin."""
