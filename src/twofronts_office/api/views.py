"""The API of the registers: the same scope, permissions, forms and verbs as the pages."""

from __future__ import annotations

from functools import cache

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from twofronts_office.common.access import access_of
from twofronts_office.common.domain.audit import note_personal_read
from twofronts_office.common.domain.records import save_version
from twofronts_office.common.filters import filterset_for
from twofronts_office.common.forms import form_class
from twofronts_office.common.register import REGISTERS, Register, mask
from twofronts_office.common.scope import office_scope, scopes_disabled

HIDDEN = {"token", "once", "password"}


def output_names(entry: Register) -> list[str]:
    return [
        f.name
        for f in entry.model._meta.concrete_fields
        if f.name not in HIDDEN and not isinstance(f, models.FileField)
    ]


@cache
def serializer_for(slug: str) -> type[serializers.ModelSerializer]:
    """What the API shows of a row: plain values, personal ones masked unless read in clear."""
    entry = REGISTERS[slug]

    def to_representation(self, obj):
        data = super(type(self), self).to_representation(obj)
        if entry.personal and not self.context.get("clear"):
            for name in entry.personal & data.keys():
                data[name] = mask(data[name])
        return data

    names = output_names(entry)
    meta = type("Meta", (), {"model": entry.model, "fields": names, "read_only_fields": names})
    with scopes_disabled():
        made = type(
            f"{entry.model.__name__}Serializer",
            (serializers.ModelSerializer,),
            {"Meta": meta, "to_representation": to_representation},
        )
        return made


_KINDS = [
    (forms.BooleanField, serializers.BooleanField),
    (forms.IntegerField, serializers.IntegerField),
    (forms.DateTimeField, serializers.DateTimeField),
    (forms.DateField, serializers.DateField),
]


def _plain_field(f: forms.Field) -> serializers.Field:
    kind = serializers.CharField
    extra = {}
    if isinstance(f, forms.FloatField) and not isinstance(f, forms.DecimalField):
        kind = serializers.FloatField
    elif not isinstance(f, forms.DecimalField):
        kind = next((s for k, s in _KINDS if isinstance(f, k)), serializers.CharField)
    if kind is serializers.CharField:
        extra = {"allow_blank": not f.required}
    return kind(
        required=f.required and kind is not serializers.BooleanField,
        allow_null=not f.required,
        help_text=str(f.help_text or f.label or ""),
        **extra,
    )


@cache
def input_for(slug: str) -> type[serializers.Serializer]:
    """What the API takes: the fields of the register's form, checked by that form."""
    entry = REGISTERS[slug]
    with scopes_disabled():
        made = form_class(entry).base_fields
        members = {name: _plain_field(made[name]) for name in entry.fields}
    members["version"] = serializers.IntegerField(
        required=False, help_text="The version that was read; needed to change a row."
    )
    return type(f"{entry.model.__name__}Input", (serializers.Serializer,), members)


def verb_input(entry: Register, verb) -> type[serializers.Serializer] | None:
    if verb.form is None:
        return None
    with scopes_disabled():
        made = verb.form().fields
    members = {n: _plain_field(f) for n, f in made.items() if not isinstance(f, forms.FileField)}
    name = f"{entry.model.__name__}{verb.key.title().replace('-', '')}Input"
    return type(name, (serializers.Serializer,), members)


class Scoped:
    """Opens the scope after authentication, so that token calls are scoped like the rest."""

    entry: Register

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)

    def dispatch(self, request, *args, **kwargs):
        # Authentication happens inside; the scope is entered by `perform_authentication`.
        self._scope = None
        try:
            return super().dispatch(request, *args, **kwargs)
        finally:
            if self._scope is not None:
                self._scope.__exit__(None, None, None)

    def perform_authentication(self, request):
        super().perform_authentication(request)
        access = access_of(request.user)
        self._scope = office_scope(access)
        self._scope.__enter__()


