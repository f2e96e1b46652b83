import type { FastifyInstance, FastifyReply } from 'fastify';
import { nowMs } from '../../postgres/sandbox/clock.ts';
import { listConfirmations } from '../../desk/confirm-profiles.ts';
import { londonDate } from '../../domain/time/london.ts';
import { listContacts } from '../../postgres/views/contacts.ts';
import type { Contact } from '../../postgres/views/contacts.ts';
import {
  addProfiles,
  declareRelationship,
  findLeader,
  listLeaders,
  listLeadersWithoutProfile,
  listProfileChanges,
  listRelationshipsOf,
  registerHas,
} from '../../postgres/views/leaders.ts';
import type { Effect } from '../../postgres/views/leaders.ts';
import { PHASES } from '../../domain/matching/profile.ts';
import type { LeaderProfile } from '../../domain/matching/profile.ts';
import { capitalised, inWords } from '../../domain/words.ts';
import { readProfile } from '../../register/leader-row.ts';
import type { ProfileFault } from '../../register/leader-row.ts';
import { typed } from '../answer/read-fields.ts';
import type { FormBody, FormProblem } from '../answer/read-fields.ts';
import { canExist } from '../shared/desk-urls.ts';
import { may, roleMay } from '../shared/roles.ts';
import type { User } from '../shared/roles.ts';
import { subjectsMeant } from '../../postgres/views/search-subjects.ts';
import { mayChoose } from '../shared/choosing.ts';
import { scopeCondition } from '../shared/scope.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { urls } from '../shared/urls.ts';
import { bodyOf, cellOf, profileErrors, profileFields, profileLines } from './profile-form.ts';
import { staffPages } from '../shared/staff-pages.ts';

const send = staffPages('leaders');

const LONGEST_REASON = 500;
/** How many lines of what was known before are shown. */
const LONGEST_SUBJECT = 200;
const CHANGES_SHOWN = 20;

/** What a declared relationship does, in words. */
const EFFECTS: Readonly<Record<Exclude<Effect, 'none'>, string>> = {
  bars: 'They cannot be asked',
  warns: 'They can be asked, with a warning',
  favours: 'It counts in their favour',
};

/** What was done, by the word in the address to which the browser is sent on. */
const TOLD = {
  profile: 'The profile is changed.',
  relationship: 'The relationship is declared.',
  ended: 'The relationship no longer counts.',
} as const;

type OfLeader = { Params: { id: string }; Querystring: FormBody; Body: FormBody | null };
type Shown = {
  readonly body?: FormBody;
  readonly faults?: readonly ProfileFault[];
  readonly problems?: readonly FormProblem[];
  readonly done?: string;
};

