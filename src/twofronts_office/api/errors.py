"""Refusals of the domain as answers of the API."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from twofronts_office.common.domain.records import EditConflict, Refused


def handler(error, context):
    if isinstance(error, EditConflict):
        return Response({"detail": str(error), "version": error.current.version}, status=409)
    if isinstance(error, Refused):
        return Response({"detail": str(error)}, status=409)
    if isinstance(error, ValidationError):
        error = exceptions.ValidationError({"detail": error.messages})
    if isinstance(error, IntegrityError):
        return Response({"detail": "There is already such an entry."}, status=409)
    return exception_handler(error, context)
