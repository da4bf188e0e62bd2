"""The commands of this room: play, compare and plan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from twofronts.wording import Lang, even, language, money_unit, said_in

if TYPE_CHECKING:
    from twofronts.planning.comparing import Comparison

_SHOWN = (
    "infections", "severe", "deaths", "resurgence", "peak_ward", "peak_icu", "value_added_lost",
    "measures_cost", "jobs_at_risk", "resumption_rate", "staff_return_rate", "capacity_rate",
    "burden",
)  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    from twofronts.planning.play_command import register_play

    register_play(app)
    app.command("compare")(compare)
    app.command("plan")(plan)


def _city(name: str, scale: float, seed: int) -> tuple[Any, Any]:
    from twofronts.city import build_residents, load_city

    city = load_city(name)
    return city, build_residents(city, seed=seed, scale=scale)


FITTED = "begin where a fit to the reports ends, the day after them (half a minute and more)"


def beginning(
    city: Any,
    residents: Any,
    fitted: bool,
    *,
    draws: int,
    seed: int,
    workers: int | None,
    lang: Lang = "en",
) -> dict[str, Any]:
    """Return where a run begins: as a fit to the reports finds, or nothing for the plain start."""
    if not fitted:
        return {}
    from twofronts.situation.starting import fitted_start

    initial, start = fitted_start(
        city, residents, draws=draws, seed=seed, workers=workers,
        progress=lambda line: typer.echo(said_in(line, lang), err=True),
    )  # fmt: skip
    return {"initial": initial, "start": start}


def compare(
    city: str = typer.Argument(help="a built-in city or a city's folder"),
    rulebooks: list[str] = typer.Argument(help="names of built-in rulebooks, or files"),
    days: int = typer.Option(60, help="length of the run"),
    draws: int = typer.Option(200, help="possible courses"),
    seed: int = typer.Option(0),
    base: str = typer.Option("held", help="the rulebook that the others are compared with"),
    goal: str = typer.Option("balanced", help="balanced, work, health or burden"),
    scale: float = typer.Option(1.0, help="share of the residents to build"),
    workers: int | None = typer.Option(None, help="threads"),
    fitted: bool = typer.Option(False, "--fitted", help=FITTED),
    out: Path | None = typer.Option(None, help="write all draws to this NetCDF file"),
    lang: str = typer.Option("en", "--lang", help="en or zh"),
) -> None:
    """Compare rulebooks on the same draws: both fronts, burden, and constraints."""
    from twofronts.planning.arguments import check_counts
    from twofronts.planning.comparing import compare as run
    from twofronts.writing import check_target

    tongue = language(lang)
    if out is not None:
        check_target(out)
    check_counts(days=days, draws=draws, seed=seed)
    found, residents = _city(city, scale, seed)
    begin = beginning(
        found, residents, fitted, draws=draws, seed=seed, workers=workers, lang=tongue
    )
    result = run(
        found, rulebooks, residents=residents, days=days, draws=draws, seed=seed, base=base,
        goal=goal, workers=workers, **begin,
    )  # fmt: skip
    typer.echo(comparison_text(result, tongue))
    if out is not None:
        typer.echo(result.to_netcdf(out))


def plan(
    city: str = typer.Argument(help="a built-in city or a city's folder"),
    goal: str = typer.Option("balanced", help="balanced, work, health or burden"),
    seed: int = typer.Option(0),
    budget: int = typer.Option(2000, help="rulebooks to evaluate"),
    days: int = typer.Option(60, help="length of a run"),
    draws: int = typer.Option(64, help="draws that the front is judged on"),
    fresh: int = typer.Option(1000, help="unseen draws that the plan is checked on"),
    scale: float = typer.Option(1.0, help="share of the residents to build"),
    workers: int | None = typer.Option(None, help="threads"),
    fitted: bool = typer.Option(False, "--fitted", help=FITTED),
    cluster: str | None = typer.Option(None, help="address of a Dask scheduler"),
    resume: Path | None = typer.Option(None, help="keep what was evaluated here, and go on"),
    out: Path | None = typer.Option(None, help="write the recommended rulebook to this TOML file"),
    lang: str = typer.Option("en", "--lang", help="en or zh"),
) -> None:
    """Search for a plan, check it on unseen draws, and print it by the six lines of work."""
    from twofronts.measures.files import save_rulebook
    from twofronts.planning.arguments import check_counts
    from twofronts.planning.plan import make_plan
    from twofronts.planning.text import plan_text
    from twofronts.writing import check_target

    tongue = language(lang)
    if out is not None:
        check_target(out)
    # found before residents are built
    check_counts(days=days, draws=draws, seed=seed, fresh=fresh)
    found, residents = _city(city, scale, seed)
    most = draws + 2 * fresh
    begin = beginning(found, residents, fitted, draws=most, seed=seed, workers=workers, lang=tongue)

    def tell(p: Any) -> None:
        typer.echo(_progress_text(p, tongue), err=True)

    result = make_plan(
        found, residents=residents, goal=goal, seed=seed, budget=budget, days=days, draws=draws,
        fresh=fresh, workers=workers, cluster=cluster, resume=resume, progress=tell, **begin,
    )  # fmt: skip
    typer.echo(plan_text(result, tongue))
    if out is not None:
        save_rulebook(result.book, out)
        typer.echo(str(out))


def _progress_text(p: Any, lang: Lang) -> str:
    """Return how far a search has come."""
    if lang == "zh":
        kept = "" if p.breach <= 0 else f"，距约束 {p.breach:.2f}"
        return f"已评估方案 {p.evaluated} / {p.budget}，最小损失 {p.harm:,.1f} 百万元{kept}"
    kept = "" if p.breach <= 0 else f", constraints missed by {p.breach:.2f}"
    return f"{p.evaluated} of {p.budget} rulebooks, least harm {p.harm:,.1f} million{kept}"


def comparison_text(result: Comparison, lang: Lang) -> str:
    """Return a comparison as a table in plain text.

    Below each outcome stands the paired difference to the base: its mean, its range, and how often
    the rulebook is better.
    """
    from twofronts.planning.comparing import advice_of
    from twofronts.planning.outcomes import BY_NAME
    from twofronts.planning.text import titles

    table = result.table().set_index(["outcome", "rulebook"])
    names = list(result.rulebooks)
    currency = str(result.data.attrs["currency"])
    others = [name for name in names if name != result.base]
    heads = titles(result.rulebooks, lang)
    rows: list[tuple[str, list[str]]] = [("", [heads[name] for name in names])]
    for outcome in _SHOWN:
        o = BY_NAME[outcome]
        own: dict[str, Any] = {name: table.loc[(outcome, name)] for name in names}
        unit = o.unit
        if lang == "zh":
            money = o.unit == "million"
            unit = money_unit(currency, lang, "million") if money else _UNITS.get(unit, unit)
        label = f"{getattr(o, lang)} [{unit}]" if o.unit != "1" else getattr(o, lang)
        rows.append((label, [_number(own[name]["mean"]) for name in names]))
        if others:
            gaps = ["" if n == result.base else _difference(own[n], lang) for n in names]
            rows.append(("", gaps))
    held = result.constraints().set_index(["constraint", "rulebook"])
    for c in result.goal.constraints:
        found: list[Any] = [held.loc[(c.key, name)] for name in names]
        cells = [f"{r['prob']:.0%} ({r['low']:.0%}–{r['high']:.0%})" for r in found]
        rows.append((f"{getattr(c, lang)} ≥ {c.prob:.0%}", cells))
    advice = advice_of(result.goal, [result.outcomes(name) for name in names])[lang]
    return "\n".join(
        [
            *even((head, *cells) for head, cells in rows),
            *_foot(heads[result.base], others, lang),
            *(f"* {a}" for a in advice),
        ]
    )


_UNITS = {"persons": "人", "person-days": "人日", "d": "天"}


def _foot(base: str, others: list[str], lang: str) -> list[str]:
    """Return how to read the table."""
    if lang == "zh":
        text = ["均值；底线为守住的抽样所占比例（90%区间）。"]
        below = f"第二行：与“{base}”逐次相减的均值（90%的抽样；反弹为均值的90%区间），优于它的比例"
    else:
        text = ["Means over draws; of limits the share of draws that keep them (90% interval)."]
        below = (
            f"Second line: paired difference to {base}, its mean (90% of draws; of a resurgence the"
            " 90% interval of the mean), and how often it is better, ties counting half."
        )
    return [*text, below] if others else text


def _difference(row: Any, lang: str) -> str:
    low, mean, high = (_number(row[f"diff_{k}"], sign=True) for k in ("low", "mean", "high"))
    word, to = ("更优", "至") if lang == "zh" else ("better", " to ")
    return f"{mean} ({low}{to}{high}) {row['better_prob']:.0%} {word}"


def _number(value: float, *, sign: bool = False) -> str:
    plus = "+" if sign else ""
    if abs(value) >= 100:
        return f"{value:{plus},.0f}"
    return f"{value:{plus}.3g}" if abs(value) >= 1e-12 else "0"
