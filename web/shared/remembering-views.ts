import { LRUCache } from 'lru-cache';
import nunjucks from 'nunjucks';

type Macro = (...given: readonly unknown[]) => unknown;
type Macros = Readonly<Record<string, Macro>>;
type Take<T> = (error: unknown, found?: T) => void;

/** A view as Nunjucks compiles it. Its types leave out what only compiled views call. */
type View = nunjucks.Template & {
  readonly path: string;
  getExported(context: object | Take<Macros>, frame?: object, take?: Take<Macros>): void;
};
type FindView = (name: unknown, compileNow: true, from: unknown, ignoreMissing: unknown) => View;

/** So many characters of rendered components are kept, with what they were rendered from. */
const MOST_CHARACTERS = 4_000_000;
/** A component that is given more than this is rendered anew: it would take the place of many small ones, and seldom come again. */
const LONGEST_GIVEN = 4_000;

/**
 * Views that are read from files, and faster than as Nunjucks has them. What they render is the same.
 *
 * - Where a view lies that another names is looked up once. A page names hundreds.
 * - A file of macros that is imported without the page's variables is run once: its macros are the same each time. It must set nothing outside its
 *   macros that changes from page to page.
 * - A macro of the `componentFolders` says the same whenever it is given the same, so what it said is kept, up to a limit. What was not asked for
 *   longest is dropped first.
 */
export class RememberingViews extends nunjucks.Environment {
  readonly #views = new Map<unknown, Map<unknown, View>>();
  readonly #componentFolders: readonly string[];
  readonly #rendered = new LRUCache<string, nunjucks.runtime.SafeString>({
    maxSize: MOST_CHARACTERS,
    sizeCalculation: (html, key) => key.length + html.toString().length + 1,
  });
  #macros = 0;

  constructor(folders: readonly string[], componentFolders: readonly string[], options: nunjucks.ConfigureOptions) {
    super(new nunjucks.FileSystemLoader([...folders, ...componentFolders], { noCache: false, watch: false }), options);
    this.#componentFolders = componentFolders;
  }

  override getTemplate(...given: readonly unknown[]): never {
    const take = given.find((one): one is Take<View> => typeof one === 'function');
    const [name, , from, ignoreMissing] = given.filter((one) => one !== take);
    if (take === undefined) return this.#find(name, from, ignoreMissing) as never;
    let view: View;
    try {
      view = this.#find(name, from, ignoreMissing);
    } catch (error) {
      return take(error) as never;
    }
    return take(null, view) as never;
  }

  #find(name: unknown, from: unknown, ignoreMissing: unknown): View {
    const named = this.#views.get(from) ?? new Map<unknown, View>();
    const known = named.get(name);
    if (known !== undefined) return known;
    const find = super.getTemplate as unknown as FindView;
    const view = find.call(this, name, true, from, ignoreMissing);
    this.#runOnce(view);
    if (ignoreMissing !== true) this.#views.set(from, named.set(name, view));
    return view;
  }

  /** Lets a view hand out its macros as they were the first time, unless they are to see the variables of the page. */
  #runOnce(view: View): void {
    if (Object.hasOwn(view, 'getExported')) return;
    const run = view.getExported.bind(view);
    let macros: Macros | undefined;
    view.getExported = (context, frame, take) => {
      if (typeof context !== 'function') return run(context, frame, take);
      const takeMacros = context as Take<Macros>;
      if (macros !== undefined) return takeMacros(null, macros);
      return run((error, found) => {
        if (found !== undefined && found !== null) {
          macros = this.#componentFolders.some((folder) => view.path.startsWith(folder)) ? this.#remembering(found) : found;
        }
        takeMacros(error, macros);
      });
    };
  }

  #remembering(macros: Macros): Macros {
    return Object.fromEntries(Object.entries(macros).map(([name, macro]) => [name, this.#rememberingMacro(macro)]));
  }

  #rememberingMacro(macro: Macro): Macro {
    const number = (this.#macros += 1);
    return (...given) => {
      // Whatever else a macro is given besides its parameters, it is called with something that may differ each time.
      const parameters = given.length === 1 ? wordOf(given[0]) : null;
      if (parameters === null || parameters.length > LONGEST_GIVEN) return macro(...given);
      const key = `${number} ${parameters}`;
      const known = this.#rendered.get(key);
      if (known !== undefined) return known;
      const html = macro(...given);
      if (html instanceof nunjucks.runtime.SafeString) this.#rendered.set(key, html);
      return html;
    };
  }
}

const UNDEFINED = { is: 'undefined' } as const;

/** A text that only equal parameters have; null where they hold more than texts, numbers, truth values, lists and objects of these. */
function wordOf(parameters: unknown): string | null {
  let plain = true;
  const word: string | undefined = JSON.stringify(parameters, (_, value: unknown) => {
    // As an attribute, a value that is undefined is not the same as none.
    if (value === undefined) return UNDEFINED;
    if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
    if (typeof value === 'number') return Number.isFinite(value) ? value : { is: String(value) };
    if (typeof value === 'object' && isPlain(value)) return value;
    plain = false;
    return null;
  });
  return plain && word !== undefined ? word : null;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  // What is safe as it stands is written with its length, and so is never taken for a text that is to be escaped.
  return (
    prototype === Object.prototype || prototype === Array.prototype || prototype === null || value instanceof nunjucks.runtime.SafeString
  );
}
