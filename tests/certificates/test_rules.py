import random
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from certificates.rules import Missing, Record, Rules, Share, Shown, explain

CODES = ["A1", "A2", "B1", "B2"]

hours = st.decimals(min_value=0, max_value=60, places=1)
counts = st.integers(min_value=0, max_value=5)
percents = st.integers(min_value=0, max_value=100)
grades = st.sampled_from(["pass", "excellent"])
capabilities = st.lists(
    st.builds(Shown, st.sampled_from(CODES), st.sampled_from(["学情分析", "教学设计"]), grades),
    unique_by=lambda shown: shown.code,
)
shares = st.builds(Share, counts, counts)


def some(*names: str):
    return st.lists(st.sampled_from(names), unique=True).map(tuple)


records = st.builds(
    Record,
    online_hours=hours,
    practice_hours=hours,
    outside_hours=hours,
    capabilities=capabilities.map(tuple),
    quizzes_passed=counts,
    quizzes_total=counts,
    modules_passed=some("M01", "M02"),
    sign_offs=some("公开课", "听课"),
    cohort=shares,
    enrolled=shares,
    certified=shares,
    environment=st.sampled_from("ABC"),
    has_plan=st.booleans(),
    roles=some("assessor", "teacher"),
    days=counts,
    reviews=counts,
)

# Most of the time each thing is not asked for: else hardly any record would fulfil all of it.
asked = {
    "online_hours": hours,
    "practice_hours": hours,
    "outside_hours": hours,
    "total_hours": hours,
    "capabilities": counts,
    "dimensions": counts,
    "grade": grades,
    "among": some(*CODES),
    "quizzes": st.none() | counts,
    "modules": some("M01", "M02"),
    "sign_offs": some("公开课", "听课"),
    "cohort_percent": percents,
    "enrolled_percent": percents,
    "certified_percent": percents,
    "environments": some("A", "B", "C"),
    "plan": st.booleans(),
    "roles": some("assessor", "teacher"),
    "days": counts,
    "reviews": counts,
}
rules = st.sets(st.sampled_from(sorted(asked)), max_size=4).flatmap(
    lambda names: st.builds(Rules, **{name: asked[name] for name in sorted(names)})
)


def reaches(share: Share, percent: int) -> bool:
    return percent == 0 or (share.of > 0 and share.have * 100 >= percent * share.of)


def is_earned(record: Record, rules: Rules) -> bool:
    """The rule once more, as a bureau would write it down."""
    counting = [
        shown
        for shown in record.capabilities
        if (shown.grade == "excellent" or rules.grade == "pass")
        and (rules.among == () or shown.code in rules.among)
    ]
    for have, need in [
        (record.online_hours, rules.online_hours),
        (record.practice_hours, rules.practice_hours),
        (record.outside_hours, rules.outside_hours),
        (record.online_hours + record.practice_hours + record.outside_hours, rules.total_hours),
        (len(counting), rules.capabilities),
        (len({shown.dimension for shown in counting}), rules.dimensions),
        (record.quizzes_passed, record.quizzes_total if rules.quizzes is None else rules.quizzes),
        (record.days, rules.days),
        (record.reviews, rules.reviews),
    ]:
        if have < need:
            return False
    return (
        set(record.modules_passed) >= set(rules.modules)
        and set(record.sign_offs) >= set(rules.sign_offs)
        and reaches(record.cohort, rules.cohort_percent)
        and reaches(record.enrolled, rules.enrolled_percent)
        and reaches(record.certified, rules.certified_percent)
        and (not rules.environments or record.environment in set(rules.environments))
        and (record.has_plan or not rules.plan)
        and (not rules.roles or not set(rules.roles).isdisjoint(record.roles))
    )


@given(record=records, rules=rules)
def test_nothing_is_missing_exactly_when_the_certificate_is_earned(record, rules):
    assert (explain(record, rules) == []) == is_earned(record, rules)


def test_nothing_is_missing_exactly_then_for_ten_thousand_people():
    """As above, over more cases than Hypothesis gets through in a while; and with both answers often."""
    chance = random.Random(2026)  # noqa: S311
    earned = 0
    for _ in range(10_000):
        record, rules = drawn_record(chance), drawn_rules(chance)
        earned += is_earned(record, rules)
        assert (explain(record, rules) == []) == is_earned(record, rules)
    assert 2_000 < earned < 8_000


def drawn_hours(chance: random.Random) -> Decimal:
    return Decimal(chance.randrange(0, 101)) / 2


