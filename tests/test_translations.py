"""Whatever the site says, it says in Chinese; and its Chinese stands in the catalogue, not in code."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

ROOT = settings.BASE_DIR
CATALOGUE = ROOT / "locale/zh_Hans/LC_MESSAGES/django.po"
CATALOGUES = [Path(folder) / "zh_Hans/LC_MESSAGES/django.po" for folder in settings.LOCALE_PATHS]
TEMPLATES = {
    path.relative_to(ROOT / "templates").as_posix(): path for path in ROOT.glob("templates/**/*.html")
}

CHINESE_BY_DESIGN = {
    "certificates/sheets/footer.html",  # a Chinese document, whoever reads it
    "500.html",  # shown when nothing works any more, translation included: it says it in both languages
}

NOT_SHOWN = re.compile(
    r"{#.*?#}|{% comment.*?endcomment %}|{% blocktranslate.*?endblocktranslate %}"
    r"|{% block main_class %}.*?{% endblock.*?%}|{%.*?%}|{{.*?}}|<!--.*?-->",
    re.DOTALL,
)
SAID_IN_ATTRIBUTES = re.compile(r'\s(?:alt|aria-label|placeholder|title)="([^"]*)"')
TAG = re.compile(r"<[^>]*>")
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")


def bare_words(source: str) -> list[str]:
    """What a template says to people without asking for a translation."""
    source = NOT_SHOWN.sub("", source)
    said = [*SAID_IN_ATTRIBUTES.findall(source), *TAG.sub("\n", source).splitlines()]
    return [text.strip() for text in said if re.search(r"[^\W\d_]{2}", text) or CHINESE.search(text)]


@pytest.fixture(scope="module")
def messages(tmp_path_factory) -> Path:
    """All message ids of the sources, found in a copy so that the catalogue stays as it is."""
    if not shutil.which("msgcmp"):
        pytest.skip("needs the gettext tools")
    copy = tmp_path_factory.mktemp("sources")
    unread = shutil.ignore_patterns(
        ".*", "__pycache__", "content", "locale", "node_modules", "static", "tests", "var"
    )
    shutil.copytree(ROOT, copy, ignore=unread, dirs_exist_ok=True)
    (copy / "locale").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(copy)
        patch.setattr(settings, "LOCALE_PATHS", [copy / "locale"])
        call_command("makemessages", locale=["zh_Hans"], keep_pot=True, verbosity=0)
    return copy / "locale/django.pot"


def test_every_message_is_translated(messages):
    # Messages that are no longer used are only warned of: they do no harm.
    compared = subprocess.run(["msgcmp", CATALOGUE, messages], check=False, capture_output=True, text=True)

    assert compared.returncode == 0, "\n".join(
        line for line in compared.stderr.splitlines() if "warning: this message is not used" not in line
    )


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda path: path.parts[-4])
def test_catalogues_are_sound_and_keep_every_placeholder(catalogue, tmp_path):
    if not shutil.which("msgfmt"):
        pytest.skip("needs the gettext tools")
    checked = subprocess.run(
        ["msgfmt", "--check", "-o", tmp_path / "django.mo", catalogue],
        check=False,
        capture_output=True,
        text=True,
    )

    assert (checked.returncode, checked.stderr) == (0, "")


def test_message_ids_are_english(messages):
    lines = messages.read_text().splitlines()

    assert [line for line in lines if not line.startswith("#") and CHINESE.search(line)] == []


@pytest.mark.parametrize("name", sorted(TEMPLATES.keys() - CHINESE_BY_DESIGN))
def test_templates_say_nothing_without_a_translation(name):
    assert bare_words(TEMPLATES[name].read_text()) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>{% translate 'Home' %}</p>", []),
        ("<p>{% blocktranslate trimmed %}\nHello\n{% endblocktranslate %}</p>", []),
        ("<p>Home</p>", ["Home"]),
        ("<p>{{ name }}，您好</p>", ["，您好"]),
        ('<img alt="A blackboard" src="{{ url }}">', ["A blackboard"]),
        ('<nav aria-label="{% translate "Main" %}">{{ count }} / 7</nav>', []),
    ],
)
def test_bare_words_are_noticed(source, found):
    assert bare_words(source) == found
