"""What a share link shows of an asset."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from api.domain import films, ids
from api.domain.models import Output

ONE, TWO = uuid4(), uuid4()


def output(kind: str, job: UUID = ONE, key: str = "a", **facts: Any) -> Output:
    return Output(
        id=ids.new(), project_id=ONE, job_id=job, asset_id=ONE, blob_id=ONE, reused=False,
        kind=kind, bucket="b", key=key, content_type="", size=1, files=1, sha256="", facts=facts,
        created_at=datetime.now(UTC),
    )  # fmt: skip


@pytest.fixture
def made() -> list[Output]:
    """Two jobs of one asset, the older first; ids rise with time."""
    kinds = ["POSTER", "HLS", "MP4", "VTT", "METADATA"]
    outputs = [output(kind) for kind in kinds]
    outputs += [output("POSTER", TWO), output("MP4", TWO), output("CLIP", TWO)]
    return sorted(outputs, key=lambda each: each.id)


def named(outputs: list[Output], kind: str, job: UUID = ONE) -> Output:
    return next(each for each in outputs if (each.kind, each.job_id) == (kind, job))


def in_order(outputs: list[Output]) -> list[Output]:
    """Ids of one millisecond are in no order: give them one."""
    batch = ids.batch(len(outputs))
    fields = Output.__dataclass_fields__
    return [
        Output(**{**{name: getattr(each, name) for name in fields}, "id": new})
        for each, new in zip(outputs, batch, strict=True)
    ]


def test_hls_is_played_even_where_something_newer_is_there(made: list[Output]) -> None:
    made = in_order(made)
    found = films.film(made)
    assert found is not None
    assert found.played == named(made, "HLS")
    assert found.thumbnails == named(made, "VTT")
    posters = [each for each in made if each.kind == "POSTER"]
    assert found.poster == posters[-1]


def test_one_output_stands_with_what_was_made_with_it(made: list[Output]) -> None:
    found = films.film(made, named(made, "MP4", TWO).id)
    assert found is not None
    assert (found.played, found.poster) == (named(made, "MP4", TWO), named(made, "POSTER", TWO))
    assert found.thumbnails is None


def test_a_clip_has_no_pictures_of_other_times(made: list[Output]) -> None:
    made.append(output("VTT", TWO))
    found = films.film(made, named(made, "CLIP", TWO).id)
    assert found is not None
    assert (found.thumbnails, found.captions) == (None, ())


def test_what_does_not_play_is_no_film(made: list[Output]) -> None:
    assert films.film([]) is None
    assert films.film([output("POSTER"), output("CLIP")]) is None
    assert films.film(made, named(made, "METADATA").id) is None
    assert films.film(made, uuid4()) is None


def test_captions_are_the_newest_of_each_language() -> None:
    texts = [
        output("SUBTITLE", key="old.vtt", languages=["eng"]),
        output("SUBTITLE", key="new.vtt", languages=["eng"]),
        output("SUBTITLE", key="new.srt", languages=["eng"]),
        output("SUBTITLE", key="deaf.vtt", languages=["eng"], label="SDH"),
        output("SUBTITLE", key="de.vtt", languages=["deu"]),
        output("SUBTITLE", key="what.vtt"),
    ]
    found = films.film(in_order([output("HLS"), *texts]))
    assert found is not None
    assert [each.key for each in found.captions] == ["de.vtt", "new.vtt", "deaf.vtt", "what.vtt"]


def test_what_people_have_saved_is_told_by_its_folder() -> None:
    made = output("SUBTITLE", key="jobs/a/transcript_en.vtt")
    saved = output("SUBTITLE", key=f"jobs/a/saved/{made.blob_id.hex}/subtitles_en.vtt")
    named_so = output("SUBTITLE", key="films/saved/subtitles_en.vtt")
    assert [films.is_saved(each) for each in (made, saved, named_so)] == [False, True, False]
