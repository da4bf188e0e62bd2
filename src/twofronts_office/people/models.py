"""Accounts, and the roles that people hold over areas (several each, each with an end)."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from twofronts_office.common.access import Access, Grant
from twofronts_office.common.choices import Role
from twofronts_office.common.models import Record


class User(AbstractUser):
    full_name = models.CharField(_("name"), max_length=80, blank=True)
    phone = models.CharField(_("telephone"), max_length=30, blank=True)
    language = models.CharField(
        _("language"),
        max_length=10,
        default="zh-hans",
        choices=[("zh-hans", "简体中文"), ("en", "English")],
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    history = HistoricalRecords(excluded_fields=["password", "last_login"])

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["username"]

    def __str__(self) -> str:
        return self.full_name or self.username

    def read_access(self) -> Access:
        """The roles in force today."""
        if not self.is_active:
            return Access(user_id=self.pk)
        today = timezone.localdate()
        rows = RoleGrant._base_manager.filter(
            Q(until=None) | Q(until__gte=today), user_id=self.pk, since__lte=today
        ).select_related("area")
        return Access(
            user_id=self.pk,
            grants=tuple(Grant(g.role, g.area.prefix, g.enterprise_id) for g in rows),
        )


class RoleGrant(Record):
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="grants", verbose_name=_("account")
    )
    role = models.CharField(_("role"), max_length=12, choices=Role)
    enterprise = models.ForeignKey(
        "enterprises.Enterprise",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("enterprise"),
    )
    since = models.DateField(_("from"), default=timezone.localdate)
    until = models.DateField(_("until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("role held")
        verbose_name_plural = _("roles held")
        ordering = ["user_id", "pk"]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.area}"

    def clean(self):
        from django.core.exceptions import ValidationError

        if (self.role == Role.ENTERPRISE) != bool(self.enterprise_id):
            raise ValidationError(
                {"enterprise": _("An enterprise's role names its enterprise, and no other does.")}
            )
        placed = self.enterprise_id and self.area_id
        if placed and not self.enterprise.area_id.startswith(self.area.prefix):
            raise ValidationError(
                {"enterprise": _("The enterprise does not lie in the area of the role.")}
            )
        if self.until and self.until < self.since:
            raise ValidationError({"until": _("The end lies before the beginning.")})
