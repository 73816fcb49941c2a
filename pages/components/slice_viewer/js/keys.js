// What a key is called: in the tables, and on the sheet. It changes no view.

const KEY_LABELS = { ArrowRight: "→", ArrowLeft: "←", ArrowUp: "↑", ArrowDown: "↓", PageUp: "Page Up",
  PageDown: "Page Down", Escape: "Esc", Delete: "Del" };
const BROWSERS_KEYS = ["Tab", "Shift", "Control", "Alt", "Meta", "AltGraph", "CapsLock", "F5", "F11", "F12", "Dead",
  "Unidentified"];

/**
 * `Shift+Home`, `Ctrl+ArrowUp`, `Z`: a letter says by itself whether Shift was down. Null where
 * the key is the browser's: with Alt or Meta, or Ctrl with anything but an arrow.
 */
function keyName(event) {
  if (event.altKey || event.metaKey || BROWSERS_KEYS.includes(event.key)) return null;
  const key = event.key === " " ? "Space" : event.key;
  if (event.ctrlKey) return key.startsWith("Arrow") ? `Ctrl+${key}` : null;
  return key.length > 1 && event.shiftKey ? `Shift+${key}` : key;
}

function keyLabel(name) {
  const parts = name === "+" ? ["+"] : name.split("+");
  const key = parts.pop();
  return [...parts, KEY_LABELS[key] ?? key].join(" ");
}
