"""Quản trị: the accounts of the agency."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import PasswordField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Regexp

from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import Role
from inspect_app.services import accounts, people
from inspect_app.web.auth import allow
from inspect_app.web.refusals import tell
from inspect_app.web.request import actor, in_transaction, now, reading
from inspect_app.web.words import WORDS

bp = Blueprint("people", __name__)

SHORTEST = people.SHORTEST_PASSWORD


def password_field(label: str) -> PasswordField:
    rules = [InputRequired("Nhập mật khẩu."), Length(SHORTEST, 200, f"Mật khẩu cần ít nhất {SHORTEST} ký tự.")]
    return PasswordField(label, rules)


class NewPersonForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    username = StringField(
        "Tên đăng nhập",
        [
            InputRequired("Nhập tên đăng nhập."),
            Length(max=80),
            Regexp(r"[a-z0-9][a-z0-9._-]*\Z", message="Chỉ dùng chữ thường không dấu, số, dấu chấm, gạch."),
        ],
    )
    name = StringField("Họ và tên", [InputRequired("Nhập họ và tên."), Length(max=120)])
    title = StringField("Chức vụ", [Length(max=120)])
    role = SelectField("Vai trò", choices=WORDS["role"])
    password = password_field("Mật khẩu ban đầu")


class PasswordForm(FlaskForm):  # type: ignore[misc]
    password = password_field("Mật khẩu mới")


class PressForm(FlaskForm):  # type: ignore[misc]
    """A button and its CSRF token."""


@bp.get("/people")
@allow(Role.ADMIN)
def index() -> ResponseReturnValue:
    who = actor()
    return render_template("people/index.html", rows=reading(lambda tx: accounts.of_agency(tx, actor=who)))


@bp.route("/people/new", methods=["GET", "POST"])
@allow(Role.ADMIN)
def new() -> ResponseReturnValue:
    form = NewPersonForm()
    if not form.is_submitted():
        return render_template("people/new.html", form=form)
    if form.validate():
        who, at = actor(), now()
        try:
            in_transaction(
                lambda tx: people.add(
                    tx,
                    agency=who.agency,
                    username=form.username.data or "",
                    name=(form.name.data or "").strip(),
                    role=Role(form.role.data),
                    title=(form.title.data or "").strip(),
                    password=form.password.data or "",
                    actor=who,
                    now=at,
                )
            )
        except RuleBroken as broken:
            tell(form, broken, {"username-taken": "username", "weak-password": "password"})
        else:
            flash(f"Đã thêm {form.name.data}. Trao mật khẩu ban đầu trực tiếp, không gửi qua thư.", "done")
            return redirect(url_for("people.index"))
    return render_template("people/new.html", form=form), 422


@bp.get("/people/<username>")
@allow(Role.ADMIN)
def page(username: str) -> ResponseReturnValue:
    return _render(username, PasswordForm())


@bp.post("/people/<username>/reset")
@allow(Role.ADMIN)
def reset(username: str) -> ResponseReturnValue:
    form = PasswordForm()
    if not form.validate_on_submit():
        return _render(username, form), 422
    who, at, password = actor(), now(), form.password.data or ""
    in_transaction(lambda tx: accounts.reset(tx, username, password, actor=who, now=at))
    flash("Đã đặt mật khẩu mới; mọi phiên đăng nhập cũ đã kết thúc. Dữ liệu trên máy của người này vẫn còn.", "done")
    return redirect(url_for("people.page", username=username))


@bp.post("/people/<username>/disable")
@allow(Role.ADMIN)
def disable(username: str) -> ResponseReturnValue:
    who, at = actor(), now()
    in_transaction(lambda tx: accounts.disable(tx, username, actor=who, now=at))
    flash("Đã khóa tài khoản. Dữ liệu máy còn giữ sẽ được giữ lại để xem khi gửi về.", "done")
    return redirect(url_for("people.page", username=username))


def _render(username: str, form: PasswordForm) -> str:
    who = actor()
    person = reading(lambda tx: accounts.find(tx, username, actor=who))
    return render_template("people/page.html", person=person, form=form, press=PressForm(), shortest=SHORTEST)
