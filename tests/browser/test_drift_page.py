"""The drift report as a page, in a real browser: everything is drawn, in colour, and nothing in it runs or is fetched."""

from __future__ import annotations

import re

BY_HAND = (
    "ALTER TABLE ANALYTICS.MARTS.CHANNELS RENAME COLUMN LABEL TO NAME",
    "ALTER TABLE RAW_DESMOINES_SF_MEETUP.EVENTS.CUSTOMER_INTERACTIONS ADD COLUMN \"<script>document.title='run'</script>\" VARCHAR",
    "CREATE OR REPLACE VIEW ANALYTICS.STAGING.STG_CUSTOMER_INTERACTIONS AS SELECT '<b>bold</b>' AS INTERACTION_ID",
)


def test_what_drifted_is_drawn(project, browser):
    for statement in BY_HAND:
        project.sql(statement)
    page = project.folder / "drift.html"
    assert project.run("snowpact drift --format html --output drift.html").code == 1
    dom = browser.dom(page)
    title = re.search(r"<title>(.*?)</title>", dom)
    assert title and title[1] == "drift: blocked"  # no script of a name's ran
    assert "<script>" not in dom and "<b>bold" not in dom
    assert len(re.findall(r'<g class="broken">', dom)) == 3
    assert len(re.findall(r'<g class="hurt">', dom)) == 2  # the product, and the view over it
    assert not re.search(r"(src|href)=", dom)
    colours = browser.colours(page)
    assert min(colours[colour] for colour in ("#ffcecb", "#fff1d6", "#ffebe9", "#cf222e")) > 100
    for told in ("Consumers hurt", "Marketing Analytics", "predicted", "declared", "live"):
        assert told in dom


def test_nothing_drifted(project, browser):
    assert project.run("snowpact drift --format html --output drift.html").code == 0
    dom = browser.dom(project.folder / "drift.html")
    assert "No findings." in dom and "Consumers hurt" not in dom
    assert 'class="broken"' not in dom and 'class="promised"' in dom
