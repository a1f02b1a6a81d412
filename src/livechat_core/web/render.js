/** Pages as values: `render` changes what differs. Text never becomes markup (A37). */

const drawn = new WeakMap();

/** An element; with a `key` it stays the same one wherever it moves. @returns {View} */
export function h(tag, props, ...children) {
  const kept = children.flat(9).filter((child) => child || child === 0);
  return { tag, props: props ?? {}, children: kept.map((child) => (child.tag ? child : `${child}`)) };
}

export function render(parent, ...views) {
  const left = [...parent.childNodes];
  const nodes = h("", null, views).children.map((child) => {
    const at = left.findIndex((node) => fits(node, child));
    return patch(at < 0 ? create(child) : left.splice(at, 1)[0], child);
  });
  for (const node of left) node.remove();
  nodes.forEach((node, at) => {
    if (parent.childNodes[at] !== node) parent.insertBefore(node, parent.childNodes[at] ?? null);
  });
}

function fits(node, { tag, props }) {
  const old = drawn.get(node);
  return tag ? old?.tag === tag && old.props.key === props.key : node instanceof Text;
}

function create({ tag }) {
  const space = /^(svg|path|circle)$/.test(tag) ? "2000/svg" : "1999/xhtml";
  return tag ? document.createElementNS("http://www.w3.org/" + space, tag) : new Text();
}

function patch(node, child) {
  const { tag, props, children } = child;
  if (!tag) {
    if (node.data !== child) node.data = child;
    return node;
  }
  const before = drawn.get(node)?.props;
  drawn.set(node, child);
  for (const name in { ...before, ...props }) {
    const value = props[name];
    if (name.startsWith("on")) node[name] = value;
    else if (name === "key" || name === "value" || value === before?.[name]) continue;
    else if (value == null || value === false) node.removeAttribute(name);
    else node.setAttribute(name, value === true ? "" : value);
  }
  render(node, children);
  for (const name of ["value", "checked"]) if (name in props && node[name] !== props[name]) node[name] = props[name];
  return node;
}

// No backslash and no mark that turns the reading direction (A38, B58).
const LINK = /\b(https?:\/\/|mailto:)[^\s<>"\\\u200b-\u200f\u202a-\u202e\u2066-\u2069]+/gi;

/** A link that shows its real host, or plain text: only http, https and mailto, without a user name. */
export function link(address, label = address) {
  const url = URL.canParse(address) && new URL(address);
  if (!url || !/^(https?|mailto):$/.test(url.protocol) || url.username || url.password) return label;
  if (label === address && !address.includes(url.host)) label = url.href;
  return h("a", { href: url.href, target: "_blank", rel: "noopener noreferrer" }, label);
}

export function linkify(text) {
  const parts = [];
  let from = 0;
  for (const { 0: found, index } of text.matchAll(LINK)) {
    const address = found.replace(/[.,;:!?'*_)\]}]+$/, "");
    parts.push(text.slice(from, index), link(address));
    from = index + address.length;
  }
  return [...parts, text.slice(from)];
}

/** A moment; the tooltip has all of it. @param {any} form */
export function time(at, form = { timeStyle: "short" }) {
  const date = new Date(at / 1000);
  return h("time", { datetime: date.toISOString(), title: date.toLocaleString() }, date.toLocaleString([], form));
}

export function span(wait) {
  const seconds = Math.ceil(wait / 1e6);
  const [count, unit] = seconds < 60 ? [seconds, "second"] : seconds < 5400 ? [seconds / 60, "minute"] : [seconds / 3600, "hour"];
  return Math.round(count) === 1 ? `1 ${unit}` : `${Math.round(count)} ${unit}s`;
}

const WORDS = {
  nobody_available: () => "Nobody is free to chat at the moment.",
  closed: () => "This chat is over.",
  full: () => "Too many people are waiting. Please leave a message.",
  banned: () => "This chat is not open to you.",
  invalid_email: () => "Please enter an e-mail address such as name@example.org.",
  other_address: () => "The history can only go to the address you gave.",
  invalid_text: () => "Please enter some plain text.",
  too_long: ({ limit }) => `This is too long: at most ${limit} characters.`,
  rate_limited: ({ retry_after }) => `Please try again in ${span(retry_after ?? 1e7)}.`,
};

/** A refusal in a sentence; `more` knows further codes. */
export function explain({ code, facts }, more = {}) {
  return (more[code] ?? WORDS[code])?.(facts) ?? "This did not work. Please try again.";
}
