// What the three pages share: making elements, keeping lists current, following a JSON address.

const PAUSE = 1000;

/** An element with attributes and children; a string child becomes text, never markup. */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") {
      element.addEventListener(name, value);
    } else if (value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? "" : value);
    }
  }
  element.append(...children.flat(Infinity).filter((child) => child !== undefined && child !== false));
  return element;
}

/** The element that the page marks with this name. */
export function part(name) {
  return document.querySelector(`[data-part="${name}"]`);
}

const made = new WeakMap();

/** Makes a list show these items in this order; an item that did not change keeps its element. */
export function keep(list, items, key, make) {
  const before = made.get(list) ?? new Map();
  const after = new Map();
  const focused = document.activeElement?.dataset.focus;
  for (const item of items) {
    const text = JSON.stringify(item);
    const known = before.get(key(item));
    after.set(key(item), known?.text === text ? known : { text, element: make(item) });
  }
  made.set(list, after);
  const wanted = [...after.values()].map((entry) => entry.element);
  for (const child of [...list.children]) {
    if (!wanted.includes(child)) child.remove();
  }
  wanted.forEach((element, place) => {
    const there = list.children[place] ?? null;
    if (there !== element) list.insertBefore(element, there);
  });
  if (focused && document.activeElement === document.body) {
    list.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
  }
}

/** Shows the JSON at an address, again whenever it has changed; returns "look again now". */
export function follow(address, show) {
  let last;
  let timer;
  async function look() {
    clearTimeout(timer);
    const text = await read(address);
    part("connection").textContent = text === undefined ? "Connection lost, trying again" : "";
    if (text !== undefined && text !== last) {
      last = text;
      show(JSON.parse(text));
    }
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  }
  look();
  return look;
}

async function read(address) {
  try {
    const answer = await fetch(address, { cache: "no-store" });
    return answer.ok ? await answer.text() : undefined;
  } catch {
    return undefined;
  }
}

const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });
const HOUR = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

/** A `<time>` for microseconds since 1970: the day and the time of day. */
export function moment(at) {
  const date = new Date(at / 1000);
  const shown = `${DAY.format(date)}, ${HOUR.format(date)}`;
  return el("time", { datetime: date.toISOString() }, shown);
}

/** The same with the time of day only. */
export function hour(at) {
  const date = new Date(at / 1000);
  const full = `${DAY.format(date)}, ${HOUR.format(date)}`;
  return el("time", { datetime: date.toISOString(), title: full }, HOUR.format(date));
}

/** The day alone, such as "22 Nov 2026". */
export function day(at) {
  return DAY.format(new Date(at / 1000));
}
