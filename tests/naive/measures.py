"""Slow, plain twins of the kernels of ``twofronts.kernels.measures``.

They read rulebooks and catalogue as they stand, look back over whole histories, and keep no state.
"""

from __future__ import annotations

from twofronts.measures.effects import EFFECTS

GRADES = ("low", "medium", "high")


def grades(new_cases, clusters, settings, report_day):
    """Grade from whole histories, ``[day][district]``; day 0 is the first."""
    out = []
    for d in range(len(new_cases[0])):
        days = range(report_day + 1)
        total = sum(new_cases[day][d] for day in days)
        recent_case = any(
            new_cases[day][d] > 0 for day in days if report_day - day < settings.new_days
        )
        recent_cluster = any(
            clusters[day][d] > 0 for day in days if report_day - day < settings.cluster_days
        )
        if not recent_case:
            out.append(0)
        elif total > settings.total_above and recent_cluster:
            out.append(2)
        else:
            out.append(1)
    return out


def _last(term, orders, start, first):
    for t in (term, orders):
        if t.until is not None:
            return (t.until - start).days
        if t.days is not None:
            return first + t.days - 1
    return 10**9


def _in_force(book, measure, start, day, grade):
    """The level asked for by a grade on a day, before places and the switch."""
    found = None
    items = [(-(10**9), 0, book.measures[measure.key])] if measure.key in book.measures else []
    for change in book.changes:
        if change.measure == measure.key:
            first = (change.date - start).days if change.date else change.day
            items.append((first, first, change))
    for first, counted_from, item in sorted(items, key=lambda x: x[0]):
        if first <= day:
            if measure.order or item.until is not None or item.days is not None:
                last = _last(
                    item,
                    book.orders if measure.order else item,
                    start,
                    counted_from,
                )
            else:
                last = 10**9
            found = (item, last)
    if found is None or day > found[1]:
        return 0
    return measure.index(getattr(found[0].level, GRADES[grade]))


def _override(book, measure, kind, name, start, day):
    for item in book.overrides:
        if item.measure == measure.key and item.place == (kind, name):
            first = item.first_day(start)
            if first <= day <= _last(item, book.orders, start, first):
                return measure.index(item.level)
    return None


def levels(book, catalogue, codes, start, grade_history, strict_history, day):
    """Levels in force ``[district][measure]``, from the grades of every day so far."""
    out = []
    for d, code in enumerate(codes):
        row = []
        for measure in catalogue.measure.values():
            own = _override(book, measure, "district", code, start, day)
            if own is not None:
                row.append(own)
                continue
            entry = book.measures.get(measure.key)
            notice = measure.notice_days
            dwell = measure.dwell_days
            if entry is not None and entry.notice_days is not None:
                notice = entry.notice_days
            if entry is not None and entry.dwell_days is not None:
                dwell = entry.dwell_days
            asked = []
            for back in range(max(1, dwell)):
                then = max(0, day - notice - back)
                grade = (
                    max(grade_history[then]) if measure.scope == "city" else grade_history[then][d]
                )
                asked.append(_asked(book, measure, start, day, grade, strict_history[then]))
            row.append(max(asked))
        out.append(row)
    return out


def _asked(book, measure, start, day, grade, strict):
    if book.switch is not None and day <= _last(book.switch, book.orders, start, 0):
        chosen = book.switch.strict if strict else book.switch.relaxed
        if measure.key in chosen:
            return measure.index(getattr(chosen[measure.key], GRADES[grade]))
    return _in_force(book, measure, start, day, grade)


def _at(effect, parameter, u):
    low, high = parameter.range
    weak, strong = (
        (low, high) if abs(high - effect.neutral) >= abs(low - effect.neutral) else (high, low)
    )
    centre = parameter.value
    return weak + 2 * u * (centre - weak) if u < 0.5 else centre + (2 * u - 1) * (strong - centre)


def traffic(book, table, codes, start, d, measure, level, day):
    """Share of a measure's traffic at each level, from the checkpoints one by one.

    ``table`` holds (id, tier, district, traffic or None) of every checkpoint.
    """
    inside = [r for r in table if r[1] == measure.tier]
    if measure.tier == "inner":
        inside = [r for r in inside if r[2] == codes[d]]
    if not measure.tier or not inside:
        return {level: 1.0}
    weights = [r[3] for r in inside]
    if any(w is None for w in weights) or sum(weights) == 0:
        weights = [1] * len(inside)
    shares = {}
    for (name, *_), weight in zip(inside, weights, strict=True):
        own = _override(book, measure, "checkpoint", name, start, day)
        at = level if own is None else own
        shares[at] = shares.get(at, 0.0) + weight / sum(weights)
    return shares


def effects(row, catalogue, u, shares=None):
    """Effects by name of one place's levels; ``shares`` of the traffic by level, by measure."""
    out = {}
    mixed = [{i: 1.0} for i in row] if shares is None else shares
    for effect in EFFECTS:
        value = effect.neutral
        for m, measure in enumerate(catalogue.measure.values()):
            if any(effect.name in level.effects for level in measure.level):
                x = 0.0
                for i, share in mixed[m].items():
                    known = measure.level[i].effects.get(effect.name)
                    x += share * (effect.neutral if known is None else _at(effect, known, u[m]))
                value = {"product": value * x, "max": max(value, x), "min": min(value, x)}[
                    effect.combine
                ]
        out[effect.name] = value
    for name in ("freight_border", "freight_inside"):
        if out[name] < 1:
            out[name] = 1 - (1 - out[name]) * (1 - out["freight_restored"])
    out["freight_delay"] *= 1 - out["freight_restored"]
    out["burden"] = 1.0
    for measure, parts in zip(catalogue.measure.values(), mixed, strict=True):
        out["burden"] *= 1 - _weight(measure, parts, "residents") * (
            1 - out["burden_relief"] if measure.relieved else 1
        )
    return out


def _weight(measure, parts, who):
    burdens = [(share, measure.level[i].burden) for i, share in parts.items()]
    return sum(share * b.weight for share, b in burdens if b.who == who)


def switch(strict_now, last_switch, rule, beds_share, reproduction, day):
    """The set in force after a day's look at the triggers, and the day of the last switch."""
    if rule is None or day - last_switch < rule.min_days:
        return strict_now, last_switch

    def reached(limit, value, above):
        return limit is not None and (value >= limit if above else value < limit)

    pairs = (("beds_share", beds_share), ("reproduction", reproduction))
    wanted = strict_now
    if any(reached(getattr(rule.relax, k), v, False) for k, v in pairs):
        wanted = False
    if any(reached(getattr(rule.tighten, k), v, True) for k, v in pairs):
        wanted = True
    return (wanted, day) if wanted != strict_now else (strict_now, last_switch)


def burden(row, catalogue, relief, people, groups, shares=None):
    """Weighted person-days of one district's day, by measure."""
    mixed = [{i: 1.0} for i in row] if shares is None else shares
    out = []
    for measure, parts in zip(catalogue.measure.values(), mixed, strict=True):
        left = 1 - relief if measure.relieved else 1
        each = (_weight(measure, parts, who) * people[groups.index(who)] for who in groups[1:])
        out.append(left * sum(each))
    return out
