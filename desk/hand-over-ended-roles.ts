import type { Client } from '@temporalio/client';
import { longDate, plainDate } from '../domain/time/plain-date.ts';
import type { Db } from '../postgres/database.ts';
import { readPinnedProgramme } from '../postgres/pinned/pinned.ts';
import { listEndedHolders } from '../postgres/views/ended-holders.ts';
import type { EndedHolder } from '../postgres/views/ended-holders.ts';
import { findParties } from '../register/find-parties.ts';
import { changeDeployment } from './change-deployment.ts';

/** How long the engine is waited for. */
const DEADLINE_MS = 5_000;

/** After so many that could not be reached, the engine is taken to be away. */
const AWAY_AFTER = 3;

/**
 * Hands running deployments over to whoever holds a role now, where the role of its holder ended by its date: letters and escalations go
 * to who holds the role on that day. Days are those in London by the deployment's own clock. Where nobody else holds the role nothing is
 * changed: the page of the person says so. The change is named by deployment, role, person and last day, so it is made once though two
 * services ask for it. Answers how many were handed over.
 */
export async function handOverEndedRoles(
  desk: { readonly db: Db; readonly client: Client },
  tell: (problem: string) => void = (problem) => void process.stderr.write(`${problem}\n`),
): Promise<number> {
  let handedOver = 0;
  let away = 0;
  for (const holder of await listEndedHolders(desk.db)) {
    if (away >= AWAY_AFTER) break;
    const to = await successorOf(desk.db, holder);
    if (to === undefined) continue;
    const { reference, role, person, name, until, today } = holder;
    const because = `The role of ${name} ended on ${longDate(plainDate(until))}.`;
    try {
      const changed = await desk.client.withDeadline(Date.now() + DEADLINE_MS, () =>
        changeDeployment(
          desk,
          reference,
          { kind: 'change-person', role, from: person, to, by: 'chaser', because },
          `role-ended/${role}/${person}/${until}`,
        ),
      );
      if (changed.ok) handedOver += 1;
      else tell(`${reference} could not be handed over from ${person} on ${today}: ${changed.reason.message}`);
    } catch (error) {
      tell(
        `${reference} is to be handed over from ${person} and could not be told yet: ${error instanceof Error ? error.message : String(error)}`,
      );
      away += 1;
    }
  }
  return handedOver;
}

/** Who holds the role for the school or trust on the deployment's day, and does not hold it in the deployment yet. */
async function successorOf(db: Db, { reference, subject, role, holders, today }: EndedHolder): Promise<string | undefined> {
  const programme = await readPinnedProgramme(db, reference);
  const { parties } = await findParties(db, subject, programme, plainDate(today));
  return parties[role]?.find((person) => !holders.includes(person));
}
