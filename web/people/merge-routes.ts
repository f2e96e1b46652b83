import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { deliverMerges } from '../../desk/deliver-merges.ts';
import { DETAILS, mergePeople } from '../../desk/merge-people.ts';
import type { Detail, MergedDeployment, MergeRefusal, PeopleMerged, Whose } from '../../desk/merge-people.ts';
import { findKnownPerson, listAreas } from '../../postgres/views/people.ts';
import type { KnownPerson } from '../../postgres/views/people.ts';
import { typed } from '../answer/read-fields.ts';
import type { FormBody, FormProblem } from '../answer/read-fields.ts';
import { LONG_FORM_BYTES } from '../shared/body-limits.ts';
import { mayChoose } from '../shared/choosing.ts';
import { canExist } from '../shared/desk-urls.ts';
import { findPerson } from '../shared/find-person.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { staffPages } from '../shared/staff-pages.ts';
import { urls } from '../shared/urls.ts';
import { endedWords } from './ended-lines.ts';
import { changeLines, datedRole, roleName } from './person-form.ts';
import { traceLines } from './trace-lines.ts';

const send = staffPages('people');

const MANAGES = { config: { access: 'manage-people' }, bodyLimit: LONG_FORM_BYTES } as const;
/** How long the page waits for deployments to be changed. The rest is done in the background. */
const WAITS_MS = 1_500;
/** Of more deployments than this the page says only how many there are. */
const MOST_LISTED = 30;

const LABELS: Readonly<Record<Detail, string>> = {
  name: 'Name',
  email: 'E-mail address',
  telephone: 'Telephone',
  jobTitle: 'Job title',
};

/** The input at which each refusal is mended. */
const AT: Partial<Readonly<Record<MergeRefusal['kind'], string>>> = { 'no-reason': 'because' };

type OfPerson = { Params: { id: string }; Body: FormBody | null };
type Chosen = { readonly kept: KnownPerson; readonly merged: KnownPerson; readonly because: string };

/**
 * Merging two entries that are one person: the page of the entry that is to stay, the other one, which details stay, a look at everything
 * that moves, and then all of it at once.
 */
