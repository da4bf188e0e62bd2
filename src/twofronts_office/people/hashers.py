"""How passwords are stored."""

from __future__ import annotations

from django.contrib.auth import hashers


class Argon2(hashers.Argon2PasswordHasher):
    """Argon2id with 19 MiB, two passes and one lane, as OWASP's password storage sheet sets it.

    Django's own 100 MiB and eight lanes made a morning's sign-ins stop everybody else: a worker of
    four threads held 400 MiB more and kept all cores busy.
    """

    memory_cost = 19 * 1024  # KiB
    time_cost = 2
    parallelism = 1
