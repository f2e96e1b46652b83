import { claimAsk, releaseAsk, settleAsk } from '../postgres/access/asks-anew.ts';
import { changeDeployment } from './change-deployment.ts';
import type { Desk } from './deliver-answers.ts';

/** How long the engine is waited for. */
const DEADLINE_MS = 5_000;

/** The engine's deadline and time to spare for the database. */
const LEASE_SECONDS = 30;

/** After so many that could not be delivered, the engine is taken to be away. */
const AWAY_AFTER = 3;

/**
 * Has deployments ask people anew whose links were ended because an address or a person changed. Answers how many were
 * settled; what cannot be delivered yet stays for the next time. The update id is made of the row's id, so the engine asks
 * once though two deliver the same row.
 */
export async function deliverAsksAnew({ db, client, tell = toErrorStream }: Desk): Promise<number> {
  const tried: string[] = [];
  let settled = 0;
  let waiting = 0;
  while (waiting < AWAY_AFTER) {
    const ask = await claimAsk(db, tried, LEASE_SECONDS);
    if (ask === undefined) return settled;
    tried.push(ask.id);
    const { id, reference, person, because, steps } = ask;
    try {
      const asked = await client.withDeadline(Date.now() + DEADLINE_MS, () =>
        changeDeployment({ db, client }, reference, { kind: 'ask-anew', person, because, steps }, `ask-anew/${id}`),
      );
      await settleAsk(db, id, asked.ok ? null : asked.reason.message);
      settled += 1;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      tell(`${reference} is to ask somebody anew and could not be told yet: ${why}`);
      await releaseAsk(db, ask);
      waiting += 1;
    }
  }
  return settled;
}

function toErrorStream(problem: string): void {
  process.stderr.write(`${problem}\n`);
}
