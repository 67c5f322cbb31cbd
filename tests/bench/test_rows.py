"""The table, the rounds, and the prebuilt listing."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from api.domain import keys
from bench import __main__ as program
from bench import listing_server
from bench.rounds import interleave
from bench.rows import Row, at_least, at_most, table
from bench.sizes import SMALL, Sizes


def test_a_promise_is_kept_or_missed() -> None:
    assert at_least("a", "", "", 3.0, 3.0).ok
    assert not at_least("a", "", "", 2.99, 3.0).ok
    assert at_most("a", "", "", 1.05, 1.05).ok
    assert not at_most("a", "", "", 1.06, 1.05).ok


def test_the_table_says_what_is_missed_and_what_is_missing() -> None:
    rows = [at_least("first", "1/s", "2/s", 0.5, 1), Row("second", "", "gone", None, "", None)]
    lines = table(rows).splitlines()
    assert lines[0].split() == ["name", "ours", "peer", "ratio", "wanted", "ok"]
    assert "MISSED" in lines[1]
    assert lines[2].endswith("not measured")


@pytest.mark.parametrize(("ok", "code"), [(True, 0), (False, 1), (None, 1)])
def test_the_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], ok: bool | None, code: int
) -> None:
    row = Row("scan", "", "", None, "", ok)
    asked: list[tuple[str, Sizes]] = []
    monkeypatch.setattr(program.signal, "signal", lambda *_: None)
    monkeypatch.setattr(program, "_of", lambda name, sizes: asked.append((name, sizes)) or [row])
    assert program.main(["scan", "--small"]) == code
    assert asked == [("scan", SMALL)]


def test_an_unknown_name_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        program.main(["scans"])
    assert "no bench 'scans'" in capsys.readouterr().err


def test_arms_take_turns() -> None:
    order: list[str] = []
    arms = {name: lambda n=name: float(order.append(n) or len(order)) for name in "ab"}
    measured = interleave(arms, rounds=3, unit="s")
    assert "".join(order) == "abbaab"
    assert measured.ratios("a", "b") == [1 / 2, 4 / 3, 5 / 6]


def test_the_listing_is_what_a_store_sends() -> None:
    first, second = (_read(listing_server.page(after, 1_500)) for after in (0, 1_000))
    assert first["IsTruncated"] == "true"
    assert first["NextContinuationToken"] == "1000"
    assert second["IsTruncated"] == "false"
    found = first["Key"].split() + second["Key"].split()
    assert found == sorted(found)
    assert len(set(found)) == 1_500
    assert sum(map(keys.is_media, found)) == listing_server.media(1_500)


def _read(body: bytes) -> dict[str, str]:
    """Each element's texts, joined by blanks: no key of ours has any."""
    texts: dict[str, str] = {}
    for element in ET.fromstring(body).iter():  # noqa: S314 - our own
        name = element.tag.rpartition("}")[2]
        texts[name] = f"{texts[name]} {element.text}" if name in texts else element.text or ""
    return texts
