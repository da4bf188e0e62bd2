"""How a text is read: cleaned, split, judged by line of work, marked; measured on forty texts.

``directives/tuned.txt`` is what the words and rules were written with; ``directives/held.txt`` was
written beforehand and not looked at while they were, and no rule is to be fitted to it.

``directives/third.txt`` and ``directives/fourth.txt`` are of other registers of language: notices of
the State Council, advice of the WHO, notices of Hong Kong, scans that were read by a machine,
e-mails, messages of a chat. In them "+" goes on in the paragraph above and "⏎" is a line that was
cut. With the rules as they had been, 54 of 76 items of the third were in the right line of work, and
36 of 52 of the fourth. Then the reading was mended with the third in sight; the fourth was not
looked at, but written by the same hand.

``directives/fifth.txt`` and ``directives/sixth.txt`` are fifteen more, in the manner of other provinces,
ministries and the centre, written before anything was mended for them: 73 of 92 items were in the
right line of work (42 of 51 and 31 of 41). Rules were then made with the fifth in sight; of the sixth
nothing but the count was looked at.
"""

from __future__ import annotations

import os
import random
import re
import time
from datetime import date
from pathlib import Path

import pytest

from twofronts_office.common.choices import Line
from twofronts_office.directives.reading import read
from twofronts_office.directives.reading.clean import clean, is_pinyin
from twofronts_office.directives.reading.marks import due_of, marks

HERE = Path(__file__).parent / "directives"
LINES = {
    "t": "traffic", "c": "communities", "h": "care", "r": "resumption", "e": "economy",
    "s": "supplies", "g": "",
}  # fmt: skip
DAY = date(2020, 2, 18)


