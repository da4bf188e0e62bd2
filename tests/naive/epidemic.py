"""A draw of front one, person by person in plain Python: the slow twin of ``kernels/day.py``.

It looks at every resident every day, keeps whole histories and no counters, and asks the rulebook
and the catalogue as they stand. It shares with the kernels what a run is given (tables, rates,
capacities, a draw's parameters) and the keys of the random numbers, and must give the same arrays.
"""

from __future__ import annotations

import math

import numpy as np

from naive import measures
from naive.epidemic_found import care, due, give_places, hold, progress, set_apart
from naive.epidemic_people import (
    AT_LARGE,
    IN_ICU,
    IN_WARD,
    KEPT_CENTRAL,
    KEPT_HOME,
    PLACES,
    STAGES,
    bits,
    build_people,
    chance,
    child,
    draw_course,
    tell_kin,
    unit,
)
from naive.epidemic_spread import by_share, infect
from naive.labour import NaiveLabour
from twofronts.kernels import rng
from twofronts.kernels import types_epidemic as t
from twofronts.measures import load_catalogue
from twofronts.measures.effects import EFFECTS, GROUPS

CAPACITY = {
    "beds": t.BEDS,
    "quarantine_places": t.PLACES,
    "tracers": t.TRACERS,
    "test_capacity": t.TESTS,
}
LINKED, FAMILY = ("work", "school"), ("home", "kin")
LONG = 10**9


