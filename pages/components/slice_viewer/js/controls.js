// Keys, sliders, buttons and menus of the viewer: what they ask of it. It draws nothing.

class Controls {
  constructor(viewer) {
    this.viewer = viewer;
    const { root } = viewer;
    root.onkeydown = (event) => this.keyDown(event);
    root.onkeyup = (event) => this.keyUp(event);
    root.onblur = () => this.releaseAll();
    this.listenToSliders(viewer.panel.part);
    const toolbar = root.querySelector(".toolbar");
    toolbar.onclick = (event) => this.press(event.target.closest("button"));
    this.roving = new Roving(toolbar, viewer);
    root.querySelector(".deck").onclick = (event) => this.press(event.target.closest("button"));
  }

  listenToSliders(part) {
    const { viewer } = this;
    part.slice.oninput = () => viewer.goTo(Number(part.slice.value) - 1);
    part.threshold.oninput = () => viewer.change({ tick: Number(part.threshold.value) });
    for (const layer of Object.keys(FIRST_VIEW.opacity)) {
      const slider = part[`opacity-${layer}`];
      slider.oninput = () => viewer.setOpacity({ [layer]: Number(slider.value) / 100 });
    }
    part.window.onchange = () => viewer.preset(Number(part.window.value));
    part.save.onchange = () => {
      save(part.save.value, viewer).catch((error) => viewer.panel.status(error.message, true));
      part.save.value = "";
    };
  }

  press(button) {
    if (!button) return;
    const { viewer } = this;
    const { toggle, layout, channel, act, tool } = button.dataset;
    if (toggle) viewer.toggle(toggle);
    if (layout) viewer.setLayout(layout);
    if (channel) viewer.showChannel(Number(channel));
    if (tool) viewer.take(tool);
    if (act) viewer.act(act);
    if (button.dataset.role === "commit") viewer.commit();
  }

  keyDown(event) {
    event.stopPropagation();                           // Streamlit's own r and c stay out of it
    if (this.belongsToControl(event)) return;
    const { viewer } = this;
    if (viewer.pointer.takes(event)) return event.preventDefault();
    const action = viewer.settings.actionOf.get(keyName(event) ?? "") ?? null;
    if (!action) return;
    event.preventDefault();
    if (!(event.repeat && HELD.includes(action))) viewer.act(action);
  }

  keyUp(event) {
    event.stopPropagation();
    const action = this.viewer.settings.actionOf.get(event.key === " " ? "Space" : event.key);
    RELEASES[action]?.(this.viewer);
  }

  releaseAll() { for (const release of Object.values(RELEASES)) release(this.viewer); }

  /** Keys that a focused slider, menu or button wants for itself. */
  belongsToControl(event) {
    const control = event.target.closest?.("input, select, button");
    if (!control) return false;
    if (event.key === "Tab") return true;
    if (this.roving.takes(event)) return true;
    if (control.matches("button")) return this.isPress(event);
    return event.key === " " || /^(Arrow|Home|End|Page|Enter)/.test(event.key);
  }

  isPress(event) { return event.key === " " || event.key === "Enter"; }
}
