"""Any file up to 5 TiB fits in 10,000 parts that S3 accepts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain import parts
from api.errors import FileTooLarge, InvalidPartSize, SourceEmpty

GIB = 1024 * parts.MIB


@pytest.mark.parametrize("size", [1, 5 * parts.MIB, 160 * GIB, 1024 * GIB, parts.MAX_OBJECT])
def test_a_file_fits(size: int) -> None:
    each = parts.part_size(size, None)
    count = parts.part_count(size, each)
    assert count is not None
    assert 1 <= count <= parts.MAX_PARTS
    assert parts.MIN_PART <= each <= parts.MAX_PART
    assert sum(parts.expected_size(n, size, each) for n in (1, count)) <= max(size, 2 * each)
    assert (count - 1) * each + parts.expected_size(count, size, each) == size


def test_unknown_size_has_no_count() -> None:
    assert parts.part_count(None, parts.part_size(None, None)) is None


@pytest.mark.parametrize("wanted", [0, -1, parts.MIN_PART - 1, parts.MAX_PART + 1])
def test_part_sizes_outside_the_limits(wanted: int) -> None:
    with pytest.raises(InvalidPartSize):
        parts.part_size(100 * parts.MIB, wanted)


def test_too_many_parts_names_the_least_size() -> None:
    with pytest.raises(InvalidPartSize, match="10,000"):
        parts.part_size(100 * GIB, parts.MIN_PART)


def test_empty_and_too_large() -> None:
    with pytest.raises(SourceEmpty):
        parts.part_size(0, None)
    with pytest.raises(FileTooLarge):
        parts.part_size(parts.MAX_OBJECT + 1, None)


SIZES = st.integers(1, parts.MAX_OBJECT) | st.builds(
    # Around every border: whole parts, 10,000 of them, the most that there is.
    lambda base, off: min(max(base + off, 1), parts.MAX_OBJECT),
    st.sampled_from(
        [parts.MIN_PART, parts.DEFAULT_PART, parts.DEFAULT_PART * parts.MAX_PARTS, parts.MAX_OBJECT]
    ),
    st.integers(-3, 3),
)


@given(size=SIZES, wanted=st.none() | st.integers(parts.MIN_PART, parts.MAX_PART))
def test_parts_cover_any_file_within_the_limits_of_s3(size: int, wanted: int | None) -> None:
    try:
        each = parts.part_size(size, wanted)
    except InvalidPartSize:
        assert wanted is not None
        assert size > wanted * parts.MAX_PARTS, "only too many parts are refused"
        return
    assert wanted is None or each == wanted
    count = parts.part_count(size, each)
    assert count is not None
    assert 1 <= count <= parts.MAX_PARTS
    assert parts.MIN_PART <= each <= parts.MAX_PART
    last = parts.expected_size(count, size, each)
    assert (count - 1) * each + last == size
    assert 1 <= last <= each
    assert all(parts.expected_size(n, size, each) == each for n in {1, count - 1} if 0 < n < count)


@given(size=SIZES, wanted=st.integers())
def test_a_wanted_part_size_is_taken_or_refused(size: int, wanted: int) -> None:
    fits = parts.MIN_PART <= wanted <= parts.MAX_PART and size <= wanted * parts.MAX_PARTS
    if fits:
        assert parts.part_size(size, wanted) == wanted
    else:
        with pytest.raises(InvalidPartSize):
            parts.part_size(size, wanted)
