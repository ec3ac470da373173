"""Every blueprint and where it hangs. A new file of views adds its line here."""

# (module, address prefix); each module has `bp`.
BLUEPRINTS: tuple[tuple[str, str], ...] = (
    ("inspect_app.web.home", ""),
    ("inspect_app.web.api.session", "/api/v1"),
    ("inspect_app.web.pages.sign_in", "/desk"),
)
