"""Every way a task can fail: one class, a stable code, a failure class and what to do about it."""

from __future__ import annotations

from enum import Enum

from schema.job import FailureClass


class Code(Enum):
    """Stable codes. The value is the failure class (which decides on a retry) and the hint."""

    # The source cannot be used: no retry helps.
    SOURCE_MISSING = (
        FailureClass.INPUT,
        "The object is no longer in the bucket. Upload it again or rescan the library.",
    )
    SOURCE_CHANGED = (
        FailureClass.INPUT,
        "The object was replaced after the job was made. Rescan the library and start again.",
    )
    SOURCE_CHECKSUM_MISMATCH = (
        FailureClass.INPUT,
        "The bytes are not those that the upload announced. Upload the file again.",
    )
    SOURCE_EMPTY = (
        FailureClass.INPUT,
        "The file has no bytes. The upload probably failed: upload the file again.",
    )
    SOURCE_NOT_MEDIA = (
        FailureClass.INPUT,
        (
            "The bytes are no video or audio container that is accepted, whatever the name says. "
            "Accepted: MP4, MOV, M4A, 3GP, MKV, WebM, AVI, FLV, WMV, MPEG, OGG, MP3, WAV, FLAC "
            "and AAC."
        ),
    )
    SOURCE_TRUNCATED = (
        FailureClass.INPUT,
        "The file ends too early. The recording or the upload was cut off: get a complete copy.",
    )
    SOURCE_UNREADABLE = (
        FailureClass.INPUT,
        "The file is damaged. Try to play it; if it plays, repackage it and upload the result.",
    )
    SOURCE_TOO_LARGE = (
        FailureClass.INPUT,
        (
            "The picture has more pixels than this installation accepts. Scale it down first, "
            "or let the operator raise the limit."
        ),
    )
    SOURCE_CODEC_UNSUPPORTED = (
        FailureClass.INPUT,
        (
            "This codec is not on the list of decoders that are trusted with uploads. "
            "Convert the file to H.264, HEVC, VP9 or AV1 with AAC sound."
        ),
    )
    NO_STREAMS = (
        FailureClass.INPUT,
        "The file has neither picture nor sound. Choose another file.",
    )
    NO_PICTURE = (
        FailureClass.INPUT,
        "The source has sound only. Ask for a ladder or an MP4 instead of a poster.",
    )
    NO_SOUND = (
        FailureClass.INPUT,
        "The source has no sound. Ask for a ladder or an MP4, or choose another file.",
    )
    NO_SUBTITLES = (
        FailureClass.INPUT,
        (
            "The source has no text track in these languages; pictures of text, as on DVD and "
            "Blu-ray, cannot be read. Name another language, or ask for a transcript."
        ),
    )
    CLIP_BEYOND_END = (
        FailureClass.INPUT,
        "Choose a start and an end that lie inside the film.",
    )
    CLIP_COPY_UNSUPPORTED = (
        FailureClass.INPUT,
        "These packets cannot be stored in an MP4 without encoding. Use mode EXACT.",
    )
    CROP_TOO_LARGE = (
        FailureClass.INPUT,
        "Crop less: at least 16 pixels of each side must be left of the upright picture.",
    )
    IMAGE_UNREADABLE = (
        FailureClass.INPUT,
        (
            "The image of a watermark is a PNG, JPEG or WebP that is whole and has no more pixels "
            "than a film may have. Convert it, upload it again, and start again."
        ),
    )
    SUBTITLES_UNREADABLE = (
        FailureClass.INPUT,
        (
            "A file of subtitles is SubRip, WebVTT, ASS or SSA, of 16 MiB at most. Mend or convert "
            "it, upload it again, and start again."
        ),
    )
    POSTER_BEYOND_END = (
        FailureClass.INPUT,
        "Choose a time inside the film, or leave `at` out.",
    )
    PREVIEW_BEYOND_END = (
        FailureClass.INPUT,
        "Choose a start inside the film, or leave `start` out.",
    )
    # The machine or its neighbours: another try may help.
    SCRATCH_FULL = (
        FailureClass.DISK,
        "The scratch volume is full. Give the runner more scratch space.",
    )
    OUT_OF_MEMORY = (
        FailureClass.OOM,
        "The encoder ran out of memory. Give the runner more memory or ask for fewer rungs.",
    )
    STORAGE_UNAVAILABLE = (
        FailureClass.TRANSIENT,
        "The object store does not answer. Check the endpoint and the network.",
    )
    STORAGE_DENIED = (
        FailureClass.CONFIG,
        "The store refuses the task's credentials. Run the storage check and mend the policy.",
    )
    ENCODE_FAILED = (
        FailureClass.TRANSIENT,
        "FFmpeg stopped with an error. The log has its exact command and last words.",
    )
    PACKAGE_FAILED = (
        FailureClass.TRANSIENT,
        "The packager stopped with an error. The log has its exact command and last words.",
    )
    VERIFY_FAILED = (
        FailureClass.TRANSIENT,
        "An output did not stand the check after encoding, so nothing was published.",
    )
    QUALITY_REFUSED = (
        FailureClass.INPUT,
        (
            "An output falls short of the recipe's `verify` block, so nothing was published. Ask "
            "for more bits (a lower crf, a higher bitrate) or a slower tier, or for less."
        ),
    )
    QUALITY_UNMEASURABLE = (
        FailureClass.INPUT,
        (
            "VMAF knows nothing of HDR, and drift needs times in the source. Leave that measure "
            "out of `verify`; or choose H264 or VP9, which are SDR."
        ),
    )
    INTERNAL_ERROR = (
        FailureClass.TRANSIENT,
        "This is a defect of the runner. Please report it with the log.",
    )
    DISRUPTED = (
        FailureClass.DISRUPTED,
        "The runner was told to stop, for instance because its machine shuts down.",
    )
    # One film over several runners.
    PIECES_DIFFER = (
        FailureClass.UNSPLITTABLE,
        "The pieces of the film do not fit together. It is made once more, in one piece.",
    )
    PIECE_LOST = (
        FailureClass.UNSPLITTABLE,
        "A finished piece is not in the store any more. The film is made in one piece.",
    )
    # Limits.
    ENCODE_STALLED = (
        FailureClass.TIMEOUT,
        "The media process made no progress for too long. The file may be built to do that.",
    )
    TIME_LIMIT = (
        FailureClass.TIMEOUT,
        "The task took longer than it may. Raise the limit or ask for less.",
    )
    # The installation.
    JAIL_FAILED = (
        FailureClass.CONFIG,
        (
            "The media process could not be locked in, so it was not started. "
            "Check the kernel's seccomp support and the runner's resource limits."
        ),
    )
    TOOL_MISSING = (
        FailureClass.CONFIG,
        (
            "Install the runner's requirements, or name the program in REELMILL_FFMPEG, "
            "REELMILL_FFPROBE or REELMILL_PACKAGER."
        ),
    )
    FONT_MISSING = (
        FailureClass.CONFIG,
        (
            "Text is drawn with a font of the runner. Install one, such as the package "
            "fonts-dejavu-core, or name a folder of fonts in REELMILL_FONTS."
        ),
    )
    FONT_INCOMPLETE = (
        FailureClass.CONFIG,
        (
            "Install a font that has these letters where the runner looks, such as "
            "fonts-noto-cjk, or name a folder with one in REELMILL_FONTS."
        ),
    )
    TRANSCRIBER_MISSING = (
        FailureClass.CONFIG,
        (
            "For Whisper install the runner's requirements with it, and name the folder of a model "
            "in REELMILL_WHISPER_MODEL; for Amazon set REELMILL_AMAZON_TRANSCRIBE."
        ),
    )
    TRANSCRIBER_REFUSED = (
        FailureClass.CONFIG,
        (
            "Amazon Transcribe refuses the request in the words of the message: mostly the role "
            "lacks a right, or the bucket lies in another region."
        ),
    )
    TRANSCRIBER_UNAVAILABLE = (
        FailureClass.TRANSIENT,
        "Amazon Transcribe does not answer, or has too much to do. Check the network.",
    )
    OUTPUT_KEY_UNSUPPORTED = (
        FailureClass.CONFIG,
        (
            "Amazon Transcribe writes to keys of A-Z, a-z, 0-9 and -_.!*'()/ alone. Choose such an "
            "`outputKey`, or the engine WHISPER."
        ),
    )
    TRANSCRIBE_FAILED = (
        FailureClass.TRANSIENT,
        "The transcriber stopped with an error. The message or the log has its words.",
    )
    LANGUAGE_UNSUPPORTED = (
        FailureClass.INPUT,
        (
            "The transcriber does not know that language. Leave `language` out, take the other "
            "engine, or let the operator install a model for many languages."
        ),
    )
    TOOL_OUTDATED = (
        FailureClass.CONFIG,
        (
            "FFmpeg before 8.1.3 has known holes. Install the runner's requirements, or name "
            "a newer program in REELMILL_FFMPEG."
        ),
    )

    @property
    def failure(self) -> FailureClass:
        """What the failure means for a retry."""
        return self.value[0]

    @property
    def hint(self) -> str:
        """What to do about it, in one or two sentences."""
        return self.value[1]


class RunnerError(Exception):
    """The task failed for a reason that has a code.

    `message` says what happened in this case; `log` is for engineers: a command, a stderr tail.
    """

    def __init__(self, code: Code, message: str, *, log: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.log = log

    def __str__(self) -> str:
        return f"{self.code.name}: {self.message}"


class Stopped(Exception):  # noqa: N818 - not an error: somebody else decided
    """The API said stop: the job was canceled, or a newer claim of the task exists."""
