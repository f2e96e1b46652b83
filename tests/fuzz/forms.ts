/** A form as a page holds it: where it is sent, and what stands in its inputs. */
export type Form = { readonly action: string; readonly fields: readonly (readonly [name: string, value: string])[] };

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

/** Every form of a page that is sent by POST. */
export function formsOf(html: string): readonly Form[] {
  return [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].flatMap(([, head = '', inner = '']) => {
    if (attribute(head, 'method').toLowerCase() !== 'post') return [];
    const fields = [...inner.matchAll(/<(?:input|select|textarea|button)\b([^>]*)>/g)].flatMap(([, tag = '']) => {
      const name = attribute(tag, 'name');
      return name === '' ? [] : [[name, attribute(tag, 'value')] as const];
    });
    return [{ action: attribute(head, 'action'), fields }];
  });
}

/** Every address of our own that a page leads to. */
export function linksOf(html: string): readonly string[] {
  return [...html.matchAll(/\bhref="(\/[^"#]*)/g)].map(([, href = '']) => plain(href)).filter((href) => !href.startsWith('/assets/'));
}

function attribute(tag: string, name: string): string {
  return plain(new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? '');
}

function plain(text: string): string {
  return text.replaceAll(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => ENTITIES[name] ?? '');
}
