import { longDateWithWeekday } from '../domain/time/plain-date.ts';
import { busiestInWords, findingsByKind, timeOf } from './as-text.ts';
import { pictureAsSvg } from './as-svg.ts';
import { escaped } from './escaped.ts';
import type { Picture } from './picture.ts';
import type { Rehearsal } from './rehearse.ts';
import type { Entry } from './timeline.ts';

const STYLE = `
body { font: 16px/1.45 arial, sans-serif; color: #0b0c0c; background: #fff; margin: 0 auto; max-width: 1160px; padding: 1rem; }
h1 { font-size: 1.75rem; } h2 { font-size: 1.35rem; margin-top: 2rem; } h3 { font-size: 1.05rem; margin: 1.5rem 0 .25rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.5rem; } dt { font-weight: bold; } dd { margin: 0; }
table { border-collapse: collapse; width: 100%; } th, td { border-bottom: 1px solid #b1b4b6; padding: .4rem .6rem .4rem 0; text-align: left; vertical-align: top; }
td:first-child { white-space: nowrap; width: 4rem; } td p { margin: 0; color: #505a5f; } pre { white-space: pre-wrap; font-size: .85rem; border-left: 4px solid #b1b4b6; padding-left: .75rem; }
.picture { overflow-x: auto; } .picture:focus { outline: 3px solid #ffdd00; } summary { cursor: pointer; color: #1d70b8; }
@media print { body { max-width: none; padding: 0; } .picture svg { width: 100%; height: auto; } h2, h3 { break-after: avoid; } tr { break-inside: avoid; } }
`.trim();

/** A rehearsal as one page that loads nothing, to be kept, sent on or printed. */
export function rehearsalAsHtml(rehearsal: Rehearsal, picture: Picture): string {
  const { programme, scenario, subject, startsOn, terms, outcome, lastsUntil, findings, busiestWeeks, timeline } = rehearsal;
  const title = `Rehearsal of ${programme.title}`;
  return `<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
<dl>
${[
  ['Programme', `${programme.id}, version ${programme.version}`],
  ['Rehearsed', scenario],
  ['Starts on', `${longDateWithWeekday(startsOn)}, for ${subject} (invented, as is everybody here)`],
  ['Terms of', terms],
  ['Lasts until', `${longDateWithWeekday(lastsUntil)}: ${outcome}`],
]
  .map(([key = '', value = '']) => `<dt>${escaped(key)}</dt><dd>${escaped(value)}</dd>`)
  .join('\n')}
</dl>
<h2 id="findings">Findings</h2>
${
  findings.length === 0
    ? '<p>None. Every step, answer and chase is reached, and every date can be met.</p>'
    : findingsByKind(findings)
        .map(({ heading, texts }) => `<h3>${escaped(heading)}</h3>\n${list(texts)}`)
        .join('\n')
}
<h2>The most messages, call tasks and escalations in one week</h2>
${list(busiestWeeks.map(busiestInWords))}
<h2 id="picture">The timeline as a picture</h2>
<div class="picture" tabindex="0" role="region" aria-labelledby="picture">
${pictureAsSvg(picture, 'When each step is open, falls due and is chased', 'The timeline below says the same in words.')}
</div>
<h2>Timeline</h2>
${days(timeline)
  .map(
    ({ on, entries }) =>
      `<h3>${longDateWithWeekday(on)}</h3>\n<table>\n<thead><tr><th scope="col">Time</th><th scope="col">What happens</th></tr></thead>\n<tbody>\n${entries.map(row).join('\n')}\n</tbody>\n</table>`,
  )
  .join('\n')}
</main>
</body>
</html>
`;
}

/** The entries of each day, in order. */
export function days(timeline: readonly Entry[]): readonly { readonly on: Entry['on']; readonly entries: readonly Entry[] }[] {
  const found: { readonly on: Entry['on']; readonly entries: Entry[] }[] = [];
  for (const entry of timeline) {
    const day = found.at(-1);
    if (day?.on === entry.on) day.entries.push(entry);
    else found.push({ on: entry.on, entries: [entry] });
  }
  return found;
}

function row({ at, title, lines, letter }: Entry): string {
  const words =
    letter?.email == null
      ? ''
      : `<details><summary>${escaped(`The words: ${letter.email.subject}`)}</summary><pre>${escaped(letter.email.text)}</pre></details>`;
  return `<tr><td>${timeOf(at)}</td><td>${escaped(title)}${lines.map((line) => `<p>${escaped(line)}</p>`).join('')}${words}</td></tr>`;
}

function list(texts: readonly string[]): string {
  return `<ul>\n${texts.map((text) => `<li>${escaped(text)}</li>`).join('\n')}\n</ul>`;
}
