"""Errors in plain words."""

from __future__ import annotations

from django.shortcuts import render


def csrf_failure(request, reason=""):
    return render(request, "403_csrf.html", status=403)
