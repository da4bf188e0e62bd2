"""Uploads: what a file says it is, is checked against what it holds."""

from __future__ import annotations

import hashlib
import re
import zipfile

import filetype
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from twofronts_office.common.models import Attachment

# extension -> what the first bytes must be
ACCEPTED = {
    "pdf": {"application/pdf"},
    "png": {"image/png"},
    "jpg": {"image/jpeg"},
    "jpeg": {"image/jpeg"},
    "docx": {
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/zip",
    },
    "xlsx": {
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/zip",
    },
}
PART = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
# (register, name of a file) -> the register that one must be able to view to have it
RESERVED: dict[tuple[str, str], str] = {}
MAX_UNPACKED = 200 * 1024 * 1024


def check_office_zip(file, *, part: str) -> None:
    """Refuse a package that lacks its main part or unpacks to far more than it weighs."""
    try:
        with zipfile.ZipFile(file) as package:
            infos = package.infolist()
            names = {i.filename for i in infos}
            total = sum(i.file_size for i in infos)
            packed = sum(i.compress_size for i in infos) or 1
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError) as error:
        raise ValidationError(_("The file is damaged or is not what its name says.")) from error
    finally:
        file.seek(0)
    if part not in names or len(infos) > 2000:
        raise ValidationError(_("The file is damaged or is not what its name says."))
    if total > MAX_UNPACKED or (total > 20 * 1024 * 1024 and total / packed > 120):
        raise ValidationError(_("The file unpacks to far more than it weighs, and was refused."))


def check_upload(file) -> tuple[str, str]:
    """Return (extension, mime type) of an acceptable file, or raise ValidationError."""
    if file.size > settings.UPLOAD_LIMIT:
        raise ValidationError(_("The file is larger than 10 MB."))
    extension = file.name.rsplit(".", 1)[-1].lower() if "." in file.name else ""
    if extension not in ACCEPTED:
        raise ValidationError(_("Only PDF, PNG, JPEG, DOCX and XLSX files are accepted."))
    head = file.read(4096)
    file.seek(0)
    guess = filetype.guess(head)
    if guess is None or guess.mime not in ACCEPTED[extension]:
        raise ValidationError(_("The file is damaged or is not what its name says."))
    if extension in PART:
        check_office_zip(file, part=PART[extension])
    return extension, guess.mime


def clean_name(name: str) -> str:
    """A file name without path, control characters or anything a header could trip over."""
    name = re.sub(r"[\x00-\x1f\x7f\"'\\/:*?<>|;]+", "_", name.replace("\\", "/").rsplit("/", 1)[-1])
    return name.strip(". ")[-120:] or "file"


def attach(*, obj, file, by=None) -> Attachment:
    extension, mime = check_upload(file)
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    name = clean_name(file.name)
    file.name = f"{digest.hexdigest()[:16]}.{extension}"
    return Attachment.objects.create(
        register=obj._meta.label_lower,
        object_id=obj.pk,
        name=name,
        kind=mime,
        size=file.size,
        sha256=digest.hexdigest(),
        file=file,
        by=by if getattr(by, "pk", None) else None,
    )


def keep(*, obj, name: str, data: bytes) -> Attachment:
    """Keep a file that the office made itself."""
    digest = hashlib.sha256(data).hexdigest()
    tail = name.rsplit(".", 1)[-1]
    row = Attachment(
        register=obj._meta.label_lower, object_id=obj.pk, name=clean_name(name),
        kind="application/octet-stream", size=len(data), sha256=digest,
    )  # fmt: skip
    row.file.save(f"{digest[:16]}.{tail}", ContentFile(data), save=False)
    row.save()
    return row


def attachments_of(obj):
    return Attachment.objects.filter(register=obj._meta.label_lower, object_id=obj.pk)


def readable(obj, *, access):
    """A row's files without those that ask for more than viewing the row."""
    rows = attachments_of(obj)
    for (register, name), label in RESERVED.items():
        if register == obj._meta.label_lower and not access.may(label, "view"):
            rows = rows.exclude(name=name)
    return rows
