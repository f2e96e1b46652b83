import type { FastifyInstance } from 'fastify';
import { londonDate } from '../../domain/london.ts';
import { addDays, longDateWithWeekday, parsePlainDate } from '../../domain/plain-date.ts';
import type { PlainDate } from '../../domain/plain-date.ts';
import { ok, refused } from '../../domain/result.ts';
import type { Reason, Result } from '../../domain/result.ts';
import { findCall, keepCallNote } from '../../postgres/call-notes.ts';
import type { CallNote, CallOutcome, FoundCall } from '../../postgres/call-notes.ts';
import { openContactTasks } from '../../postgres/contact-tasks.ts';
import { answeredSinceYesterday, openCalls, openEscalations, stepsWaitingFor } from '../../postgres/worklist.ts';
import { may } from '../roles.ts';
import type { User } from '../roles.ts';
import { typed, typedDate } from '../answer/read-fields.ts';
import type { FormBody } from '../answer/read-fields.ts';
import { canExist } from '../desk-urls.ts';
import { navigationFor } from '../navigation.ts';
import { renderView } from '../render.ts';
import { scopeCondition } from '../scope.ts';
import type { Services } from '../services.ts';
import { signedIn } from '../signed-in.ts';
import { callsForToday, callView, contactItem, escalationItem, waitingItem } from '../today-view.ts';

/** As many as anybody telephones in a day; the others move up as these are done. */
const MOST_CALLS = 50;
const MOST_LINES = 50;
/** Further ahead a date is more likely a slip of the hand than a promise. */
const LONGEST_PROMISE_DAYS = 60;
const LONGEST_NOTE = 500;

const RECORDED: Readonly<Record<CallOutcome, string>> = {
  'no-answer': 'Recorded: no answer. The call stays on this page.',
  'left-message': 'Recorded: you left a message. The call stays on this page.',
  'call-again': 'Recorded: the call comes back on the day you chose.',
  'wrong-person': 'Recorded: wrong person. It is among the contacts to mend.',
};

type Attempt = {
  readonly key: string;
  readonly body: FormBody;
  readonly problem: { readonly field: 'outcome' | 'again-day' | 'note'; readonly text: string };
};

/** The coordinator's day: calls worth making, what waits for them, escalations, contacts to mend, and what was answered. */
export function registerTodayRoutes(app: FastifyInstance, services: Services): void {
  const { db } = services;

  app.get<{ Querystring: { recorded?: unknown } }>('/', { config: { access: 'see-today' } }, async (request, reply) => {
    const { recorded } = request.query;
    const told = typeof recorded === 'string' && Object.hasOwn(RECORDED, recorded) ? RECORDED[recorded as CallOutcome] : null;
    return reply.type('text/html').send(await renderToday(services, signedIn(request), { told, attempt: null }));
  });

  app.post<{ Params: { reference: string; step: string; round: string; rung: string }; Body: FormBody | null }>(
    '/calls/:reference/:step/:round/:rung',
    { config: { access: 'record-call' } },
    async (request, reply) => {
      const user = signedIn(request);
      const { reference, step, rung } = request.params;
      const round = Number(request.params.round);
      if (!canExist(request.params) || !Number.isInteger(round) || round < 1 || round > 1_000_000) return reply.callNotFound();
      const key = { reference, step, round, rung };
      const found = await findCall(db, key, scopeCondition(user, 5, 'record-call'));
      if (found === undefined) return reply.callNotFound();

      const body = request.body ?? {};
      const read = readCallForm(body, found);
      if (found.open && !read.ok) {
        const attempt: Attempt = {
          key: [reference, step, round, rung].join('/'),
          body,
          problem: { field: read.reason.kind, text: read.reason.message },
        };
        return reply
          .status(400)
          .type('text/html')
          .send(await renderToday(services, user, { told: null, attempt }));
      }
      if (read.ok && (await keepCallNote(db, { ...key, ...read.value, by: user.person }))) {
        return reply.redirect(`/?recorded=${read.value.outcome}`, 303);
      }
      return reply
        .status(409)
        .type('text/html')
        .send(
          renderView('message', {
            title: 'This call is no longer needed',
            user,
            navigation: navigationFor(user, 'today'),
            paragraphs: [
              'The step was answered or closed while you were on this page. Nothing was recorded.',
              'Go to Today to see what is left.',
            ],
          }),
        );
    },
  );
}

