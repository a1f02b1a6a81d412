/** How it looks and sounds. A host page sets `--live-chat-accent` and `--live-chat-on-accent`. */

/** As a strict content policy allows. */
export function css({ raw }) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(raw[0]);
  return sheet;
}

/** What the visitor's window and the staff pages have in common. */
export const base = css`
:host {
  --_fill: var(--live-chat-accent, #2a56b8);
  --_on: var(--live-chat-on-accent, #fff);
  --ink: #1d2530;
  --quiet: #5a6573;
  --line: #e1e6ec;
  --soft: #f3f5f8;
  --good: #17694a;
  --good-soft: #e3f3ec;
  --warn: #7d4a00;
  --warn-soft: #fdf1da;
  --bad: #a8231c;
  --bad-soft: #fdecea;
  color: var(--ink);
  color-scheme: light;
  font-size: 16px;
  line-height: 1.5;
}
*, ::before { box-sizing: border-box; margin: 0; padding: 0; }
h2, h3 { font-size: 17px; line-height: 1.35; }
svg { flex: none; width: 20px; height: 20px; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; }
a { color: var(--_fill); overflow-wrap: anywhere; }
:focus-visible { outline: 3px solid var(--_fill); outline-offset: 2px; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.small, label { font-size: 14px; }
.small { color: var(--quiet); }
button {
  display: inline-flex; align-items: center; justify-content: center; gap: 8px;
  min-height: 40px; padding: 8px 16px; border: 1px solid transparent; border-radius: 12px;
  background: var(--soft); color: inherit; font: inherit; font-weight: 600; cursor: pointer;
}
button:hover { background: color-mix(in srgb, var(--soft), var(--ink) 8%); }
button.main { background: var(--_fill); color: var(--_on); }
button.main:hover { background: color-mix(in srgb, var(--_fill), #000 14%); }
button.text {
  min-height: 28px; padding: 0 3px; background: none; color: var(--_fill); font-weight: 500;
  text-decoration: underline; text-underline-offset: 3px;
}
button.icon { width: 36px; min-height: 36px; padding: 0; background: none; }
label { font-weight: 600; }
input, textarea, select {
  display: block; width: 100%; min-height: 42px; padding: 8px 12px;
  border: 1px solid #8590a0; border-radius: 12px; background: #fff; color: inherit; font: inherit;
}
textarea { min-height: 88px; resize: vertical; }
.actions { display: flex; flex-wrap: wrap; gap: 12px; }
[role="alert"]:empty, [role="status"]:empty { display: none; }
[role="alert"] { padding: 12px; border-radius: 12px; background: var(--bad-soft); color: var(--bad); }
@media (prefers-reduced-motion: reduce) { * { animation: none !important; } }
`;

