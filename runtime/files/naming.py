"""What an uploaded file is called and what it is: never what its sender claims."""

import unicodedata

MAX_NAME = 120
PICTURES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}
_TYPES = {
    "pdf": "application/pdf",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "csv": "text/csv",
    "txt": "text/plain",
    "zip": "application/zip",
    "mp4": "video/mp4",
    "mp3": "audio/mpeg",
}


def cleaned(name: str) -> str:
    """A name fit to be shown and saved under: no folders, no control or direction marks, at most 120 characters."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(char for char in unicodedata.normalize("NFC", last) if unicodedata.category(char)[0] != "C")
    kept = "".join("_" if char in '<>:"|?*' else char for char in kept).strip(" .")
    if len(kept) <= MAX_NAME:
        return kept or "file"
    stem, dot, ending = kept.rpartition(".")
    return f"{stem[: MAX_NAME - 1 - len(ending)]}.{ending}" if dot and len(ending) <= 10 else kept[:MAX_NAME]


def picture(head: bytes) -> str | None:
    """The media type of a picture by its first bytes; None for everything else, SVG included."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for start, kind in PICTURES.items() if head.startswith(start)), None)


def media_type(name: str, head: bytes) -> str:
    """The media type to tell: a picture's by its bytes, a known document's by its ending, else plain bytes."""
    return picture(head) or _TYPES.get(name.rpartition(".")[2].lower(), "application/octet-stream")