type Said = Pick<CallNote, 'outcome' | 'callAgainOn' | 'note' | 'wrongPerson'>;
type NotSaid = Reason & { readonly kind: Attempt['problem']['field'] };

/** What a coordinator says came of a call. A wrong person is one of the owners: `wrong-person/head`. */
function readCallForm(body: FormBody, call: FoundCall): Result<Said, NotSaid> {
  const not = (kind: NotSaid['kind'], message: string) => refused<NotSaid>({ kind, message, remedy: message });
  const outcome = typed(body, 'outcome');
  const note = typed(body, 'note');
  if (note.length > LONGEST_NOTE) return not('note', `The note must be ${LONGEST_NOTE} characters or fewer`);
  const said = { callAgainOn: null, note: note === '' ? null : note, wrongPerson: null };
  if (outcome === 'no-answer' || outcome === 'left-message') return ok({ ...said, outcome });
  if (outcome === 'call-again') {
    const today = londonDate(Date.parse(call.itsNow));
    const day = typedDate(body, 'again');
    const on = parsePlainDate(day);
    if (day === '') return not('again-day', 'Enter the day on which to call again');
    if (on === undefined) return not('again-day', 'The day on which to call again must be a real date');
    if (on <= today) return not('again-day', `The day on which to call again must be after today, ${longDateWithWeekday(today)}`);
    if (on > lastPromise(today))
      return not('again-day', `The day on which to call again must be by ${longDateWithWeekday(lastPromise(today))}`);
    return ok({ ...said, outcome, callAgainOn: on });
  }
  const wrongPerson = call.owners.find(({ person }) => outcome === `wrong-person/${person}`);
  if (wrongPerson !== undefined) return ok({ ...said, outcome: 'wrong-person', wrongPerson });
  return not('outcome', 'Select what came of the call');
}

function lastPromise(today: PlainDate): PlainDate {
  return addDays(today, LONGEST_PROMISE_DAYS);
}

async function renderToday(
  { db }: Services,
  user: User,
  { told, attempt }: { readonly told: string | null; readonly attempt: Attempt | null },
): Promise<string> {
  const inScope = scopeCondition(user, 1, 'see-today');
  const makesCalls = may(user, 'record-call');
  const regions = user.roles
    .filter(({ role, region }) => (role === 'regional-team' || role === 'regional-senior') && region !== '')
    .map(({ region }) => region);
  const [calls, waiting, escalations, contacts, answered] = await Promise.all([
    makesCalls ? openCalls(db, scopeCondition(user, 1, 'record-call')) : [],
    stepsWaitingFor(db, user.person),
    openEscalations(db, { person: user.person, regions }),
    openContactTasks(db, inScope),
    answeredSinceYesterday(db, inScope),
  ]);
  const forToday = callsForToday(calls, attempt?.key ?? null);
  const shown = forToday
    .filter(({ standing }, at) => at < MOST_CALLS || standing.key === attempt?.key)
    .map((call, at) => ({
      ...callView(call, user, at + 1),
      attempt: call.standing.key === attempt?.key ? formOf(attempt) : null,
    }));
  const failed = shown.find((call) => call.attempt !== null);
  return renderView('today/index', {
    title: 'Today',
    user,
    navigation: navigationFor(user, 'today'),
    told,
    errors: failed && attempt ? [{ text: attempt.problem.text, href: `#${failed.id}-${attempt.problem.field}` }] : [],
    makesCalls,
    recordsAnswers: may(user, 'record-answer'),
    calls: { all: forToday.length, shown, more: forToday.length - shown.length, putOff: calls.length - forToday.length },
    waiting: listOf(waiting, waitingItem),
    escalations: listOf(escalations, escalationItem),
    contacts: listOf(contacts, contactItem),
    answered: { all: answered.length, shown: answered.slice(0, MOST_LINES), more: Math.max(0, answered.length - MOST_LINES) },
  });
}

function listOf<T, Item>(lines: readonly T[], itemOf: (line: T) => Item) {
  return { all: lines.length, shown: lines.slice(0, MOST_LINES).map(itemOf), more: Math.max(0, lines.length - MOST_LINES) };
}

function formOf({ body, problem }: Attempt) {
  return {
    outcome: typed(body, 'outcome'),
    note: typed(body, 'note'),
    day: typed(body, 'again-day'),
    month: typed(body, 'again-month'),
    year: typed(body, 'again-year'),
    errors: { [problem.field]: { text: problem.text } },
  };
}
