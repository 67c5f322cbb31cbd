"""Films whose every second has a colour of its own, and every sound a tone of its own."""

from __future__ import annotations

from pathlib import Path

from tests.runner import media

# Those of play.mjs, in its order.
COLOURS = ("red", "lime", "blue", "yellow", "magenta", "cyan")
SECONDS = len(COLOURS)
# Languages as a source has them, and hertz; the first is the default.
SOUNDS = (("eng", 600), ("ger", 1200), ("", 2400))
# Languages of subtitles, which say in every second their language and which second it is.
TEXTS = ("eng", "ger")


def film(
    path: Path,
    *,
    size: str = "640x360",
    sounds: int = 1,
    channels: int = 2,
    picture: bool = True,
    texts: int = 0,
) -> Path:
    """Six seconds at 25 frames a second."""
    inputs: list[str] = []
    maps: list[str] = []
    if picture:
        seconds = [f"color={name}:s={size}:r=25:d=1[{name}]" for name in COLOURS]
        joined = "".join(f"[{name}]" for name in COLOURS)
        graph = ";".join([*seconds, f"{joined}concat=n={SECONDS},format=yuv420p"])
        inputs += ["-f", "lavfi", "-i", graph]
    for number, (language, hertz) in enumerate(SOUNDS[:sounds]):
        tone = "|".join([f"0.3*sin(2*PI*{hertz}*t)"] * channels)
        layout = "5.1" if channels == 6 else f"{channels}c"
        inputs += ["-f", "lavfi", "-i", f"aevalsrc={tone}:s=48000:d={SECONDS}:c={layout}"]
        maps += [f"-metadata:s:a:{number}", f"language={language}"] if language else []
        maps += [f"-disposition:a:{number}", "default" if number == 0 else "0"]
    for number, language in enumerate(TEXTS[:texts]):
        inputs += ["-i", str(_subtitles(path.with_name(f"{language}.srt"), language))]
        maps += [f"-metadata:s:s:{number}", f"language={language}", "-c:s", "subrip"]
    streams = sounds + picture + texts
    maps += [word for number in range(streams) for word in ("-map", str(number))]
    quick = ("-c:v", "libx264", "-preset", "ultrafast") if picture else ()
    media.ffmpeg(*inputs, *maps, *quick, "-c:a", "flac", str(path))
    return path


def _subtitles(path: Path, language: str) -> Path:
    seconds = [
        f"{n + 1}\n00:00:0{n},000 --> 00:00:0{n},990\n{language} {n}\n" for n in range(SECONDS)
    ]
    path.write_text("\n".join(seconds), "utf-8")
    return path
