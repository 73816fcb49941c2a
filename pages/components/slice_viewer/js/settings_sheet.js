// The sheet on `?`: every key and mouse button, and how to change them. It acts through `Settings`.

class SettingsSheet {
  constructor(element, settings) {
    this.element = element;
    this.settings = settings;
    this.asking = null;          // the action whose new key is awaited
    element.onclick = (event) => this.clicked(event.target.closest("button"));
    element.onchange = (event) => this.changed(event.target);
    element.addEventListener("keydown", (event) => this.keyDown(event));
  }

  get shown() { return !this.element.hidden; }

  toggle(shown = !this.shown) {
    if (shown === this.shown) return;
    this.asking = null;
    this.element.hidden = !shown;
    if (!shown) { this.element.closest(".viewer").focus({ preventScroll: true }); return; }
    this.write("");
    this.element.querySelector("select").focus({ preventScroll: true });
  }

  write(notice) {
    const { settings } = this;
    const title = made("h4", { textContent: "Keys and mouse" });
    const close = made("button", { type: "button", textContent: "Close", className: "close" });
    const top = made("div", { className: "top" });
    top.append(title, labelled("Habits", chooser("habit", Object.entries(HABITS)
      .map(([value, { name }]) => [value, name]), settings.habit)),
    made("button", { type: "button", textContent: "Reset to this set", className: "defaults" }), close);
    this.element.replaceChildren(top, this.mouseRows(), this.keyRows(),
      made("p", { className: "notice", textContent: notice || "Kept in this browser. Click a key to change it. "
        + "Shift with an arrow or the wheel goes five slices; Ctrl with the wheel zooms; a double click shows one "
        + "picture, with Ctrl it resets. Two fingers zoom and move." }));
  }

  mouseRows() {
    const rows = made("div", { className: "mouse" });
    for (const [button, uses] of Object.entries(MOUSE_USES)) {
      rows.append(labelled(MOUSE_NAMES[button],
        chooser(`mouse:${button}`, uses.map((use) => [use, USE_NAMES[use]]), this.settings.mouse[button])));
    }
    return rows;
  }

  keyRows() {
    const list = made("dl", {});
    for (const [action, [name]] of Object.entries(ACTIONS)) {
      const key = made("button", { type: "button", textContent: this.settings.keyText(action) || "none" });
      key.dataset.action = action;
      key.setAttribute("aria-label", `${name}: ${key.textContent}. Change the key.`);
      const row = made("div", {});
      const term = made("dt", {});
      term.append(key);
      row.append(term, made("dd", { textContent: name }));
      list.append(row);
    }
    return list;
  }

  clicked(button) {
    if (!button) return;
    if (button.className === "close") return this.toggle(false);
    if (button.className === "defaults") { this.settings.adopt(this.settings.habit); return this.write(""); }
    this.asking = button.dataset.action;
    button.textContent = "press a key";
  }

  changed({ name, value }) {
    if (name === "habit") this.settings.adopt(value);
    else this.settings.use(name.split(":")[1], value);
    this.write("");
    this.element.querySelector(`select[name="${name}"]`).focus({ preventScroll: true });
  }

  keyDown(event) {
    event.stopPropagation();
    const name = keyName(event);
    if (this.asking && name) return this.answer(event, name);
    if (name === "Escape" || (name && this.settings.actionOf.get(name) === "help")) {
      event.preventDefault();
      this.toggle(false);
    }
  }

  answer(event, name) {
    event.preventDefault();
    const action = this.asking;
    this.asking = null;
    const loser = name === "Escape" && action !== "cancel" ? null : this.settings.bind(action, name);
    this.write(loser ? `${keyLabel(name)} was "${ACTIONS[loser][0]}", which has `
      + `${this.settings.keyText(loser) || "no key"} now.` : "");
    this.element.querySelector(`[data-action="${action}"]`).focus({ preventScroll: true });
  }
}

function made(tag, properties) { return Object.assign(document.createElement(tag), properties); }

function labelled(words, control) {
  const label = made("label", { textContent: words });
  label.append(control);
  return label;
}

function chooser(name, options, value) {
  const select = made("select", { name });
  for (const [option, words] of options) select.append(made("option", { value: option, textContent: words }));
  select.value = value;
  return select;
}
