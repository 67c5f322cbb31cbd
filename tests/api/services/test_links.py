"""The names that downloads are kept under."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from api.services.links import attachment


@pytest.mark.parametrize(
    "name",
    [
        "hare.mp4",
        "-rf %d \u00fc.mp4",
        'say "hi".mp4',
        "back\\slash.mp4",
        "a;b=c, d.mp4",
        "\u732b.vtt",
    ],
)
def test_a_browser_reads_the_name_as_it_is(name: str) -> None:
    header = attachment(f"out/some folder/{name}")
    assert header.isascii()
    message = EmailMessage()
    # What knows no encoded names reads the plain one, which may say less.
    message["Content-Disposition"] = (
        header.partition("; filename=")[0] + header[header.index("; filename*") :]
    )
    assert message.get_content_disposition() == "attachment"
    assert message.get_filename() == name
    plain = header.split('"')
    assert len(plain) == 3, "the plain name ends its own quotes"
