"""Tables out: CSV and XLSX, row by row, with nothing that a spreadsheet would run."""

from __future__ import annotations

import io
import tempfile
from datetime import date, datetime

from defusedcsv import csv
from django.core.files import File
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from twofronts_office.common import clock
from twofronts_office.common.access import access_of
from twofronts_office.common.domain.security_log import record
from twofronts_office.common.filters import filterset_for
from twofronts_office.common.models import Job
from twofronts_office.common.register import Register, mask

CHUNK = 2000
FILLED_ROWS = 500  # of an empty table, marked as text
SHEET_ROWS = 1_048_576  # of a worksheet, its heading among them


class NotExported(Exception):
    """No file can be written of what was asked for: why, in the user's language."""


def chosen_rows(*, entry: Register, query: str):
    """Return the rows that a list's filters leave; a filter that cannot be read is refused."""
    found = filterset_for(entry.slug)(QueryDict(query), queryset=entry.rows())
    if not found.is_valid():
        name, problems = next(iter(found.form.errors.items()))
        label = found.form.fields[name].label or name
        raise NotExported(
            _("The filter “%(label)s” cannot be read: %(why)s Clear it, or choose another value.")
            % {"label": label, "why": " ".join(problems)}
        )
    return found.qs.order_by("pk")


def plain(value):
    """A value as a machine reads it again: codes, not names."""
    if value is None or isinstance(value, int | float):
        return int(value) if isinstance(value, bool) else value
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return value


def cell_of(entry: Register, obj, name: str, *, clear: bool):
    if name == "area":
        return obj.area_id
    value = entry.raw(obj, name)
    if name in entry.personal and not clear:
        return mask(value)
    if hasattr(value, "_meta"):
        key = entry.key_of(name)
        return str(getattr(value, key)) if key else str(value)
    return plain(value) if not isinstance(value, dict | list) else str(value)


def _rows(entry: Register, rows, access):
    for obj in rows.iterator(chunk_size=CHUNK):
        clear = bool(entry.personal) and entry.may_read(obj, access)
        yield [cell_of(entry, obj, name, clear=clear) for name in entry.exports]


def write_export(*, job: Job, entry: Register) -> int:
    """Write the job's file; returns the number of rows. Personal data only where it may be read."""
    access = access_of(job.owner)
    rows = chosen_rows(entry=entry, query=job.arguments.get("query", ""))
    kind = job.arguments.get("format", "csv")
    if kind == "xlsx" and rows.count() >= SHEET_ROWS:
        raise NotExported(
            _("A worksheet holds %s rows at most. Filter the list, or take it as CSV.") % SHEET_ROWS
        )
    suffix = f".{kind}"
    with tempfile.NamedTemporaryFile(suffix=suffix) as out:
        n = (_xlsx if kind == "xlsx" else _csv)(out.name, entry, _rows(entry, rows, access))
        out.flush()
        with open(out.name, "rb") as ready:
            job.output.save(f"{entry.slug}-{clock.today()}{suffix}", File(ready), save=False)
    Job.objects.filter(pk=job.pk).update(output=job.output.name)
    record(
        kind="export",
        actor=job.owner.get_username(),
        subject=entry.label,
        detail={"rows": n, "format": kind, "personal": bool(entry.personal)},
    )
    return n


def _csv(path: str, entry: Register, rows) -> int:
    n = 0
    with open(path, "w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(entry.exports)
        for row in rows:
            writer.writerow([guarded(v) if isinstance(v, str) else v for v in row])
            n += 1
    return n


def empty_table(entry: Register, kind: str, columns: list[list[str]]) -> bytes:
    """An empty table of a register to fill in; its cells are text, so that codes keep their digits.

    Parameters
    ----------
    columns : list of list of str
        Name of each column, and what a reader has to know of it.
    """
    names = [c[0] for c in columns]
    if kind == "csv":
        return ("\ufeff" + ",".join(names) + "\r\n").encode("utf-8")
    book = Workbook()
    sheet, about = book.active, book.create_sheet("about")
    sheet.title = entry.slug[:31]
    for i, name in enumerate(names, 1):
        sheet.cell(1, i, name)
        for row in range(1, FILLED_ROWS):
            sheet.cell(row, i).number_format = "@"
    for line in columns:
        about.append([guarded(text) for text in line])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def guarded(text: str) -> str:
    """Text without control characters, marked where a spreadsheet would take it for a formula."""
    clean = "".join(c for c in text if c >= " " or c == "\n").strip()[:32000]
    return "'" + clean if clean[:1] in ("=", "+", "-", "@", "|", "%") else clean


def _xlsx(path: str, entry: Register, rows) -> int:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(entry.slug[:31])
    sheet.append(list(entry.exports))
    n = 0
    for row in rows:
        sheet.append([_text_cell(sheet, v) if isinstance(v, str) else v for v in row])
        n += 1
    book.save(path)
    return n


def _text_cell(sheet, text: str):
    """Text that looks like a formula stays text."""
    clean = guarded(text)
    if not clean.startswith("'"):
        return clean
    cell = WriteOnlyCell(sheet, value=clean)
    cell.data_type = "s"
    return cell
