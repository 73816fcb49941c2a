"""Thresholds tuned in Chromium: the server is asked for nothing until one is saved."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from seg_core.models.registry import find_model
from seg_core.settings import Settings
from tests.browser.made_studies import make_reading, make_study, put_on_shelf
from tests.browser.screen import text, viewer_of
from tests.pages.tuned import make_tunable


def test_a_choice_is_dragged_without_the_server_saved_and_taken_up_by_the_viewer(
    start_app: Any, page: Any, tmp_path: Path
) -> None:
    model = make_tunable(tmp_path / "models", pixel_threshold=0.37)
    study = make_study(1)
    reading = replace(make_reading(study, 1), model_name=model.name, model_sha256=model.sha256)
    study_id = put_on_shelf(tmp_path, study, reading)
    server = start_app(tmp_path)
    frames: list[object] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: frames.append(frame)))
    page.goto(f"{server.url}/evaluation")
    page.get_by_text("Threshold tuning", exact=True).click(timeout=90_000)
    page.get_by_role("combobox", name="Model").click(timeout=90_000)
    page.get_by_role("option", name=f"{model.name}/{model.version}").click()
    slider = page.get_by_role("slider", name="pixel threshold")
    slider.wait_for()
    page.locator("[data-axis=pixels] tr", has_text="0.545").first.wait_for()
    chart = page.get_by_role("img", name="over the pixel threshold").bounding_box()
    f1 = page.locator("[data-axis=pixels] tr", has_text="F1 over all pixels").locator(".value")
    before, sent = f1.text_content(), len(frames)

    page.mouse.move(chart["x"] + 60, chart["y"] + 90)
    page.mouse.down()
    page.mouse.move(chart["x"] + chart["width"] - 30, chart["y"] + 90, steps=20)
    page.mouse.up()
    page.locator("[data-axis=pixels] .now", has_text="0.99").wait_for()

    assert (before, f1.text_content()) == ("0.545", "0.000")
    assert len(frames) == sent
    now = page.locator("[data-axis=pixels] .now")
    dragged_to = now.text_content()
    page.get_by_role("button", name="highest F1").click()
    expect(now).not_to_have_text(dragged_to)
    chosen = float(now.text_content())

    page.get_by_role("button", name="Save as operating point").click()
    page.get_by_role("textbox", name="Your name").fill("Ada")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    page.get_by_text("Saved as paper-unet/2").wait_for()

    card = find_model(Settings(home=tmp_path, shipped_models=tmp_path / "none"), "paper-unet").card
    assert (card.version, card.pixel_threshold) == ("2", chosen)
    assert chosen != 0.37
    page.goto(f"{server.url}/viewer?study={study_id}")
    viewer = viewer_of(page, study_id)
    assert text(viewer, "corner-model") == "paper-unet 2"
    assert f"{chosen:g}" in text(viewer, "threshold-value")
