"""Codes of the server become classes."""

from __future__ import annotations

import pytest

from reelmill import errors
from reelmill.errors import ReelmillError, from_graphql_errors, from_user_errors, refused


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("UNAUTHENTICATED", errors.UnauthenticatedError),
        ("FORBIDDEN", errors.ForbiddenError),
        ("SOURCE_NOT_FOUND", errors.NotFoundError),
        ("UNKNOWN_PRESET", errors.InvalidInputError),
        ("UPLOAD_CLOSED", errors.ConflictError),
        ("STORAGE_UNAVAILABLE", errors.UnavailableError),
    ],
)
def test_class_by_code(code: str, kind: type[ReelmillError]) -> None:
    error = refused(code, "no")
    assert type(error) is kind
    assert error.code == code


def test_a_code_of_a_newer_server_is_kept() -> None:
    error = refused("BRAND_NEW", "no")
    assert type(error) is errors.RefusedError
    assert error.code == "BRAND_NEW"


def test_credentials_that_the_store_refuses_are_no_passing_trouble() -> None:
    assert not isinstance(refused("STORAGE_DENIED", "no"), errors.UnavailableError)


def test_user_errors_give_the_first_code_and_all_words() -> None:
    error = from_user_errors(
        [
            {"code": "INVALID_KEY", "message": "a", "field": ["input", "key"]},
            {"code": "CONFLICT", "message": "b", "field": None},
        ]
    )
    assert (error.code, error.message, error.field) == ("INVALID_KEY", "a; b", "input.key")


def test_graphql_errors_carry_the_request_id() -> None:
    extensions = {"code": "INTERNAL", "requestId": "r-1"}
    error = from_graphql_errors([{"message": "oops", "extensions": extensions}])
    assert error.code == "INTERNAL"
    assert "r-1" in (error.hint or "")


def test_a_graphql_error_without_a_code() -> None:
    assert from_graphql_errors([{"message": "oops"}]).code == "GRAPHQL_ERROR"
