"""Every blueprint and where it hangs. A new file of views adds its line here."""

# (module, address prefix); each module has `bp`.
BLUEPRINTS: tuple[tuple[str, str], ...] = (
    ("inspect_app.web.home", ""),
    ("inspect_app.web.shell", ""),
    ("inspect_app.web.api.session", "/api/v1"),
    ("inspect_app.web.api.sync", "/api/v1"),
    ("inspect_app.web.api.checklists", "/api/v1"),
    ("inspect_app.web.api.uploads", "/api/v1"),
    ("inspect_app.web.api.evidence", "/api/v1"),
    ("inspect_app.web.pages.sign_in", "/desk"),
    ("inspect_app.web.api.inspections", "/api/v1"),
    ("inspect_app.web.api.sites", "/api/v1"),
    ("inspect_app.web.pages.today", "/desk"),
    ("inspect_app.web.pages.plan", "/desk"),
    ("inspect_app.web.pages.inspections", "/desk"),
    ("inspect_app.web.pages.team", "/desk"),
    ("inspect_app.web.pages.visit_days", "/desk"),
    ("inspect_app.web.pages.held", "/desk"),
    ("inspect_app.web.pages.sites", "/desk"),
    ("inspect_app.web.pages.people", "/desk"),
    ("inspect_app.web.pages.devices", "/desk"),
    ("inspect_app.web.api.violations", "/api/v1"),
    ("inspect_app.web.api.follow_up", "/api/v1"),
    ("inspect_app.web.pages.violations", "/desk"),
    ("inspect_app.web.pages.follow_up", "/desk"),
)
