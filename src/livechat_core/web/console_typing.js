/** Who is typing: what the desk tells of visitors, and what it is told of the agent (F45, F46). */

import { h } from "./render.js";

/** @typedef {import("./console.js").LiveChatConsole} Console */

/** How often the desk is told; it forgets who has been silent for five seconds. */
const EACH = 2000;

export class Typing {
  #shown = new Map();
  #told = new Map();

  /** @param {Console} console */
  constructor(console) {
    this.console = console;
  }

  /** What the visitor of a chat is typing, if he is. @param {string} stream */
  of(stream) {
    return this.#shown.get(stream);
  }

  /** The desk says that a visitor is typing, or has stopped. @param {any} told */
  noticed(told) {
    if (told.typing) this.#shown.set(told.stream, told);
    else this.#shown.delete(told.stream);
  }

  /** What was being typed has been said. @param {string} stream @param {any} event */
  heard(stream, event) {
    if (event?.data.author === "visitor") this.#shown.delete(stream);
  }

  /** The agent has typed; the visitor sees that, and never what. @param {string} stream @param {string} text */
  typed(stream, text) {
    const typing = text.trim() !== "";
    const before = this.#told.get(stream) ?? 0;
    if (typing ? Date.now() - before < EACH : !before) return;
    this.#told.set(stream, typing ? Date.now() : 0);
    this.console.desk.ask("conversation.type", { stream, typing }).catch(() => {});
  }

  /** The agent has said it. @param {string} stream */
  sent(stream) {
    this.#told.delete(stream);
  }
}

/** What the visitor is typing, below the conversation; screen readers are not told of each letter. @param {Console} c */
export function typing(c) {
  const told = c.typing.of(c.chosen);
  if (!told) return null;
  return h(
    "p",
    { key: "typing", class: "typing" },
    h("bdi", null, told.name || "Guest"),
    " is typing…",
    told.draft && h("span", { class: "draft", dir: "auto" }, told.draft),
  );
}
