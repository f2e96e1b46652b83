import { join } from 'node:path';
import { ViewsRunOnce } from './views-run-once.ts';
import { wrapText } from './wrap.ts';

const TEMPLATES = join(import.meta.dirname, 'templates');

/** A name without a value is a mistake in the template. Rendering fails, so that no letter has a gap. */
const STRICT = { throwOnUndefined: true, trimBlocks: true, lstripBlocks: true } as const;

const html = new ViewsRunOnce([TEMPLATES], { ...STRICT, autoescape: true });
const text = new ViewsRunOnce([TEMPLATES], { ...STRICT, autoescape: false });

const HEADING_WIDTH = 72;
text.addFilter('underlined', (heading: string, sign: string) => `${heading}\n${sign.repeat(Math.min(heading.length, HEADING_WIDTH))}`);

/** Both parts of a letter from the same data: `request` is made of request.txt.njk and request.html.njk. */
export function renderParts(template: string, data: object): { readonly text: string; readonly html: string } {
  return { text: renderText(template, data), html: html.render(`${template}.html.njk`, data) };
}

/** The text of a letter alone. */
export function renderText(template: string, data: object): string {
  return tidy(text.render(`${template}.txt.njk`, data));
}

function tidy(rendered: string): string {
  return `${wrapText(rendered.replace(/[ \t]+$/gmu, '').replace(/\n{3,}/gu, '\n\n')).trim()}\n`;
}
