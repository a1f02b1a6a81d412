// Slack's texts as elements: plain text, `mrkdwn`, and the parts of rich text.

import { el } from "./outside.js";

const CONTROL = /```([^]+?)```|<([^<>\n]+)>|`([^`\n]+)`|(?<![\w*])\*([^*\n]+)\*(?![\w*])|(?<![\w])_([^_\n]+)_(?![\w])|(?<![\w~])~([^~\n]+)~(?![\w~])/g;

/** A text object: `plain_text` shows every character, `mrkdwn` is read. */
export function text(object, names) {
  return object.type === "mrkdwn" ? mrkdwn(object.text, names) : [object.text];
}

/** The nodes of a `mrkdwn` text. */
export function mrkdwn(source, names) {
  const nodes = [];
  let from = 0;
  for (const found of source.matchAll(CONTROL)) {
    nodes.push(unescaped(source.slice(from, found.index)), node(found, names));
    from = found.index + found[0].length;
  }
  nodes.push(unescaped(source.slice(from)));
  return nodes.filter((part) => part !== "");
}

function node([, block, control, code, bold, italic, strike], names) {
  if (block !== undefined) return el("pre", {}, unescaped(block.replace(/^\n/, "")));
  if (control !== undefined) return reference(control, names);
  if (code !== undefined) return el("code", {}, unescaped(code));
  if (bold !== undefined) return el("strong", {}, ...mrkdwn(bold, names));
  if (italic !== undefined) return el("em", {}, ...mrkdwn(italic, names));
  return el("s", {}, ...mrkdwn(strike, names));
}

function reference(control, names) {
  const [target, label] = control.split("|", 2);
  if (target.startsWith("@")) return mention(`@${names.get(target.slice(1)) ?? target.slice(1)}`);
  if (target.startsWith("#")) return mention(`#${label ?? target.slice(1)}`);
  if (target.startsWith("!")) return mention(`@${target.slice(1)}`);
  return link(unescaped(target), label && unescaped(label));
}

function mention(name) {
  return el("span", { class: "mention" }, name);
}

function link(url, label) {
  const safe = /^(https?|mailto|tel):/i.test(url);
  return safe
    ? el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, label || url)
    : label || url;
}

function unescaped(source) {
  return source.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** The parts of one rich-text section. */
export function inline(elements, names) {
  return elements.map((part) => styled(bare(part, names), part.style ?? {}));
}

function bare(part, names) {
  switch (part.type) {
    case "link":
      return link(part.url, part.text);
    case "user":
      return mention(`@${names.get(part.user_id) ?? part.user_id}`);
    case "channel":
      return mention(`#${part.channel_id}`);
    case "broadcast":
      return mention(`@${part.range}`);
    case "emoji":
      return emoji(part);
    default:
      return part.text;
  }
}

function emoji(part) {
  const codes = (part.unicode ?? "").split("-").map((code) => Number.parseInt(code, 16));
  return codes.every((code) => code > 0) ? String.fromCodePoint(...codes) : `:${part.name}:`;
}

function styled(content, style) {
  const tags = { code: "code", bold: "strong", italic: "em", strike: "s" };
  return Object.entries(tags).reduce(
    (inner, [name, tag]) => (style[name] ? el(tag, {}, inner) : inner),
    content,
  );
}
