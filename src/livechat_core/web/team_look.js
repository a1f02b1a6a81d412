/** The look of the team page. */

import { css } from "./look.js";

export const sheet = css`
.team { display: grid; gap: 20px; max-width: 860px; margin: 0 auto; padding: 24px 16px 64px; }
.head { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 12px; }
.state { color: var(--quiet); font-size: 14px; }
.state.lost { color: var(--warn); font-weight: 600; }
.filters {
  display: flex; gap: 2px; padding: 3px; border-radius: 12px;
  background: color-mix(in srgb, var(--line), #fff 20%);
}
.filters button { min-height: 34px; padding: 2px 14px; background: none; font-size: 15px; }
.filters [aria-pressed="true"] { background: #fff; box-shadow: 0 1px 3px rgb(22 32 48 / 16%); }

.card {
  display: grid; gap: 16px; padding: 22px 24px; border: 1px solid var(--line); border-radius: 16px;
  background: #fff; box-shadow: 0 1px 2px rgb(22 32 48 / 4%), 0 6px 24px rgb(22 32 48 / 4%);
}
.card.open { border-color: color-mix(in srgb, var(--_fill), #fff 55%); }
.card.done { background: none; box-shadow: none; }
.card > [role="alert"]:empty { display: none; }
.card > [role="alert"] { margin: 0; }
.card h2 { font-size: 18px; }
.facts { gap: 5px; font-size: 15px; }
.facts > div { grid-template-columns: 84px 1fr; }
.facts dd { white-space: pre-wrap; unicode-bidi: isolate; }
.marks, .owner { display: flex; flex-wrap: wrap; gap: 8px; }

.steps { display: grid; grid-template-columns: repeat(6, 1fr); gap: 6px; color: var(--quiet); font-size: 13px; }
.steps li { padding-top: 8px; border-top: 4px solid var(--line); }
.steps .behind { border-color: #1f9d6b; color: var(--good); }
.steps [aria-current] { border-color: var(--_fill); color: var(--ink); font-weight: 600; }

.step { display: grid; gap: 14px; }
.two { display: grid; grid-template-columns: repeat(auto-fit, minmax(240px, 1fr)); gap: 14px; align-items: start; }
.matches { display: grid; gap: 8px; }
.match {
  display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 10px;
  padding: 12px 16px; border: 1px solid var(--line); border-radius: 12px;
}
.match p { min-width: 0; }
.under-way {
  display: flex; align-items: center; gap: 12px; padding: 14px 16px; border-radius: 12px;
  background: var(--soft);
}
.under-way::before {
  content: ""; width: 18px; height: 18px; border: 3px solid var(--line); border-top-color: var(--_fill);
  border-radius: 50%; animation: turn 0.9s linear infinite;
}
@keyframes turn { to { transform: rotate(1turn); } }
.unknown, .failure { display: grid; gap: 10px; padding: 16px; border-radius: 12px; }
.unknown { background: var(--warn-soft); color: var(--ink); }
.unknown h3 { color: var(--warn); }
.unknown button:not(.main), .failure button { background: #fff; color: var(--ink); }
.options button:not(.main) {
  min-height: 34px; padding: 2px 12px; background: none; border-color: var(--line); font-size: 14px;
}
summary { width: fit-content; padding: 2px 0; color: var(--quiet); font-size: 14px; cursor: pointer; }
pre {
  margin-top: 8px; padding: 12px 16px; border-radius: 10px; background: var(--soft);
  font: 14px/1.5 ui-monospace, "SFMono-Regular", Menlo, "Liberation Mono", monospace; white-space: pre-wrap;
  overflow-wrap: anywhere;
}
.events { display: grid; gap: 2px; margin-top: 12px; font-size: 14px; }
.events time { color: var(--quiet); }

@media (max-width: 560px) {
  .card { padding: 18px 16px; }
  .facts > div { grid-template-columns: 72px 1fr; }
  .steps { grid-template-columns: repeat(3, 1fr); }
}
`;
