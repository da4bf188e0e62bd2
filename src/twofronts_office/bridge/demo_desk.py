"""The demonstration's needs, supplies, indicators and the meeting of 18 February."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from twofronts_office.areas.models import Area
from twofronts_office.common import clock
from twofronts_office.common.choices import Line, Role
from twofronts_office.directives import domain as directives
from twofronts_office.directives.models import Directive
from twofronts_office.enterprises.choices import FilingState
from twofronts_office.enterprises.models import Enterprise
from twofronts_office.indicators.domain import take_reading
from twofronts_office.indicators.models import Indicator, Reading
from twofronts_office.meetings.choices import MeetingState
from twofronts_office.meetings.domain import decide as decide_text
from twofronts_office.meetings.domain import send_task
from twofronts_office.meetings.models import Decision, Meeting, Task
from twofronts_office.needs.models import Need, Offer
from twofronts_office.supplies.models import Good, SupplyRequest

CITY = "320100000000"


def at(day: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))


def make_desk(luck) -> None:
    firms = list(Enterprise._base_manager.filter(state=FilingState.OPERATING).order_by("pk")[:600])
    things = [
        ("labour", "普工", "人", 5, 80), ("materials", "熔喷布", "千克", 100, 3000),
        ("logistics", "货车运力", "车次", 1, 40), ("protection", "口罩", "只", 500, 20000),
        ("finance", "流动资金贷款", "万元", 10, 500),
    ]  # fmt: skip
    for i in range(80):
        kind, item, unit, low, high = things[i % 5]
        one = luck.choice(firms)
        Need(
            enterprise=one, area_id=one.area_id, kind=kind, item=item, unit=unit,
            amount=luck.randrange(low, high),
            needed_by=clock.today() + timedelta(days=luck.randrange(-1, 8)),
        ).save()  # fmt: skip
    for i in range(30):
        kind, item, unit, low, high = things[i % 5]
        one = luck.choice(firms)
        Offer(
            enterprise=one, provider=one.name, area_id=one.area_id, kind=kind, item=item, unit=unit,
            amount=luck.randrange(low, high) * 3,
            available_on=clock.today() + timedelta(days=luck.randrange(0, 5)),
        ).save()  # fmt: skip


def make_supplies(luck) -> None:
    goods = {g.code: g for g in Good._base_manager.all()}
    askers = [("masks", "防控办"), ("respirators", "定点医院"), ("suits", "发热门诊")]
    for a in Area._base_manager.filter(level="district").order_by("code"):
        for code, who in askers:
            if luck.random() < 0.6:
                SupplyRequest(
                    area=a, good=goods[code], asked_by=f"{a.name_zh}{who}",
                    amount=luck.randrange(200, 20000), cover_days=luck.randrange(0, 9),
                    needed_by=clock.today() + timedelta(days=luck.randrange(-1, 5)),
                ).save()  # fmt: skip


def make_indicators() -> None:
    rows = [
        ("power", "工业用电(同比)", "Industrial electricity against last year",
         "industry", "%", "", "more", 95, 50, 62.0),
        ("retail", "重点商贸日销售额", "Daily sales of key retailers",
         "consumption", "%", "", "more", 90, 40, 45.5),
        ("projects", "重大项目开工率", "Major projects under way",
         "projects", "%", "", "more", 100, 30, 41.0),
        ("jobs", "新增失业登记", "New registrations as unemployed",
         "jobs", "人", "people", "less", 300, 900, 540),
        ("accidents", "生产安全事故", "Work accidents",
         "safety", "起", "accidents", "less", 0, 3, 1),
        ("water", "饮用水源达标率", "Drinking water within limits",
         "environment", "%", "", "more", 100, 99, 100.0),
        ("complaints", "12345涉疫诉求日增", "Complaints a day",
         "stability", "件", "complaints", "less", 800, 2500, 2710),
    ]  # fmt: skip
    for code, zh, en, theme, unit, unit_en, direction, target, line, value in rows:
        one = Indicator(
            code=code, name_zh=zh, name_en=en, theme=theme, unit=unit, unit_en=unit_en,
            direction=direction, target=target, bottom_line=line,
        )  # fmt: skip
        one.save()
        take_reading(reading=Reading(indicator=one, date=date(2020, 2, 18), value=value))


def make_targets() -> None:
    """Targets of the three rates, which the cockpit reads; invented like the readings."""
    rows = [
        ("rate-firms", "复工率", "Resumption rate (firms)", 80),
        ("rate-staff", "返岗率", "Staff return rate", 60),
        ("rate-capacity", "达产率", "Capacity rate", 50),
    ]
    for code, zh, en, target in rows:
        Indicator(
            code=code, name_zh=f"{zh}（演示目标）", name_en=f"{en} (demo target)",
            theme="industry", unit="%", direction="more", target=target,
        ).save()  # fmt: skip


# line, decision, department, its task (each also in English), days until due, measure and level
DECIDED = (
    (Line.TRAFFIC, "保留省界、市界卡口，撤除市内卡口。",
     "Keep the checkpoints at the province and city borders, remove those inside the city.",
     Role.TRANSPORT, "撤除市内卡口", "Remove the checkpoints inside the city", 2,
     "inner_checkpoints", "none"),
    (Line.COMMUNITIES, "小区封闭管理做到有期限、有依据、有服务。",
     "Closed management of compounds has an end, a basis and services.",
     Role.COMMUNITY, "核对小区管控期限", "Check the end of every compound's restriction", 3,
     "community", "registered, closed_off, sealed"),
    (Line.CARE, "暂停的门诊按清单有序恢复。", "Suspended clinics reopen in order, by checklist.",
     Role.HEALTH_LEAD, "列出恢复门诊清单", "List the clinics that reopen", 4, "", ""),
    (Line.RESUMPTION, "企业复工由审批改为备案。", "Firms resume by filing, no longer by approval.",
     Role.INDUSTRY, "备案平台上线并公布", "Open the filing platform and publish it", 0,
     "resumption_scheme", "filing"),
    (Line.ECONOMY, "逐日监测三项比率和各项底线。",
     "The three rates and the bottom lines are watched day by day.",
     Role.INDUSTRY, "每日报送三项比率", "Report the three rates every day", 1, "", ""),
    (Line.SUPPLIES, "统筹防疫物资和生活物资的生产、调配。",
     "Production and allocation of protective and daily goods are coordinated.",
     Role.SUPPLIES, "核定各区口罩分配", "Settle the masks for each district", -1, "", ""),
)  # fmt: skip


def make_meeting(office) -> None:
    """The meeting of 18 February with its decisions, tasks and proposed changes; the next one."""
    meeting = Meeting(
        title="疫情防控和经济运行调度会（演示）",
        title_en="Dispatch of control and economy (demonstration)",
        held_at=at(date(2020, 2, 18), 15), place="市应急指挥中心", chair="组长（演示）",
        agenda="一、疫情形势\n二、复工复产\n三、物资保障",
        state=MeetingState.HELD,  # elsewhere: nothing that it saw was written down here
    )  # fmt: skip
    meeting.save()
    city = Area._base_manager.get(code=CITY)
    for line, text, text_en, department, title, title_en, days, measure, level in DECIDED:
        decision = Decision(
            meeting=meeting, line=line, text=text, text_en=text_en, measure=measure, level=level
        )
        decision.save()
        decide_text(decision=decision, by=office)
        send_task(
            task=Task(
                decision=decision, title=title, title_en=title_en, department=department,
                area=city, due=clock.today() + timedelta(days=days),
            ),
            by=office,
        )  # fmt: skip
    Meeting(
        title="疫情防控和经济运行调度会（次日，演示）",
        title_en="Dispatch of control and economy, the day after (demonstration)",
        held_at=at(clock.today(), 17), place="市应急指挥中心", chair="组长（演示）",
    ).save()  # fmt: skip


# invented, in the form of a provincial notice; traditional characters as web pages often have them
DIRECTIVE = """省應對疫情工作領導小組關於分區分級精準防控的通知（演示）
一、交通運輸。保留省界、市界公路卡口，市域內檢查點應於2月22日前全部取消；應急和生產物資運輸車輛不停車、不檢查。
二、社區防控。未發生病例的小區放寬出入限制，不得以硬隔離方式封堵居民樓棟；對獨居老人每天至少上門一次。
三、醫療救治。確診患者集中收治到定點醫院，暫停的普通門診按清單有序恢復，重症床位使用率不得超過80%。
四、企業復工。對符合防護標準的企業一律實行備案，不得設置審批；規模以上工業企業2月底前復工率達到90%以上。
五、經濟運行。階段性減免中小企業社保費，每周通報失業登記和工業用電情況。
六、物資保障。口罩生產企業開足產能，糧油肉菜庫存不得低於15天用量。
各級要提高政治站位，思想上不能有絲毫鬆懈。"""


def make_directive(office) -> None:
    """A province's notice: three of its items taken into the record, the others waiting."""
    row = directives.record(
        directive=Directive(
            title="", issuer="province", body="省领导小组（演示）", number="演示〔2020〕1号",
            issued_on=date(2020, 2, 18), text=DIRECTIVE,
        ),
        by=office,
    )  # fmt: skip
    meeting = Meeting._base_manager.order_by("held_at").first()
    for item in row.items.filter(line__in=[Line.TRAFFIC, Line.RESUMPTION, Line.SUPPLIES]):
        directives.keep(item=item, by=office)
        if item.line == Line.TRAFFIC:
            decision = meeting.decisions.get(line=Line.TRAFFIC)
            directives.link(item=item, decision=decision, by=office)
