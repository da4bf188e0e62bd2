"""The arrays of the production kernel, and the numbers that name its parts.

k: users (and producers), region by region, ``k = region * n_sector + sector``; region 0 is the
city. i: inputs (sectors). r: regions of origin, q: regions of use; o: origins, the regions and then
the world abroad, which delivers whatever is ordered and let in. Money per day at normal prices
throughout, so goods and money are one and the same unit.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

# Production functions (Pichler 2022, section 2): which inputs stop a sector
LEONTIEF, STRONGLY_CRITICAL, HALF_CRITICAL, WEAKLY_CRITICAL, LINEAR = range(5)

# How an input is rated for a user; CHAIN_* only if it weighs at least the draw's chain share
NOT_CRITICAL, CHAIN_IMPORTANT, CHAIN_CRITICAL, IMPORTANT, CRITICAL = range(5)

# What binds a sector on a day
BOUND_NONE, BOUND_LABOUR, BOUND_MASKS, BOUND_INPUT, BOUND_FREIGHT, BOUND_DEMAND = range(6)

# What a draw holds fixed, in the order of the [rate] axis
(
    RESTOCK_DAYS,  # d to close a gap in stocks
    HIRE_DAYS,  # d to take staff on
    FIRE_DAYS,  # d to let staff go
    STOCK_SCALE,  # stocks against the target days of the table
    STOCK_START,  # stocks at the start against that
    CHAIN_SHARE,  # share of a user's output from which a good counts in its chain
    BENEFIT,  # share of lost wages that households are paid all the same
    HABIT,  # share of yesterday's household demand that stays in today's
    SAVING,  # share of what households cannot buy that they save
    FEAR,  # scale of the loss of household demand with community contacts
    REST_GAP,  # share of staff of the rest of the country not at work at the start
    REST_PACE,  # 1/d at which they come back
    HEADROOM,  # freight capacity against normal flows
    FLEET,  # freight that the drivers present can carry, against their share
) = range(14)
N_PRODUCTION_RATE = 14

NEVER = 999.0
MAX_DELAY = 31
FREE = 1e290

# On the [effect] axis of production, in the order of ``ProductionParams.effect``
BORDER, INSIDE, DELAY, CONTACTS, SPENDING = range(5)
PRODUCTION_EFFECTS = (
    "freight_border",
    "freight_inside",
    "freight_delay",
    "contacts_community",
    "consumption",
)


class ProductionParams(NamedTuple):
    """What does not change over a run. n: sectors of one region, K = regions x n, d: districts."""

    output: np.ndarray  # float64[K] normal output
    use: np.ndarray  # float64[k, i] normal use of each input, all origins
    source: np.ndarray  # float64[o, k, i] share of an order that goes to each origin; sums to 1
    ordinary: np.ndarray  # float64[o, k, i] use x source: what a user ordinarily takes from where
    normal_flow: np.ndarray  # float64[o, k, i] the same; FREE where no lorry is needed
    household: np.ndarray  # float64[r, q, i] normal household consumption
    other: np.ndarray  # float64[r, q, i] normal investment and government
    export: np.ndarray  # float64[r, i] normal exports abroad
    ordinary_final: np.ndarray  # float64[r, i] what households, other users and exports take
    value_added: np.ndarray  # float64[K]
    wages: np.ndarray  # float64[K]
    stock_days: np.ndarray  # float64[K] target stocks of each user, in days of normal use
    rating: np.ndarray  # int64[k, i] NOT_CRITICAL ... CRITICAL
    hauled: np.ndarray  # float64[i] 1 if carried by lorry, else 0
    sensitivity: np.ndarray  # float64[i] share of household demand lost as contacts fall to 0
    exposed: np.ndarray  # float64[i] how far the rest of the country's sector was shut, 0 to 1
    district_share: np.ndarray  # float64[sector, d] of the city's staff; rows sum to 1
    fleet_sector: np.ndarray  # int64[1] the sector whose staff drive, -1 if none
    function: np.ndarray  # int64[1] the production function
    effect: np.ndarray  # int64[5] where PRODUCTION_EFFECTS lie on the [effect] axis
    rates: np.ndarray  # float64[draw, N_PRODUCTION_RATE]
    technical: np.ndarray  # float64[k, i] use / output


class ProductionState(NamedTuple):
    """What one draw carries from day to day."""

    stock: np.ndarray  # float64[k, i]
    transit: np.ndarray  # float64[k, i] on the road
    pipe: np.ndarray  # float64[MAX_DELAY + 1, k, i] of it, by day of arrival
    pipe_used: np.ndarray  # uint8[1] whether the pipe holds or held anything
    demand: np.ndarray  # float64[K] yesterday's demand
    level: np.ndarray  # float64[r, i] multiple of ordinary purchases delivered; FREE if not short
    staff: np.ndarray  # float64[sector, d] staff engaged in the city, share of normal
    engaged: np.ndarray  # float64[K] staff engaged, share of normal; over districts in the city
    change: np.ndarray  # float64[K] staff wanted beyond those engaged, share of normal
    spending: np.ndarray  # float64[q] level of household demand
    saved: np.ndarray  # float64[q] income not spent since the start
    target: np.ndarray  # float64[k, i] target stocks of this draw
    critical: np.ndarray  # float64[k, i] 1 / technical where critical, else 0
    important: np.ndarray  # float64[k, i] 1 / technical where important, else 0
    rated: np.ndarray  # int64[k, i] the critical inputs, then the important ones
    n_rated: np.ndarray  # int64[k, 2] how many are critical; how many are rated at all
    rate: np.ndarray  # float64[N_PRODUCTION_RATE]


class ProductionScratch(NamedTuple):
    """Room to work in; nothing in it outlives a day."""

    order: np.ndarray  # float64[k, i]
    flow: np.ndarray  # float64[o, k, i] of it, as far as freight carries it
    demand: np.ndarray  # float64[o, i] 0 for abroad
    final: np.ndarray  # float64[r, i] final demand that can be delivered
    capacity: np.ndarray  # float64[K] by labour
    supply: np.ndarray  # float64[K] by inputs
    met: np.ndarray  # float64[r, i] delivered over ordered, of final demand
    given: np.ndarray  # float64[3, i] delivered; what grows with the multiple; 1: moved yet
    arrived: np.ndarray  # float64[k, i]
    sent: np.ndarray  # float64[i] sent over the border late
    through: np.ndarray  # float64[o, q] freight let through, against normal flows
    shopping: np.ndarray  # float64[q, i] household demand against normal


class ProductionOut(NamedTuple):
    """One day's accounts. s: sectors of the city."""

    output: np.ndarray  # float64[K]
    value_added: np.ndarray  # float64[s, d]
    staff: np.ndarray  # float64[s, d] staff engaged, share of normal
    binding: np.ndarray  # int64[s] BOUND_NONE ... BOUND_DEMAND
    binding_input: np.ndarray  # int64[s] the input that binds, -1 if none does
    days_to_stop: np.ndarray  # float64[s] at today's pace; NEVER if no critical stock is falling
    stop_input: np.ndarray  # int64[s] the input that runs out first, -1 if none
    income: np.ndarray  # float64[q] households' wages and what replaces them
    consumption: np.ndarray  # float64[q] households' purchases
    final: np.ndarray  # float64[K] deliveries to final users, households included
    shipped: np.ndarray  # float64[k, i] bought from all origins, today's shipments
    used: np.ndarray  # float64[k, i] taken from stock
