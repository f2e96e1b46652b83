import { LRUCache } from 'lru-cache';
import nunjucks from 'nunjucks';
import { ViewsRunOnce } from '../../mail/views-run-once.ts';
import type { Macros } from '../../mail/views-run-once.ts';

/** So many characters of rendered components are kept, with what they were rendered from. */
const MOST_CHARACTERS = 4_000_000;
/** A component that is given more than this is rendered anew: it would take the place of many small ones, and seldom come again. */
const LONGEST_GIVEN = 4_000;

/**
 * Views of pages. A macro of the `componentFolders` says the same whenever it is given the same, so what it said is kept, up to a limit. What was not
 * asked for longest is dropped first.
 */
export class RememberingViews extends ViewsRunOnce {
  readonly #componentFolders: readonly string[];
  readonly #rendered = new LRUCache<string, nunjucks.runtime.SafeString>({
    maxSize: MOST_CHARACTERS,
    sizeCalculation: (html, key) => key.length + html.toString().length + 1,
  });
  #macros = 0;

  constructor(folders: readonly string[], componentFolders: readonly string[], options: nunjucks.ConfigureOptions) {
    super([...folders, ...componentFolders], options);
    this.#componentFolders = componentFolders;
  }

  protected override macrosOf(path: string, macros: Macros): Macros {
    return this.#componentFolders.some((folder) => path.startsWith(folder)) ? this.#remembering(macros) : macros;
  }

  #remembering(macros: Macros): Macros {
    return Object.fromEntries(Object.entries(macros).map(([name, macro]) => [name, this.#rememberingMacro(macro)]));
  }

  #rememberingMacro(macro: Macros[string]): Macros[string] {
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