/** System leaders: what is known of each, changed here with who, when and why, and what they have to do with which school. */
export function registerLeadersRoutes(app: FastifyInstance, services: Services): void {
  const { db } = services;

  app.get(urls.leaders(), { config: { access: 'record-answer' } }, async (request, reply) => {
    const leaders = await listLeaders(db);
    const confirmations = new Map((await listConfirmations(db, londonDate(nowMs()))).map((one) => [one.leader.id, one.confirmed]));
    return send(reply, signedIn(request), 'leaders/list', {
      title: 'System leaders',
      proposedHref: urls.assignment(),
      leaders: leaders.map(({ id, name, profile, homeTrustName }) => ({
        name,
        href: urls.leader(id),
        trust: homeTrustName,
        phases: capitalised(inWords(profile.phases.map((phase) => PHASES[phase]))),
        days: profile.daysATerm,
        trained: profile.trainedOn !== null,
        unconfirmed: confirmations.get(id) === false,
      })),
      without: (await listLeadersWithoutProfile(db)).map(({ id, name }) => ({ name, href: urls.leader(id) })),
    });
  });

  app.get<OfLeader>('/leaders/:id', { config: { access: 'record-answer' } }, async (request, reply) => {
    const person = await findPerson(request.params);
    if (person === undefined) return reply.callNotFound();
    return leaderPage(reply, signedIn(request), person, { done: typed(request.query, 'done') });
  });

  app.post<OfLeader>('/leaders/:id/profile', { config: { access: 'change-deployments' } }, async (request, reply) => {
    const user = signedIn(request);
    const person = await findPerson(request.params);
    if (person === undefined) return reply.callNotFound();
    if (!mayChangeLeader(user, (await findLeader(db, person.id))?.profile)) return notTheirs(reply, user, person);
    const body = request.body ?? {};
    const { profile, faults: found } = readProfile((column) => cellOf(body, column));
    const faults = found.filter(({ taken }) => !taken);
    const problems = reasonProblems(typed(body, 'because'), 'because', 'Enter why you are changing it');
    if (faults.length > 0 || problems.length > 0) return leaderPage(reply.status(400), user, person, { body, faults, problems });
    await addProfiles(db, [{ leader: person.id, profile }], { by: user.person, because: typed(body, 'because') });
    return reply.redirect(`${urls.leader(person.id)}?done=profile`, 303);
  });

  app.post<OfLeader>('/leaders/:id/relationships', { config: { access: 'change-deployments' } }, async (request, reply) => {
    const user = signedIn(request);
    const person = await findPerson(request.params);
    if (person === undefined) return reply.callNotFound();
    if (!mayChangeLeader(user, (await findLeader(db, person.id))?.profile)) return notTheirs(reply, user, person);
    const body = request.body ?? {};
    const [subject, what, effect] = [typed(body, 'subject'), typed(body, 'what'), typed(body, 'effect')];
    const meant = await subjectMeant(user, subject);
    const problems: FormProblem[] = [];
    if (typeof meant === 'string') problems.push({ id: 'subject', text: meant });
    problems.push(...reasonProblems(what, 'what', 'Enter how they are connected with it'));
    if (!isEffect(effect)) problems.push({ id: 'effect', text: 'Select what it means for matching' });
    if (problems.length > 0 || !isEffect(effect) || typeof meant === 'string')
      return leaderPage(reply.status(400), user, person, { body, problems });
    await declareRelationship(db, {
      leader: person.id,
      ...meant,
      effect,
      what,
      by: user.person,
    });
    return reply.redirect(`${urls.leader(person.id)}?done=${effect === 'none' ? 'ended' : 'relationship'}`, 303);
  });

  /**
   * The school or trust that somebody means: by its number, wherever it is; or by its name, as it is suggested, in their own places.
   * What is wrong, in words, when it is none or several.
   */
  async function subjectMeant(user: User, given: string): Promise<{ readonly urn: string; readonly trust: string } | string> {
    if (given === '') return 'Enter the school or trust';
    if (await registerHas(db, { urn: given, trust: '' })) return { urn: given, trust: '' };
    if (await registerHas(db, { urn: '', trust: given })) return { urn: '', trust: given };
    const [one, other] = await subjectsMeant(db, scopeCondition(user, 1), given.slice(0, LONGEST_SUBJECT), 2);
    if (one === undefined) return `The register has no school or trust “${given}”. Enter its number, or a part of its name`;
    if (other !== undefined) return `Several schools or trusts have “${given}” in their names. Enter the number of the one you mean`;
    return one.kind === 'school' ? { urn: one.id, trust: '' } : { urn: '', trust: one.id };
  }

  /** Nothing is changed: the page is shown, without its forms. */
  function notTheirs(reply: FastifyReply, user: User, person: Contact): Promise<FastifyReply> {
    const text = `Nothing was changed. ${person.name} does not offer to work in your region: ask a coordinator of theirs, or an administrator`;
    return leaderPage(reply.status(403), user, person, { problems: [{ id: 'relationships', text }] });
  }

  async function findPerson(params: { readonly id: string }): Promise<Contact | undefined> {
    return canExist(params) ? (await listContacts(db, [params.id]))[0] : undefined;
  }

  async function leaderPage(
    reply: FastifyReply,
    user: User,
    person: Contact,
    { body, faults = [], problems = [], done = '' }: Shown,
  ): Promise<FastifyReply> {
    const [leader, changes, declared] = await Promise.all([
      findLeader(db, person.id),
      listProfileChanges(db, person.id),
      listRelationshipsOf(db, person.id),
    ]);
    const shown = body ?? (leader === undefined ? {} : bodyOf(leader.profile));
    const errorOf = (id: string) => problems.find((problem) => problem.id === id)?.text;
    const mayChange = may(user, 'change-deployments') && mayChangeLeader(user, leader?.profile);
    return send(mayChange ? mayChoose(reply) : reply, user, 'leaders/leader', {
      title: person.name,
      told: Object.hasOwn(TOLD, done) ? TOLD[done as keyof typeof TOLD] : null,
      person,
      lines: leader === undefined ? null : profileLines(leader.profile, leader.homes, leader.homeTrustName),
      fields: profileFields(shown, faults),
      because: typed(shown, 'because'),
      becauseError: errorOf('because'),
      changes: changes.slice(0, CHANGES_SHOWN),
      relationships: declared.map((one, at) => ({
        ...one,
        number: one.urn + one.trust,
        words: one.effect === 'none' ? 'It no longer counts' : EFFECTS[one.effect],
        stands:
          one.effect !== 'none' &&
          !declared.slice(0, at).some((later) => later.urn === one.urn && later.trust === one.trust && later.what === one.what),
      })),
      subject: typed(body ?? {}, 'subject'),
      subjectError: errorOf('subject'),
      what: typed(body ?? {}, 'what'),
      whatError: errorOf('what'),
      effects: Object.entries(EFFECTS).map(([value, text]) => ({ value, text, checked: typed(body ?? {}, 'effect') === value })),
      effectError: errorOf('effect'),
      mayChange,
      action: urls.leader(person.id),
      backHref: urls.leaders(),
      errors: [...profileErrors(faults), ...problems.map(({ id, text }) => ({ text, href: `#${id}` }))],
    });
  }
}

/**
 * Whether somebody may change what is known of a leader: whoever works in a region in which the leader offers to work, and whoever is bound
 * to no region. A leader without a profile, or who works anywhere, is everybody's.
 */
function mayChangeLeader({ roles }: User, profile: LeaderProfile | undefined): boolean {
  if (profile === undefined || profile.regions.length === 0) return true;
  return roles.some(({ role, region }) => roleMay(role, 'change-deployments') && (region === '' || profile.regions.includes(region)));
}

function reasonProblems(said: string, id: string, missing: string): readonly FormProblem[] {
  if (said === '') return [{ id, text: missing }];
  return said.length > LONGEST_REASON ? [{ id, text: `Use ${LONGEST_REASON} characters or fewer` }] : [];
}

function isEffect(said: string): said is Effect {
  return said === 'none' || Object.hasOwn(EFFECTS, said);
}
