"""``twofronts play``: a city under a rulebook, day by day, in many draws."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import typer

from twofronts.wording import Lang, date_words, language, money_unit, say

# What the printed page shows: variables of people, then what else it says
_SHOWN: tuple[tuple[str, dict[Lang, str]], ...] = (
    ("true_infections", {"en": "new infections", "zh": "新增感染"}),
    ("observed_confirmed", {"en": "new confirmed", "zh": "新增确诊"}),
    ("true_ward", {"en": "on the wards", "zh": "普通病区"}),
    ("true_icu", {"en": "in intensive care", "zh": "重症监护"}),
    ("quarantined", {"en": "in quarantine", "zh": "隔离中"}),
    ("held_workers", {"en": "of them returning workers", "zh": "其中返岗人员"}),
)
_WORDS: dict[str, dict[str, str]] = {
    "build": {"en": "Building every resident", "zh": "生成全部居民"},
    "fit": {"en": "Fitting to the reports", "zh": "按报告拟合"},
    "play": {"en": "Playing", "zh": "推演"},
    "head": {
        "en": "{0} under {1}: {2} draws of {3} days from {4}",
        "zh": "{0}，方案“{1}”：自{4}起{3}天，{2}次模拟",
    },
    "day": {"en": "day", "zh": "第几天"},
    "date": {"en": "date", "zh": "日期"},
    "resumption_rate": {"en": "firms open", "zh": "复工率"},
    "staff_return_rate": {"en": "staff at work", "zh": "返岗率"},
    "capacity_rate": {"en": "capacity", "zh": "达产率"},
    "money": {"en": "value added lost ({0} million/d)", "zh": "增加值损失（{0}/天）"},
    "infected": {
        "en": "Infected in all: {0} (middle draw, and 90% of draws).",
        "zh": "累计感染（人）：{0}；模拟中位数，括号内为90%的模拟。",
    },
    "lost": {
        "en": "Value added lost in all: {1} {0} million.",
        "zh": "增加值损失合计（{1}）：{0}。",
    },
    "binds": {"en": "What holds output back most: {0}.", "zh": "制约产出的主要因素：{0}。"},
    "nothing": {"en": "nothing", "zh": "无"},
    "bind": {"en": "{0} ({1} of sector-days)", "zh": "{0}（占行业日数的{1}）"},
    "status": {"en": "Status: {0}", "zh": "结果状态：{0}"},
    "draws": {"en": "Every draw: {0}", "zh": "全部模拟：{0}"},
    "tree": {"en": "Who infected whom: {0} ({1} rows)", "zh": "传播链：{0}（{1}行）"},
}

_say = partial(say, _WORDS)


def register_play(app: typer.Typer) -> None:
    """Add the command ``play``."""
    app.command("play")(play)


def play(
    city: str = typer.Argument(help="The name of a built-in city, or a folder."),
    rulebook: str = typer.Option("held", help="The name of a built-in rulebook, or a file."),
    days: int = typer.Option(60, help="Length of the run."),
    draws: int = typer.Option(200, help="Possible courses."),
    seed: int = typer.Option(0, help="Same seed, same numbers, on any number of threads."),
    start: str | None = typer.Option(None, help="Date of the first day; default: the city's."),
    fitted: bool = typer.Option(
        False, "--fitted", help="Begin where a fit to the reports ends, the day after them."
    ),
    scale: float = typer.Option(1.0, help="Share of the residents to build: 0.01, one in 100."),
    workers: int | None = typer.Option(None, help="Threads; default: all cores."),
    out: Path | None = typer.Option(None, help="Write every draw to this NetCDF file."),
    line_list: Path | None = typer.Option(
        None, help="Write who infected whom in every draw to this CSV file."
    ),
    accounts: bool = typer.Option(
        False, "--accounts", help="Print front two by sector, district and good as well."
    ),
    lang: str = typer.Option("en", "--lang", help="en or zh"),
) -> None:
    """Play a city forward under a rulebook and print both fronts week by week."""
    from rich.progress import Progress

    from twofronts.city import build_residents, load_city
    from twofronts.measures import load_rulebook
    from twofronts.planning.arguments import check_arguments
    from twofronts.planning.commands import beginning
    from twofronts.planning.playing import play as run_play
    from twofronts.writing import check_target, write_text

    tongue = language(lang)
    found, rules = load_city(city), load_rulebook(rulebook)
    # before residents are built: a slip in an argument should not cost a minute
    check_arguments(found, None, days=days, draws=draws, seed=seed, start=start, workers=workers)
    if fitted and start is not None:
        _refuse_start()
    for target in (out, line_list):
        if target is not None:
            check_target(target)
    _check_endings(out, line_list)
    with Progress(transient=True) as bar:
        building = bar.add_task(_say("build", tongue), total=None)
        residents = build_residents(found, scale=scale)
        bar.remove_task(building)
        begin: dict[str, Any] = {"start": start}
        if fitted:
            fitting = bar.add_task(_say("fit", tongue), total=None)
            begin = beginning(
                found, residents, True, draws=draws, seed=seed, workers=workers, lang=tongue
            )
            bar.remove_task(fitting)
        task = bar.add_task(_say("play", tongue), total=draws)
        run = run_play(
            found, rules, residents=residents, days=days, draws=draws, seed=seed, workers=workers,
            line_list=line_list is not None, **begin,
            progress=lambda n: bar.update(task, advance=n),
        )  # fmt: skip
    _print(run, residents, rules, tongue)
    if accounts:
        _print_accounts(run, residents, tongue)
    if out is not None:
        typer.echo(_say("draws", tongue, run.to_netcdf(out)))
    if line_list is not None and run.line_list is not None:
        write_text(line_list, run.line_list.to_csv(index=False))
        typer.echo(_say("tree", tongue, line_list, f"{len(run.line_list):,}"))


def _refuse_start() -> None:
    """Say why a fit leaves no choice of the first day."""
    from twofronts.errors import Problem, ScenarioError

    why = "a run from a fit begins the day after the reports that it was fitted to"
    raise ScenarioError(Problem("--start goes with no --fitted", why, "leave one of them out"))


def _check_endings(out: Path | None, line_list: Path | None) -> None:
    """Refuse names that promise another kind of file, such as a workbook."""
    from twofronts.errors import OutputError
    from twofronts.writing import check_netcdf

    check_netcdf(out, instead="read it with xarray, or Run.table for CSV")
    if line_list is not None and line_list.suffix.lower() not in (".csv", ".txt"):
        raise OutputError(
            f"{line_list} could not be written: who infected whom goes into a CSV file; "
            f"name it {line_list.with_suffix('.csv').name}"
        )


def _print(run: Any, residents: Any, rulebook: Any, lang: Lang) -> None:
    from rich.console import Console
    from rich.table import Column, Table

    from twofronts.economy.text import outline

    data, city = run.data, residents.city
    n_draws, n_days = data.sizes["draw"], data.sizes["day"]
    name, rules = f"{city.name_en} {city.name_zh}", rulebook.name
    if lang == "zh":
        name, rules = city.name_zh, rulebook.title.get("zh", rulebook.name)
    first = date_words(data["date"].values[0], lang)
    typer.echo(_say("head", lang, name, rules, n_draws, n_days, first))
    columns = [c for c in _SHOWN if c[0] in data]
    weights = {
        "resumption_rate": residents.n_sites,
        "staff_return_rate": residents.staff,
        "capacity_rate": data.attrs["normal_output"],
    }
    lost = data["value_added_lost"].sum(["sector", "district"]).values
    currency = data.attrs["currency"]
    unit = currency if lang == "en" else money_unit(currency, lang, "hundred million")
    heads = [_say("day", lang), _say("date", lang), *(words[lang] for _, words in columns)]
    heads += [*(_say(rate, lang) for rate in weights), _say("money", lang, unit)]
    table = Table(*(Column(head, overflow="fold") for head in heads))
    shares = [_rate(data[rate], w) for rate, w in weights.items()]
    per_day = {
        name: data[name].sum([d for d in data[name].dims if d not in ("draw", "day")])
        for name, _ in columns
    }
    for day in [*range(0, n_days - 1, 7), n_days - 1]:
        cells = [_band(per_day[name].values[:, day]) for name, _ in columns]
        cells += [*(f"{share[day]:.0%}" for share in shares), _money(lost[:, day], lang)]
        table.add_row(str(day), date_words(data["date"].values[day], lang, year=False), *cells)
    console = Console()
    if not console.is_terminal:
        console = Console(width=160)
    console.print(table)
    total = data["true_infections"].sum(["day", "district"]).values
    typer.echo(_say("infected", lang, _in_prose(_band(total), lang)))
    typer.echo(_say("lost", lang, _in_prose(_money(lost.sum(1), lang), lang), unit))
    typer.echo(_say("binds", lang, _binding(data, lang)))
    for line in outline(data, city, lang):
        typer.echo(line)
    typer.echo(_say("status", lang, run.status.words(lang)))


def _print_accounts(run: Any, residents: Any, lang: Lang) -> None:
    """Print the accounts of front two as ``economy`` does."""
    from twofronts.economy.labels import labels
    from twofronts.economy.text import accounts

    city = residents.city
    weights = labels(city, staff=residents.staff, firms=residents.n_sites)
    typer.echo("")
    for line in accounts(run.data.assign_coords(weights), city, lang):
        typer.echo(line)


def _rate(share: Any, weights: Any) -> Any:
    """Return a rate of the whole city by day, the mean over draws."""
    import numpy as np

    weights = np.asarray(weights, dtype=np.float64)
    parts = share.mean("draw").values * weights
    return parts.reshape(len(parts), -1).sum(1) / max(1e-12, weights.sum())


def _binding(data: Any, lang: Lang) -> str:
    """Say what limits a sector's output most often, over draws, days and sectors."""
    import numpy as np

    from twofronts.economy.variables import BINDING, BINDING_ZH

    codes = data["binding_code"].values
    counts = np.bincount(codes.ravel(), minlength=len(BINDING)) / codes.size
    order = [i for i in np.argsort(-counts, kind="stable") if i > 0 and counts[i] >= 0.005]
    if not order:
        return _say("nothing", lang)
    names = BINDING_ZH if lang == "zh" else BINDING
    parts = [_say("bind", lang, names[i], f"{counts[i]:.0%}") for i in order]
    return ("、" if lang == "zh" else ", ").join(parts)


def _band(values: Any, places: int = 0) -> str:
    import numpy as np

    low, middle, high = np.quantile(values, [0.05, 0.5, 0.95])
    return f"{middle:,.{places}f} ({low:,.{places}f}-{high:,.{places}f})"


def _in_prose(band: str, lang: Lang) -> str:
    """Give a band in a Chinese sentence the brackets of one."""
    return band.replace(" (", "（").replace(")", "）") if lang == "zh" else band


def _money(values: Any, lang: Lang) -> str:
    """Write an amount given in million: in Chinese in hundred million, to the same place."""
    return _band(values / 100, 2) if lang == "zh" else _band(values)
