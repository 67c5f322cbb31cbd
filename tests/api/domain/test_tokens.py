"""Keys and signatures: what is ours is recognised, what is altered is not."""

import string

from api.domain import tokens


def test_a_new_key_is_parsed_back() -> None:
    key = tokens.new_api_key()
    assert tokens.parse_api_key(key.text) == key
    assert tokens.matches(key.secret, tokens.digest(key.secret))


def test_every_single_typing_error_is_seen_offline() -> None:
    text = tokens.new_api_key().text
    for place, character in enumerate(text):
        other = "a" if character != "a" else "b"
        assert tokens.parse_api_key(text[:place] + other + text[place + 1 :]) is None, place


def test_garbage_is_no_key() -> None:
    for text in ("", "rm", "rm__", "rm_a_b", "rm_" + "ü" * 12 + "_" + "x" * 38, string.printable):
        assert tokens.parse_api_key(text) is None


def test_signed_payloads() -> None:
    token = tokens.sign(b"k" * 32, "play", b"payload")
    assert tokens.unsign(b"k" * 32, "play", token) == b"payload"
    assert tokens.unsign(b"k" * 32, "session", token) is None
    assert tokens.unsign(b"q" * 32, "play", token) is None
    for broken in ("", "=", token[:-2], token + "AA", "ü" * 20, "!" + token[1:]):
        assert tokens.unsign(b"k" * 32, "play", broken) is None
