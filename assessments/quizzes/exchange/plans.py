"""What a file would do to the bank: read and compared, nothing written."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from courses.loading import MICROCAPABILITIES
from courses.models import Capability, ModulePage

from ..formats.building import FALSE, TRUE, TRUE_WORDS, label, truth
from ..formats.comparing import bare, canonical
from ..formats.entries import REFUSE, WARN, Entry, Problem, Reading
from ..items.aligning import aligned
from ..items.differences import Difference, differences
from ..items.kinds import Choice, Item
from ..items.pictures import images
from ..items.stored import dump
from ..models import Question, Tag
from ..pictures import missing

ADDED, CHANGED, SAME = "added", "changed", "same"
KEY_LENGTH = Question._meta.get_field("key").max_length or 0
TAG_LENGTH = Tag._meta.get_field("name").max_length or 0
AT_ONCE = 500
"""How many keys or stems one query asks for."""

CODE = re.compile(r"[A-Z]\d{1,2}(?![A-Z\d])")
"""How a capability's code begins what somebody wrote."""


@dataclass(frozen=True)
class Details:
    """What a file says about a question besides its wording; nothing where it says nothing."""

    module: int | None = None
    capability: int | None = None
    difficulty: str = ""
    tags: tuple[str, ...] = ()

    def given(self) -> dict[str, int | str]:
        """The fields of a question that the file names, and what they should be."""
        named = {"module_id": self.module, "capability_id": self.capability, "difficulty": self.difficulty}
        return {name: value for name, value in named.items() if value}


@dataclass(frozen=True)
class Planned:
    """What becomes of one question of the file. `item` has the ids of the wording that it follows."""

    key: str
    where: str
    question: Question | None
    item: Item
    details: Details
    differences: list[Difference] = field(default_factory=list)
    """Of the wording."""
    changed: tuple[str, ...] = ()
    """Which details are different: names of a question's fields."""
    pictures: Mapping[str, bytes] = field(default_factory=dict, compare=False, repr=False)
    """Those that the file brings with it."""

    @property
    def outcome(self) -> str:
        if self.question is None:
            return ADDED
        return CHANGED if self.differences or self.changed else SAME


@dataclass(frozen=True)
class Plan:
    """What a file would do, and what was refused of it or left out."""

    rows: list[Planned]
    problems: list[Problem]

    def of(self, outcome: str) -> list[Planned]:
        return [row for row in self.rows if row.outcome == outcome]

    @cached_property
    def refused(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.severity == REFUSE]

    @cached_property
    def warnings(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.severity == WARN]

    @cached_property
    def counts(self) -> dict[str, int]:
        found = Counter(row.outcome for row in self.rows)
        return {outcome: found[outcome] for outcome in (ADDED, CHANGED, SAME)} | {
            "refused": len(self.refused),
            "warned": len(self.warnings),
        }

    @cached_property
    def digest(self) -> str:
        """The same for as long as applying would do the same."""
        said = [
            [row.key, row.outcome, row.question.current_id if row.question else None, list(row.changed)]
            for row in self.rows
        ]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def plan(reading: Reading, *, module: ModulePage | None = None) -> Plan:
    """What the file would do. Questions are known by their keys; one without a key by its wording.

    `module` is where they belong; without it the first part of a category says so, if it is a module's code.
    """
    problems = list(reading.problems)
    entries = list(_pictured(_keyed(reading.entries, problems), problems))
    known = _known_by_key(key for key, _ in entries)
    alike = _known_by_stem(entry.item.stem for _, entry in entries if not entry.key)
    capabilities, modules = _capabilities(), dict(ModulePage.objects.values_list("code", "pk"))
    rows = []
    for key, entry in entries:
        capability = _code(entry.capability)
        if capability and capability not in capabilities:
            problems.append(_problem(entry, "capability_unknown", severity=WARN, capability=entry.capability))
        details = Details(
            module=module.pk if module else modules.get(entry.category.partition("/")[0]),
            capability=capabilities.get(capability),
            difficulty=entry.difficulty,
            tags=tuple(sorted(set(entry.tags))),
        )
        question = known.get(key)
        if question is None and not entry.key:
            question = _alike(entry, alike.get(entry.item.stem, ()), problems)
        rows.append(replace(_planned(key, entry, question, details), pictures=entry.pictures))
    return Plan(_once(rows, problems), problems)


def derived_key(item: Item) -> str:
    """The key of a question whose file gives it none: the same for the same wording, in any format."""
    content = json.dumps(dump(canonical(item)), sort_keys=True, ensure_ascii=False)
    return f"Q-{hashlib.sha256(content.encode()).hexdigest()[:12].upper()}"


