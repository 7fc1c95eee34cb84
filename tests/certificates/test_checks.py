from weasyprint.text import ffi

from certificates import checks, fonts


def test_nothing_is_said_of_a_machine_that_has_it_all():
    assert checks.check_fonts() == []
    assert checks.check_subsetter() == []


def test_a_missing_subsetter_is_said(monkeypatch):
    monkeypatch.setattr(ffi, "harfbuzz_subset", None)

    [warning] = checks.check_subsetter()

    assert (warning.id, "libharfbuzz-subset0" in warning.hint) == ("certificates.W002", True)


def test_a_missing_font_is_said(monkeypatch):
    monkeypatch.setattr(fonts, "NAMES", ("No Such Font", fonts.FORMAL))

    [warning] = checks.check_fonts()

    assert (warning.id, "No Such Font" in warning.msg) == ("certificates.W001", True)
