import fc from 'fast-check';
import { NOBODY } from './fuzz-world.ts';
import type { FuzzWorld, Sender } from './fuzz-world.ts';
import { hostileRequest } from './hostile-bodies.ts';
import type { Ground, HostileRequest } from './hostile-bodies.ts';
import { send } from './send.ts';
import type { Answered } from './send.ts';

export type FuzzOptions = {
  readonly seed: number;
  readonly count: number;
  /** Sends only this one of them. */
  readonly only?: number;
  readonly atOnce: number;
  /** Nothing more is begun after it, in milliseconds. */
  readonly withinMs: number;
  readonly progress?: (sent: number) => void;
};

export type Finding = { readonly number: number; readonly request: HostileRequest; readonly sender: Sender; readonly answered: Answered };

export type FuzzReport = {
  readonly sent: number;
  readonly byStatus: Readonly<Record<string, number>>;
  /** How many bodies went to each route. */
  readonly byRoute: ReadonlyMap<string, number>;
  /** Answered with 5xx, or not at all. */
  readonly broken: readonly Finding[];
  /** Took longer than a second while others were under way too. */
  readonly slow: readonly Finding[];
  /** What took longest of those of each route, the longest first. */
  readonly slowest: readonly Finding[];
};

const SLOW_MS = 1_000;
const MOST_SLOWEST = 5;
/** Made and forgotten so many at a time: some bodies are a quarter of a megabyte. */
const CHUNK = 50;

/** Sends so many hostile bodies over every POST route, as everybody in turn. What is sent follows from the seed and the forms found. */
export async function fuzz(
  origin: string,
  ground: Ground,
  { senders: signedIn, again }: Pick<FuzzWorld, 'senders' | 'again'>,
  options: FuzzOptions,
): Promise<FuzzReport> {
  const { seed, count, only, atOnce, withinMs } = options;
  const senders = [...signedIn];
  const byStatus: Record<string, number> = {};
  const byRoute = new Map(ground.routes.map((route) => [route, 0]));
  const longest = new Map<string, Finding>();
  const [broken, slow]: [Finding[], Finding[]] = [[], []];
  const endsMs = performance.now() + withinMs;
  let sent = 0;

  for (let from = 0; from < count && performance.now() < endsMs; from += CHUNK) {
    const chunk = fc.sample(hostileRequest(ground), { seed: seed + from, numRuns: Math.min(CHUNK, count - from) });
    const waiting = chunk
      .map((request, index) => ({ request, number: from + index }))
      .filter(({ number }) => only === undefined || number === only);
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const { request, number } = next;
        const at = request.sender % senders.length;
        let sender = senders[at] ?? NOBODY;
        let answered = await send(origin, request, sender, number);
        // Signed out by what was sent before: it is sent once more by somebody who is in.
        if (answered.status === 401 && sender.role !== 'nobody') {
          sender = await again(sender);
          senders[at] = sender;
          answered = await send(origin, request, sender, number);
        }
        sent += 1;
        byStatus[String(answered.status)] = (byStatus[String(answered.status)] ?? 0) + 1;
        byRoute.set(request.route, (byRoute.get(request.route) ?? 0) + 1);
        const finding = { number, request, sender, answered };
        if (answered.status === null ? !isCutOnPurpose(answered) : answered.status >= 500) broken.push(finding);
        if (answered.tookMs > SLOW_MS) slow.push(finding);
        if (answered.tookMs > (longest.get(request.route)?.answered.tookMs ?? 0)) longest.set(request.route, finding);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    options.progress?.(sent);
  }
  const slowest = [...longest.values()].toSorted((a, b) => b.answered.tookMs - a.answered.tookMs).slice(0, MOST_SLOWEST);
  return { sent, byStatus, byRoute, broken, slow, slowest };
}

/** A body that is too large is refused and its connection cut; whoever still sends it may hear of the cut first. */
function isCutOnPurpose({ said }: Answered): boolean {
  return /EPIPE|ECONNRESET|socket hang up/.test(said);
}

/** The quickest of three, with nothing else under way: what is slow by itself stays slow. */
export async function quietestMs(origin: string, { request, sender, number }: Finding): Promise<number> {
  let quickest = Infinity;
  for (let at = 0; at < 3; at += 1) quickest = Math.min(quickest, (await send(origin, request, sender, number + at)).tookMs);
  return quickest;
}

/** A finding as a person can read it and repeat it. */
export function inWords({ number, request, sender, answered }: Finding): string {
  const { route, url, kind, contentType, body } = request;
  return [
    `  ${number}: POST ${url.slice(0, 160)} (${route}) as ${sender.role}: ${answered.status ?? answered.said}, ${Math.round(answered.tookMs)} ms`,
    `     ${kind}, ${contentType ?? 'no content type'}, ${body.length} bytes: ${JSON.stringify(body.toString('latin1').slice(0, 240))}`,
  ].join('\n');
}