def texts(name: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Head of each text and its lines: a label, a sentence; "-" labels a heading."""
    found: list = []
    for line in (HERE / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("==="):
            found.append((line[4:], []))
        else:
            found[-1][1].append(tuple(line.split("\t")))
    return found


def bare(text: str) -> str:
    return re.sub(r"[\W_]", "", text)


def plain(text: str) -> str:
    """A labelled line as the reader has it, whatever its script."""
    han = re.search("[\u4e00-\u9fff]", text) is not None
    return bare(clean(f"汉字汉字{text}" if han else text).text).removeprefix("汉字汉字")


def pasted(rows: list[tuple[str, str]]) -> str:
    """The text as it is pasted: paragraphs of several sentences, lines cut in the middle."""
    out = ""
    for _label, text in rows:
        if text.startswith("+"):
            out += (" " if text[1].isascii() else "") + text[1:]
        else:
            out += ("\n" if out else "") + text
    return out.replace("⏎", "\n")


def measure(name: str) -> tuple[int, int, int, int]:
    """Right and all of the items that have a line of work; then of those that have none."""
    right, n, right_none, n_none = 0, 0, 0, 0
    for _head, rows in texts(name):
        found = read(pasted(rows), on=DAY).items
        for label, text in rows:
            if label == "-":
                continue
            key = plain(text.removeprefix("+").replace("⏎", ""))
            mine = [i for i in found if bare(i.text) in key or key in bare(i.text)]
            good = bool(mine) and all(i.line == LINES[label] for i in mine)
            if LINES[label]:
                right, n = right + good, n + 1
            else:
                right_none, n_none = right_none + good, n_none + 1
    return right, n, right_none, n_none


def test_there_are_enough_texts_of_every_kind():
    heads = [h for name in ("tuned", "held") for h, _rows in texts(name)]
    assert len(heads) >= 30
    assert len(heads) == len({h.split(" | ")[0] for h in heads})
    for name in ("tuned", "held"):
        kinds = {h.split(" | ")[1] for h, _rows in texts(name)}
        assert kinds == {"hans", "hant", "hantp", "hansp", "html", "en"}
        labels = {label for _h, rows in texts(name) for label, _t in rows}
        assert labels >= set("tchresg")


@pytest.mark.parametrize("name", ["tuned", "held"])
def test_nine_of_ten_items_are_in_the_right_line_of_work(name):
    right, n, right_none, n_none = measure(name)
    assert right / n >= 0.9, f"{right}/{n}"
    assert right_none / n_none >= 0.9, f"ceremony and report: {right_none}/{n_none}"


@pytest.mark.parametrize(
    ("name", "least"), [("third", 0.9), ("fourth", 0.88), ("fifth", 0.9), ("sixth", 0.78)]
)
def test_other_registers_of_language(name, least):
    right, n, right_none, n_none = measure(name)
    assert right / n >= least, f"{right}/{n}"
    assert right_none / n_none >= 0.6, f"ceremony and report: {right_none}/{n_none}"


@pytest.mark.parametrize(
    ("sentence", "line"),
    [
        ("除供水、医院、超市外，其他机动车一律禁行。", "traffic"),
        ("除外贸企业以外，各检查点一律撤除。", "traffic"),
        ("对运送口罩、药品的车辆不停车、不检查。", "traffic"),
        ("口罩由商务局统一采购，向药店投放。", "supplies"),
        ("所有返宁人员到后居家14天。", "communities"),
        ("Checkpoints open at once, except for hospital patients and their doctors.", "traffic"),
        ("Trucks carrying masks and protective suits pass without inspection.", "traffic"),
        ("Neighborhood committees register new arrivals.", "communities"),
    ],
)
def test_what_is_taken_out_or_carried_is_not_what_a_rule_is_about(sentence, line):
    assert read(sentence, on=DAY).items[0].line == line


def test_neither_order_nor_company_of_other_texts_changes_what_is_read():
    """A text is read for itself: shuffled sentences without headings keep their lines."""
    luck = random.Random(3)
    rows = [r for h, rows in texts("tuned") if " hans " in f" {h} " for r in rows if r[0] != "-"]
    luck.shuffle(rows)
    found = read("\n".join(t for _l, t in rows), on=DAY).items
    lines = {bare(i.text): i.line for i in found}
    alone = [lines.get(plain(t)) == LINES[label] for label, t in rows if plain(t) in lines]
    assert sum(alone) / len(alone) >= 0.85


@pytest.mark.parametrize(
    ("text", "plain_text"),
    [
        ("應(yīng)對疫情", "应对疫情"),
        ("領(lǐng)導(dǎo)小組", "领导小组"),
        ("復（fù）工達(dá)產(chǎn)", "复工达产"),
        ("重(zhòng)点企业", "重点企业"),
        ("旅(lǚ)客", "旅客"),
        ("责任担(dan1)当", "责任担当"),
        ("会(hui)议", "会议"),
        ("银行(yín háng)贷款", "银行贷款"),
        ("生产总值(GDP)增长", "生产总值(GDP)增长"),
        ("疾控中心(CDC)报告", "疾控中心(CDC)报告"),
        ("呼吸机(ECMO)统一调度", "呼吸机(ECMO)统一调度"),
        ("健康码(app)扫码", "健康码(app)扫码"),
        ("附件（1）通知", "附件（1）通知"),
        ("<ruby>應<rp>(</rp><rt>yīng</rt><rp>)</rp></ruby>對", "应对"),
        ("复\u200b工\ufeff复产", "复工复产"),
        ("<p>复工</p><style>p{color:red}</style><script>var 要='x'</script>", "复工"),
        ("２月２０日前", "2月20日前"),
        ("恢復,保障;要求:落實", "恢复，保障；要求：落实"),
        ("a &amp; b &#20013;国中国", "a & b 中国中国"),
    ],
)
def test_cleaning(text, plain_text):
    assert clean(f"中文正文。{text}").text.removeprefix("中文正文。").strip() == plain_text


@pytest.mark.parametrize(
    ("text", "plain_text"),
    [
        ("各 社 区对返宁人员排查登 记，隔离1 4天。", "各社区对返宁人员排查登记，隔离14天。"),
        ("2月2O日零时起保留3l个查验点，检测8O0份。", "2月20日零时起保留31个查验点，检测800份。"),
        ("每曰投放6吨，进出囗查验，复エ企业。", "每日投放6吨，进出口查验，复工企业。"),
        ("工业用电达到9O%，3月l日前完成。", "工业用电达到90%，3月1日前完成。"),
        ("第 1 页 共 2 页\n会议议定事项。\n— 2 —", "会议议定事项。"),
        ("由市物资保障组在每天上午九时以前报送库存和启\n动紧急采购的情况。",
         "由市物资保障组在每天上午九时以前报送库存和启动紧急采购的情况。"),
        ("> 王主任：\n>> 口罩到了。", "王主任：\n口罩到了。"),
    ],
)  # fmt: skip
def test_what_a_scan_or_an_answered_mail_left_is_put_right(text, plain_text):
    assert clean(text).text == plain_text


@pytest.mark.parametrize(
    "text",
    [
        "一、保障交通运输\n各地取消卡口，恢复公路货运，保障车辆通行顺畅有序\n二、加强社区防控",
        "关于做好复工复产工作的通知\n各区人民政府，各有关部门，各直属单位，各重点企业，\n一、备案",
        "取消市内卡口并恢复公路货运和客运班线的正常运行\n"
        "各医疗机构有序恢复普通门诊、急诊、住院和日间手术服务并公布清单以及预约方式和就诊须知等",
        "使用WHO标准，O型血库存充足，N95口罩，I级响应。",
        "GDP增长6.1%，5G基站2000个，其中A、B两类。",
    ],
)
def test_what_is_no_damage_stays(text):
    assert clean(text).text == text


def test_english_is_left_alone():
    text = "Checkpoints (inner) must go, by 20 February; trucks pass (with permits)."
    assert clean(text).text == text


@pytest.mark.parametrize(
    "word", ["yīng", "zhuàng", "nǚ", "er", "lüè", "shí jiān", "dan1", "xi'an1"]
)
def test_readings_are_told(word):
    assert is_pinyin(word)


@pytest.mark.parametrize("word", ["app", "pcr", "level 1", "covid", "sars", "iii", "wto", ""])
def test_what_is_no_reading_stays(word):
    assert not is_pinyin(word)


def named(sentence: str, **more) -> dict[str, list[str]]:
    chinese = re.search("[\u4e00-\u9fff]", sentence) is not None
    found: dict[str, list[str]] = {}
    for m in marks(sentence, chinese=chinese, on=DAY, **more):
        found.setdefault(m.kind, []).append(sentence[m.start : m.end])
    return found


def test_marks_chinese():
    said = "市卫健委负责新增隔离病床300张，2月22日前到位，重症床位使用率不得超过80%，鼓楼区须在24小时内上报。"
    found = named(said, places=["鼓楼区"])
    assert found["body"] == ["市卫健委", "鼓楼区"]
    assert found["quantity"] == ["300张", "超过80%"]
    assert found["date"] == ["2月22日", "24小时内"]
    assert found["verb"] == ["负责", "不得", "须"]


def test_marks_english():
    said = (
        "Local authorities must not close roads; banks shall lend at least 20 million by 1 March."
    )
    found = named(said)
    assert found == {
        "body": ["Local authorities", "banks"], "verb": ["must not", "shall"],
        "quantity": ["at least 20 million"], "date": ["1 March"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("sentence", "day"),
    [
        ("各地应于2月20日前撤除。", date(2020, 2, 20)),
        ("二月二十一日以前完成。", date(2020, 2, 21)),
        ("2021年1月5日前完成。", date(2021, 1, 5)),
        ("1月3日前完成。", date(2020, 1, 3)),
        ("2月底前复工率达到90%。", date(2020, 2, 29)),
        ("周五前撤除。", date(2020, 2, 21)),
        ("24小时内清除。", date(2020, 2, 19)),
        ("3日内上报。", date(2020, 2, 21)),
        ("十四天内完成。", date(2020, 3, 3)),
        ("2月30日前完成。", None),
        ("自2月19日起恢复公交。", None),
        ("Lift them by 20 February.", date(2020, 2, 20)),
        ("Finish within 3 days.", date(2020, 2, 21)),
        ("Done before the end of February.", date(2020, 2, 29)),
        ("From 20 February buses run.", None),
    ],
)
def test_the_day_by_which_it_is_due(sentence, day):
    chinese = re.search("[\u4e00-\u9fff]", sentence) is not None
    found = marks(sentence, chinese=chinese, on=DAY)
    assert due_of(found, sentence, chinese=chinese) == day


def test_marks_never_overlap_and_lie_within_the_text():
    for name in ("tuned", "held", "third", "fourth"):
        for _head, rows in texts(name):
            for item in read("\n".join(t for _l, t in rows), on=DAY, places=["南京市"]).items:
                ends = [0, *(m.end for m in item.marks)]
                assert all(m.start >= e for m, e in zip(item.marks, ends, strict=False))
                assert all(m.start < m.end <= len(item.text) for m in item.marks)


def test_a_clause_of_another_line_is_its_own_item():
    said = "交通管控要取消卡口，恢复公路货运；医疗救治要救治重症患者，恢复普通门诊。"
    assert [i.line for i in read(said, on=DAY).items] == ["traffic", "care"]


def test_a_heading_tells_what_the_sentences_below_are_about():
    alone = read("各单位务必于明天完成。", on=DAY).items[0]
    below = read("一、物资保障\n各单位务必于明天完成。", on=DAY).items[0]
    assert (alone.line, below.line) == ("", "supplies")


HOSTILE = [
    "(" * 90_000, "<" * 90_000, "<a " * 30_000, "要" * 90_000, "。" * 90_000, "&#" * 45_000,
    "1、" * 45_000, "<script>" * 11_000, "（yīng" * 18_000, "a." * 45_000, "2月" * 45_000,
    "<!--" * 22_000, "<![CDATA[" * 10_000, "\u202e" * 90_000, "應(yīng)" * 15_000,
    "各区" * 45_000, "九" * 90_000, " " * 90_000, "A" * 90_000, "at least " * 10_000,
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_text_is_read_in_seconds(text):
    began = time.perf_counter()
    read(text, on=DAY, places=["南京市"])
    assert time.perf_counter() - began < 5.0


def test_a_published_communique_of_the_same_build():
    """The form of a published one, in words of our own: traditional, pinyin, one paragraph."""
    text = (
        "原題:\n市委應(yīng)對疫情工作領(lǐng)導(dǎo)小組開會 調(diào)整措施 兩邊都要贏\n"
        "2月18日上午,領(lǐng)導(dǎo)小組召開會議,聽取全市疫情防控工作匯報。會議指出,思想上不能有絲毫松懈。\n"
        "會議強調(diào),各環(huán)節(jié)措施要再完善。交通管控要保留省際卡口,撤銷市域內(nèi)檢查點。"
        "社區(qū)防控要外防輸入,改進小區(qū)管理。醫(yī)療救治要提高治愈率,停診科室有序恢復(fù)門診。"
        "企業(yè)復(fù)工要實行備案,幫助企業(yè)解決用工。經(jīng)濟運行要抓好項目,守牢安全生產(chǎn)底線。"
        "物資保供要加強生產(chǎn)供應(yīng),保障群眾生活。\n市領(lǐng)導(dǎo)參加。"
    )
    found = read(text, on=DAY)
    assert [i.line for i in found.items if i.line] == list(Line.values)
    assert not re.search("[a-zāáǎàēéěèīíǐìōóǒòūúǔù]", found.text)
    assert found.repaired["pinyin"] == text.count("(")


@pytest.mark.skipif(
    "TWOFRONTS_COMMUNIQUE" not in os.environ, reason="the published text is not part of the project"
)
def test_the_communique_of_18_february():
    """The published account itself, for whoever has it: each line of work once, in order."""
    text = Path(os.environ["TWOFRONTS_COMMUNIQUE"]).read_text(encoding="utf-8")
    found = read(text, on=DAY)
    assert [i.line for i in found.items if i.line] == list(Line.values)
    assert not re.search("[a-zāáǎàēéěèīíǐìōóǒòūúǔù]", found.text)
