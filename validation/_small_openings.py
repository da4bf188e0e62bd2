"""A small invented case of opening sectors, written as a user would write it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import tomli_w


def opening_tables(n: int = 3, seed: int = 0):
    """Return sectors, net output, community contacts and the rest of a case."""
    rng = np.random.default_rng(seed)
    names = [f"S{i + 1}" for i in range(n)]
    value = rng.uniform(8.0, 20.0, n)
    roles = ["", "school", "hospitality"] + [""] * n
    sectors = pd.DataFrame(
        {
            "sector": names,
            "value_added": value.round(3),
            "workers": (2e6 * rng.uniform(0.5, 1.5, n)).round(),
            "contacts_staff": rng.uniform(1, 4, n).round(2),
            "contacts_customers": rng.uniform(2, 15, n).round(2),
            "home_share": rng.uniform(0.1, 0.6, n).round(2),
            "least": rng.uniform(0.3, 0.6, n).round(2),
            "owed": 0.4,
            "role": roles[:n],
        }
    )
    net = np.diag(2.0 * value) - rng.uniform(0.0, 0.6, (n, n)) * value[:, None] / n
    community = np.array(
        [[1.7, 0.5, 0.4, 0.1], [0.4, 2.5, 0.5, 0.1], [0.3, 0.5, 0.9, 0.1], [0.1, 0.2, 0.4, 0.4]]
    )
    case = {
        "periods": [f"P{i + 1}" for i in range(2)],
        "months": 2.0,
        "population": [4e6, 12e6, 38e6, 12e6],
        "beds": 1_200.0,
        "end_reproduction": 1.0,
        "basic_reproduction": 2.7,
        "latent_days": 4.6,
        "infectious_days": 2.1,
        "severe_days": 5.0,
        "hospital_days": 12.0,
        "symptomatic_share": 0.66,
        "silent_infectivity": 0.67,
        "severe_share": [0.2, 0.2, 0.3, 0.4],
        "hospital_share": [0.01, 0.01, 0.08, 0.4],
        "school_contacts": [3.0, 6.0],
        "start": [2e-4, 1e-4, 1e-4, 1e-4, 1e-5],
        "contact_factor": 0.5,
        "returns": 1.0,
        "immune": 0.06,
        "travel_contacts": 0.4,
        "hospitality_contacts": 1.0,
        "source": "invented",
    }
    return sectors, pd.DataFrame(net, names, names), pd.DataFrame(community), case


def write_openings(folder, tables):
    """Write a case into a folder."""
    sectors, net, community, case = tables
    sectors.to_csv(folder / "sectors.csv", index=False)
    net.to_csv(folder / "net_output.csv")
    community.to_csv(folder / "community.csv")
    (folder / "case.toml").write_text(tomli_w.dumps(case), encoding="utf-8")
    return folder