class NaiveDraw:
    """One draw of front one.

    Parameters
    ----------
    ready : planning.playing.Prepared
    book : Rulebook
        The one that ``ready`` was compiled from.
    people : Residents
    codes : list of str
        Of the districts.
    start : date
    w : int
        Number of the draw.
    gates : float64[day, 2], optional
        Share of staff with a mask, of tests with a reagent, each morning.
    sectors : list of str
        Codes, where the rulebook names some.
    """

    def __init__(self, ready, book, people, codes, start, w, gates=None, sectors=()):
        self.sector_codes = list(sectors)
        self.world, self.residents, self.days = ready.city.world, people.arrays, ready.n_days
        self.par, self.w = ready.pars[w], w
        self.seed = bits(ready.seed, t.STREAM_DRAW, w)
        self.book, self.codes, self.start = book, codes, start
        self.catalogue = load_catalogue()
        n = len(self.catalogue.measure)
        self.strengths = [chance(self.seed, t.STREAM_MEASURE, m) for m in range(n)]
        if ready.city.world.middle[0]:
            self.strengths = [0.5] * n
        self.people, self.sites = build_people(people.arrays)
        self.districts = [[p for p in self.people if p.district == d] for d in range(len(codes))]
        self.compounds = [[] for _ in range(len(people.arrays.compound_district))]
        for p in self.people:
            self.compounds[p.compound].append(p)
        near, far = (int(n) for n in ready.city.world.kin_circle)
        tell_kin(self.people, self.districts, self.compounds, near, far)
        self.enterprise = {site: name for name, site in people.enterprise_sites.items()}
        self.group = ready.city.labour.group
        self.labour = NaiveLabour(ready.city.labour, w)
        self.returned = self.labour.may_work
        self._spread_profile()
        self._set_susceptibility()
        self.all_gates = np.ones((self.days, 2)) if gates is None else gates
        self.gates = (1.0, 1.0)
        self.strict = book.switch is not None and book.switch.start == "strict"
        self.last_switch = -LONG
        self.grades, self.stricts = [], []
        self.travellers, self.travellers_held = [], 0
        self.at_large, self.found, self.travellers_found = {}, [], 0
        self.test_rounds = 0
        self.out = {}
        self._known = {}
        self._start()

    # what is asked of the draw by its parts

    def count(self, name, day, *place, n=1):
        """Add to one cell of an array of the output."""
        self.out[name][(day, *place)] += n

    def number_in(self, place):
        """How many are in a place."""
        return sum(p.place == place for p in self.people)

    def present(self, p):
        """In the city: not a migrant who is still away."""
        return not p.was_away or chance(self.seed, 7, p.number) < self.returned

    def capacity(self, means):
        """What the city has of something, with what the measures add to it."""
        return self.world.capacity[CAPACITY[means]] * self.fx[0][means]

    def travellers_apart(self):
        """Whether travellers from risk areas are held in central places, and not at home."""
        levels = self.catalogue.measure["arrivals_quarantine"].level
        m = list(self.catalogue.measure).index("arrivals_quarantine")
        return self.levels[0][m] == len(levels) - 1

    def fx_home(self, p):
        """Effects of the measures where somebody lives."""
        return self.fx_compound.get(p.compound) or self.fx[p.district]

    def fx_site(self, site):
        """Effects of the measures at a workplace or school."""
        return self.fx_enterprise.get(site.number) or self.fx[site.district]

    def is_open(self, site):
        """Sites resume in the order of their rank; one with orders of its own goes by them."""
        if site.school:
            return site.rank < self.fx_site(site)["attend_school"]
        group = ("essential", "industry", "services")[self.group[site.sector]]
        if site.number in self.own_attendance:
            return site.rank < self.fx_site(site)["attend_" + group]
        return site.rank < self.open_share[site.sector, site.district]

    # the start

    def _spread_profile(self):
        shape, scale = self.par.profile_shape, self.par.profile_mean / self.par.profile_shape
        middle = [i + 0.5 for i in range(t.N_PROFILE)]
        density = [math.exp((shape - 1) * math.log(m) - m / scale) for m in middle]
        self.profile = [d / sum(density) for d in density]

    def _set_susceptibility(self):
        child_, elder = self.par.child_susceptibility, self.par.elder_susceptibility
        self.most_susceptible = max(1.0, child_, elder)
        by_age = [child_ if a < 15 else elder if a >= 65 else 1.0 for a in range(t.N_AGE)]
        self.susceptibility = [s / self.most_susceptible for s in by_age]

    def _start(self):
        w, rows = self.world, self.world.start_row
        own = range(rows[self.w], rows[self.w + 1])
        for number, m in enumerate([*range(rows[0]), *own]):
            luck = bits(self.seed, t.STREAM_START, number)
            district, age = int(w.start_district[m]), int(w.start_age[m])
            p = self._somebody(luck, district, age)
            if p is None:
                continue
            p.infected, p.source = int(w.start_day[m]), "start"
            draw_course(self, p, 0)
            if w.start_known[m]:
                p.confirmed, p.place, p.apart_since = -1, IN_WARD, -1
                if not p.severe:
                    stay = self.par.stay_days * (0.7 + 0.6 * unit(child(luck, 1000)))
                    p.due["discharge"] = max(0, p.onset + int(stay))

    def _somebody(self, luck, district, age=-1, was_away=False):
        """Somebody by lot whom the infection has left alone; in 200 of 400 tries of that kind."""
        circle = self.people if district < 0 else self.districts[district]
        for e in range(400):
            p = circle[int(unit(child(luck, e)) * len(circle))]
            right = (p.was_away or not was_away) and (age < 0 or abs(p.age - age) <= 2)
            untouched = p.stage == "susceptible" and p.place == AT_LARGE
            if untouched and self.present(p) and (right or e >= 200):
                return p
        return None

    # the day

    def run(self):
        """Run every day; returns the arrays by name, as one draw of ``Output``."""
        n_sector, n = self.world.staff.shape
        shapes = {
            "infections": (n,), "by_setting": (5,), "arrivals": (), "onsets": (n,),
            "confirmed": (n,), "deaths": (), "deaths_reported": (), "stages": (6,), "ward": (),
            "icu": (), "quarantined": (), "quarantined_uninfected": (), "tests": (),
            "held_workers": (),
            "test_queue": (), "traced": (), "grade": (n,), "burden": (len(self.strengths),),
            "staff_present": (n_sector, n), "firms_open": (n_sector, n),
            "absent_ill": (n_sector, n), "absent_held": (n_sector, n),
        }  # fmt: skip
        self.out = {name: np.zeros((self.days, *shape)) for name, shape in shapes.items()}
        self.clusters = np.zeros((self.days, n))
        for day in range(self.days):
            self.gates = tuple(self.all_gates[day])
            self.decide(day)
            self.heed(day)
            came_back = self.attend(day)
            self.arrive(came_back, day)
            for p in due(self, "infectious", day):
                p.stage = "infectious"
            # out of hand: nobody is counted any more, and nobody infected
            counted = self.out["infections"][:day].sum() < self.world.counted[0]
            infect(self, day, anybody=counted)
            progress(self, day)
            care(self, day)
            self.report(day)
            self.write_down(day)
        return self.out

    def decide(self, day):
        """Grades from all that was reported, levels from grades, effects from levels."""
        cases = [*self.world.past_new, *self.out["confirmed"][:day]]
        clusters = [*self.world.past_cluster, *self.clusters[:day]]
        cases[0] = cases[0] + self.world.past_total
        self.grades.append(self._grades(cases, clusters))
        if self.book.switch is not None and day > 0:
            beds = max(1.0, self.capacity("beds"))
            in_use = (self.number_in(IN_WARD) + self.number_in(IN_ICU)) / beds
            self.strict, self.last_switch = measures.switch(
                self.strict, self.last_switch, self.book.switch, in_use,
                self._observed_reproduction(cases), day,
            )  # fmt: skip
        self.stricts.append(self.strict)
        self.levels = measures.levels(
            self.book, self.catalogue, self.codes, self.start, self.grades, self.stricts, day
        )
        self.fx = [self._effects(row) for row in self.levels]
        self.fx_compound, self.fx_enterprise, self.own_attendance = {}, {}, set()
        self.sector_cap = {}
        self.own_levels = {}
        for item in self.book.overrides:
            kind, name = item.place
            if kind == "compound":
                number = int(name)
                district = self.compounds[number][0].district
                self.fx_compound[number] = self._own(kind, name, district, day)[0]
            elif kind == "enterprise":
                site = {v: k for k, v in self.enterprise.items()}[name]
                district = self.sites[site].district
                fx, attendance = self._own(kind, name, district, day)
                self.fx_enterprise[site] = fx
                if attendance:
                    self.own_attendance.add(site)
            elif kind == "sector":
                s = self.sector_codes.index(name)
                group = ("essential", "industry", "services")[self.group[s]]
                for d in range(len(self.levels)):
                    fx, attendance = self._own(kind, name, d, day)
                    if attendance:
                        self.sector_cap[s, d] = fx["attend_" + group]

    def heed(self, day):
        """Where orders leave more contacts than cautious people want, caution counts."""
        kept = 0.5 ** (self.world.fading[day] / self.par.caution_half_life)
        left = 1.0 - self.par.caution * self.world.caution[day] * kept

        self.at_most = left if left < 1 else math.inf

    def _grades(self, cases, clusters):
        rule = self.book.grades
        padded = measures.grades([c.tolist() for c in cases], [c.tolist() for c in clusters],
                                 rule, len(cases) - 1)  # fmt: skip
        return padded

    def _effects(self, row):
        key = tuple(row)
        if key not in self._known:
            self._known[key] = measures.effects(row, self.catalogue, self.strengths)
        return self._known[key]

    def _own(self, kind, name, district, day):
        """Effects in a place with orders of its own; whether one of these is on attendance."""
        row, attendance, ordered = list(self.levels[district]), False, False
        for m, measure in enumerate(self.catalogue.measure.values()):
            own = measures._override(self.book, measure, kind, name, self.start, day)
            if own is not None:
                row[m], ordered = own, True
                says = {e for level in measure.level for e in level.effects}
                attendance |= bool(
                    says & {"attend_essential", "attend_industry", "attend_services"}
                )
        fx = self._effects(row)
        if ordered:
            self.own_levels[(kind, name, district)] = row, fx
        return fx, attendance

    def _observed_reproduction(self, cases):
        """Cases of the last seven days against those expected if every case made one."""
        daily = [float(sum(c)) for c in self._without_old(cases)]
        weight = self.world.serial_weight
        made = sum(daily[-7:])
        expected = 0.0
        for i in range(len(daily) - 7, len(daily)):
            for back in range(1, len(weight)):
                if i - back >= 0:
                    expected += weight[back] * daily[i - back]
        return made / expected if expected >= 5 else math.nan

    def _without_old(self, cases):
        return [cases[0] - self.world.past_total, *cases[1:]]

    def attend(self, day):
        """Who may be at work, who is back; returns how many came back since yesterday."""
        set_out, before = self.labour.set_out, self.labour.may_work
        rows = [[fx[e.name] for e in EFFECTS] for fx in self.fx]
        self.work = self.labour.day(np.array(rows), day, self.gates[0], self.sector_cap)
        self.stay = self.work["stay"]
        self.open_share = self.work["permitted"]
        self.returned = self.labour.may_work
        away = sum(p.was_away for p in self.people)
        self.workers_through = (self.labour.set_out - set_out) * away
        self.workers_kept = sum(self.labour.releases.values()) * away
        self.workers_held = int(self.workers_kept)
        return (self.returned - before) * away

    def arrive(self, came_back, day):
        """Arrivals through the checkpoints: some infected, some screened out, some held."""
        w = self.world
        weight = [len(d) / len(self.people) for d in self.districts]

        def mean(name):
            return sum(s * fx[name] for s, fx in zip(weight, self.fx, strict=True))

        let_in = mean("arrivals")
        from_risk = w.risk_travellers[day] * let_in * mean("arrivals_risk")
        until = day + int(self.par.quarantine_days)
        self.travellers.append((until, from_risk * mean("arrival_quarantine")))
        self.travellers_held = int(sum(n for last, n in self.travellers if day < last))
        self._search(day, mean("arrival_search"))
        self.at_large[day] = from_risk * (1 - mean("arrival_quarantine"))
        for kind, n in enumerate((w.travellers[day] * let_in, from_risk, came_back)):
            luck = bits(self.seed, t.STREAM_ARRIVE, day, kind)
            share = min(1.0, w.prevalence[day, kind] * self.par.prevalence_scale)
            for e in range(rng.poisson(float(n * share), unit(luck))):
                event = child(luck, e)
                district = by_share(w.district_cumulative, unit(event))
                p = self._somebody(child(event, 0), district, was_away=kind == 2)
                if p is None:
                    continue
                family = [] if kind == 2 or p.lives_in_a_collective else p.household
                self._come(p, kind, event, day)
                for q in family:
                    at_large = q.stage == "susceptible" and q.place == AT_LARGE and self.present(q)
                    along = unit(child(child(event, 3), q.number)) < self.par.companions
                    if q is not p and at_large and along:
                        self._come(q, kind, event, day)
        give_places(self, day)

    def _come(self, p, kind, event, day):
        p.infected = day - self._back(unit(child(event, 1)), day)
        p.source, p.came = "arrival", day
        p.at_leisure = kind < 2 and unit(child(child(event, 4), p.number)) >= self.par.at_work
        draw_course(self, p, day)
        self.count("arrivals", day)
        self.count("infections", day, p.district)
        self._border(p, kind, event, day)

    def _back(self, u, day):
        """Days before arrival, one to eight: the fewer the more, where the outbreak there grows."""
        weight = [float(self.world.earlier[day]) ** n for n in range(8)]
        return 1 + by_share(np.cumsum(weight) / sum(weight), u)

    def _border(self, p, kind, luck, day):
        fx = self.fx_home(p)
        ill = p.symptoms and p.onset <= day
        from_risk = kind == 1
        if kind == 2:
            from_risk = unit(child(luck, 2002)) < self.world.returning_risk[day]
        if ill and unit(child(luck, 2000)) < fx["screening"]:
            set_apart(self, p, day)
        elif from_risk and unit(child(luck, 2001)) < fx["arrival_quarantine"]:
            hold(self, p, day)
        elif from_risk:
            p.searched = True

    def _search(self, day, share):
        """Look for those who came from risk areas in the last days and were let go."""
        days = int(self.par.quarantine_days)
        for p in self.people:
            if not p.searched:
                continue
            if p.place != AT_LARGE or p.confirmed is not None or day >= p.came + days:
                p.searched = False
            elif (
                chance(self.seed, t.STREAM_SEARCH, p.number, day)
                < (self.fx_home(p)["arrival_search"])
            ):
                p.searched = False
                hold(self, p, day)
        for came in range(max(0, day + 1 - days), day):
            self.found.append((came + days, self.at_large[came] * share))
            self.at_large[came] *= 1 - share
        self.travellers_found = int(sum(n for last, n in self.found if day < last))

    def report(self, day):
        """What reaches the office today: cases, clusters that grew, deaths."""
        for p in due(self, "report", day):
            self.count("confirmed", day, p.district)
            if 1 + len(self._linked(p, day)) >= self.book.grades.cluster_size:
                self.clusters[day, p.district] += 1
        self.count("deaths_reported", day, n=len(due(self, "death report", day)))

    def _linked(self, p, day):
        """Cases lately confirmed that an inquiry links with a case."""

        def counts(q):
            known = q.confirmed is not None
            return known and day - q.confirmed <= self.book.grades.cluster_link_days

        def linking(q):
            households = self.book.grades.cluster_households
            return q.setting in LINKED or (q.setting in FAMILY and households)

        found = {q.number for q in p.infected_by_me if linking(q) and counts(q)}
        if isinstance(p.source, type(p)) and linking(p):
            siblings = p.source.infected_by_me
            found |= {q.number for q in siblings if q is not p and linking(q) and counts(q)}
            if counts(p.source):
                found.add(p.source.number)
        return found

    def write_down(self, day):
        """Count everybody."""
        out = self.out
        for p in self.people:
            out["stages"][day, STAGES.index(p.stage)] += 1
        out["held_workers"][day] = self.workers_held
        travellers = self.travellers_held + self.travellers_found + self.workers_held
        held = self.number_in(KEPT_HOME) + self.number_in(KEPT_CENTRAL) + travellers
        out["quarantined"][day] = held
        well = sum(p.held and p.stage == "susceptible" for p in self.people)
        out["quarantined_uninfected"][day] = well + travellers
        out["ward"][day], out["icu"][day] = self.number_in(IN_WARD), self.number_in(IN_ICU)
        out["test_queue"][day] = sum(p.asked is not None for p in self.people)
        out["grade"][day] = self.grades[day]
        for p in self.people:
            if p.site is not None and not p.site.school and p.place != AT_LARGE:
                name = "absent_held" if p.held else "absent_ill"
                out[name][day, p.site.sector, p.site.district] += 1
        self._write_work(day)
        self._write_burden(day, held)

    def _write_work(self, day):
        staff = np.maximum(self.world.staff, 1.0)
        ill = np.minimum(1.0, self.out["absent_ill"][day] / staff)
        left = np.maximum(0.0, 1.0 - ill - self.out["absent_held"][day] / staff)
        self.out["staff_present"][day] = self.work["present"] * left
        self.out["firms_open"][day] = self.work["firms_open"]

    def _write_burden(self, day, held):
        """What restrictions ask: of each district, and of places with orders of their own."""
        w = self.world
        arrivals = w.travellers[day] + w.risk_travellers[day] + self.workers_through
        for d, here in enumerate(self.districts):
            own = {place: rest for place, rest in self.own_levels.items() if place[2] == d}
            people = {place: self._concerned(place, own) for place in own}
            living = sum(n for place, n in people.items() if place[0] == "compound")
            working = sum(n for place, n in people.items() if place[0] != "compound")
            share = len(here) / len(self.people)
            pupils = sum(len(s.members) for s in self.sites if s.school and s.district == d)
            self._bear(day, self.levels[d], self.fx[d], {
                "residents": len(here) - living, "workers": w.staff[:, d].sum() - working,
                "pupils": pupils, "arrivals": arrivals * share, "held": held * share,
            })  # fmt: skip
            for place, (row, fx) in own.items():
                group = "residents" if place[0] == "compound" else "workers"
                self._bear(day, row, fx, {group: people[place]})

    def _concerned(self, place, own):
        """How many live in a compound, or work at a site or in a sector, with orders of its own."""
        kind, name, district = place
        numbers = {v: k for k, v in self.enterprise.items()}
        if kind == "compound":
            return len(self.compounds[int(name)])
        if kind == "enterprise":
            return len(self.sites[numbers[name]].members)
        sector = self.sector_codes.index(name)
        theirs = [self.sites[numbers[p[1]]] for p in own if p[0] == "enterprise"]
        ordered = sum(len(s.members) for s in theirs if s.sector == sector)
        return float(self.world.staff[sector, district]) - ordered

    def _bear(self, day, row, fx, people):
        groups = [float(people.get(name, 0)) for name in GROUPS]
        self.out["burden"][day] += measures.burden(
            row, self.catalogue, fx["burden_relief"], groups, GROUPS
        )


def places(draw):
    """How many are in each place, in the order of the kernels."""
    return [draw.number_in(place) for place in PLACES]
