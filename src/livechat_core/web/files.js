/** A file of the visitor's chat, loaded when he opens the first one. */

/** Fetch it with his token, as no address is worth anything alone, and save it. */
export async function open({ desk, chat, session }, { file, filename }) {
  const address = `${desk.prefix}/files/${chat.stream.split("/")[1]}/${encodeURIComponent(file)}`;
  const answer = await fetch(address, { headers: { Authorization: `Bearer ${session.token}` } });
  if (!answer.ok) return;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await answer.blob());
  link.download = filename;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
