"""The parameters of front one, drawn once for each draw."""

from __future__ import annotations

import zlib
from collections.abc import Mapping

import numpy as np

from twofronts.errors import Problem, ScenarioError
from twofronts.kernels.rng import uniform
from twofronts.kernels.types_epidemic import PAR, PAR_FIELDS, STREAM_PARAMETER
from twofronts.parameters import Parameters

# Field of the kernel's record, key of the parameter
KEYS: dict[str, str] = {
    "transmission": "transmission.per_contact",
    "home_weight": "transmission.home_weight",
    "k": "transmission.k",
    "within_compound": "transmission.within_compound",
    "across_site": "transmission.across_site",
    "mask_effect": "transmission.mask_effect",
    "incubation_meanlog": "incubation.meanlog",
    "incubation_sdlog": "incubation.sdlog",
    "profile_shape": "infectiousness.shape",
    "profile_mean": "infectiousness.mean",
    "asymptomatic_share": "asymptomatic.share",
    "asymptomatic_infectiousness": "asymptomatic.infectiousness",
    "child_susceptibility": "susceptibility.child",
    "elder_susceptibility": "susceptibility.elder",
    "seek_share": "care.seek_share",
    "care_scale": "care.delay_scale",
    "care_shape": "care.delay_shape",
    "test_delay": "tests.delay",
    "sensitivity": "tests.sensitivity",
    "detectable_after": "tests.detectable_after",
    "background_tests": "tests.background_per_million",
    "report_delay": "reports.delay",
    "death_report_delay": "reports.death_delay",
    "trace_home": "tracing.home",
    "trace_team": "tracing.team",
    "trace_community": "tracing.community",
    "trace_source": "tracing.source",
    "trace_kin": "tracing.kin",
    "named_contacts": "tracing.named_contacts",
    "contacts_per_tracer": "tracing.contacts_per_tracer",
    "quarantine_days": "quarantine.days",
    "held_test_share": "quarantine.test_share",
    "severe_delay": "severity.delay",
    "critical_share": "severity.critical_share",
    "icu_delay": "care.icu_delay",
    "death_delay": "care.death_delay",
    "stay_days": "care.stay_days",
    "no_bed_factor": "severity.no_bed_factor",
    "no_icu_factor": "severity.no_icu_factor",
    "severe_scale": "severity.scale",
    "prevalence_scale": "arrivals.prevalence_scale",
    "at_work": "arrivals.at_work",
    "companions": "arrivals.companions",
    "caution": "behaviour.caution",
    "caution_half_life": "behaviour.half_life",
}


def draw_epidemic(
    parameters: Parameters,
    *,
    draws: int,
    seed: int,
    population: float,
    central: bool = False,
    fitted: Mapping[str, np.ndarray] | None = None,
) -> np.ndarray:
    """Draw the parameters of front one from their ranges, those calibrated together as they go.

    Parameters
    ----------
    parameters : Parameters
    draws : int
        How many; the first of many are the same as those of few.
    seed : int
    population : float
        Residents, to turn rates per million into numbers. [persons]
    central : bool
        Give every draw the parameters' own values instead.
    fitted : mapping of str to float64[draw], optional
        Values by key that a fit has found; they go before the ranges.

    Returns
    -------
    PAR[draw]
        Record array, one record for each draw.

    Raises
    ------
    ScenarioError
        If a fitted value is out of its parameter's bounds or has another number of draws.
    """
    table = np.zeros(draws, dtype=PAR).view(np.recarray)
    given = dict(fitted or {})
    luck = {} if central else _luck(parameters, draws, seed)
    for field in PAR_FIELDS:
        key = KEYS[field]
        parameter = parameters[key]
        if key in given:
            table[field] = _checked(key, given.pop(key), parameter.bounds, draws)
        elif central:
            table[field] = parameter.value
        else:
            table[field] = parameter.draw(luck[key])
    if given:
        raise ScenarioError(
            Problem(
                what=f"a fitted state names {', '.join(sorted(given))}",
                why="front one has no parameter of that name",
                remedy="use keys of data/parameters/epidemic.toml or calibrated.toml",
            )
        )
    table["background_tests"] *= population / 1e6
    return table


def _luck(parameters: Parameters, draws: int, seed: int) -> dict[str, np.ndarray]:
    """Return the uniforms of every parameter; those calibrated together go together."""
    luck = {}
    for key in KEYS.values():
        name = zlib.crc32(key.encode())
        u = [uniform(seed, STREAM_PARAMETER, w, name) for w in range(draws)]
        luck[key] = np.array(u, dtype=np.float64)
    tied = parameters.correlation
    return luck if tied is None or not draws else luck | tied.tie(luck)


def _checked(key: str, values: np.ndarray, bounds: tuple[float, float], draws: int) -> np.ndarray:
    values = np.asarray(values, dtype=np.float64)
    if values.shape != (draws,):
        raise ScenarioError(
            Problem(
                what=f"{key} has {values.size} fitted values for {draws} draws",
                why="a fitted state gives each draw a value of its own",
                remedy=f"give an array of {draws}, or run {values.size} draws",
            )
        )
    if not (
        np.isfinite(values).all() and (values >= bounds[0]).all() and (values <= bounds[1]).all()
    ):
        raise ScenarioError(
            Problem(
                what=f"a fitted value of {key} is out of bounds",
                why=f"it must lie between {bounds[0]:g} and {bounds[1]:g}",
                remedy="repeat the fit inside the bounds",
            )
        )
    return values
