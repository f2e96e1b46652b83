const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#96': '`', '#92': '\\' };

/**
 * The text that a reader of the HTML part sees, without head, tags and entities. A link to a page has its address after its words, as
 * plain text has it.
 */
export function visibleText(html: string): string {
  return html
    .replace(/<head>.*<\/head>/su, ' ')
    .replaceAll(/<a href="(https?:[^"]*)"[^<>]*>([^<]*)<\/a>/gu, (_, href: string, words: string) =>
      words === href ? words : `${words} ${href}`,
    )
    .replaceAll(/<[^<>]*>/gu, ' ')
    .replaceAll(/&(#?\w+);/gu, (entity, name: string) => ENTITIES[name] ?? entity);
}

/** The words of a text in order, without what serves the layout alone. */
export function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

/**
 * Both parts of a letter, to be compared word for word: what HTML and text say, and what only the text says. Whatever a letter with a
 * page leaves to that page stands at the foot of its text.
 */
export function wordsOfParts({ html, text }: { readonly html: string; readonly text: string }): {
  readonly html: readonly string[];
  readonly text: readonly string[];
  readonly onlyText: readonly string[];
} {
  const inHtml = wordsOf(visibleText(html));
  const inText = wordsOf(text);
  return { html: inHtml, text: inText.slice(0, inHtml.length), onlyText: inText.slice(inHtml.length) };
}
