// Block Kit as elements. A scene holds the message's `ts`, people's names by id, and
// `press(block, button, pressed)`, which is called when a button is pressed.

import { el } from "./outside.js";
import { inline, mrkdwn, text } from "./slack_text.js";

/** What a message shows: its blocks, or its text where it has none. */
export function content(message, scene) {
  if (message.blocks.length === 0) {
    return [el("p", { class: "text" }, ...mrkdwn(message.text, scene.names))];
  }
  return message.blocks.map((block) => show[block.type](block, scene));
}

const show = {
  header: (block) => el("h3", { class: "block-header" }, block.text.text),
  divider: () => el("hr"),
  context: (block, scene) =>
    el(
      "div",
      { class: "context" },
      block.elements.map((element) => el("span", {}, ...text(element, scene.names))),
    ),
  section: (block, scene) =>
    el(
      "div",
      { class: "section" },
      el(
        "div",
        { class: "section-body" },
        block.text && el("p", { class: "text" }, ...text(block.text, scene.names)),
        block.fields && fields(block.fields, scene.names),
      ),
      block.accessory && button(block, block.accessory, scene),
    ),
  actions: (block, scene) =>
    el(
      "div",
      { class: "actions" },
      block.elements.map((element) => button(block, element, scene)),
    ),
  rich_text: (block, scene) =>
    el("div", { class: "rich" }, block.elements.map((element) => rich(element, scene.names))),
};

function fields(entries, names) {
  return el(
    "div",
    { class: "fields" },
    entries.map((entry) => el("p", { class: "text" }, ...text(entry, names))),
  );
}

function button(block, element, scene) {
  return el(
    "button",
    {
      type: "button",
      class: `button ${element.style ?? ""}`,
      "aria-label": element.accessibility_label,
      "data-focus": `${scene.ts}/${block.block_id}/${element.action_id}`,
      click: (event) => {
        if (confirmed(element.confirm)) scene.press(block, element, event.currentTarget);
      },
    },
    element.text.text,
  );
}

function confirmed(question) {
  return !question || window.confirm(`${question.title.text}\n\n${question.text.text}`);
}

function rich(element, names) {
  switch (element.type) {
    case "rich_text_list":
      return el(
        element.style === "ordered" ? "ol" : "ul",
        {},
        element.elements.map((item) => el("li", {}, ...inline(item.elements, names))),
      );
    case "rich_text_quote":
      return el("blockquote", { class: "text" }, ...inline(element.elements, names));
    case "rich_text_preformatted":
      return el("pre", {}, ...inline(element.elements, names));
    default:
      return el("p", { class: "text" }, ...inline(element.elements, names));
  }
}
