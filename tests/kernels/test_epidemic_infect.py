"""What measures leave of contacts, and how far that hangs on firms that keep the standard."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from twofronts.kernels import types_epidemic as t
from twofronts.kernels.epidemic_infect import set_contacts
from twofronts.kernels.types import COMMUNITY, HOME, KIN, N_MET, SCHOOL, WORK

N_FX = 1 + max(t.FX_MASK, t.FX_HOME, t.FX_WORK, t.FX_SCHOOL, t.FX_COMMUNITY, t.FX_LEAK)


def contacts(compliance, **effects):
    """Contacts left in two districts and in one site of the second that has its own levels."""
    table = np.ones((3, N_FX))
    table[:, t.FX_MASK] = 0.0
    for name, value in effects.items():
        table[:, getattr(t, name)] = value
    world = SimpleNamespace(
        fx=np.arange(N_FX), population=np.ones(2), row_district=np.array([1], dtype=np.int32)
    )
    scratch = SimpleNamespace(effects=table, contacts=np.zeros((3, N_MET + 1)), cautious=np.ones(1))
    memory = SimpleNamespace(
        scratch=scratch, labour=SimpleNamespace(compliance=np.asarray(compliance))
    )
    par = SimpleNamespace(mask_effect=0.3, home_weight=1.0)
    plain = getattr(set_contacts, "py_func", set_contacts)
    plain(SimpleNamespace(world=world), memory, par)
    return scratch.contacts


def test_the_standard_counts_in_the_firms_that_keep_it_and_only_at_work():
    all_keep, some = contacts([1.0, 1.0], FX_WORK=0.5), contacts([1.0, 0.6], FX_WORK=0.5)
    assert all_keep[:, WORK] == pytest.approx([0.5, 0.5, 0.5])
    # a site with levels of its own follows the district it lies in
    assert some[:, WORK] == pytest.approx([0.5, 0.7, 0.7])
    for setting in (HOME, SCHOOL, COMMUNITY, KIN):
        assert np.array_equal(some[:, setting], all_keep[:, setting])


def test_without_a_standard_compliance_is_no_matter_and_masks_count_for_all():
    assert np.array_equal(contacts([0.2, 0.9], FX_MASK=0.8), contacts([1.0, 1.0], FX_MASK=0.8))
    assert contacts([0.2, 0.9], FX_MASK=0.8)[0, WORK] == pytest.approx(1 - 0.3 * 0.8)
