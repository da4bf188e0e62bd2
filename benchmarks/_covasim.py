"""Covasim on the work of ``benchmarks/play.py``; run by the Python of ``.venv-bench``.

``python _covasim.py PEOPLE LARGE`` prints seconds of the loop over 90 days, seconds of building the
people, and infections. With LARGE 0 transmission is cut until some 250 people are infected in all;
that is the cheapest way for Covasim: with tests and tracing on, as our own draw has them, its loop
takes minutes. With LARGE 1 nothing is done.
"""

import json
import sys
import time

import covasim as cv

# What is left of transmission in a contained outbreak
CUT = 0.075


def main(people: int, is_large: bool) -> None:
    """Run one simulation and print what it took."""
    measures = [cv.change_beta(days=0, changes=CUT)]
    sim = cv.Sim(
        pop_size=people, pop_type="hybrid", pop_infected=20_000 if is_large else 200, n_days=90,
        rescale=False, verbose=0, rand_seed=1, interventions=None if is_large else measures,
    )  # fmt: skip
    began = time.perf_counter()
    sim.initialize()
    built = time.perf_counter()
    sim.run()
    done = time.perf_counter()
    infections = float(sim.results["cum_infections"].values[-1])
    print(json.dumps({"seconds": done - built, "build": built - began, "infections": infections}))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2] == "1")
