"""Pure: languages of sounds and text. Tags are free text in a file; we write ISO 639-2/T."""

from __future__ import annotations

# Code, two-letter code, name. The packager refuses what it does not know.
_KNOWN = """
ara ar Arabic; ben bn Bengali; bul bg Bulgarian; cat ca Catalan; ces cs Czech; cmn - Mandarin;
dan da Danish; deu de German; ell el Greek; eng en English; est et Estonian; eus eu Basque;
fas fa Persian; fin fi Finnish; fra fr French; glg gl Galician; heb he Hebrew; hin hi Hindi;
hrv hr Croatian; hun hu Hungarian; ind id Indonesian; isl is Icelandic; ita it Italian;
jpn ja Japanese; kan kn Kannada; kor ko Korean; lav lv Latvian; lit lt Lithuanian;
mal ml Malayalam; mar mr Marathi; msa ms Malay; nld nl Dutch; nor no Norwegian; pan pa Punjabi;
pol pl Polish; por pt Portuguese; ron ro Romanian; rus ru Russian; slk sk Slovak; slv sl Slovenian;
spa es Spanish; srp sr Serbian; swa sw Swahili; swe sv Swedish; tam ta Tamil; tel te Telugu;
tha th Thai; tur tr Turkish; ukr uk Ukrainian; urd ur Urdu; vie vi Vietnamese; yue - Cantonese;
zho zh Chinese
"""
_ENTRIES = [entry.split() for entry in _KNOWN.split(";")]
NAMES = {code: name for code, _, name in _ENTRIES}
_SHORT = {short: code for code, short, _ in _ENTRIES if short != "-"}
_TWO_LETTERS = {code: short for short, code in _SHORT.items()}
# Matroska and old files write ISO 639-2/B.
_OLD = {
    "baq": "eus",
    "chi": "zho",
    "cze": "ces",
    "dut": "nld",
    "fre": "fra",
    "ger": "deu",
    "gre": "ell",
    "ice": "isl",
    "may": "msa",
    "per": "fas",
    "rum": "ron",
    "slo": "slk",
    "nob": "nor",
    "nb": "nor",
}


def of_tag(tag: str | None) -> str | None:
    """The code of what a file says, such as `ger`, `de` or `de-AT`; None where nobody knows it."""
    said = (tag or "").lower().replace("_", "-").split("-")[0]
    code = _OLD.get(said) or _SHORT.get(said) or said
    return code if code in NAMES else None


def names(codes: list[str | None]) -> list[str]:
    """What a listener chooses by: each name stands once."""
    return distinct(
        [NAMES[code] if code else f"Track {n}" for n, code in enumerate(codes, start=1)]
    )


def distinct(called: list[str]) -> list[str]:
    """Names of which none stands twice."""
    found: list[str] = []
    for number, name in enumerate(called, start=1):
        found.append(f"{name} ({number})" if name in found else name)
    return found


def spoken(code: str | None) -> str:
    """What a viewer chooses what was heard by."""
    return f"{NAMES[code]} (transcript)" if code else "Transcript"


def short(code: str | None) -> str:
    """As BCP 47 wants it: two letters where there are such; `und` where nobody knows."""
    return _TWO_LETTERS.get(code, code) if code else "und"
