const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#96': '`', '#92': '\\' };

/** The text that a reader of the HTML part sees, without head, tags and entities. */
export function visibleText(html: string): string {
  return html
    .replace(/<head>.*<\/head>/su, ' ')
    .replaceAll(/<[^<>]*>/gu, ' ')
    .replaceAll(/&(#?\w+);/gu, (entity, name: string) => ENTITIES[name] ?? entity);
}

/** The words of a text in order, without what serves the layout alone. */
export function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
