import importlib
import pkgutil

import numpy as np
import pytest

import twofronts
from twofronts import variables


def load_rooms() -> None:
    for info in pkgutil.iter_modules(twofronts.__path__):
        if info.ispkg:
            name = f"twofronts.{info.name}.variables"
            if importlib.util.find_spec(name):
                importlib.import_module(name)


def test_every_declaration_is_complete():
    load_rooms()
    assert variables.VARIABLES
    for v in variables.VARIABLES.values():
        assert v.doc.endswith("."), v.name
        assert v.unit, v.name
        assert np.dtype(v.dtype), v.name
        assert v.name_zh, v.name


def test_what_is_not_declared_does_not_leave():
    with pytest.raises(ValueError, match="not declared"):
        variables.dataset({"true_nonsense": np.zeros(3)}, {})


def test_dims_must_be_those_declared(monkeypatch):
    monkeypatch.setattr(variables, "VARIABLES", {})
    variables.declare("true_x", ("draw", "day"), "int32", "persons", "sum", "sum", "X.", "某")
    with pytest.raises(ValueError, match="has 1 dims"):
        variables.dataset({"true_x": np.zeros(3)}, {})
    data = variables.dataset({"true_x": np.zeros((2, 3))}, {"day": [0, 1, 2]})
    assert data.true_x.dims == ("draw", "day")
    assert data.true_x.attrs["units"] == "persons"
    with pytest.raises(ValueError, match="twice"):
        variables.declare("true_x", ("draw",), "int32", "persons", "sum", "sum", "X.")
    with pytest.raises(ValueError, match="unknown dims"):
        variables.declare("true_y", ("colour",), "int32", "persons", "sum", "sum", "Y.")
