/** The look of the console. A host page sets `--live-chat-top` to the height of what it puts above. */

import { css } from "./look.js";

export const sheet = css`
.console {
  display: grid; grid-template: auto 1fr / minmax(300px, 380px) 1fr;
  height: calc(100dvh - var(--live-chat-top, 0px)); background: var(--soft);
}
.head {
  grid-column: 1 / -1; display: flex; flex-wrap: wrap; align-items: center; gap: 10px 20px; padding: 12px 20px;
  border-bottom: 1px solid var(--line); background: #fff;
}
.bar { display: flex; flex: 1 1 300px; flex-wrap: wrap; align-items: center; gap: 8px 24px; }
.active { padding: 3px 14px; border-radius: 99px; background: var(--soft); color: var(--quiet); font-size: 14px; }
.active.some { background: var(--_fill); color: var(--_on); }
.standing { display: grid; justify-items: end; gap: 4px; max-width: 480px; text-align: end; }
.state { color: var(--quiet); font-size: 14px; }
.state::before {
  content: ""; display: inline-block; width: 9px; height: 9px; margin-inline-end: 7px; border-radius: 50%;
  background: #b7791f;
}
.state.open::before { background: #1f9d6b; }
.state.lost { color: var(--warn); font-weight: 600; }
.choice { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 10px; }
.choice select { width: auto; min-width: 130px; font-weight: 600; }
.choice select.asked { border-color: var(--good); color: var(--good); }
.check { display: flex; align-items: center; gap: 8px; min-height: 28px; margin-inline-start: 10px; cursor: pointer; }
.check input { width: 20px; min-height: 20px; margin: 0; accent-color: var(--_fill); }

.lists {
  display: flex; flex-direction: column; gap: 22px; min-height: 0; padding: 20px; overflow: auto;
  border-inline-end: 1px solid var(--line);
}
.list .row { min-height: 28px; margin-bottom: 8px; }
.list > .row h2 { font-size: 15px; }
.count {
  min-width: 24px; padding: 0 8px; border-radius: 99px; background: var(--ink); color: #fff; font-size: 13px;
  font-weight: 600; line-height: 22px; text-align: center;
}
ul { display: grid; gap: 8px; }
.item {
  display: block; width: 100%; padding: 12px 14px; border: 1px solid var(--line); border-radius: 12px;
  background: #fff;
}
.item .row { flex-wrap: nowrap; align-items: start; margin-bottom: 2px; }
.item .row > button { flex: none; }
button.item { font-weight: 400; text-align: start; }
button.item:hover { background: #fff; border-color: var(--_fill); }
button.item[aria-current] { border-color: var(--_fill); box-shadow: inset 3px 0 var(--_fill); }
.item .actions { margin-top: 10px; gap: 6px; }
.item .actions button { min-height: 34px; padding: 2px 12px; font-size: 14px; }
.item .panel { margin-top: 10px; }
.line { display: block; overflow: hidden; max-height: 3em; color: var(--quiet); unicode-bidi: isolate; }
.lines { display: flex; flex-wrap: wrap; gap: 6px; margin-bottom: 10px; }
.lines .mark { background: #fff; }
.lines .some { background: var(--warn-soft); color: var(--warn); }
.why, .why ol { gap: 10px; font-size: 14px; }
.why ol { display: grid; }
.why p::first-letter { text-transform: uppercase; }
.why .mark:not(.good) { background: #fff; }
.limit { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; margin-top: 8px; }
.limit input { width: 72px; min-height: 34px; padding: 2px 10px; }
.limit button { min-height: 34px; padding: 2px 12px; font-size: 14px; }
.marks:not(:empty) { display: flex; flex-wrap: wrap; gap: 6px; margin-top: 6px; }
.marks .mark { background: var(--warn-soft); color: var(--warn); }
.marks .new { background: var(--_fill); color: var(--_on); }
.mark.browsing, .mark.chatting { background: var(--good-soft); color: var(--good); }
.mark.in-queue, .mark.waiting, .mark.invited { background: var(--warn-soft); color: var(--warn); }
.none { color: var(--quiet); font-size: 15px; }
.path { gap: 6px; font-size: 14px; }
.item .facts div { grid-template-columns: 1fr; }
.item .facts dt { position: absolute; clip-path: inset(50%); }

.incoming {
  position: sticky; z-index: 1; top: 0; display: grid; gap: 10px; padding: 16px 18px 18px; border: 2px solid var(--_fill); border-radius: 16px;
  background: #fff; box-shadow: 0 8px 32px rgb(22 32 48 / 14%); animation: arrive 0.25s;
}
@keyframes arrive { from { opacity: 0; transform: translateY(-8px); } }
.incoming h2 { color: var(--_fill); }
.left { font-size: 20px; font-weight: 700; font-variant-numeric: tabular-nums; }
blockquote {
  padding: 8px 14px; border-inline-start: 3px solid var(--line); white-space: pre-wrap; unicode-bidi: isolate;
  overflow: auto; max-height: 160px;
}

.chat { min-width: 0; min-height: 0; background: #fff; }
.chat > .blank { height: 100%; }
.conversation { display: flex; flex-direction: column; height: 100%; }
.title {
  display: flex; flex-wrap: wrap; align-items: center; gap: 10px 16px; padding: 14px 20px;
  border-bottom: 1px solid var(--line);
}
.about { flex: 1 1 260px; min-width: 0; }
.back { display: none; }
.conversation > form > .panel, .conversation > .panel { margin: 12px 20px; }
.log { flex: 1; min-height: 120px; display: flex; flex-direction: column; gap: 12px; padding: 20px; overflow: auto; }
.log:focus-visible { outline-offset: -3px; }
.log > :first-child { margin-top: auto; }
.event { align-self: center; color: var(--quiet); font-size: 14px; text-align: center; }
.bubble { align-self: start; max-width: min(84%, 640px); }
.bubble.own { align-self: end; text-align: end; }
.bubble .text {
  display: inline-block; max-height: 420px; padding: 9px 14px; overflow: auto; border-radius: 16px;
  background: var(--soft); color: inherit; text-align: start; white-space: pre-wrap; unicode-bidi: isolate;
}
.bubble.own .text { background: var(--_fill); color: var(--_on); }
.bubble.own .text a { color: inherit; }
.bubble.remark { align-self: stretch; max-width: none; }
.bubble.remark .text { display: block; background: var(--warn-soft); }
.foot { margin: 0 6px 2px; color: var(--quiet); font-size: 13px; }
.failed { color: var(--bad); }
.conversation > [role="alert"] { margin: 0 20px 12px; }
.over { padding: 18px 20px; border-top: 1px solid var(--line); color: var(--quiet); text-align: center; }
.typing { padding: 0 20px 10px; color: var(--quiet); font-size: 14px; }
.typing .draft {
  display: block; overflow: auto; max-height: 6em; margin-top: 4px; padding: 8px 14px; border: 1px dashed var(--line);
  border-radius: 16px; font-size: 16px; font-style: italic; white-space: pre-wrap; overflow-wrap: anywhere;
  unicode-bidi: isolate;
}
.attach {
  display: inline-flex; flex: none; align-items: center; min-height: 48px; padding: 8px 16px; border-radius: 12px;
  background: var(--soft); font-size: 16px; cursor: pointer;
}
.attach:focus-within { outline: 2px solid var(--_fill); outline-offset: 2px; }
.composer { display: flex; align-items: end; gap: 10px; padding: 14px 20px; border-top: 1px solid var(--line); }
.composer textarea { min-height: 48px; max-height: 220px; field-sizing: content; resize: none; }
.composer button { flex: none; min-height: 48px; }

@media (max-width: 800px), (max-height: 480px) {
  .console { display: block; height: auto; min-height: calc(100dvh - var(--live-chat-top, 0px)); }
  .lists { padding: 16px; border: 0; }
  .head { display: contents; }
  .head > * { margin: 0; padding: 10px 16px; background: #fff; }
  .head > :empty { display: none; }
  .head > button { justify-content: start; width: 100%; padding: 0 16px 8px; border-radius: 0; }
  .head > .bar {
    position: sticky; z-index: 2; top: var(--live-chat-top, 0px); flex: none; justify-content: space-between;
    border-bottom: 1px solid var(--line);
  }
  .bar h1 { font-size: 17px; }
  .standing { justify-items: start; max-width: none; text-align: start; }
  .incoming { top: calc(var(--live-chat-top, 0px) + 76px); }
  .talking .standing, .talking .head > button { display: none; }
  .log { min-height: 240px; max-height: none; overflow: visible; }
  .chat > .blank { display: none; }
  .talking { display: flex; flex-direction: column; }
  .talking .list { display: none; }
  .talking .lists { padding: 0; }
  .talking .incoming { margin: 12px; }
  .talking .chat { flex: 1; display: flex; flex-direction: column; }
  .talking .conversation { flex: 1; height: auto; }
  .back { display: inline-flex; }
  .about { flex-basis: 100%; }
  .conversation > form:last-child { position: sticky; bottom: 0; background: #fff; }
}
@media (max-height: 480px) { .incoming { position: static; } }
`;
