"""The transition table holds what the design says of a job's life."""

from api.domain.states import TERMINAL, TRANSITIONS, JobStatus, before


def test_terminal_states_are_exactly_three() -> None:
    assert {JobStatus.SUCCEEDED, JobStatus.FAILED, JobStatus.CANCELED} == TERMINAL


def test_every_state_is_reached_from_queued_and_reaches_an_end() -> None:
    reached = {JobStatus.QUEUED}
    while grown := {n for s in reached for n in TRANSITIONS[s]} - reached:
        reached |= grown
    assert reached == set(JobStatus)
    for state in set(JobStatus) - TERMINAL:
        assert _reaches(state) & TERMINAL, state


def _reaches(state: JobStatus) -> set[JobStatus]:
    seen: set[JobStatus] = set()
    todo = [state]
    while todo:
        for following in TRANSITIONS[todo.pop()]:
            if following not in seen:
                seen.add(following)
                todo.append(following)
    return seen


def test_a_cancel_never_turns_into_success() -> None:
    assert TRANSITIONS[JobStatus.CANCELING] == {JobStatus.CANCELED}


def test_before_is_the_inverse_of_the_table() -> None:
    for state in JobStatus:
        for earlier in before(state):
            assert state in TRANSITIONS[earlier]
    # QUEUED: where all was made before, nobody has to run.
    assert set(before(JobStatus.SUCCEEDED)) == {
        JobStatus.QUEUED,
        JobStatus.RUNNING,
        JobStatus.FINALIZING,
    }
