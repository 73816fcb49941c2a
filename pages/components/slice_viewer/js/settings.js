// The reviewer's keys, mouse buttons and looks, kept in this browser. It listens to nothing.

const KEPT_LOOKS = ["layout", "large", "showModel", "showTruth", "showHeat", "fill", "smooth", "opacity"];

/** A set of habits with the reviewer's own changes over it. */
class Settings {
  constructor() {
    const kept = recall("localStorage", "settings") ?? {};
    this.habit = HABITS[kept.habit] ? kept.habit : "own";
    this.ownKeys = onlyKeys(kept.keys);
    this.ownMouse = onlyMouse(kept.mouse);
    this.resolve();
  }

  resolve() {
    const habit = HABITS[this.habit];
    this.keys = { ...habit.keys, ...this.ownKeys };
    this.mouse = { ...habit.mouse, ...this.ownMouse };
    this.actionOf = new Map();
    for (const [action, keys] of Object.entries(this.keys)) {
      for (const key of keys) this.actionOf.set(key, action);
    }
  }

  keep() {
    this.resolve();
    remember("localStorage", "settings", { habit: this.habit, keys: this.ownKeys, mouse: this.ownMouse });
  }

  /** Another set; changes that were made to the one before do not carry over. */
  adopt(habit) {
    this.habit = habit;
    this.ownKeys = {};
    this.ownMouse = {};
    this.keep();
  }

  /** Gives `key` to an action alone; the action that had it loses it. Returns that action or null. */
  bind(action, key) {
    const before = this.actionOf.get(key);
    if (before && before !== action) {
      this.ownKeys[before] = this.keys[before].filter((one) => one !== key);
    }
    this.ownKeys[action] = [key];
    this.keep();
    return before && before !== action ? before : null;
  }

  use(button, what) {
    this.ownMouse[button] = what;
    this.keep();
  }

  /** The keys of an action as the sheet writes them. */
  keyText(action) { return this.keys[action].map(keyLabel).join(", "); }
}

/** What was kept, less what this version does not know. */
function onlyKeys(kept) {
  const known = Object.entries(kept ?? {}).filter(([action, keys]) => ACTIONS[action]
    && Array.isArray(keys) && keys.every((key) => typeof key === "string"));
  return Object.fromEntries(known);
}

function onlyMouse(kept) {
  return Object.fromEntries(Object.entries(kept ?? {}).filter(([button, use]) => MOUSE_USES[button]?.includes(use)));
}

/** The looks that the next study, and the next visit, begin with. */
function keptLooks() {
  const kept = recall("localStorage", "looks") ?? {};
  const looks = Object.fromEntries(KEPT_LOOKS.filter((name) => typeof kept[name] === typeof FIRST_VIEW[name])
    .map((name) => [name, kept[name]]));
  if (!LAYOUTS[looks.layout]) delete looks.layout;
  if (looks.opacity && !Object.keys(FIRST_VIEW.opacity).every((name) => looks.opacity[name] >= 0)) delete looks.opacity;
  return looks;
}

function keepLooks(view) {
  remember("localStorage", "looks", Object.fromEntries(KEPT_LOOKS.map((name) => [name, view[name]])));
}
