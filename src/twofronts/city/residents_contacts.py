"""Contacts on an ordinary day, by age and setting, as they follow from who the residents are.

A contact at home is with a member of the household, or with kin and floor mates from outside it; at
work with somebody of the same enterprise, at school of the same school, in the community with
anybody. People who do not have a setting (no job, no school) have no contacts there: that, and not
a fitted curve, makes the pattern by age.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from twofronts.city.residents_threads import on_threads
from twofronts.kernels.residents_attach import count_ties
from twofronts.kernels.types import COMMUNITY, HOME, N_SETTING, SCHOOL, WORK, ResidentArrays
from twofronts.parameters import Parameters

if TYPE_CHECKING:
    from twofronts.city.residents import Residents

SETTINGS = ("home", "work", "school", "community")
STAGES = ("kindergarten", "primary", "secondary", "tertiary")
AGE_GROUPS = tuple(f"{a}-{a + 4}" for a in range(0, 75, 5)) + ("75+",)
N_TIES = 9


def ties_by_age(arrays: ResidentArrays, school_stage: np.ndarray, threads: int) -> np.ndarray:
    """Count by age what contacts follow from; see ``kernels.residents_attach.count_ties``.

    Parameters
    ----------
    arrays : ResidentArrays
    school_stage : int8[s]
        -1 for workplaces.
    threads : int

    Returns
    -------
    int64[9, 86]
        [persons]
    """
    kind = (school_stage[arrays.group_site] + 1).astype(np.int8)
    cuts = np.linspace(0, arrays.household_start.size - 1, threads + 1).astype(int)
    parts = np.zeros((threads, N_TIES, 86), np.int64)

    def step(k: int) -> None:
        count_ties(
            (int(cuts[k]), int(cuts[k + 1])),
            arrays.household_start,
            arrays.age,
            arrays.flags,
            arrays.group,
            kind,
            parts[k],
        )

    on_threads(step, range(threads), threads)
    return parts.sum(0)


def contacts_by_age(ties: np.ndarray, parameters: Parameters) -> np.ndarray:
    """Return all contacts of the residents of each age, float64[86, setting]. [1/d]

    Parameters
    ----------
    ties : int64[9, 86]
        From ``ties_by_age``.
    parameters : Parameters
    """
    value = parameters.value
    out = np.zeros((ties.shape[1], N_SETTING))
    out[:, HOME] = value("contacts.home_member") * (ties[1] + ties[3])
    out[:, HOME] += value("contacts.kin") * ties[0] + value("contacts.floor") * ties[2]
    out[:, WORK] = value("contacts.work") * ties[4]
    for s, stage in enumerate(STAGES):
        out[:, SCHOOL] += value(f"contacts.school_{stage}") * ties[5 + s]
    out[:, COMMUNITY] = value("contacts.community") * (ties[0] + ties[2])
    return out


def contact_rates(ties: np.ndarray, parameters: Parameters) -> tuple[np.ndarray, float]:
    """Return contacts a day of those who have a setting, and the share of kin at home.

    Parameters
    ----------
    ties : int64[9, 86]
    parameters : Parameters

    Returns
    -------
    float64[86, setting]
        [1/d]
    float
        Of all contacts at home, the share with people of other households.
    """
    total = contacts_by_age(ties, parameters)
    people = ties[0] + ties[2]
    has = np.stack([people, ties[4], ties[5:].sum(0), people], axis=1)
    rate = np.divide(total, has, out=np.zeros_like(total), where=has > 0)
    inside = parameters.value("contacts.home_member") * float((ties[1] + ties[3]).sum())
    home = float(total[:, HOME].sum())
    return rate, (1.0 - inside / home if home > 0 else 0.0)


def contact_table(residents: Residents) -> pd.DataFrame:
    """Return contacts a day by age group and setting, on an ordinary day with nobody away.

    Each entry is an average over all residents of the age group, whether or not they have the
    setting; the last row averages over all residents.

    Parameters
    ----------
    residents : Residents

    Returns
    -------
    DataFrame
        Index: 16 age groups and "all"; columns: home, work, school, community, total. [1/d]
    """
    contacts = contacts_by_age(residents.ties, residents.parameters)
    people = residents.ties[0] + residents.ties[2]
    group = np.minimum(np.arange(people.size) // 5, len(AGE_GROUPS) - 1)
    rows = np.zeros((len(AGE_GROUPS) + 1, N_SETTING))
    for g in range(len(AGE_GROUPS)):
        here = group == g
        rows[g] = contacts[here].sum(0) / max(int(people[here].sum()), 1)
    rows[-1] = contacts.sum(0) / max(int(people.sum()), 1)
    table = pd.DataFrame(rows, index=[*AGE_GROUPS, "all"], columns=list(SETTINGS))
    table["total"] = table.sum(axis=1)
    return table
