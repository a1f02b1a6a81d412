import { day, el, follow, hour, keep, part } from "./outside.js";
import { content } from "./slack_blocks.js";

const REMEMBERED = "slack-acting-user";
const names = new Map();
let view = { users: [], messages: [], presses: [] };

const acting = part("acting");
const scroll = part("scroll");

acting.addEventListener("change", () => {
  sessionStorage.setItem(REMEMBERED, acting.value);
  showMessages();
});

const lookAgain = follow("_view", (fresh) => {
  view = fresh;
  for (const user of view.users) names.set(user.id, user.name);
  part("channel").textContent = view.channel.name;
  showUsers();
  showMessages();
  showPresses();
});

function showUsers() {
  if (acting.options.length > 0) return;
  acting.append(...view.users.map((user) => el("option", { value: user.id }, user.name)));
  const remembered = sessionStorage.getItem(REMEMBERED);
  if (names.has(remembered)) acting.value = remembered;
}

/** Messages that this person sees, each with its thread; a line where a new day begins. */
function conversation() {
  const seen = view.messages.filter(
    (message) => message.visible_to === null || message.visible_to === acting.value,
  );
  const roots = seen.filter((message) => message.thread_ts === null);
  let last = "";
  return roots.flatMap((root) => {
    const today = day(root.ts * 1e6);
    const line = today === last ? [] : [{ ts: `day ${today}`, day: today }];
    last = today;
    return [...line, { ...root, replies: seen.filter((reply) => reply.thread_ts === root.ts) }];
  });
}

function showMessages() {
  const atEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 40;
  const items = conversation();
  part("empty").hidden = items.length > 0;
  keep(part("messages"), items, (item) => item.ts, (item) =>
    item.day ? el("li", { class: "day" }, el("span", {}, item.day)) : el("li", {}, thread(item)),
  );
  if (atEnd) scroll.scrollTop = scroll.scrollHeight;
}

function thread(root) {
  const count = root.replies.length;
  return el(
    "div",
    {},
    article(root),
    count > 0 &&
      el(
        "div",
        { class: "thread" },
        el("p", { class: "thread-title" }, count === 1 ? "1 reply" : `${count} replies`),
        el(
          "ol",
          { role: "list", "aria-label": "Thread" },
          root.replies.map((reply) => el("li", {}, article(reply))),
        ),
      ),
  );
}

function article(message) {
  const own = message.visible_to !== null;
  return el(
    "article",
    { class: `message ${own ? "ephemeral" : ""}`, "aria-label": `Message from ${message.name}` },
    el("span", { class: "avatar", "data-tone": tone(message), "aria-hidden": "true" },
      message.name.slice(0, 1)),
    el(
      "div",
      { class: "message-body" },
      own && el("p", { class: "only-you" }, "Only visible to you"),
      el(
        "p",
        { class: "who" },
        el("strong", {}, message.name),
        message.is_bot && el("span", { class: "badge" }, "App"),
        hour(message.ts * 1e6),
      ),
      content(message, {
        names,
        ts: message.ts,
        press: (block, button, pressed) => press(message, block, button, pressed),
      }),
      message.edited && el("span", { class: "edited" }, "(updated)"),
    ),
  );
}

function tone(message) {
  if (message.is_bot) return "app";
  return String(1 + (view.users.findIndex((user) => user.name === message.name) % 5));
}

async function press(message, block, button, pressed) {
  pressed.setAttribute("aria-busy", "true");
  part("outcome").textContent = "Sending";
  const answer = await fetch("_press", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      user: acting.value,
      ts: message.ts,
      block_id: block.block_id,
      action_id: button.action_id,
    }),
  }).then((response) => response.json()).catch(() => ({ error: "connection lost" }));
  pressed.removeAttribute("aria-busy");
  const told = answer.answers ? verdict(answer.answers[0]) : `not sent: ${answer.error}`;
  part("outcome").textContent = `${button.text.text}, as ${names.get(acting.value)}: ${told}`;
  lookAgain();
}

function verdict(answer) {
  const spent = `${Math.max(1, Math.round(answer.seconds * 1000))} ms`;
  return answer.error ?? `answered ${answer.status} in ${spent}`;
}

function showPresses() {
  part("no-presses").hidden = view.presses.length > 0;
  keep(part("presses"), view.presses.toReversed(), (entry) => entry.action_ts, pressedLine);
}

function pressedLine(entry) {
  return el(
    "li",
    {},
    el("p", {}, el("strong", {}, entry.name), " pressed ", el("strong", {}, entry.button), " ",
      hour(entry.action_ts * 1e6)),
    entry.answers.map((answer) => [
      el("p", { class: answer.status === 200 ? "good" : "bad" }, verdict(answer)),
      answer.body !== "" && el("pre", {}, answer.body),
    ]),
  );
}