def _keyed(entries: Iterable[Entry], problems: list[Problem]) -> Iterator[tuple[str, Entry]]:
    """Entries with their keys, without those that cannot be kept."""
    for entry in entries:
        if len(entry.key) > KEY_LENGTH:
            problems.append(_problem(entry, "key_too_long", limit=KEY_LENGTH))
        elif any(len(tag) > TAG_LENGTH for tag in entry.tags):
            problems.append(_problem(entry, "tag_too_long", limit=TAG_LENGTH))
        else:
            yield entry.key or derived_key(entry.item), entry


def _pictured(keyed: Iterable[tuple[str, Entry]], problems: list[Problem]) -> Iterator[tuple[str, Entry]]:
    """Entries without those that show pictures which neither the file nor the bank has."""
    listed = list(keyed)
    wanted = {key: set(images(entry.item)) - entry.pictures.keys() for key, entry in listed}
    unknown = missing(set().union(*wanted.values()))
    for key, entry in listed:
        if wanted[key] & unknown:
            problems.append(_problem(entry, "picture_unknown"))
        else:
            yield key, entry


def _once(rows: list[Planned], problems: list[Problem]) -> list[Planned]:
    """Each question once: of two with one key, or two that are one question of the bank, the first."""
    first: dict[str, Planned] = {}
    for row in rows:
        key = row.question.key if row.question else row.key
        if key in first:
            said: dict[str, str | int] = {"key": key, "line": first[key].where}
            problems.append(Problem("key_twice", row.where, row.item.stem[:40], said))
        else:
            first[key] = row
    return list(first.values())


def _planned(key: str, entry: Entry, question: Question | None, details: Details) -> Planned:
    if question is None or question.current is None:
        return Planned(key, entry.where, question, entry.item, details, changed=("content",) * bool(question))
    old = question.current.item
    item = aligned(_in_words_of(old, entry.item), old)
    is_same = canonical(item) == canonical(old) or (not entry.key and _says_less(item, old))
    changed = [name for name, value in details.given().items() if getattr(question, name) != value]
    if details.tags and details.tags != tuple(sorted(tag.name for tag in question.tags.all())):
        changed.append("tags")
    found = [] if is_same else differences(old, item)
    return Planned(key, entry.where, question, item, details, found, tuple(changed))


def _in_words_of(old: Item, new: Item) -> Item:
    """`new` with the bank's words for true and false, if the file only says which of the two is right."""
    if not (isinstance(old, Choice) and isinstance(new, Choice) and old.kind == new.kind == "truefalse"):
        return new
    said = {option.text: option for option in new.options}
    if list(said) != [TRUE, FALSE] or truth(old) is None:
        return new
    words = {option.text: TRUE if option.text.casefold() in TRUE_WORDS else FALSE for option in old.options}
    options = tuple(replace(said[words[text]], text=text) for text in words)
    return replace(new, options=options, shuffle=old.shuffle)  # these two are never shuffled


def _alike(entry: Entry, candidates: Sequence[Question], problems: list[Problem]) -> Question | None:
    """The question of the bank that asks the same and has the same answers, whatever its key."""
    wanted = bare(canonical(entry.item))
    for question in candidates:
        if question.current and bare(canonical(question.current.item)) == wanted:
            return question
    if candidates:
        problems.append(_problem(entry, "stem_known", severity=WARN, key=candidates[0].key))
    return None


def _says_less(new: Item, old: Item) -> bool:
    """Whether `new` is `old` as a format without feedback has it: that takes nothing away from the bank."""
    return canonical(new) == bare(canonical(new)) == bare(canonical(old))


def _known_by_key(keys: Iterable[str]) -> dict[str, Question]:
    found: dict[str, Question] = {}
    for some in _batches(set(keys)):
        questions = Question.objects.filter(key__in=some).select_related("current")
        found |= {question.key: question for question in questions.prefetch_related("tags")}
    return found


def _known_by_stem(stems: Iterable[str]) -> dict[str, list[Question]]:
    found: dict[str, list[Question]] = {}
    for some in _batches(set(stems)):
        questions = Question.objects.filter(current__stem__in=some).select_related("current")
        for question in questions.prefetch_related("tags"):
            found.setdefault(question.current.stem, []).append(question)  # type: ignore[union-attr]
    return found


def _batches(values: Collection[str]) -> Iterator[list[str]]:
    listed = sorted(values)
    for start in range(0, len(listed), AT_ONCE):
        yield listed[start : start + AT_ONCE]


def _capabilities() -> dict[str, int]:
    code, version = MICROCAPABILITIES
    rows = Capability.objects.filter(framework__code=code, framework__version=version)
    return dict(rows.values_list("code", "pk"))


def _code(written: str) -> str:
    """A capability's code as people write it: in small or full-width letters, with its name behind it."""
    plain = unicodedata.normalize("NFKC", written).strip().upper()
    found = CODE.match(plain)
    return found[0] if found else plain


def _problem(entry: Entry, code: str, severity: str = REFUSE, **details: str | int) -> Problem:
    return Problem(code, entry.where, label(entry), details, severity)
