import { defaultTreeAdapter, html as namespaces, parse, parseFragment, serialize } from 'parse5';
import type { DefaultTreeAdapterTypes } from 'parse5';
import type { KeptField } from '../../postgres/access/kept-forms.ts';

type Element = DefaultTreeAdapterTypes.Element;
type Node = DefaultTreeAdapterTypes.Node;

/** A page with its form as somebody had filled it in. */
export type Refilled = {
  /** What was written in fields that the form does not have any more. It is sent on with the rest. */
  readonly elsewhere: readonly string[];
  /** The page, with this HTML before everything else in its main part. */
  readonly withFirst: (banner: string) => string;
};

/** What the page gives itself and is not filled in: its own session, and how far its own form is. */
const OF_THE_PAGE: ReadonlySet<string> = new Set(['csrf', 'stage', 'seen', 'round']);

/**
 * Fills the form of a page that is sent to `address` with what was typed into it before: words, dates, what was chosen, what was ticked and
 * what was not. The form is sent to `action` instead. Hidden fields stay as the page has them, but for the key that makes a form that is
 * sent twice count once. A form in which a file can be chosen is never kept. Undefined when the page has no such form.
 */
export function refill(
  page: string,
  { address, action, fields }: { readonly address: string; readonly action: string; readonly fields: readonly KeptField[] },
): Refilled | undefined {
  const document = parse(page);
  const all = [...elementsIn(document)];
  const form = all.find((element) => element.tagName === 'form' && attribute(element, 'action') === address);
  const main = all.find(({ tagName }) => tagName === 'main');
  if (form === undefined || main === undefined) return undefined;
  set(form, 'action', action);

  const given = Map.groupBy(fields, ({ name }) => name);
  const takenOf = new Map<string, number>();
  const known = new Set<string>(OF_THE_PAGE);
  for (const element of elementsIn(form)) {
    const name = attribute(element, 'name');
    if (name === undefined) continue;
    known.add(name);
    const values = (given.get(name) ?? []).map(({ value }) => value);
    const type = element.tagName === 'input' ? (attribute(element, 'type') ?? 'text') : element.tagName;
    if (type === 'radio' || type === 'checkbox') mark(element, 'checked', values.includes(attribute(element, 'value') ?? 'on'));
    else if (type === 'select') choose(element, values);
    else if (type === 'hidden' ? name === 'onceAs' : !NOT_TYPED.has(type)) {
      const at = takenOf.get(name) ?? 0;
      takenOf.set(name, at + 1);
      const value = values[at];
      if (value === undefined) continue;
      if (type === 'textarea') write(element, value);
      else set(element, 'value', value);
    }
  }
  const left = fields.filter(({ name }) => !known.has(name));
  for (const { name, value } of left) defaultTreeAdapter.appendChild(form, hidden(name, value));
  return {
    elsewhere: left.flatMap(({ value }) => (/\s/u.test(value.trim()) ? [value] : [])),
    withFirst(banner) {
      const [first] = main.childNodes;
      for (const node of [...parseFragment(banner).childNodes]) {
        if (first === undefined) defaultTreeAdapter.appendChild(main, node);
        else defaultTreeAdapter.insertBefore(main, node, first);
      }
      return serialize(document);
    },
  };
}

/** Inputs that nobody types into. */
const NOT_TYPED: ReadonlySet<string> = new Set(['file', 'submit', 'button', 'reset', 'image', 'fieldset', 'output', 'object']);

function* elementsIn(node: Node): Generator<Element> {
  if (!('childNodes' in node)) return;
  for (const child of node.childNodes) {
    if ('tagName' in child) yield child;
    yield* elementsIn(child);
  }
}

function attribute({ attrs }: Element, name: string): string | undefined {
  return attrs.find((one) => one.name === name)?.value;
}

function set(element: Element, name: string, value: string): void {
  const there = element.attrs.find((one) => one.name === name);
  if (there === undefined) element.attrs.push({ name, value });
  else there.value = value;
}

function mark(element: Element, name: string, on: boolean): void {
  element.attrs = [...element.attrs.filter((one) => one.name !== name), ...(on ? [{ name, value: '' }] : [])];
}

function choose(select: Element, values: readonly string[]): void {
  if (values.length === 0) return;
  for (const option of elementsIn(select)) {
    if (option.tagName === 'option') mark(option, 'selected', values.includes(attribute(option, 'value') ?? textOf(option)));
  }
}

function write(textarea: Element, value: string): void {
  for (const child of [...textarea.childNodes]) defaultTreeAdapter.detachNode(child);
  defaultTreeAdapter.insertText(textarea, value);
}

function textOf(node: Node): string {
  if ('value' in node) return node.value;
  return 'childNodes' in node ? node.childNodes.map(textOf).join('').replaceAll(/\s+/gu, ' ').trim() : '';
}

function hidden(name: string, value: string): Element {
  const attrs = [
    { name: 'type', value: 'hidden' },
    { name: 'name', value: name },
    { name: 'value', value },
  ];
  return defaultTreeAdapter.createElement('input', namespaces.NS.HTML, attrs);
}
