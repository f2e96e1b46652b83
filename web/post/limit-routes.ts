import type { FastifyInstance, FastifyReply } from 'fastify';
import { limitPost } from '../../desk/post-cap.ts';
import { busyDays, readPostCap } from '../../postgres/desk/post-cap.ts';
import type { FormBody, FormProblem } from '../answer/read-fields.ts';
import type { ChangeField } from '../changes/change-form.ts';
import { fieldInputs } from '../changes/change-view.ts';
import { readChange } from '../changes/read-change.ts';
import type { User } from '../shared/roles.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { staffPages } from '../shared/staff-pages.ts';
import { urls } from '../shared/urls.ts';

const send = staffPages('post');
const LIMITS = { config: { access: 'hold-all-post' } } as const;
/** Limits that the page offers. The command line takes any up to 100. */
const OFFERED = [2, 3, 4, 5, 6, 8, 10];

const FIELDS: readonly ChangeField[] = [
  {
    kind: 'choice',
    id: 'most',
    label: 'How many e-mails may a person get in a day?',
    missing: 'Select how many e-mails a person may get in a day',
    options: [{ value: 'off', text: 'No limit' }, ...OFFERED.map((most) => ({ value: String(most), text: `${most} e-mails` }))],
  },
  { kind: 'words', id: 'because', label: 'Why?', hint: 'Staff see it, and it is kept with your name.', missing: 'Enter the reason' },
];

/** How many e-mails a person may get in a day: as it stands, with what the last days had, and the form that sets it. */
export function registerLimitRoutes(app: FastifyInstance, { db }: Services): void {
  async function page(
    reply: FastifyReply,
    user: User,
    { body, problems, saved }: { readonly body: FormBody; readonly problems: readonly FormProblem[]; readonly saved: boolean },
  ) {
    const [cap, days] = await Promise.all([readPostCap(db), busyDays(db)]);
    return send(reply, user, 'post/limit', {
      title: 'Limit how many e-mails a person gets in a day',
      told: saved ? 'The limit is saved.' : null,
      cap,
      days,
      fields: fieldInputs(FIELDS, body, problems),
      errors: problems.map(({ id, text }) => ({ text, href: `#${id}` })),
      backHref: urls.post(),
    });
  }

  app.get<{ Querystring: { saved?: unknown } }>('/post/limit', LIMITS, async (request, reply) =>
    page(reply, signedIn(request), { body: {}, problems: [], saved: request.query.saved === 'yes' }),
  );

  app.post<{ Body: FormBody | null }>('/post/limit', LIMITS, async (request, reply) => {
    const user = signedIn(request);
    const body = request.body ?? {};
    const read = await readChange(db, FIELDS, body);
    if (read.problems.length > 0) return page(reply.status(400), user, { body, problems: read.problems, saved: false });
    const limited = await limitPost(db, { most: read.said('most'), because: read.said('because'), by: user.person });
    if (limited.ok) return reply.redirect(`${urls.postLimit()}?saved=yes`, 303);
    const id = limited.reason.kind === 'no-reason' ? 'because' : 'most';
    return page(reply.status(400), user, { body, problems: [{ id, text: limited.reason.message.replace(/\.$/, '') }], saved: false });
  });
}
