import numpy as np

from factories.planning import SMALL, every_vector
from twofronts.measures import load_catalogue, load_rulebook
from twofronts.planning.rulespace import BASELINES, RuleSpace, baselines


def test_baselines_come_back_from_their_vectors():
    space = RuleSpace()
    for name in BASELINES:
        vector = space.vector(load_rulebook(name))
        assert np.array_equal(space.vector(space.book(vector)), vector), name


def test_the_switching_rule_is_that_of_p2_daedalus():
    s = baselines()["switching"].switch
    assert (s.tighten.beds_share, s.tighten.reproduction) == (0.95, 1.2)
    assert (s.relax.beds_share, s.relax.reproduction, s.min_days) == (0.25, 0.95, 7)


def test_no_vector_goes_below_the_floor():
    space = RuleSpace()
    nothing = np.zeros(len(space.encoding), dtype=np.int64)
    clean = space.space.clean(nothing[None])[0]
    assert space.active(clean) == []
    book = space.book(clean)
    floor = load_rulebook("open")
    assert {k: e.level for k, e in book.measures.items()} == {
        k: e.level for k, e in floor.measures.items()
    }


def test_taking_a_measure_out_moves_that_measure_only():
    space = RuleSpace()
    vector = space.vector(load_rulebook("closed"))
    out = space.without(vector, "community")
    moved = {space.encoding.variables[i].measure for i in np.flatnonzero(out != vector)}
    assert moved == {"community"}
    assert set(space.active(vector)) - set(space.active(out)) == {"community"}
    assert set(space.active(vector)) <= set(load_catalogue().measure)


def test_neighbours_are_allowed_and_one_measure_away():
    space = SMALL
    here = space.vector(load_rulebook("meeting"))
    around = space.neighbours(here)
    every = {tuple(v) for v in every_vector(space).tolist()}
    assert {tuple(v) for v in around.tolist()} <= every - {tuple(here)}
    for v in around:
        assert len(set(space.space.groups[v != here])) == 1


def test_every_vector_can_be_reached_by_neighbours():
    every = every_vector(SMALL)
    reached, edge = {tuple(every[0])}, [every[0]]
    while edge:
        for v in SMALL.neighbours(edge.pop()):
            if tuple(v) not in reached:
                reached.add(tuple(v))
                edge.append(v)
    assert reached == {tuple(v) for v in every.tolist()}
