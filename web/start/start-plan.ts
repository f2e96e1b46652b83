import { nowMs } from '../../postgres/sandbox/clock.ts';
import { planDeployment } from '../../desk/start-deployment.ts';
import type { Plan } from '../../desk/start-deployment.ts';
import type { Subject } from '../../domain/chronology/events.ts';
import type { Programme } from '../../domain/programme.ts';
import { capitalised } from '../../domain/words.ts';
import { listContacts } from '../../postgres/views/contacts.ts';
import type { Contact } from '../../postgres/views/contacts.ts';
import type { Db } from '../../postgres/database.ts';
import { findRunning } from '../../postgres/views/deployments.ts';
import { londonDate } from '../../domain/time/london.ts';
import { findParties } from '../../register/find-parties.ts';
import { findStanding, standingWords } from '../../register/school-standing.ts';
import { titleOf } from '../../letters/teller.ts';
import { remedyOnPage } from '../shared/remedies.ts';
import { urls } from '../shared/urls.ts';

/**
 * What is shown before a deployment is started: its people and gaps, and its first due dates or why it cannot start.
 */
export async function startPlan(db: Db, programme: Programme, subject: Subject, facts: Plan['facts']) {
  const plan = await planDeployment({ db }, { subject, programme, facts });
  // Facts that are still missing are asked for on the page, so they are no reason why it cannot start.
  const refusal = plan.ok || isToBeSaid(plan.reason.kind) ? null : plan.reason;
  const running = await findRunning(db, subject, programme.id);
  const standing = subject.kind === 'school' ? await findStanding(db, subject.urn) : undefined;
  return {
    // A school that has closed is told of as the reason why it cannot start.
    standing: standing === undefined || refusal?.kind === 'school-closed' ? null : standingWords(standing, londonDate(nowMs())),
    people: await peopleOf(db, programme, subject),
    opened: plan.ok ? openedOf(programme, plan.value) : [],
    firstLettersAt: plan.ok ? plan.value.firstLettersAt : null,
    refusal: refusal === null ? null : { ...refusal, remedy: remedyOnPage(refusal.remedy) },
    runningHref: running === undefined ? null : urls.deployment(running),
  };
}

function isToBeSaid(kind: string): boolean {
  return ['missing-field', 'bad-field', 'unknown-field'].includes(kind);
}

async function peopleOf(db: Db, programme: Programme, subject: Subject) {
  const { parties, gaps } = await findParties(db, subject, programme);
  const contacts = new Map((await listContacts(db, Object.values(parties).flat())).map((contact) => [contact.id, contact]));
  return Object.entries(programme.roles).map(([role, { informedOnly, namedLater }]) => {
    const held: readonly Contact[] = (parties[role] ?? []).flatMap((id) => contacts.get(id) ?? []);
    const gap = gaps.find((missing) => missing.role === role);
    return {
      role: capitalised(titleOf(programme, role)),
      people: held.map(({ name, email, telephone, addressRefused }) => ({
        name,
        reach: [email, telephone].filter((way) => way !== null && way !== ''),
        problem: email === '' ? 'No address' : addressRefused ? 'Address refused' : null,
      })),
      gap: gap === undefined ? null : { ...gap, remedy: remedyOnPage(gap.remedy), needed: !informedOnly },
      otherwise: namedLater === true ? 'Named later, by an answer' : 'Nobody is told: it does not apply here',
    };
  });
}

function openedOf(programme: Programme, plan: Plan) {
  return plan.opened.map(({ step, dueOn, explanation }) => ({
    title: programme.steps[step]?.title ?? step,
    owner: capitalised(titleOf(programme, programme.steps[step]?.owner ?? '')),
    dueOn,
    why: explanation.map(({ text }) => text),
  }));
}

/** Reads `school:990901`, as a form holds it. Undefined for anything else. */
export function readSubject(text: string): Subject | undefined {
  const [, kind, id = ''] = /^(school|trust):([A-Za-z0-9-]{1,20})$/.exec(text) ?? [];
  if (kind === 'school') return { kind, urn: id };
  return kind === 'trust' ? { kind, trust: id } : undefined;
}
