from django.core.management.base import BaseCommand, CommandError

from certificates.loading import load_rule_packs
from certificates.messages import in_words
from certificates.rules import RulesError


class Command(BaseCommand):
    help = "Give programmes the rule packs of certificates/content/rule_packs/ that name them."

    def handle(self, *args, **options) -> None:
        try:
            added = load_rule_packs()
        except RulesError as error:
            raise CommandError(in_words(error)) from error
        self.stdout.write(f"{added} rule packs added")