export function registerMergePeopleRoutes(app: FastifyInstance, { db, temporal }: Services): void {
  app.get<OfPerson>('/people/:id/merge', MANAGES, async (request, reply) => {
    const kept = await known(request.params.id);
    return kept === undefined ? reply.callNotFound() : formPage(request, reply, kept, {}, []);
  });

  app.post<OfPerson>('/people/:id/merge', MANAGES, async (request, reply) => {
    const kept = await known(request.params.id);
    if (kept === undefined) return reply.callNotFound();
    const body = request.body ?? {};
    if (typed(body, 'stage') === 'change') return formPage(request, reply, kept, body, []);
    const read = await readForm(body, kept);
    if ('problems' in read) return formPage(request, reply.status(400), kept, body, read.problems);
    const { merged, because } = read;
    const differing = DETAILS.filter((detail) => kept[detail] !== merged[detail] && merged[detail] !== '');
    // A detail that only one of them has is that one’s; where both have one, somebody says which is right.
    const asked = differing.filter((detail) => kept[detail] !== '');
    const said = asked.map((detail) => typed(body, detail));
    if (!said.every(isWhose)) return detailsPage(request, reply, read, asked, typed(body, 'stage') === 'details');
    const stays = Object.fromEntries(
      DETAILS.map((detail): [Detail, Whose] => {
        const chosen = typed(body, detail);
        if (asked.includes(detail)) return [detail, chosen === 'merged' ? 'merged' : 'kept'];
        return [detail, differing.includes(detail) ? 'merged' : 'kept'];
      }),
    ) as Readonly<Record<Detail, Whose>>;
    const carriesOut = typed(body, 'stage') === 'confirm' && typed(body, 'seen') === seenOf(read);
    const result = await mergePeople(db, { kept: kept.id, merged: merged.id, stays, because, by: signedIn(request).person }, !carriesOut);
    if (!result.ok) {
      const { kind, message, remedy } = result.reason;
      return formPage(request, reply.status(409), kept, body, [{ id: AT[kind] ?? 'other', text: `${message}. ${remedy}` }]);
    }
    if (!carriesOut) return checkPage(request, reply, read, result.value, stays, asked);
    // What is kept is kept: a deployment that cannot be reached now is changed by the chore.
    await deliverMerges({ db, client: temporal }, { forMs: WAITS_MS });
    return reply.redirect(`${urls.person(kept.id)}?saved=merged`, 303);
  });

  async function known(id: string): Promise<KnownPerson | undefined> {
    return canExist({ id }) ? findKnownPerson(db, id) : undefined;
  }

  async function readForm(body: FormBody, kept: KnownPerson): Promise<Chosen | { readonly problems: readonly FormProblem[] }> {
    const given = typed(body, 'other');
    const found = given === '' ? null : await findPerson(db, given);
    const merged = found?.ok === true ? await findKnownPerson(db, found.value.id) : undefined;
    const because = typed(body, 'because');
    const problems: FormProblem[] = [];
    if (found === null) problems.push({ id: 'other', text: 'Enter the other entry of this person' });
    else if (!found.ok) problems.push({ id: 'other', text: `${found.reason.message}. ${found.reason.remedy}` });
    else if (merged === undefined) problems.push({ id: 'other', text: `Chaser knows nobody as “${given}”` });
    else if (merged.id === kept.id) problems.push({ id: 'other', text: 'That is the entry whose page this is. Enter the other one' });
    if (because === '') problems.push({ id: 'because', text: 'Enter how you know that they are the same person' });
    return merged === undefined || problems.length > 0 ? { problems } : { kept, merged, because };
  }

  function formPage(
    request: FastifyRequest,
    reply: FastifyReply,
    kept: KnownPerson,
    body: FormBody,
    problems: readonly FormProblem[],
  ): FastifyReply {
    return send(mayChoose(reply), signedIn(request), 'people/merge', {
      title: `${kept.name} is here twice`,
      person: kept,
      form: { other: typed(body, 'other'), because: typed(body, 'because') },
      errors: problems.map(({ id, text }) => ({ text, href: `#${id}` })),
      faults: Object.fromEntries(problems.map(({ id, text }) => [id, { text }])),
      action: mergeUrl(kept),
      backHref: urls.person(kept.id),
    });
  }

  function detailsPage(
    request: FastifyRequest,
    reply: FastifyReply,
    { kept, merged, because }: Chosen,
    asked: readonly Detail[],
    again: boolean,
  ): FastifyReply {
    const body = (request.body ?? {}) as FormBody;
    const missing = again ? asked.filter((detail) => !isWhose(typed(body, detail))) : [];
    const errorOf = (detail: Detail) => `Select which ${LABELS[detail].toLowerCase()} stays`;
    return send(again ? reply.status(400) : reply, signedIn(request), 'people/merge-details', {
      title: 'Which details stay?',
      person: kept,
      errors: missing.map((detail) => ({ text: errorOf(detail), href: `#${detail}` })),
      questions: asked.map((detail) => ({
        name: detail,
        legend: LABELS[detail],
        error: missing.includes(detail) ? { text: errorOf(detail) } : null,
        items: [
          { value: 'kept', text: kept[detail], checked: typed(body, detail) === 'kept' },
          { value: 'merged', text: merged[detail], checked: typed(body, detail) === 'merged' },
        ],
      })),
      given: { other: `${merged.name} (${merged.email})`, because },
      action: mergeUrl(kept),
      backHref: urls.person(kept.id),
    });
  }

  async function checkPage(
    request: FastifyRequest,
    reply: FastifyReply,
    chosen: Chosen,
    { before, after, traces, deployments, ended, notes }: PeopleMerged,
    stays: Readonly<Record<Detail, Whose>>,
    asked: readonly Detail[],
  ): Promise<FastifyReply> {
    const { kept, merged, because } = chosen;
    return send(reply, signedIn(request), 'people/merge-check', {
      title: `Check before the two entries of ${after.name} become one`,
      person: kept,
      goes: `${before.merged.name} (${before.merged.email})`,
      after,
      lines: changeLines(kept, after, await listAreas(db)),
      traces: traceLines(traces),
      deployments: deployments.slice(0, MOST_LISTED).map(deploymentLine),
      more: Math.max(0, deployments.length - MOST_LISTED),
      ended: ended.flatMap((access) => endedWords(access).map((words) => ({ whose: access.name, words }))),
      notes,
      because,
      given: { other: `${merged.name} (${merged.email})`, because, ...Object.fromEntries(asked.map((detail) => [detail, stays[detail]])) },
      seen: seenOf(chosen),
      action: mergeUrl(kept),
      backHref: urls.person(kept.id),
    });
  }
}

function deploymentLine({ reference, work, asksAgain }: MergedDeployment) {
  const roles = work.map(({ role }) => roleName(role));
  const asked = asksAgain === null || asksAgain === 0 ? '' : `. What is open is asked once more, with a new link`;
  return {
    reference,
    subject: work[0]?.subjectName ?? '',
    href: urls.deployment(reference),
    words: `${roles.length === 0 ? 'As a deputy, or with an escalation' : roles.join(', ')}${asked}`,
  };
}

function mergeUrl({ id }: KnownPerson): string {
  return `${urls.person(id)}/merge`;
}

function isWhose(said: string): said is Whose {
  return said === 'kept' || said === 'merged';
}

/** What was known of both when the check page was made. */
function seenOf({ kept, merged }: Chosen): string {
  return JSON.stringify(
    [kept, merged].map(({ id, name, email, telephone, jobTitle, roles }) => [id, name, email, telephone, jobTitle, roles.map(datedRole)]),
  );
}