def drawn(chance: random.Random, *names: str) -> tuple[str, ...]:
    return tuple(name for name in names if chance.random() < 0.5)


def drawn_share(chance: random.Random) -> Share:
    people = chance.randrange(0, 40)
    return Share(chance.randint(0, people), people)


def drawn_record(chance: random.Random) -> Record:
    shown = [
        Shown(code, dimension, chance.choice(["pass", "excellent"]))
        for code, dimension in zip(CODES, ["学情分析", "教学设计"] * 2, strict=True)
        if chance.random() < 0.6
    ]
    return Record(
        drawn_hours(chance), drawn_hours(chance), drawn_hours(chance), tuple(shown),
        chance.randrange(6), chance.randrange(6), drawn(chance, "M01", "M02"),
        drawn(chance, "公开课", "听课"),
        drawn_share(chance), drawn_share(chance), drawn_share(chance), chance.choice("ABC"),
        chance.random() < 0.5, drawn(chance, "assessor", "teacher"), chance.randrange(400),
        chance.randrange(60),
    )  # fmt: skip


def drawn_rules(chance: random.Random) -> Rules:
    """Rules that ask for one to three things."""
    count = chance.randint(1, 3)
    everything = {
        "online_hours": drawn_hours(chance), "practice_hours": drawn_hours(chance),
        "outside_hours": drawn_hours(chance), "total_hours": drawn_hours(chance),
        "capabilities": count, "dimensions": chance.randint(1, 2), "among": drawn(chance, *CODES),
        "grade": chance.choice(["pass", "excellent"]), "modules": drawn(chance, "M01"),
        "quizzes": chance.choice([None, 1, 3]),
        "sign_offs": drawn(chance, "公开课", "听课"), "cohort_percent": chance.randrange(101),
        "enrolled_percent": chance.randrange(101), "certified_percent": chance.randrange(101),
        "environments": drawn(chance, "A", "B", "C"), "plan": chance.random() < 0.5,
        "roles": drawn(chance, "assessor", "teacher"), "days": chance.randrange(400),
        "reviews": chance.randrange(60),
    }  # fmt: skip
    return Rules(
        **{name: everything[name] for name in chance.sample(sorted(everything), chance.randint(1, 3))}
    )


def test_what_is_missing_says_what_is_there_and_what_is_asked():
    record = Record(
        online_hours=Decimal("24.5"),
        practice_hours=Decimal(25),
        capabilities=(Shown("A1", "学情分析", "pass"), Shown("A2", "学情分析", "excellent")),
        quizzes_passed=3,
        quizzes_total=4,
    )
    rules = Rules(Decimal(25), Decimal(25), capabilities=3, dimensions=2, quizzes=None)

    assert explain(record, rules) == [
        Missing("online_hours", Decimal("24.5"), Decimal(25)),
        Missing("capabilities", 2, 3, "pass"),
        Missing("dimensions", 1, 2, "pass"),
        Missing("quizzes", 3, 4),
    ]


def test_what_is_missing_from_a_list_is_named():
    record = Record(
        capabilities=(Shown("A1", "学情分析", "pass"), Shown("A3", "教学设计", "pass")),
        modules_passed=("M02",),
        sign_offs=("听课",),
    )
    rules = Rules(
        capabilities=2, among=("A1", "A2", "B2"), modules=("M01", "M02"), sign_offs=("公开课", "听课"),
        environments=("B", "C"), plan=True, roles=("assessor",),
    )  # fmt: skip

    assert explain(record, rules) == [
        Missing("capabilities", 1, 2, "pass", ("A2", "B2")),
        Missing("modules", 1, 2, names=("M01",)),
        Missing("sign_offs", 1, 2, names=("公开课",)),
        Missing("environments", 0, 1, names=("B", "C")),
        Missing("plan", 0, 1),
        Missing("roles", 0, 1, names=("assessor",)),
    ]


def test_only_the_asked_grade_counts_and_a_better_one_counts_too():
    record = Record(capabilities=(Shown("A1", "学情分析", "pass"), Shown("A2", "教学设计", "excellent")))

    assert [shown.code for shown in record.shown()] == ["A1", "A2"]
    assert [shown.code for shown in record.shown("excellent")] == ["A2"]


def test_a_share_just_below_is_not_enough():
    rules = Rules(certified_percent=95)

    assert explain(Record(certified=Share(949, 1000)), rules) == [Missing("certified_percent", 94, 95)]
    assert explain(Record(certified=Share(95, 100)), rules) == []
    assert explain(Record(certified=Share(0, 0)), rules) == [Missing("certified_percent", 0, 95)]
