/** Files in a chat: sending one, and a line that names one (F44). */

import { h } from "./render.js";
import { RpcError } from "./rpc.js";
import { unseen } from "./staff.js";

/** @typedef {import("./console.js").LiveChatConsole} Console */

/** Where an attached file is got. @param {Console} c @param {string} file */
const address = (c, file) => `${c.desk.prefix}/files/${c.chosen.split("/")[1]}/${encodeURIComponent(file)}`;

/** A file that was attached. @param {Console} c @param {any} data */
export function attached(c, { file, filename, size }) {
  const link = h("a", { href: address(c, file), target: "_blank", rel: "noopener noreferrer" }, filename || "File");
  return [link, ` (${amount(size)})`];
}

/** A button that takes a file, where the desk keeps files. @param {Console} c */
export function attach(c) {
  const { attachments } = c.session;
  if (!attachments) return null;
  const chosen = ({ target }) => {
    const [file] = target.files;
    target.value = "";
    if (file) send(c, c.chosen, file);
  };
  return h(
    "label",
    { class: "attach", title: `At most ${amount(attachments.size)}` },
    "Attach",
    unseen(" a file"),
    h("input", {
      type: "file",
      class: "unseen",
      accept: attachments.types.join(","),
      disabled: c.busy.has(`chat ${c.chosen}`),
      onchange: chosen,
    }),
  );
}

/** Announce a file, then send it; a refusal is told above the chat. @param {Console} c */
async function send(c, stream, file) {
  const place = `chat ${stream}`;
  const told = { stream, name: file.name.slice(-200), size: file.size };
  const announced = await c.order(place, "conversation.attach", told);
  if (!announced) return;
  c.busy.add(place);
  c.set();
  try {
    const headers = { "Content-Type": "application/octet-stream" };
    const answer = await fetch(`${c.desk.prefix}/${announced.path}`, { method: "POST", headers, body: file });
    const { error } = await answer.json();
    if (error) throw new RpcError(error);
  } catch (error) {
    c.faults[place] = error instanceof RpcError ? error : new RpcError({ message: "upload_broken" });
  }
  c.busy.delete(place);
  c.set();
}

/** @param {number} size In bytes. */
function amount(size) {
  return size < 1e6 ? `${Math.ceil(size / 1e3)} kB` : `${Math.round(size / 1e5) / 10} MB`;
}
