"""Whisper, in a process of its own inside the jail: `listen.py TERMS`, a JSON object.

Reads mono sound of 16,000 samples a second as 16-bit integers, writes the words as JSON, and says
on its way how far it is, as FFmpeg does. It gets plain samples: whatever a hostile file does to a
decoder, it does to FFmpeg. No import of this package: it runs isolated (-I).
"""

import json
import sys
from pathlib import Path
from typing import Any

RATE = 16_000
# Memory follows the length of what is heard at once. It is cut where it is quietest.
MOST, SEARCH = 600 * RATE, 30 * RATE
UNKNOWN_LANGUAGE = 3  # an exit status


def main() -> None:
    """Listen to all of it."""
    terms = json.loads(sys.argv[1])
    import numpy as np  # noqa: PLC0415 - slow, and only wanted here
    from faster_whisper import WhisperModel  # noqa: PLC0415

    samples: Any = np.zeros(0, np.int16)
    if Path(terms["sound"]).stat().st_size:  # nothing cannot be mapped
        samples = np.memmap(terms["sound"], dtype=np.int16, mode="r")
    model = WhisperModel(
        terms["model"],
        device="cpu",
        compute_type="int8",
        cpu_threads=terms["threads"],
        local_files_only=True,
    )
    language, words = terms["language"], []
    if language and language not in model.supported_languages:
        sys.exit(UNKNOWN_LANGUAGE)
    for begin, end in spans(samples, np):
        part = samples[begin:end].astype(np.float32) / 32768
        segments, info = model.transcribe(
            part,
            language=language,
            word_timestamps=True,
            # Whisper invents words for silence, and repeats itself when it hears its own.
            vad_filter=True,
            condition_on_previous_text=False,
        )
        for segment in segments:
            words += [_word(word, begin / RATE, end / RATE) for word in segment.words or ()]
            _tell(begin / RATE + segment.end)
        language = language or info.language
        _tell(end / RATE)
    made = {"language": language or "und", "words": words}
    Path(terms["words"]).write_text(json.dumps(made), "utf-8")


def spans(samples: Any, np: Any) -> list[tuple[int, int]]:
    """Where it is cut: every ten minutes at most, in the quietest fifth of a second around."""
    found, begin = [], 0
    while len(samples) - begin > MOST:
        last = begin + MOST
        window = np.abs(samples[last - SEARCH : last].astype(np.int32))
        step = RATE // 5
        loudness = window[: len(window) // step * step].reshape(-1, step).mean(axis=1)
        cut = last - SEARCH + int(loudness.argmin()) * step + step // 2
        found.append((begin, cut))
        begin = cut
    if len(samples) > begin:
        found.append((begin, len(samples)))
    return found


def _word(word: Any, offset: float, last: float) -> dict[str, Any]:
    """Whisper may hear the last word end a little behind the sound."""
    return {
        "start": round(min(offset + float(word.start), last), 3),
        "end": round(min(offset + float(word.end), last), 3),
        "text": word.word,
        "sure": round(float(word.probability), 3),
    }


def _tell(seconds: float) -> None:
    """As FFmpeg's -progress does."""
    sys.stdout.write(f"out_time_us={int(seconds * 1e6)}\nprogress=continue\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
