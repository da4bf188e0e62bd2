"""Ways to spoil the town, and the places and words that must then be named."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from factories.city_folder import drop, edit, insert
from twofronts.city.loader import load_city

Spoil = Callable[[Path], None]


def put(file: str, line: int, old: str, new: str) -> Spoil:
    return partial(edit, file=file, line=line, old=old, new=new)


def cut(file: str, line: int) -> Spoil:
    return partial(drop, file=file, line=line)


def add(file: str, line: int, text: str) -> Spoil:
    return partial(insert, file=file, line=line, text=text)


def write(file: str, data: bytes) -> Spoil:
    return lambda folder: (folder / file).write_bytes(data) and None


def whole(file: str, old: str, new: str) -> Spoil:
    def spoil(folder: Path) -> None:
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return spoil


def cut_short(file: str) -> Spoil:
    """End a file in the middle of its first Chinese character."""

    def spoil(folder: Path) -> None:
        path = folder / file
        text = path.read_text(encoding="utf-8")
        first = next(i for i, mark in enumerate(text) if mark > "\u3000")
        path.write_bytes(text[: first + 1].encode()[:-1])

    return spoil


def folder_for(file: str) -> Spoil:
    def spoil(folder: Path) -> None:
        (folder / file).unlink()
        (folder / file).mkdir()

    return spoil


def remove(file: str) -> Spoil:
    return lambda folder: (folder / file).unlink()


def rename(file: str, new: str) -> Spoil:
    return lambda folder: (folder / file).rename(folder / new) and None


def recode(file: str, encoding: str) -> Spoil:
    def spoil(folder: Path) -> None:
        path = folder / file
        path.write_bytes(path.read_text(encoding="utf-8").encode(encoding))

    return spoil


def geojson(change: Callable[[dict], None]) -> Spoil:
    def spoil(folder: Path) -> None:
        path = folder / "map.geojson"
        data = json.loads(path.read_text(encoding="utf-8"))
        change(data)
        features = ",\n".join(json.dumps(f) for f in data["features"])
        path.write_text(f'{{"type":"FeatureCollection","features":[\n{features}\n]}}\n')

    return spoil


def unbalanced(folder: Path) -> None:
    sectors = load_city("town").sector_codes
    sidecar = (folder / "sectors.toml").read_text()
    header = ",".join(["sector", *sectors])
    flows = "\n".join(",".join([s, *["1"] * len(sectors)]) for s in sectors)
    for name in ("io_domestic", "io_imported"):
        (folder / f"{name}.csv").write_text(f"{header}\n{flows}\n")
        (folder / f"{name}.toml").write_text(sidecar)
    n = 2 * len(sectors)
    outputs = {s: n + 10 + (5 if s == "C3" else 0) for s in sectors}
    rows = [f"{s},{x},10,{x - len(sectors)}" for s, x in outputs.items()]
    text = "\n".join(["sector,output,value_added,other", *rows]) + "\n"
    (folder / "io_accounts.csv").write_text(text)
    (folder / "io_accounts.toml").write_text(sidecar)


def stretch(data: dict) -> None:
    """Move the orchard far to the east."""
    ring = data["features"][3]["geometry"]["coordinates"][0]
    data["features"][3]["geometry"]["coordinates"][0] = [[x + 50, y] for x, y in ring]


def bow_tie(data: dict) -> None:
    ring = [[0, 80], [10, 90], [10, 80], [0, 90], [0, 80]]
    data["features"][3]["geometry"]["coordinates"][0] = ring


@dataclass(frozen=True)
class Case:
    """One way to spoil the town, and every place that must then be named."""

    id: str
    spoil: Spoil
    where: str
    words: tuple[str, ...]
    also: tuple[str, ...] = ()


NASTY = [
    "",
    ",",
    "\n",
    '"',
    "-1",
    "1e400",
    "nan",
    "{}",
    "[]",
    "[[x]]",
    "=",
    "null",
    "{0}",
    "\x00",
    "0000-00-00",
]

CASES = [
    # --- files that cannot be read as tables
    Case(
        "gbk",
        recode("districts.csv", "gbk"),
        "districts.csv:2:14",
        ("not a UTF-8 file", "byte 0xc0", "iconv -f GBK -t UTF-8"),
    ),
    Case(
        "utf-16",
        recode("stocks.csv", "utf-16"),
        "stocks.csv:1:4",
        ("not a UTF-8 file", "zero byte", "save it again as UTF-8"),
    ),
    # --- as a careless hand, or a worksheet, leaves them
    Case(
        "a workbook under another name",
        write("stocks.csv", b"PK\x03\x04\x14\x00\x06\x00"),
        "stocks.csv:1",
        ("not a text file", "Excel workbook", "save it as CSV UTF-8"),
    ),
    Case(
        "cut in the middle of a character",
        cut_short("hospitals.csv"),
        "hospitals.csv:2",
        ("not a whole file", "cut short", "copy it again"),
    ),
    Case(
        "a folder in place of a table",
        folder_for("stocks.csv"),
        "stocks.csv",
        ("the file cannot be read", "it is a folder", "put the file stocks.csv in its place"),
    ),
    Case(
        "chinese commas",
        whole("households.csv", ",", "，"),
        "households.csv:1",
        ("the header is one cell", "Chinese commas"),
    ),
    Case(
        "a title above the header",
        add("reports.csv", 1, "南京市疫情日报"),
        "reports.csv:1",
        ("no header", "a title or an empty row", "remove the rows above it"),
    ),
    Case(
        "an empty row above the header",
        add("stocks.csv", 1, ",,,,"),
        "stocks.csv:1",
        ("no header", "remove the rows above it"),
    ),
    Case(
        "digits of full width",
        put("districts.csv", 2, "7000", "７０００"),
        "districts.csv:2:population",
        ("digits of full width", "write 7000"),
    ),
    Case(
        "a date with strokes",
        put("policies.csv", 2, "2020-02-02", "2020/2/2"),
        "policies.csv:2:date",
        ("not a date", "write 2020-02-02 if you meant that day"),
    ),
    Case(
        "a date in chinese",
        put("policies.csv", 2, "2020-02-02", "2020年2月2日"),
        "policies.csv:2:date",
        ("not a date", "write 2020-02-02 if you meant that day"),
    ),
    Case(
        "a date as a worksheet counts it",
        put("policies.csv", 2, "2020-02-02", "43863"),
        "policies.csv:2:date",
        ("a day as a worksheet keeps it", "write 2020-02-02 if you meant that day"),
    ),
    Case("empty", write("ages.csv", b""), "ages.csv:1", ("the file is empty", "copy it again")),
    Case(
        "header only",
        write(
            "hospitals.csv",
            b"id,name_en,name_zh,district,beds,designated_beds,icu_beds,fever_clinic,open\n",
        ),
        "hospitals.csv:2",
        ("no rows", "a header and no rows"),
    ),
    Case(
        "truncated row",
        put("stocks.csv", 10, ",0.3,0.45,0.75", ",0.3"),
        "stocks.csv:10:inbound_per_day",
        ("7 cells, the header 9", "cut short", "write the missing cells"),
    ),
    Case(
        "a comma too many",
        put("checkpoints.csv", 5, "Mill Lane", "Mill, Lane"),
        "checkpoints.csv:5:8",
        ("8 cells, the header 7", "a comma too many", 'into "..."'),
    ),
    Case(
        "quotation mark left open",
        put("sectors.csv", 5, 'industry",轻工', "industry,轻工"),
        "sectors.csv:5",
        ("cannot be split into rows", "not closed", "close it"),
    ),
    Case(
        "semicolons",
        whole("neighbours.csv", ",", ";"),
        "neighbours.csv:1",
        ("one cell", "separated by semicolons", "comma-separated"),
    ),
    Case(
        "missing table",
        remove("schools.csv"),
        "schools.csv",
        ("the table is missing", "district, stage, n_sites, pupils, class_size"),
    ),
    Case(
        "misspelt table",
        rename("enterprises.csv", "enterprise.csv"),
        "enterprise.csv",
        ("unknown file", "rename it to enterprises.csv"),
    ),
    # --- columns
    Case(
        "missing column",
        put("hospitals.csv", 1, ",open", ",opened"),
        "hospitals.csv:1:open",
        ("the column is missing", "rename the column opened"),
        also=("hospitals.csv:1:opened",),
    ),
    Case(
        "unknown column",
        whole("resumption.csv", "source\n", "source,note\n"),
        "resumption.csv:1:note",
        ("unknown column", "would be lost"),
        also=("resumption.csv:2:note", "resumption.csv:3:note"),
    ),
    Case(
        "column twice",
        put("neighbours.csv", 1, "distance_km", "border_km"),
        "neighbours.csv:1:border_km",
        ("appears twice", "which of the two"),
    ),
    # --- cells
    Case(
        "empty cell",
        put("sectors.csv", 3, ",30,30", ",,30"),
        "sectors.csv:3:workers",
        ("the cell is empty", "every row needs it", "Employed persons"),
    ),
    Case(
        "text for a number",
        put("stocks.csv", 7, ",225,", ",plenty,"),
        "stocks.csv:7:stock",
        ("'plenty' is not a number", "write digits"),
    ),
    Case(
        "NaN",
        put("arrivals.csv", 3, ",600,", ",NaN,"),
        "arrivals.csv:3:travellers",
        ("'NaN' is not a number", "cannot be computed with", "write the number"),
    ),
    Case(
        "infinite",
        put("stocks.csv", 2, ",26000,", ",inf,"),
        "stocks.csv:2:stock",
        ("'inf' is not a number", "endless"),
    ),
    Case(
        "percent sign",
        put("commuting.csv", 2, "0.591", "59.1%"),
        "commuting.csv:2:share",
        ("'59.1%' is not a number", "a percent sign is text", "write 0.591 for 59.1%"),
    ),
    Case(
        "thousands",
        put("districts.csv", 2, ",7000", ',"7,000"'),
        "districts.csv:2:population",
        ("'7,000' is not a number", "separators of thousands", "write 7000"),
    ),
    Case(
        "half a person",
        put("schools.csv", 2, ",168,", ",168.5,"),
        "schools.csv:2:pupils",
        ("not a whole number", "168.5", "round it"),
    ),
    Case(
        "negative",
        put("hospitals.csv", 3, ",20,0,", ",-20,0,"),
        "hospitals.csv:3:beds",
        ("negative", "beds [beds] cannot be less than 0; this is -20"),
    ),
    Case(
        "no residents",
        put("districts.csv", 5, ",3000", ",0"),
        "districts.csv:5:population",
        ("below 1", "cannot be less than 1; this is 0"),
    ),
    Case(
        "longitude",
        put("districts.csv", 3, "118.97", "1189.7"),
        "districts.csv:3:lon",
        ("above 180", "cannot be more than 180; this is 1189.7"),
    ),
    Case(
        "share above 1",
        put("ages.csv", 4, "0.011613", "1.1613"),
        "ages.csv:4:share",
        ("share above 1", "this is 1.1613", "write 0.011613 if you meant 1.1613%"),
    ),
    Case(
        "flag",
        put("hospitals.csv", 2, ",4,1,1", ",4,1,2"),
        "hospitals.csv:2:open",
        ("neither 0 nor 1", "no (0) or yes (1); this is 2"),
    ),
    Case(
        "a day that does not exist",
        put("reports.csv", 2, "2020-01-26", "2020-02-30"),
        "reports.csv:2:date",
        ("2020-02-30 does not exist", "February 2020 has 29 days; this is day 30"),
    ),
    Case(
        "a month that does not exist",
        put("policies.csv", 2, "2020-02-02", "2020-13-02"),
        "policies.csv:2:date",
        ("2020-13-02 does not exist", "12 months; this is month 13"),
    ),
    Case(
        "the year 0",
        put("policies.csv", 2, "2020-02-02", "0000-02-02"),
        "policies.csv:2:date",
        ("0000-02-02 is too early", "before 1900; this is the year 0"),
    ),
    Case(
        "date in another form",
        put("resumption.csv", 2, "2020-02-17", "17/02/2020"),
        "resumption.csv:2:date",
        ("not a date", "'17/02/2020'", "year-month-day"),
    ),
    Case(
        "unknown choice",
        put("checkpoints.csv", 2, ",province,", ",provinces,"),
        "checkpoints.csv:2:tier",
        ("unknown tier 'provinces'", "did you mean province?"),
    ),
    Case(
        "unknown district",
        put("schools.csv", 9, "mill,", "mil,"),
        "schools.csv:9:district",
        ("unknown district 'mil'", "districts.csv has no such code", "did you mean mill?"),
    ),
    Case(
        "unknown sector",
        put("employment.csv", 2, "A,old", "A1,old"),
        "employment.csv:2:sector",
        ("unknown sector 'A1'", "sectors.csv has no such sector", "did you mean"),
        also=("employment.csv:5:workers",),
    ),
    Case(
        "space in a code",
        put("stocks.csv", 2, "masks,", "face masks,"),
        "stocks.csv:2:good",
        ("a space in a code", "a hyphen"),
    ),
    Case(
        "good twice",
        put("stocks.csv", 10, "eggs,", "meat,"),
        "stocks.csv:10:good",
        ("the row repeats", "good meat stands already in line 9"),
    ),
    Case(
        "district twice",
        put("neighbours.csv", 6, "mill,orchard", "old,orchard"),
        "neighbours.csv:6:district_a",
        ("the row repeats", "stands already in line 4"),
    ),
    # --- people
    Case(
        "populations do not add up",
        put("districts.csv", 2, ",7000", ",7001"),
        "districts.csv:5:population",
        ("populations do not add up", "20001", "20000", "1 apart"),
    ),
    Case(
        "own neighbour",
        put("neighbours.csv", 5, "river,mill", "river,river"),
        "neighbours.csv:5:district_b",
        ("its own neighbour", "both sides of the pair are river"),
    ),
    Case(
        "pair both ways",
        put("neighbours.csv", 6, "mill,orchard", "orchard,old"),
        "neighbours.csv:6:district_a",
        ("the pair stands here twice", "orchard and old are neighbours already"),
    ),
    Case(
        "ages do not add to 1",
        put("ages.csv", 87, "0.009415", "0.109415"),
        "ages.csv:87:share",
        ("shares do not add to 1", "the whole city add to 1.1", "divide each share"),
    ),
    Case(
        "households against persons",
        put("households.csv", 3, ",2104", ",3104"),
        "households.csv:19:n_households",
        ("households do not add up", "22000 persons", "20000"),
        also=("households.csv:9:n_households",),
    ),
    Case(
        "households counted twice",
        add("households.csv", 20, "old,family,2,100"),
        "households.csv:20:district",
        ("counted twice", "district old has rows of its own"),
    ),
    Case(
        "district without ages",
        whole("ages.csv", "\n,", "\nold,"),
        "ages.csv:87:district",
        ("district river has no rows", "no row for the whole city"),
    ),
    Case(
        "commuting does not add to 1",
        put("commuting.csv", 2, "0.591", "0.691"),
        "commuting.csv:5:share",
        ("shares do not add to 1", "home old"),
    ),
    Case(
        "pupils without a school",
        put("schools.csv", 4, ",1,427", ",0,427"),
        "schools.csv:4:n_sites",
        ("pupils without a school", "427 pupils have 0 schools"),
    ),
    Case(
        "more pupils than residents",
        put("schools.csv", 8, ",1036,", ",103600,"),
        "schools.csv:14:pupils",
        ("more pupils than residents", "20000 residents"),
    ),
    # --- economy
    Case(
        "jobs against sectors",
        put("employment.csv", 2, ",47", ",470"),
        "employment.csv:5:workers",
        ("workers do not add up", "sector A has 1223 here", "the 800 of sectors.csv"),
    ),
    Case(
        "register above sectors",
        put("enterprises.csv", 801, ",27", ",227"),
        "enterprises.csv:801:staff",
        ("workers do not add up", "sector S has 670 here, more than the 470"),
    ),
    Case(
        "employed against sectors",
        put("city.toml", 53, "10400", "9400"),
        "sectors.csv:23:workers",
        ("workers do not add up", "10400", "employed is 9400"),
    ),
    Case(
        "designated beds",
        put("hospitals.csv", 2, ",90,24,", ",90,240,"),
        "hospitals.csv:2:designated_beds",
        ("more designated beds than beds", "240 of 90 beds"),
    ),
    Case(
        "accounts do not balance",
        unbalanced,
        "io_accounts.csv:6:output",
        ("accounts do not balance", "inputs and value added of C3 make 54, not 59"),
    ),
    # --- reports and arrivals
    Case(
        "dates out of order",
        put("resumption.csv", 3, "2020-02-17", "2020-02-16"),
        "resumption.csv:3:date",
        ("dates out of order", "2020-02-16 follows 2020-02-17", "sort the rows"),
    ),
    Case(
        "after the as-of date",
        put("policies.csv", 8, "2020-02-10", "2020-02-19"),
        "policies.csv:8:date",
        ("after the as-of date", "2020-02-19 lies after 2020-02-18"),
    ),
    Case(
        "cumulative falls",
        put("reports.csv", 118, ",4,2,0,2,", ",,1,0,2,"),
        "reports.csv:118:cum_cured",
        ("a cumulative number falls", "1 follows 2"),
        also=("reports.csv:117:cum_cured",),
    ),
    Case(
        "cured and dead above confirmed",
        put("reports.csv", 121, "0,0,0,0,0,0,0,", "0,0,0,0,1,0,,"),
        "reports.csv:121:cum_confirmed",
        ("more cured and dead than confirmed", "1 cured and dead, 0 confirmed"),
        also=("reports.csv:117:cum_cured", "reports.csv:121:new_cured"),
    ),
    Case(
        "new against cumulative",
        put("reports.csv", 12, ",1,0,0,1,", ",2,0,0,1,"),
        "reports.csv:12:new_confirmed",
        ("new and cumulative disagree", "2 new, and cum_confirmed rises by 1"),
        also=("reports.csv:12:new_confirmed",),
    ),
    Case(
        "districts differ from the city",
        put("reports.csv", 119, ",0,0,0,2,1,0,1,", ",1,0,0,3,1,0,2,"),
        "reports.csv:117:cum_confirmed",
        ("districts differ from the city", "2020-02-18", "9 together, the city 8"),
        also=("reports.csv:117:new_confirmed",),
    ),
    Case(
        "too many in hospital",
        put("reports.csv", 117, ",8,3,0,5,", ",8,3,0,6,"),
        "reports.csv:117:in_hospital",
        ("more in hospital than are ill", "6 in hospital", "leaves 5"),
    ),
    Case(
        "contacts",
        put("reports.csv", 117, ",128,64,64,", ",128,64,74,"),
        "reports.csv:117:contacts_traced",
        ("more contacts held and released than traced", "138 held or released, 128 traced"),
    ),
    Case(
        "risk travellers",
        put("arrivals.csv", 2, ",12,12,", ",12,13,"),
        "arrivals.csv:2:risk_travellers",
        ("more travellers from risk areas than travellers", "13 of 12"),
    ),
    # --- the map
    Case(
        "map is no JSON",
        put("map.geojson", 2, '"type"', "type"),
        "map.geojson:2:2",
        ("not a JSON file", "export it again"),
    ),
    Case(
        "polygon crosses itself",
        geojson(bow_tie),
        "map.geojson:5:geometry",
        ("the polygon of 'orchard' is unsound", "self-intersection"),
    ),
    Case(
        "district not on the map",
        geojson(lambda d: d["features"].pop()),
        "map.geojson:1:code",
        ("district 'orchard' is not on the map", "add its polygon"),
    ),
    Case(
        "unknown district on the map",
        put("map.geojson", 4, '"code":"mill"', '"code":"mil"'),
        "map.geojson:4:code",
        ("unknown district 'mil'", "did you mean mill?"),
        also=("map.geojson:1:code",),
    ),
    Case(
        "neighbours do not touch",
        geojson(stretch),
        "neighbours.csv:4:district_b",
        ("neighbours do not touch", "old and orchard lie apart"),
        also=("neighbours.csv:6:district_b",),
    ),
    Case("no map", remove("map.geojson"), "map.geojson", ("the file is missing",)),
    # --- sidecars
    Case(
        "sidecar missing",
        remove("stocks.toml"),
        "stocks.toml",
        ("the sidecar is missing", "unit, source, licence, date, grade"),
    ),
    Case(
        "sidecar incomplete",
        put("ages.toml", 3, "licence", "license"),
        "ages.toml:1:licence",
        ("licence is missing", "rename license"),
        also=("ages.toml:3:license",),
    ),
    Case(
        "unknown grade",
        put("stocks.toml", 5, "assumed", "guessed"),
        "stocks.toml:5:grade",
        ("unknown grade", "'guessed'", "measured, published, calibrated, assumed"),
    ),
    Case(
        "empty source",
        put("stocks.toml", 2, "invented for tests and tutorials", " "),
        "stocks.toml:2:source",
        ("source is empty", "name it"),
    ),
    Case(
        "date of a sidecar",
        put("stocks.toml", 4, "2020-02-18", '"February"'),
        "stocks.toml:4:date",
        ("not a date", "'February'"),
    ),
    Case(
        "column of a sidecar",
        add("stocks.toml", 7, '[columns.stok]\ngrade = "measured"'),
        "stocks.toml:7:columns.stok",
        ("unknown column stok", "did you mean stock?"),
    ),
    # --- city.toml
    Case("no city.toml", remove("city.toml"), "city.toml", ("the file is missing",)),
    Case(
        "city.toml is no TOML",
        put("city.toml", 2, '"The', "The"),
        "city.toml:2:11",
        ("not a TOML file", "invalid value"),
    ),
    Case(
        "another currency",
        put("city.toml", 6, "CNY", "EUR"),
        "city.toml:6:currency",
        ("money is not in CNY", "this is 'EUR'"),
    ),
    Case(
        "as-of date missing",
        put("city.toml", 4, "as_of", "as_off"),
        "city.toml:1:as_of",
        ("as_of is missing", "rename as_off"),
        also=("city.toml:4:as_off",),
    ),
    Case(
        "as-of date as text",
        put("city.toml", 4, "2020-02-18", '"2020-02-18"'),
        "city.toml:4:as_of",
        ("as_of is no date", "without quotes"),
    ),
    Case(
        "unusable id",
        put("city.toml", 1, '"town"', '"My Town"'),
        "city.toml:1:id",
        ("the id cannot be used", "'My Town'"),
    ),
    Case(
        "scalar missing",
        put("city.toml", 40, "migrants", "migrant"),
        "city.toml:1:scalars.migrants",
        ("migrants is missing", "rename migrant"),
        also=("city.toml:40:scalars.migrant",),
    ),
    Case(
        "scalar above 1",
        put("city.toml", 47, "0.4", "40"),
        "city.toml:47:scalars.away_share.value",
        ("share above 1", "between 0 and 1; this is 40", "write 0.4 if you meant 40%"),
    ),
    Case(
        "scalar as text",
        put("city.toml", 41, "3000", '"3000"'),
        "city.toml:41:scalars.migrants.value",
        ("not a number", "without quotes"),
    ),
    Case(
        "scalar without a grade",
        cut("city.toml", 44),
        "city.toml:40:scalars.migrants.grade",
        ("migrants has no grade", "add grade"),
    ),
    Case(
        "wrong unit",
        put("city.toml", 12, "persons", "10k"),
        "city.toml:12:scalars.population.unit",
        ("the wrong unit", "counted in persons; this is '10k'"),
    ),
    Case(
        "more migrants than residents",
        put("city.toml", 41, "3000", "30000"),
        "city.toml:41:scalars.migrants",
        ("more migrants than residents", "30000 migrants", "20000 residents"),
    ),
]
