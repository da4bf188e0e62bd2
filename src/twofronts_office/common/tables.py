"""Reading a hostile table: CSV or XLSX into text cells, or a sentence that says why not."""

from __future__ import annotations

import csv as plain_csv
import io
import re
import zipfile
from datetime import time

import tablib
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from openpyxl import load_workbook

from twofronts_office.common.domain.attachments import check_office_zip

MAX_CELL = 5000
MAX_COLUMNS = 100
MAX_DIGITS = 15  # of a number in a worksheet
SHEET_ERRORS = {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"}


class Unreadable(Exception):
    """The file cannot be read as a table: the message says why, in the user's language."""


def read_table(file, name: str) -> tablib.Dataset:
    """Read CSV (UTF-8, or GB 18030 as Chinese spreadsheets write it) or XLSX into text cells."""
    if name.lower().endswith(".xlsx"):
        rows = _xlsx_rows(file)
    elif name.lower().endswith(".csv"):
        rows = _csv_rows(file.read())
    else:
        raise Unreadable(_("Only CSV and XLSX tables are read."))
    head = [h.strip() for h in next(rows, [])]
    while head and not head[-1]:  # a sheet is wider than its table
        head.pop()
    if not head:
        raise Unreadable(_("The table is empty."))
    if len(set(head)) != len(head):
        raise Unreadable(_("Two columns have the same name."))
    data = tablib.Dataset(headers=head)
    for number, row in enumerate(rows, 2):
        if number > settings.IMPORT_LIMIT_ROWS + 1:
            raise Unreadable(_("The table has more than %s rows.") % settings.IMPORT_LIMIT_ROWS)
        if not any(row):
            continue
        if len(row) > len(head) and any(row[len(head) :]):
            raise Unreadable(_("Row %s has more cells than the heading.") % number)
        if any(len(c) > MAX_CELL for c in row):
            raise Unreadable(_("Row %s has a cell of more than 5,000 characters.") % number)
        wrong = SHEET_ERRORS.intersection(row)
        if wrong:
            raise Unreadable(
                _("Row %(row)s: “%(cell)s” is a spreadsheet's error and not a value.")
                % {"row": number, "cell": min(wrong)}
            )
        data.append((row + [""] * len(head))[: len(head)])
    return data


def _csv_rows(raw: bytes):
    if b"\x00" in raw:
        raise Unreadable(_("The file is damaged or is not what its name says."))
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise Unreadable(_("The file's encoding is neither UTF-8 nor GB 18030."))
    try:
        for row in plain_csv.reader(io.StringIO(text, newline="")):
            yield [_unquote(c) for c in row]
    except plain_csv.Error as error:
        raise Unreadable(_("Not a CSV table: %s") % error) from error


def _xlsx_rows(file):
    try:
        check_office_zip(file, part="xl/workbook.xml")
    except ValidationError as error:
        raise Unreadable(error.messages[0]) from error
    try:
        _check_formulas(file)
        for row in _sheet(file, data_only=True).iter_rows(values_only=True, max_col=MAX_COLUMNS):
            yield [_unquote(_text(v)) for v in row]
    except Unreadable:
        raise
    except Exception as error:  # the parser raises many kinds on hostile files
        raise Unreadable(_("The file is damaged or is not what its name says.")) from error


def _sheet(file, *, data_only: bool):
    file.seek(0)
    sheet = load_workbook(file, read_only=True, data_only=data_only).worksheets[0]
    sheet.reset_dimensions()  # what the file says of its size may be wrong: rows would be left out
    return sheet


def _check_formulas(file) -> None:
    """Refuse formulas without a kept result: they would be read as empty cells."""
    if not _holds_formulas(file):
        return
    both = zip(
        _sheet(file, data_only=False).iter_rows(max_col=MAX_COLUMNS),
        _sheet(file, data_only=True).iter_rows(values_only=True, max_col=MAX_COLUMNS),
        strict=True,
    )
    for number, (cells, values) in enumerate(both, 1):
        for cell, value in zip(cells, values, strict=True):
            if value is None and getattr(cell, "data_type", "") == "f":
                raise Unreadable(
                    _("Row %(row)s, cell %(cell)s: a formula whose result the file does not hold.")
                    % {"row": number, "cell": cell.coordinate}
                )


def _holds_formulas(file) -> bool:
    with zipfile.ZipFile(file) as package:
        for name in package.namelist():
            if not name.startswith("xl/worksheets/") or not name.endswith(".xml"):
                continue
            tail = b""
            with package.open(name) as part:
                while chunk := part.read(1 << 20):
                    if re.search(rb"<f[ />]", tail + chunk):
                        return True
                    tail = chunk[-3:]
    return False


def _text(value) -> str:
    if value is None:
        return ""
    if isinstance(value, int | float) and abs(value) >= 10**MAX_DIGITS:
        raise Unreadable(
            _("A number of more than 15 digits: a worksheet keeps only 15. Write it as text.")
        )
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if hasattr(value, "date") and callable(value.date):
        midnight = value.time() == time(0, 0)
        return value.date().isoformat() if midnight else value.isoformat(" ", "minutes")
    return str(value).strip()


def _unquote(text: str) -> str:
    """Take off the mark that our own export puts before a formula-like text."""
    text = text.strip()
    return text[1:] if len(text) > 1 and text[0] == "'" and text[1] in "=+-@|%" else text
