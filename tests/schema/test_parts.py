"""Parts of a recipe: the same for the same wish, another for another."""

from __future__ import annotations

from typing import Any

import pytest

from schema.parts import FIELDS, parts, unrepeatable
from schema.recipe import Recipe

# Fields that change every part, or say in schema/parts.py which ones they do not change.
SHARED = {"tier", "join", "loudness", "crop", "pad", "watermark", "burn", "verify"}


LOGO = {"image": {"key": "logo.png"}}


def of(*contents: str, **recipe: Any) -> dict[str, Any]:
    return parts(Recipe.model_validate(recipe), contents)


def test_every_field_of_a_recipe_is_a_part_or_of_all_parts() -> None:
    """If it fails: decide it in schema/parts.py, or wrong outputs are used again."""
    assert set(Recipe.model_fields) == {*FIELDS, *SHARED}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"mp4": {}}, {"mp4": {"codec": "H264", "max_height": 1080, "audio_codec": "AAC"}}),
        (
            {"ladder": {"rungs": [{"height": 720}, {"height": 360}]}},
            {"ladder": {"rungs": [{"height": 360}, {"height": 720}], "segment_seconds": 4}},
        ),
        ({"poster": {}, "tier": "DRAFT"}, {"poster": {}}),
        ({"sprite": {}, "tier": "DRAFT"}, {"sprite": {"interval": 1}}),
        ({"preview": {}, "tier": "DRAFT"}, {"preview": {"format": "WEBP"}}),
        (
            {"clips": [{"end": 2, "mode": "COPY"}], "tier": "PREMIUM"},
            {"clips": [{"start": 0, "end": 2.0, "mode": "COPY"}]},
        ),
        ({"audio": [{}], "tier": "DRAFT"}, {"audio": [{"codec": "AAC"}]}),
        ({"audio": [{}], "crop": {"left": 8}}, {"audio": [{}], "pad": {"width": 1, "height": 1}}),
        (
            {"clips": [{"end": 2, "mode": "COPY"}], "crop": {"left": 8}},
            {"clips": [{"end": 2, "mode": "COPY"}]},
        ),
    ],
)
def test_the_same_in_other_words(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert of(**one) == of(**other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"mp4": {}}, {"mp4": {"crf": 22}}),
        ({"mp4": {}}, {"mp4": {}, "tier": "PREMIUM"}),
        ({"ladder": {}}, {"ladder": {"dash": False}}),
        ({"ladder": {}}, {"ladder": {"rungs": [{"height": 720}]}}),
        ({"ladder": {}}, {"ladder": {}, "tier": "DRAFT"}),
        ({"poster": {}}, {"poster": {"at": 0}}),
        ({"clips": [{}]}, {"clips": [{"title": "One"}]}),
        ({"audio": [{}]}, {"audio": [{}], "loudness": {}}),
        ({"mp4": {}}, {"mp4": {}, "verify": {}}),
        ({"mp4": {}}, {"mp4": {}, "crop": {"top": 8}}),
        ({"poster": {}}, {"poster": {}, "pad": {"width": 1, "height": 1}}),
        ({"mp4": {}}, {"mp4": {}, "loudness": {}}),
        ({"mp4": {}}, {"mp4": {}, "watermark": LOGO}),
        ({"poster": {}}, {"poster": {}, "join": {"after": [{"key": "a"}]}}),
        (
            {"audio": [{}], "join": {"before": [{"key": "a"}]}},
            {"audio": [{}], "join": {"after": [{"key": "a"}]}},
        ),
        ({"mp4": {}, "watermark": LOGO}, {"mp4": {}, "watermark": LOGO | {"width": 13}}),
        ({"clips": [{"end": 2}]}, {"clips": [{"end": 2}], "loudness": {}}),
        ({"clips": [{"end": 2}]}, {"clips": [{"end": 2, "mode": "COPY"}]}),
        ({"clips": [{"end": 2}]}, {"clips": [{"end": 2}], "tier": "DRAFT"}),
    ],
)
def test_what_changes_a_byte_changes_the_part(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert of(**one) != of(**other)


def test_a_part_does_not_know_its_neighbours() -> None:
    alone, among = of(poster={}), of(poster={}, mp4={}, clips=[{"start": 1}])
    assert alone["poster"] == among["poster"]
    assert list(among) == ["mp4", "poster", "clip_1"]


def test_loudness_is_no_matter_of_pictures() -> None:
    loud = of(mp4={}, poster={}, sprite={}, clips=[{"end": 1, "mode": "COPY"}], loudness={})
    plain = of(mp4={}, poster={}, sprite={}, clips=[{"end": 1, "mode": "COPY"}])
    assert [name for name in loud if loud[name] != plain[name]] == ["mp4"]


def test_the_list_of_clips_is_that_of_all_of_them() -> None:
    clips = [{"end": 1}, {"start": 5}]
    listed = of(clips=clips, metadata=True)
    assert list(listed) == ["clip_1", "clip_2", "metadata"]
    assert listed["clip_1"] == of(clips=clips)["clip_1"]
    assert listed["metadata"] != of(clips=clips[:1], metadata=True)["metadata"]


def test_which_one_a_clip_is_plays_no_role() -> None:
    two = of(clips=[{"end": 1}, {"start": 5}])
    assert two["clip_2"] == of(clips=[{"start": 5}])["clip_1"] != two["clip_1"]


def test_a_ladder_is_another_one_with_subtitles_to_choose() -> None:
    words = {"subtitles": {"languages": ["en"]}}
    alone, beside = of(ladder={}), of(ladder={}, **words)
    assert alone["ladder"] != beside["ladder"] != of(ladder={}, subtitles={})["ladder"]
    without = of(ladder={"subtitles": False}, **words)
    assert without["ladder"] == of(ladder={"subtitles": False})["ladder"]
    assert without["subtitles"] == beside["subtitles"]
    heard = {"transcript": {}, "mp4": {}}
    assert unrepeatable(Recipe.model_validate({"ladder": {}} | heard)) == {"transcript", "ladder"}
    apart = Recipe.model_validate({"ladder": {"subtitles": False}} | heard)
    assert unrepeatable(apart) == {"transcript"}
    assert unrepeatable(Recipe.model_validate({"ladder": {}} | words)) == set()


def test_a_watermark_lies_on_what_is_encoded_to_be_watched() -> None:
    recipe = {"ladder": {}, "mp4": {}, "audio": [{}], "poster": {}, "sprite": {}, "waveform": {}}
    recipe |= {"preview": {}, "transcript": {}, "clips": [{"end": 1}, {"end": 1, "mode": "COPY"}]}
    marked, plain = of(**recipe, watermark=LOGO), of(**recipe)
    changed = [name for name in marked if marked[name] != plain[name]]
    assert changed == ["ladder", "mp4", "clip_1"]


def test_text_lies_on_the_same_and_is_drawn_with_a_font_of_the_installation() -> None:
    recipe = {"ladder": {}, "mp4": {}, "audio": [{}], "poster": {}, "preview": {}}
    recipe |= {"subtitles": {}, "clips": [{"end": 1}, {"end": 1, "mode": "COPY"}]}
    burned, plain = of(**recipe, burn={"track": 1}), of(**recipe)
    changed = [name for name in burned if burned[name] != plain[name]]
    assert changed == ["ladder", "mp4", "clip_1"]
    assert unrepeatable(Recipe.model_validate(recipe | {"burn": {}})) == set(changed)
    assert burned["mp4"] != of(**recipe, burn={"track": 2})["mp4"]


def test_a_named_asset_is_what_is_in_it() -> None:
    by_id = {"image": {"asset_id": "asset_" + "0" * 32}}
    assert of("a" * 64, mp4={}, watermark=LOGO) == of("a" * 64, mp4={}, watermark=by_id)
    assert of("a" * 64, mp4={}, watermark=LOGO) != of("b" * 64, mp4={}, watermark=LOGO)
    assert "logo" not in str(of("a" * 64, mp4={}, watermark=LOGO))


def test_files_of_subtitles_are_known_by_what_is_in_them() -> None:
    def value(key: str, content: str, part: str) -> Any:
        wish = {"ladder": {}, "subtitles": {"files": [{"file": {"key": key}}]}}
        return parts(Recipe.model_validate(wish), [content])[part]

    for part in ("ladder", "subtitles"):
        assert value("a.srt", "1", part) == value("b.srt", "1", part) != value("a.srt", "2", part)


@pytest.mark.parametrize(
    "subtitles",
    [
        {"embedded": False},
        {"files": [{"file": {"key": "a"}}, {"file": {"key": "a"}}]},
        {"files": [{"file": {"key": "a"}, "label": 'a"b'}]},
        {"files": [{"file": {"key": "a"}, "label": "a\u2028b"}]},
        {"languages": ["english"]},
    ],
)
def test_subtitles_that_mean_nothing_are_refused(subtitles: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="subtitles"):
        Recipe.model_validate({"subtitles": subtitles})
