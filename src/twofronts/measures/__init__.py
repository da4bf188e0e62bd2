"""What can be decided: the catalogue of measures, district grades, the rulebook."""

from twofronts.measures.catalogue import Catalogue, all_parameters, load_catalogue
from twofronts.measures.compiling import compile_rulebook, decision_state, grade_state
from twofronts.measures.files import (
    BUILT_IN,
    check_rulebook,
    load_rulebook,
    parse_rulebook,
    save_rulebook,
    to_toml,
)
from twofronts.measures.rulebook import Rulebook
from twofronts.measures.switching import switching_rule

__all__ = [
    "BUILT_IN",
    "Catalogue",
    "Rulebook",
    "all_parameters",
    "check_rulebook",
    "compile_rulebook",
    "decision_state",
    "grade_state",
    "load_catalogue",
    "load_rulebook",
    "parse_rulebook",
    "save_rulebook",
    "switching_rule",
    "to_toml",
]
