"""Renew the pictures of papers that look otherwise (`make looks`); look at them before committing."""

from tests import looks


def main() -> None:
    for known in {each.stem.rpartition("-")[0] for each in looks.PAPERS.glob("*.png")} - set(looks.kinds()):
        looks.keep(known, [])
        print(f"{known}: gone")
    for kind in looks.kinds():
        drawn = looks.pages(looks.pdf(looks.paper(kind)))
        changed = looks.differing(drawn, looks.kept(kind))
        if changed:
            looks.keep(kind, drawn)
            print(f"{kind}: pages {', '.join(map(str, changed))} renewed")


if __name__ == "__main__":
    main()
