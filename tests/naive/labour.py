"""Labour, one cell at a time and in plain words: the slow twin of ``kernels.labour``."""

from __future__ import annotations

import math

import numpy as np

from twofronts.kernels.types_labour import LABOUR_EFFECTS
from twofronts.measures.effects import EFFECT_INDEX

# Places that orders close, and the effects that close them
PLACES = ("venues_open", "clinics", "attend_school", "transit_staff")


class NaiveLabour:
    """A draw of labour, moved on day by day with dictionaries and loops."""

    def __init__(self, params, draw):
        self.p = params
        names = (
            "large",
            "small",
            "call",
            "return_pace",
            "risk",
            "compliance",
            "lapse",
            "closure_days",
            "riders",
            "captive",
            "special_buses",
            "childcare",
            "unpledged",
        )
        self.rate = dict(zip(names, params.rates[draw].tolist(), strict=True))
        self.firms = params.firms_start.copy()
        self.waiting = np.zeros_like(self.firms)
        self.called = params.called_start.copy()
        self.stopped = np.zeros_like(self.called)
        self.compliance = np.full(self.called.shape[1], self.rate["compliance"])
        self.set_out = self.may_work = float(params.returned_start[0])
        self.releases = {}

    def day(self, effects, day, mask_gate, own=None):
        """``own``: caps on sectors that have a level of their own, by (sector, district)."""
        p = self.p
        n_sector, n_district = self.called.shape
        fx = [{n: row[EFFECT_INDEX[n]] for n in LABOUR_EFFECTS} for row in effects]
        weight = p.away_weight / p.away_weight.sum() if p.away_weight.sum() > 0 else p.away_weight
        pace = sum(
            w * f["return_pace"] * min(1, f["arrivals"]) for w, f in zip(weight, fx, strict=True)
        )
        hold = sum(w * f["arrival_quarantine"] for w, f in zip(weight, fx, strict=True))
        leaving = (1 - self.set_out) * (1 - math.exp(-pace * self.rate["return_pace"]))
        kept = leaving * hold * self.rate["risk"]
        self.set_out += leaving
        self.may_work = min(1, self.may_work + leaving - kept + self.releases.pop(day, 0.0))
        self.releases[day + 14] = kept

        result = {
            name: np.zeros((n_sector, n_district))
            for name in ("permitted", "firms_open", "present", "working", "remote", "stay")
        }
        for d in range(n_district):
            self._open_firms(fx[d], d)
            self._inspect(fx[d], d)
            shut = sum(p.home_of[d, h] * fx[h]["compound_shut"] for h in range(n_district))
            for s in range(n_sector):
                self.called[s, d] += (1 - self.called[s, d]) * (1 - math.exp(-self.rate["call"]))
                going = 1 - self.stopped[s, d]
                count = p.firm_count[:, s, d]
                # where there is no firm at all, any that came would be small
                share = self.firms[1, s, d]
                if count.sum():
                    share = count @ self.firms[:, s, d] / count.sum()
                staff = min(1.0, p.staff_share[:, s, d] @ self.firms[:, s, d])
                places = p.in_places[:, s] @ [1 - fx[d][name] for name in PLACES]
                asked = (own or {}).get((s, d), fx[d][LABOUR_EFFECTS[p.group[s]]])
                cap = min(asked, max(0.0, 1 - places))
                permitted = min(staff * going * self.called[s, d], cap)
                permitted *= mask_gate if p.group[s] != 0 else 1.0
                there = (1 - p.away[s, d] * (1 - self.may_work)) * (1 - shut)
                remote = p.remote[s] * fx[d]["remote_work"]
                present = self._who_comes(s, d, fx, remote, permitted * there)
                remote = self._lessons(s, remote, present)
                result["permitted"][s, d] = permitted
                result["firms_open"][s, d] = 0.0 if asked == 0 else min(share * going, 1 - places)
                result["present"][s, d] = present
                result["remote"][s, d] = remote
                result["working"][s, d] = present + remote
                if permitted * there > 0:
                    result["stay"][s, d] = 1 - present / (permitted * there)
        return result

    def _who_comes(self, s, d, fx, remote, may_come):
        """Those who neither work from home nor mind a child nor are stopped on their way."""
        at_home = list(zip(self.p.home_of[d], fx, strict=True))
        shut_schools = sum(w * (1 - f["attend_school"]) for w, f in at_home)
        come = may_come * (1 - remote)
        come *= 1 - self.p.minders[s, d] * self.rate["childcare"] * shut_schools
        come *= sum(w * f["commute"] for w, f in at_home)
        seats = sum(w * f["transit"] for w, f in at_home)
        if self.p.group[s] == 0:
            seats += self.rate["special_buses"] * (1 - seats)
        # seats are shared out as on an ordinary day: what a sector lacks, its riders miss
        without_seat = self.rate["riders"] * max(0.0, come - seats)
        return come - self.rate["captive"] * without_seat

    def _lessons(self, s, remote, present):
        """Teachers who are not at school teach from home if they can."""
        able = self.p.in_places[2, s] * self.p.remote[s]
        if able <= remote:
            return remote
        return remote + (able - remote) * (1 - present / (1 - remote))

    def _open_firms(self, f, d):
        p = self.p
        queue = min(1.0, max(0.0, f["approval_queue"]))
        cells = [(c, s) for c in range(2) for s in range(len(p.group)) if p.group[s] != 0]
        for c, s in cells:
            pace = self.rate["large" if c == 0 else "small"] * f["resume_pace"]
            idle = max(0.0, 1 - self.firms[c, s, d] - self.waiting[c, s, d])
            wanting = idle * (1 - math.exp(-pace)) + self.waiting[c, s, d]
            self.firms[c, s, d] += (1 - queue) * wanting
            self.waiting[c, s, d] = queue * wanting
        all_firms = sum(p.firm_count[c, s, d] for c, s in cells)
        left = f["approval_capacity"] * all_firms
        for size in range(2):
            queue = [(c, s) for c, s in cells if c == size]
            waiting = sum(p.firm_count[c, s, d] * self.waiting[c, s, d] for c, s in queue)
            if waiting > 0:
                yes = min(1.0, left / waiting)
                left -= yes * waiting
                for c, s in queue:
                    self.firms[c, s, d] += yes * self.waiting[c, s, d]
                    self.waiting[c, s, d] *= 1 - yes

    def _inspect(self, f, d):
        pledged = min(1.0, max(0.0, f["pledged"]))
        by_itself = self.rate["compliance"]
        floor = pledged * by_itself + (1 - pledged) * by_itself * self.rate["unpledged"]
        self.compliance[d] = max(floor, self.compliance[d])
        seen = min(1.0, max(0.0, f["inspected"])) * pledged
        bad = 1 - self.compliance[d]
        for s in range(len(self.p.group)):
            if self.p.group[s] != 0:
                shut = self.stopped[s, d] * (1 - 1 / max(1.0, self.rate["closure_days"]))
                self.stopped[s, d] = shut + (1 - shut) * seen * bad
        slip = self.rate["lapse"] * (self.compliance[d] - floor)
        self.compliance[d] += seen * bad - slip
