/** What the console and the team page look like in common. */

import { css } from "./look.js";

export const common = css`
:host { display: block; overflow-wrap: anywhere; }
ul, ol { list-style: none; }
h1 { font-size: 20px; line-height: 1.3; }
.row { display: flex; align-items: center; justify-content: space-between; gap: 8px 12px; flex-wrap: wrap; }
.who { display: block; font-weight: 600; }
.who .small { display: block; font-weight: 400; }
.number { margin-inline-start: 8px; color: var(--quiet); font-weight: 400; font-variant-numeric: tabular-nums; }
.blank {
  display: grid; place-content: center; gap: 6px; min-height: 240px; padding: 32px; color: var(--quiet);
  text-align: center;
}
.blank h2 { color: var(--ink); }
.mark {
  padding: 2px 10px; border-radius: 99px; background: var(--soft); color: var(--quiet); font-size: 13px;
  font-weight: 600;
}
.mark.new, .mark.good { background: var(--good-soft); color: var(--good); }
.mark.warn { background: var(--warn-soft); color: var(--warn); }
.mark.bad { background: var(--bad-soft); color: var(--bad); }
.field { display: grid; gap: 4px; }
.facts { display: grid; gap: 2px; font-size: 14px; }
.facts > div { display: grid; grid-template-columns: 72px 1fr; gap: 10px; }
.address {
  display: block; overflow: hidden; color: var(--quiet); font-size: 13px; text-overflow: ellipsis;
  white-space: nowrap;
}
.facts dd { min-width: 0; }
.facts dt { color: var(--quiet); }
.panel { display: grid; gap: 12px; padding: 14px 16px; border-radius: 12px; background: var(--soft); }
.panel button:not(.main, .text) { background: #fff; border-color: var(--line); }
[role="alert"] { margin: 8px 0; font-size: 15px; }
.actions { align-items: center; }
.wide { flex: 1; }
button[aria-disabled="true"] { opacity: 0.65; cursor: default; }
button.text { font-size: 14px; }
time { white-space: nowrap; }
`;
