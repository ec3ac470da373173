"""A broken rule told beside the field of the form it is about, so that what was typed stays."""

from collections import defaultdict
from collections.abc import Mapping

from flask_wtf import FlaskForm

from inspect_app.domain.errors import RuleBroken
from inspect_app.web.problems import CATALOGUE


def tell(form: FlaskForm, broken: RuleBroken, fields: Mapping[str, str]) -> None:
    """`fields`: code → name of the form's field. A code that is not there is told above the form."""
    problem = CATALOGUE[broken.code]
    told = f"{problem.title}. {problem.advice.format_map(defaultdict(lambda: '—', broken.facts))}"
    name = fields.get(broken.code)
    if name is None:
        form.form_errors = [*form.form_errors, told]
    else:
        form[name].errors = [*form[name].errors, told]