export const corner = css`
:host {
  position: fixed; z-index: 2147483000; inset: auto 0 0 auto; display: grid; justify-items: end; gap: 12px;
  padding: 20px; pointer-events: none;
}
.note, .launcher, .dialog { pointer-events: auto; box-shadow: 0 4px 32px rgb(16 24 40 / 26%); }
.launcher { min-height: 56px; padding: 0 20px 0 16px; border-radius: 28px; }
.badge { min-width: 24px; border-radius: 12px; background: var(--_on); color: var(--_fill); line-height: 24px; }
.note, .dialog { background: #fff; }
.note { display: flex; gap: 4px; max-width: 304px; padding: 12px 8px 12px 16px; border-radius: 16px; }
.note .icon { width: 28px; min-height: 28px; color: var(--quiet); }
.invitation { display: grid; gap: 12px; padding: 20px; }

.dialog {
  display: flex; flex-direction: column; width: min(384px, 100vw - 40px); max-height: min(640px, 100dvh - 40px);
  overflow: hidden; overflow-wrap: anywhere; border-radius: 20px; animation: rise 0.18s;
}
@keyframes rise { from { opacity: 0; transform: translateY(10px); } }
.top {
  display: flex; justify-content: space-between; padding: 12px 12px 12px 20px; background: var(--_fill);
  color: var(--_on);
}
.top button:hover { background: color-mix(in srgb, var(--_fill), #000 18%); }
.top :focus-visible { outline-color: var(--_on); outline-offset: -3px; }
.link { padding: 4px; background: var(--warn-soft); color: var(--warn); text-align: center; }
.body { flex: 1; display: flex; flex-direction: column; gap: 12px; padding: 20px; overflow: auto; }
.field { display: grid; grid-template-columns: 1fr auto; gap: 4px; }
.field > :nth-last-child(1) { grid-column: 1 / -1; }
.field span { color: var(--quiet); font-size: 14px; }
.wide, .mailing .field { flex: 1; }
.body > [role="status"] { padding: 8px 12px; border-radius: 12px; background: var(--good-soft); }

.conversation { flex: 1 1 560px; min-height: 0; display: flex; flex-direction: column; }
.tools { display: flex; align-items: center; gap: 2px; padding: 4px 12px 4px 20px; border-bottom: 1px solid var(--line); color: var(--quiet); }
.number { margin-inline-end: auto; }
.mailing { display: flex; align-items: end; gap: 8px; padding: 12px 20px; background: var(--soft); }
.log { flex: 1; min-height: 80px; display: flex; flex-direction: column; gap: 12px; padding: 16px 20px; overflow: auto; }
.log > :first-child { margin-top: auto; }
.log:focus-visible { outline-offset: -3px; }
.event { align-self: center; color: var(--quiet); font-size: 14px; text-align: center; }
.bubble { align-self: start; max-width: 84%; }
.own { align-self: end; text-align: end; }
.text[dir] {
  max-height: 384px; padding: 8px 12px; overflow: auto; border-radius: 16px; background: var(--soft); text-align: start;
  white-space: pre-wrap; unicode-bidi: isolate;
}
.own .text[dir] { background: var(--_fill); color: var(--_on); }
.own a { color: inherit; }
.foot { margin: 2px 8px; color: var(--quiet); font-size: 14px; }
.failed { color: var(--bad); }
.waiting { padding: 12px 20px; background: var(--soft); text-align: center; }
.waiting span { display: block; color: var(--quiet); }
.composer { display: flex; align-items: end; gap: 8px; padding: 12px; border-top: 1px solid var(--line); }
.composer textarea { min-height: 44px; max-height: 144px; field-sizing: content; resize: none; }
.composer button { min-height: 44px; padding: 0 12px; }
.ended { display: grid; gap: 12px; padding: 20px; border-top: 1px solid var(--line); text-align: center; }
.rating { display: grid; grid-template-columns: repeat(3, 1fr); gap: 8px; }
.rating p { grid-column: 1 / -1; }
.rating button { flex-direction: column; }
.rating svg { width: 34px; height: 34px; }
.good, .confirmation svg { color: var(--good); }
.okay { color: var(--warn); }
.bad { color: var(--bad); }
.confirmation { align-items: center; justify-content: center; text-align: center; }
.confirmation svg { width: 64px; height: 64px; padding: 16px; border-radius: 32px; background: var(--good-soft); }

@media (max-width: 480px) {
  .dialog { position: fixed; inset: 0; width: auto; max-height: none; border-radius: 0; }
}
@media (max-height: 432px) {
  .dialog { overflow: auto; }
  .dialog * { flex-shrink: 0; }
  .log { overflow: visible; }
}
`;

let audio = null;

/** Play tones; silent until the page has been used. */
export function chime(...tones) {
  if (!navigator.userActivation?.hasBeenActive) return;
  const context = (audio ??= new AudioContext());
  tones.forEach((frequency, place) => {
    const start = context.currentTime + place * 0.14;
    const tone = new OscillatorNode(context, { frequency });
    const loudness = new GainNode(context, { gain: 0.08 });
    loudness.gain.setTargetAtTime(0, start + 0.03, 0.06);
    tone.connect(loudness).connect(context.destination);
    tone.start(start);
    tone.stop(start + 0.4);
  });
}
