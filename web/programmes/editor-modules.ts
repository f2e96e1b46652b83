import type { FastifyInstance, FastifyReply } from 'fastify';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const UNDER = '/assets/editor';
const OWN = join(import.meta.dirname, '../assets/editor');
const SCHEMA = join(import.meta.dirname, '../../programmes/programme.schema.json');
const CACHED = 'public, max-age=3600';

/** The name of a package in an import or export of a module. Files of our own begin with a dot. */
const IMPORTED = /^((?:import|export)\b[^'";]*?from\s*)(['"])([^'"./][^'"]*)\2/gm;

/** The modules of the editor by their address: our own, and those of the libraries, which come built as modules. */
function modulesOfEditor(): ReadonlyMap<string, string> {
  const modules = new Map<string, string>();
  const waiting: string[] = [];
  const take = (address: string, path: string): void => {
    const text = readFileSync(path, 'utf8').replace(/\/\/# sourceMappingURL=.*$/m, '');
    modules.set(
      address,
      text.replaceAll(IMPORTED, (_, before: string, quote: string, name: string) => {
        waiting.push(name);
        return `${before}${quote}${UNDER}/${name}.js${quote}`;
      }),
    );
  };
  for (const own of ['editor.js', 'yaml-completion.js']) take(`${UNDER}/${own}`, join(OWN, own));
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const address = `${UNDER}/${name}.js`;
    if (!modules.has(address)) take(address, fileURLToPath(import.meta.resolve(name)));
  }
  return modules;
}

let loaded: ReadonlyMap<string, string> | undefined;
const modules = (): ReadonlyMap<string, string> => (loaded ??= modulesOfEditor());

/** The addresses of all modules: a page names them, so that the browser asks for them at once. */
export function editorModules(): readonly string[] {
  return [...modules().keys()];
}

/** Serves the modules of the editor, and the schema from which it completes. They hold nothing secret. */
export function registerEditorModules(app: FastifyInstance): void {
  app.get<{ Params: { '*': string } }>(`${UNDER}/*`, (request, reply) => {
    const module = modules().get(`${UNDER}/${request.params['*']}`);
    if (module === undefined) return reply.callNotFound();
    return reply.type('text/javascript').header('cache-control', CACHED).send(module);
  });
  app.get(`${UNDER}/programme.schema.json`, (_, reply) =>
    reply.type('application/json').header('cache-control', CACHED).send(readFileSync(SCHEMA, 'utf8')),
  );
}

/**
 * Lets one page run the editor: modules of this service, its saving and checking, and the styles that the editor writes itself, which
 * carry a number that only this response knows. No other page may.
 */
export function mayRunEditor(reply: FastifyReply, nonce: string): FastifyReply {
  const policy = reply.getHeader('content-security-policy');
  if (typeof policy !== 'string') return reply;
  const styled = policy.replace(/style-src 'self'/, `style-src 'self' 'nonce-${nonce}'`);
  return reply.header('content-security-policy', `${styled};script-src 'self';connect-src 'self'`);
}
