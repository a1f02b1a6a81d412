/**
 * The visitor's window for several domains of one desk: links from one to another carry the visit on (S0-32).
 * Use it instead of `widget.js`, with the same attributes and the other sites' origins in `data-others`.
 */

import { RpcError, load, save } from "./rpc.js";

const MARK = "livechat=";
const script = /** @type {HTMLScriptElement} */ ([...document.scripts].find(({ src }) => src === import.meta.url));
const { others = "", site, ...rest } = script.dataset;
const prefix = new URL(rest.prefix || new URL("..", import.meta.url), location.href).href.replace(/\/$/, "");
const KEY = `live-chat:${prefix}`;

async function ask(method, params, token = "") {
  const headers = { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) };
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  const answer = await (await fetch(`${prefix}/rpc`, { method: "POST", headers, body })).json();
  if (answer.error) throw new RpcError(answer.error);
  return answer.result;
}

/** Go on with the visit of the page before. The code leaves the address bar at once. */
async function arrive() {
  const [hash, code] = location.hash.split(MARK);
  if (!code) return;
  history.replaceState(history.state, "", location.pathname + location.search + hash.replace(/[#&]$/, ""));
  const page = { site, url: location.href.split("#")[0], title: document.title };
  const told = { as: "visitor", token: load(KEY, "localStorage") ?? "", page, language: navigator.language };
  const { token, recorded } = await ask("session.open", { ...told, hand_over: code });
  if (recorded) save(KEY, token, "localStorage");
}

/** A plain click on a link to another site waits for a code, a second at most; then it goes on as it is. */
async function leave(event) {
  const link = event.target.closest?.("a[href]");
  const token = load(KEY, "localStorage");
  const plain = !(event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
  if (!plain || !link || link.target || !token || !others.split(" ").includes(link.origin)) return;
  event.preventDefault();
  const late = new Promise((resolve) => setTimeout(resolve, 1000));
  const answer = await Promise.race([ask("visit.hand_over", {}, token), late]).catch(() => null);
  const url = new URL(link.href);
  if (answer?.code) url.hash += (url.hash ? "&" : "") + MARK + answer.code;
  location.assign(url);
}

addEventListener("click", leave);
await arrive().catch(() => {});
await import("./widget.js");
const chat = document.createElement("live-chat");
for (const [name, value] of Object.entries({ ...rest, site })) chat.setAttribute(name, value ?? "");
document.body.append(chat);
