import nunjucks from 'nunjucks';

type Macro = (...given: readonly unknown[]) => unknown;
export type Macros = Readonly<Record<string, Macro>>;
type Take<T> = (error: unknown, found?: T) => void;

/** A view as Nunjucks compiles it. Its types leave out what only compiled views call. */
type View = nunjucks.Template & {
  readonly path: string;
  getExported(context: object | Take<Macros>, frame?: object, take?: Take<Macros>): void;
};
type FindView = (name: unknown, compileNow: true, from: unknown, ignoreMissing: unknown) => View;

/**
 * Views that are read from files, and faster than as Nunjucks has them. What they render is the same.
 *
 * - Where a view lies that another names is looked up once. A page names hundreds.
 * - A file of macros that is imported without the page's variables is run once: its macros are the same each time. It must set nothing outside its
 *   macros that changes from page to page.
 */
export class ViewsRunOnce extends nunjucks.Environment {
  readonly #views = new Map<unknown, Map<unknown, View>>();

  constructor(folders: readonly string[], options: nunjucks.ConfigureOptions) {
    super(new nunjucks.FileSystemLoader([...folders], { noCache: false, watch: false }), options);
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

  /** The macros of the view at a path, as they are handed out from then on. */
  protected macrosOf(_path: string, macros: Macros): Macros {
    return macros;
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
        if (found !== undefined && found !== null) macros = this.macrosOf(view.path, found);
        takeMacros(error, macros);
      });
    };
  }
}