class RegisterViewSet(
    Scoped,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    viewsets.GenericViewSet,
):
    verb = None
    http_method_names = ["get", "post", "put", "head", "options"]

    def get_serializer_class(self):
        return serializer_for(self.entry.slug)

    def get_queryset(self):
        if getattr(self, "swagger_fake_view", False):
            return self.entry.model._base_manager.none()
        return self.entry.rows()

    @property
    def filterset_class(self):
        return filterset_for(self.entry.slug)

    def retrieve(self, request, *args, **kwargs):
        obj = self.get_object()
        access = access_of(request.user)
        clear = bool(self.entry.personal) and self.entry.may_read(obj, access)
        if clear:
            note_personal_read(user=request.user, entry=self.entry, obj=obj, why="api")
        return Response(self.shown(obj, clear=clear))

    def shown(self, obj, *, clear=False):
        context = self.get_serializer_context() | {"clear": clear}
        return serializer_for(self.entry.slug)(obj, context=context).data

    def form_of(self, request, obj=None):
        if not isinstance(request.data, dict):
            raise ValidationError({"detail": ["A JSON object is expected."]})
        data = {k: _flat(v) for k, v in request.data.items()}
        unknown = set(data) - set(self.entry.fields) - {"version"}
        if unknown:
            raise ValidationError({k: ["Unknown field."] for k in sorted(unknown)})
        form = form_class(self.entry)(
            data, instance=obj, entry=self.entry, access=access_of(request.user), user=request.user
        )
        if not form.is_valid():
            raise ValidationError(form.errors.get_json_data())
        return form

    def create(self, request, *args, **kwargs):
        form = self.form_of(request)
        with transaction.atomic():
            self.check(form, "add", request)
            obj = self.entry.create(form, request.user) if self.entry.create else form.save()
        return Response(self.shown(obj, clear=True), status=201)

    def update(self, request, *args, **kwargs):
        obj = self.get_object()
        form = self.form_of(request, obj)
        with transaction.atomic():
            self.check(form, "change", request)
            changed = form.save(commit=False)
            save_version(obj=changed, version=form.cleaned_data.get("version") or 0)
            if self.entry.settle:
                self.entry.settle([changed], request.user)
        return Response(self.shown(changed, clear=True))

    def check(self, form, action, request):
        if not access_of(request.user).may(self.entry.label, action, form.instance):
            raise PermissionDenied

    def act(self, request, *args, **kwargs):
        """Do one business verb."""
        obj = self.get_object()
        data = {}
        if self.verb.form is not None:
            if not isinstance(request.data, dict):
                raise ValidationError({"detail": ["A JSON object is expected."]})
            form = self.verb.form({k: _flat(v) for k, v in request.data.items()})
            if not form.is_valid():
                raise ValidationError(form.errors.get_json_data())
            data = form.cleaned_data
        if not self.verb.offered(obj):
            return Response({"detail": "Not possible in its present state."}, status=409)
        with transaction.atomic():
            self.verb.apply(obj, request.user, data)
        obj = self.entry.model._base_manager.get(pk=obj.pk)
        return Response(self.shown(obj))


def _flat(value):
    """A JSON value as a form takes it."""
    if value is None or value is False:
        return "" if value is None else False
    if isinstance(value, list | dict):
        raise ValidationError({"detail": ["Nested values are not expected."]})
    if isinstance(value, str) and "\x00" in value:
        raise ValidationError({"detail": ["Null characters are not allowed."]})
    return value


PK = OpenApiParameter("id", OpenApiTypes.STR, OpenApiParameter.PATH)
ERROR = OpenApiResponse(OpenApiTypes.OBJECT, description="Refused, with the reason.")
REFUSALS = {400: ERROR, 401: ERROR, 403: ERROR, 404: ERROR, 409: ERROR, 429: ERROR}


def viewset_for(entry: Register) -> type[RegisterViewSet]:
    """The viewset class of one register, with its schema."""
    shown, taken = serializer_for(entry.slug), input_for(entry.slug) if entry.fields else None
    tag = {"tags": [entry.slug]}
    made = type(f"{entry.model.__name__}ViewSet", (RegisterViewSet,), {"entry": entry})
    made.list = extend_schema(responses={200: shown(many=True), **REFUSALS}, **tag)(
        _copy(made.list)
    )
    made.retrieve = extend_schema(responses={200: shown, **REFUSALS}, **tag)(_copy(made.retrieve))
    if taken is not None:
        made.create = extend_schema(request=taken, responses={201: shown, **REFUSALS}, **tag)(
            _copy(made.create)
        )
        made.update = extend_schema(request=taken, responses={200: shown, **REFUSALS}, **tag)(
            _copy(made.update)
        )
    return made


def verb_view(entry: Register, verb):
    """The view of one verb of one register."""
    name = f"{entry.model.__name__}{verb.key.title().replace('-', '')}"
    made = type(name, (RegisterViewSet,), {"entry": entry, "verb": verb})
    made.act = extend_schema(
        request=verb_input(entry, verb),
        responses={200: serializer_for(entry.slug), **REFUSALS},
        operation_id=f"{entry.slug}_{verb.key}".replace("-", "_"),
        tags=[entry.slug],
    )(_copy(made.act))
    return made.as_view({"post": "act"})


def _copy(function):
    """A function of the class's own, so that each register's schema is its own."""

    def own(self, request, *args, **kwargs):
        return function(self, request, *args, **kwargs)

    own.__name__, own.__doc__ = function.__name__, function.__doc__
    return own
