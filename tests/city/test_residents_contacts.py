"""Contacts follow from ties, agree with Jiangsu's, and reach the command line."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import typer
from typer.testing import CliRunner

from factories.wording import english, numbers
from twofronts.city import load_city
from twofronts.city import residents_contacts as contacts
from twofronts.city.residents import build_residents
from twofronts.city.residents_commands import register_residents
from twofronts.cli import main
from twofronts.kernels.types import COMMUNITY, HOME, SCHOOL, WORK
from twofronts.parameters import load_parameters
from twofronts.wording import width


@pytest.fixture(scope="module")
def residents():
    return build_residents(load_city("nanjing"), seed=2, scale=0.02)


def test_contacts_of_a_hand_made_city():
    ties = np.zeros((9, 86), np.int64)
    ties[0, 30], ties[1, 30] = 4, 6  # four aged 30 in families, six fellow members between them
    ties[2, 30], ties[3, 30] = 1, 3  # one in a room of four
    ties[4, 30] = 2  # two work
    ties[0, 8], ties[1, 8], ties[6, 8] = 2, 4, 2  # two pupils of primary school
    p = load_parameters()
    total = contacts.contacts_by_age(ties, p)
    kin, floor = p.value("contacts.kin"), p.value("contacts.floor")
    member = p.value("contacts.home_member")
    assert total[30, HOME] == pytest.approx(member * 9 + 4 * kin + floor)
    assert total[30, WORK] == pytest.approx(2 * p.value("contacts.work"))
    assert total[8, SCHOOL] == pytest.approx(2 * p.value("contacts.school_primary"))
    assert total[8, WORK] == total[30, SCHOOL] == 0
    assert total[30, COMMUNITY] == pytest.approx(5 * p.value("contacts.community"))
    rate, kin_share = contacts.contact_rates(ties, p)
    assert rate[30, WORK] == pytest.approx(p.value("contacts.work"))
    assert rate[30, HOME] == pytest.approx(total[30, HOME] / 5)
    assert (rate[50] == 0).all()
    outside = 6 * kin + floor
    assert kin_share == pytest.approx(outside / (member * 13 + outside))


def test_rates_times_those_who_have_a_setting_give_the_table(residents):
    ties, rate = residents.ties, residents.contact_rate
    people = ties[0] + ties[2]
    assert people.sum() == len(residents)
    total = rate[:, HOME] @ people + rate[:, WORK] @ ties[4]
    total += rate[:, SCHOOL] @ ties[5:].sum(0) + rate[:, COMMUNITY] @ people
    table = contacts.contact_table(residents)
    assert total / len(residents) == pytest.approx(table.loc["all", "total"])
    weight = np.bincount(np.minimum(np.arange(86) // 5, 15), people)
    np.testing.assert_allclose(
        weight @ table.iloc[:-1].to_numpy() / weight.sum(), table.loc["all"].to_numpy()
    )


def test_contacts_agree_with_jiangsu(residents):
    table = contacts.contact_table(residents)
    published = {"home": 3.91, "school": 1.81, "work": 3.82, "community": 2.79}
    for setting, value in published.items():
        assert table.loc["all", setting] == pytest.approx(value, rel=0.2)
    assert table.loc["all", "total"] == pytest.approx(12.3, rel=0.1)


def test_validation_names_every_setting_and_age():
    from validation import contacts as validation

    small = build_residents(load_city("nanjing"), scale=0.02)
    rows = validation.run(small)
    names = [row.name for row in rows]
    assert len(names) == len(set(names)) >= 5 + 3 * 16
    assert all(row.low < row.target < row.high for row in rows)
    targets = {row.name: row.target for row in rows}
    assert targets["contacts a day, home"] == pytest.approx(3.91, abs=0.005)
    assert targets["contacts a day, total"] == pytest.approx(12.3, abs=0.05)
    fitted, p = validation.fitted(small), load_parameters()
    for key, value in fitted.items():  # the parameters carry what the fit gives
        assert p.value(key) == pytest.approx(value, rel=0.05)


def test_the_command_prints_every_district_and_writes_the_table(tmp_path):
    app = typer.Typer()
    register_residents(app)
    out = tmp_path / "town.csv"
    done = CliRunner().invoke(app, ["town", "--seed", "3", "--contacts", "--out", str(out)])
    assert done.exit_code == 0, done.output
    for name in load_city("town").districts["name_en"]:
        assert name in done.output
    assert "20,000 residents" in done.output
    assert "Contacts on an ordinary day" in done.output
    table = pd.read_csv(out, index_col=0)
    assert table.loc["City", "residents"] == 20_000


def test_residents_are_printed_in_chinese_with_the_same_numbers(capsys):
    assert main(["residents", "town", "--contacts"]) == 0
    en = capsys.readouterr().out
    assert main(["residents", "town", "--contacts", "--lang", "zh"]) == 0
    zh = capsys.readouterr().out
    body = [text.splitlines()[:-1] for text in (en, zh)]
    assert english("\n".join(body[1])) == []
    for words in ("老城区", "全市", "从业人员", "平常一天的接触（次/天）"):
        assert words in zh
    # the heads of two columns are ages
    told = "\n".join(body[1]).replace("65岁及以上", "65").replace("0至14岁", "0 14")
    assert numbers(told) == numbers("\n".join(body[0]).replace("[1/d]", ""))
    rows = [x for x in body[1] if x and x[0] in "┏┃┡│└"]
    assert {width(x) for x in rows[:9]} == {width(rows[0])}
    assert main(["residents", "town", "--lang", "xx"]) == 2
