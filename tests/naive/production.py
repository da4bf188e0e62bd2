"""Production as the equations say it, one user and one input at a time: the kernel's slow twin."""

from __future__ import annotations

import math

import numpy as np

from twofronts.kernels import types_production as k


class NaiveProduction:
    """A draw of production, moved on day by day with loops, lists and names."""

    def __init__(self, p, draw):
        self.p = p
        self.n = len(p.hauled)
        self.users = len(p.output)
        self.regions = p.export.shape[0]
        r = p.rates[draw]
        self.tau, self.hire, self.fire = (
            max(1.0, r[j]) for j in (k.RESTOCK_DAYS, k.HIRE_DAYS, k.FIRE_DAYS)
        )
        self.r = r
        days = np.maximum(1.2, p.stock_days * r[k.STOCK_SCALE])
        self.target = days[:, None] * p.use
        self.stock = self.target * r[k.STOCK_START]
        self.road = []  # (day of arrival, user, input, goods)
        self.demand = p.output.copy()
        self.staff = np.ones(p.district_share.shape)
        self.rest_staff = dict.fromkeys(range(self.n, self.users), 1.0)
        self.wanted_change = np.zeros(self.users)
        self.level = [1.0] * self.regions
        self.saved = [0.0] * self.regions

    def region(self, user):
        return user // self.n

    def rated(self, user, item):
        """ "critical", "important" or None under the production function."""
        p = self.p
        weight = p.use[user, item] / p.output[user]
        if weight == 0:
            return None
        enough = weight >= self.r[k.CHAIN_SHARE]
        code = p.rating[user, item]
        critical = code == k.CRITICAL or (code == k.CHAIN_CRITICAL and enough)
        important = code == k.IMPORTANT or (code == k.CHAIN_IMPORTANT and enough)
        function = p.function[0]
        if function == k.LEONTIEF or critical:
            return "critical"
        if important and function == k.STRONGLY_CRITICAL:
            return "critical"
        if important and function == k.HALF_CRITICAL:
            return "important"
        return None

    def by_inputs(self, user):
        p = self.p
        weight = p.use[user] / p.output[user]
        if p.function[0] == k.LINEAR:
            return self.stock[user].sum() / weight.sum() if weight.sum() > 0 else math.inf
        limits = [math.inf]
        for item in range(self.n):
            rated = self.rated(user, item)
            if rated == "critical":
                limits.append(self.stock[user, item] / weight[item])
            elif rated == "important":
                limits.append(0.5 * (self.stock[user, item] / weight[item] + p.output[user]))
        return min(limits)

    def passes(self, origin, region, effects):
        """Freight let through between two places, against normal flows."""
        crossing = (origin == 0) != (region == 0)
        if not crossing and origin != 0:
            return math.inf
        column = self.p.effect[k.BORDER if crossing else k.INSIDE]
        drivers = 1.0
        if self.p.fleet_sector[0] >= 0:
            drivers = min(1.0, self.r[k.FLEET] * self.engaged(self.p.fleet_sector[0]))
        return self.r[k.HEADROOM] * drivers * effects[:, column].mean()

    def engaged(self, user):
        if user < self.n:
            return float(self.p.district_share[user] @ self.staff[user])
        return self.rest_staff[user]

    def day(self, working, effects, day):
        p, n = self.p, self.n
        gap = self.r[k.REST_GAP] * math.exp(-self.r[k.REST_PACE] * day)
        for user in range(self.users):
            change = self.wanted_change[user]
            change /= self.hire if change > 0 else self.fire
            if user < n:
                for d in range(self.staff.shape[1]):
                    level = max(0.0, self.staff[user, d] + change)
                    self.staff[user, d] = min(working[user, d], level)
            else:
                most = 1 - gap * p.exposed[user % n]
                self.rest_staff[user] = min(most, max(0.0, self.rest_staff[user] + change))
        capacity = [p.output[u] * self.engaged(u) for u in range(self.users)]
        supply = [self.by_inputs(u) for u in range(self.users)]

        shopping = self._shopping(effects, gap)
        on_road = np.zeros_like(self.stock)
        for _, user, item, goods in self.road:
            on_road[user, item] += goods
        orders = np.zeros_like(self.stock)
        flow = np.zeros((self.regions + 1, self.users, n))
        for user in range(self.users):
            for item in range(n):
                weight = p.use[user, item] / p.output[user]
                missing = self.target[user, item] - self.stock[user, item] - on_road[user, item]
                ahead = min(self.demand[user], capacity[user])
                orders[user, item] = max(0.0, weight * ahead + missing / self.tau)
                for origin in range(self.regions + 1):
                    part = orders[user, item] * p.source[origin, user, item]
                    if p.hauled[item]:
                        normal = p.use[user, item] * p.source[origin, user, item]
                        limit = self.passes(origin, self.region(user), effects)
                        part = min(part, normal * limit) if math.isfinite(limit) else part
                    flow[origin, user, item] = part
        final = np.zeros((self.regions, n))
        bought = np.zeros((self.regions, self.regions, n))
        for origin in range(self.regions):
            for item in range(n):
                for region in range(self.regions):
                    shop = p.household[origin, region, item]
                    wish = shop * shopping[region][item]
                    other = p.other[origin, region, item]
                    if p.hauled[item]:
                        limit = min(1e9, self.passes(origin, region, effects))
                        wish = min(wish, limit * shop)
                        other = min(1.0, limit) * other
                    bought[origin, region, item] = wish
                    final[origin, item] += wish + other
                export = p.export[origin, item]
                if origin == 0 and p.hauled[item]:
                    export *= min(1.0, self.passes(self.regions, 0, effects))
                final[origin, item] += export

        output = np.zeros(self.users)
        sent, met = flow.copy(), np.ones((self.regions, n))
        for user in range(self.users):
            origin, item = self.region(user), user % n
            demand = flow[origin, :, item].sum() + final[origin, item]
            possible = min(supply[user], demand)
            output[user] = min(capacity[user], possible)
            if output[user] < demand:
                wanted = np.append(flow[origin, :, item], final[origin, item])
                given = self._share_out(origin, item, wanted, output[user])
                sent[origin, :, item] = given[:-1]
                met[origin, item] = given[-1] / wanted[-1] if wanted[-1] > 0 else 1.0
            self.wanted_change[user] = (possible - capacity[user]) / p.output[user]
            self.demand[user] = demand

        arrived = self._deliver(sent, effects, day)
        used = np.zeros_like(self.stock)
        for user in range(self.users):
            for item in range(n):
                need = p.use[user, item] / p.output[user] * output[user]
                there = self.stock[user, item] + arrived[user, item]
                used[user, item] = min(need, there)
                self.stock[user, item] = there - used[user, item]
        self._households(bought, met)
        return {"output": output, "used": used}

    def _shopping(self, effects, gap):
        p = self.p
        contacts = np.minimum(1.0, effects[:, p.effect[k.CONTACTS]]).mean()
        out = []
        for region in range(self.regions):
            shy = 1 - contacts if region == 0 else gap
            normal = p.household[:, region].sum(axis=0)
            lost = np.minimum(1.0, self.r[k.FEAR] * p.sensitivity * shy)
            missing, total = float(normal @ lost), float(normal.sum())
            shift = 1.0
            if missing > 0 and total > missing:
                shift += (1 - self.r[k.SAVING]) * missing / (total - missing)
            campaign = effects[:, p.effect[k.SPENDING]].mean() if region == 0 else 1.0
            out.append((1 - lost) * shift * self.level[region] * campaign)
        return out

    def _share_out(self, origin, item, wanted, made):
        """Give what is made in proportion to ordinary purchases; who wants less gets what it wants.

        From whoever is soonest content to whoever is last.
        """
        p = self.p
        usual = [p.use[u, item] * p.source[origin, u, item] for u in range(self.users)]
        final = p.household[origin, :, item].sum() + p.other[origin, :, item].sum()
        usual.append(final + p.export[origin, item])
        given, left = np.zeros(len(wanted)), made
        if usual[-1] <= 0:
            given[-1] = min(wanted[-1], left)
            left -= given[-1]
        open_ = [u for u in range(len(wanted)) if usual[u] > 0]
        open_.sort(key=lambda u: wanted[u] / usual[u])
        while open_:
            user = open_.pop(0)
            part = left * usual[user] / (usual[user] + sum(usual[u] for u in open_))
            given[user] = min(wanted[user], part)
            left -= given[user]
        return given

    def _deliver(self, shipped, effects, day):
        p = self.p
        delay = min(k.MAX_DELAY - 1.0, max(0.0, effects[:, p.effect[k.DELAY]].mean()))
        arrived = np.zeros_like(self.stock)
        for origin in range(self.regions + 1):
            for user in range(self.users):
                for item in range(self.n):
                    sent = shipped[origin, user, item]
                    crosses = (origin == 0) != (self.region(user) == 0)
                    if delay > 0 and crosses and p.hauled[item]:
                        whole, late = int(delay), delay - int(delay)
                        self.road.append((day + whole, user, item, sent * (1 - late)))
                        self.road.append((day + whole + 1, user, item, sent * late))
                    else:
                        arrived[user, item] += sent
        for due, user, item, goods in self.road:
            if due == day:
                arrived[user, item] += goods
        self.road = [entry for entry in self.road if entry[0] > day]
        return arrived

    def _households(self, bought, met):
        p, n = self.p, self.n
        for region in range(self.regions):
            users = range(region * n, (region + 1) * n)
            wages = sum(p.wages[u] for u in users)
            income = 0.0
            for u in users:
                level = self.engaged(u)
                income += p.wages[u] * (level + self.r[k.BENEFIT] * (1 - level))
            spent = float((bought[:, region] * met).sum())
            self.saved[region] += income - spent
            if wages > 0:
                habit = self.r[k.HABIT]
                self.level[region] = habit * self.level[region] + (1 - habit) * income / wages
