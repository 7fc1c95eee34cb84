"""The bank's pictures: taken in once and never changed, shown small."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from io import BytesIO

from django.core.cache import cache
from django.core.files.base import ContentFile
from django.urls import reverse
from PIL import Image

from courses.questions import PictureField
from organizations.models import User

from .items.kinds import Figure, Item
from .items.pictures import figures, images
from .models import Picture

DAY = 24 * 3600

WIDEST, HIGHEST = 480, 640
"""Pixels of a picture on a page."""

Shown = Mapping[str, PictureField]
"""A picture's name to where it lies and how large it is; what describes it comes from the question."""


def keep(*, name: str, content: bytes, title: str, by: User | None) -> Picture:
    """Take a picture into the bank as `formats.pictures.drawn` made it. One that is there stays as it is."""
    known = Picture.objects.filter(name=name).first()
    return known or _kept(name, content, title, by)


def keep_all(pictures: Mapping[str, bytes], *, by: User | None) -> None:
    """The same for the pictures of a file, by their names; they are called by the beginnings of these."""
    known = set(Picture.objects.filter(name__in=pictures).values_list("name", flat=True))
    for name, content in pictures.items():
        if name not in known:
            _kept(name, content, name[:8], by)


def _kept(name: str, content: bytes, title: str, by: User | None) -> Picture:
    with Image.open(BytesIO(content), formats=["PNG"]) as picture:
        picture.thumbnail((WIDEST, HIGHEST))
        width, height = picture.size
        small = BytesIO()
        picture.save(small, "WEBP", quality=80, method=6)
    row = Picture(name=name, title=title[-120:], width=width, height=height, created_by=by)
    row.file.save(name, ContentFile(content), save=False)
    row.small.save(name, ContentFile(small.getvalue()), save=False)
    # Who else has just taken it in has the same: that one stays.
    Picture.objects.bulk_create([row], ignore_conflicts=True)
    stays = Picture.objects.get(name=name)
    if stays.file.name != row.file.name:
        row.file.delete(save=False)
        row.small.delete(save=False)
    return stays


def missing(names: Iterable[str]) -> set[str]:
    """Those of these names that no picture of the bank has."""
    wanted = set(names)
    return wanted - set(Picture.objects.filter(name__in=wanted).values_list("name", flat=True))


def shown(items: Iterable[Item]) -> Shown:
    """Every picture of these items. They never change, so they come from the cache; one query for others."""
    names = {name for item in items for name in images(item)}
    if not names:
        return {}
    keys = {f"quizzes.picture:{name}": name for name in names}
    sizes: dict[str, tuple[int, int]] = {keys[key]: size for key, size in cache.get_many(keys).items()}
    if unknown := names - set(sizes):
        rows = Picture.objects.filter(name__in=unknown).values_list("name", "width", "height")
        read = {name: (width, height) for name, width, height in rows}
        cache.set_many({f"quizzes.picture:{name}": size for name, size in read.items()}, DAY)
        sizes |= read
    return {name: PictureField(address(name), *size) for name, size in sizes.items()}


def address(name: str) -> str:
    """Where a picture is fetched. Its name tells what can be seen on it, and nothing of the question."""
    return reverse("quizzes:picture", args=[name])


def figure_field(figure: Figure | None, pictures: Shown) -> PictureField | None:
    """A stem's picture for a template."""
    return described(pictures, figure.image, figure.text) if figure else None


def described(pictures: Shown, name: str, text: str) -> PictureField | None:
    """A picture with the words that tell it to who does not see it; None where there is no such picture."""
    found = pictures.get(name)
    return PictureField(found.address, found.width, found.height, text) if found else None


def all_of(item: Item) -> list[PictureField]:
    """All pictures of an item with their words, for who looks at the question and does not answer it."""
    pictures = shown([item])
    found = (described(pictures, figure.image, figure.text) for figure in figures(item))
    return [picture for picture in found if picture]


class Originals(Mapping[str, bytes]):
    """The bank's pictures by name, each read from its file when it is asked for."""

    def __init__(self, names: Iterable[str]) -> None:
        self.rows = Picture.objects.in_bulk(list(set(names)))

    def __getitem__(self, name: str) -> bytes:
        with self.rows[name].file.open("rb") as file:
            return file.read()

    def __iter__(self):
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)
