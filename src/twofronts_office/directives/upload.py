"""A directive that comes as a file: its text, or a plain reason why it is not read."""

from __future__ import annotations

import re

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from twofronts_office.common.domain.attachments import check_office_zip

FILE_LIMIT = 2 * 1024 * 1024  # bytes; a text of the longest directive has a hundredth of it
MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_COMMON = re.compile("[的一是在不了有人和要为以市对会企业各工作这這国國会會业業发發实實应應对對]")


def text_of(file) -> str:
    """The text of an uploaded file.

    Raises
    ------
    ValidationError
        Saying what is wrong with the file, why, and what to do instead.
    """
    kind = file.name.rsplit(".", 1)[-1].lower() if "." in file.name else ""
    if kind == "pdf":
        raise ValidationError(
            _("A PDF is not read here: its text has no sure order. Open it and paste its text.")
        )
    if kind not in ("txt", "html", "htm", "docx"):
        raise ValidationError(
            _("Only TXT, HTML and DOCX files are read. Copy the text out of the file and paste it.")
        )
    if file.size > FILE_LIMIT:
        raise ValidationError(
            _("The file is larger than 2 MB: no directive's text is. Paste the part that matters.")
        )
    return _docx(file) if kind == "docx" else _decoded(file.read())


def _decoded(raw: bytes) -> str:
    for mark, name in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if raw.startswith(mark):
            return _strict(raw, name)
    if b"\x00" in raw or sum(b < 9 or 13 < b < 27 for b in raw) > len(raw) * 0.01:
        raise ValidationError(_not_text())
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    options = []
    for name in ("gb18030", "big5"):
        try:
            text = raw.decode(name)
        except UnicodeDecodeError:
            continue
        options.append((len(_COMMON.findall(text)) / max(1, len(text)), text))
    # the script in which more common characters appear is the one it was written in
    share, text = max(options, default=(0.0, ""))
    if share < 0.01:
        raise ValidationError(_not_text())
    return text


def _strict(raw: bytes, name: str) -> str:
    try:
        return raw.decode(name)
    except UnicodeDecodeError as error:
        raise ValidationError(_not_text()) from error


def _not_text() -> str:
    return _(
        "The file is not a text in UTF-8, UTF-16, GB18030 or Big5, or it is damaged. Save it as "
        "UTF-8 text, or paste its text."
    )


def _docx(file) -> str:
    check_office_zip(file, part="word/document.xml")
    import zipfile  # checked above

    with zipfile.ZipFile(file) as package:
        data = package.read("word/document.xml")
    try:
        root = ElementTree.fromstring(data)
    except (ElementTree.ParseError, DefusedXmlException, ValueError) as error:
        raise ValidationError(_("The file is damaged or is not what its name says.")) from error
    lines = []
    for paragraph in root.iter(f"{_WORD}p"):
        parts = []
        for node in paragraph.iter():
            if node.tag == f"{_WORD}t":
                parts.append(node.text or "")
            elif node.tag in (f"{_WORD}tab", f"{_WORD}br"):
                parts.append(" ")
        lines.append("".join(parts))
    return "\n".join(lines)
