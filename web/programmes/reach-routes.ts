import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  mayPublish,
  mayWithdraw,
  programmeOnOffer,
  programmeVersion,
  publishProgramme,
  versionsOnOffer,
  withdrawProgramme,
} from '../../desk/programmes-on-offer.ts';
import { proposeProgramme } from '../../desk/proposed-programmes.ts';
import { decisionsInWords, keptInWords, movedInWords, reachInWords } from '../../desk/reach-words.ts';
import type { Programme } from '../../domain/programme.ts';
import { reachOf } from '../../domain/reach.ts';
import { listReachDecisions, listVersions, readContent, readTouched } from '../../postgres/pinned/programme-versions.ts';
import { typed } from '../answer/read-fields.ts';
import type { FormBody, FormProblem } from '../answer/read-fields.ts';
import { may } from '../shared/roles.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { staffPages } from '../shared/staff-pages.ts';
import { urls } from '../shared/urls.ts';
import { programmeUrls } from './programme-urls.ts';
import { becauseProblems, faultsBy, readReach, reachView } from './reach-form.ts';
import type { ReachForm } from './reach-form.ts';
import { sectionsOf } from './sections.ts';

const page = staffPages('programmes');

type Versions = { Params: { id: string }; Querystring: { done?: unknown } };
type Version = { Params: { id: string; version: string }; Body: FormBody | null };

const SEES = { config: { access: 'see-programmes' } } as const;
const PUBLISHES = { config: { access: 'publish-programme' } } as const;
const NOTHING: ReachForm = { where: '', regions: [], because: '' };

/** The versions of a programme: where each counts and since when, widening a pilot, and withdrawing a version. */
export function registerReachRoutes(app: FastifyInstance, { db, secondPerson }: Services): void {
  app.get<Versions>('/programmes/:id/versions', SEES, async (request, reply) => {
    const { id } = request.params;
    const [onOffer, versions] = [await programmeOnOffer(db, id), await versionsOnOffer(db, id)];
    if (!onOffer.ok || !versions.ok) return reply.callNotFound();
    const kept = await listVersions(db, id);
    const numbers = versions.value.known.map(({ version }) => version).toSorted((a, b) => b - a);
    const changes = may(request.user, 'publish-programme');
    return page(reply, signedIn(request), 'programmes/versions', {
      title: `Versions of ${onOffer.value.title}`,
      programme: onOffer.value,
      sections: sectionsOf({ programme: onOffer.value, chosen: false }, 'versions'),
      told: toldOf(request.query.done),
      versions: numbers.map((version) => {
        const stands = kept.find((one) => one.version === version);
        const reach = reachOf(versions.value, version);
        return {
          version,
          href: programmeUrls.version(id, version),
          publishedAt: stands?.publishedAt ?? null,
          publishedBy: stands?.publishedBy ?? null,
          approvedBy: stands?.approvedBy ?? null,
          running: stands?.running ?? 0,
          reach: reachInWords(reach),
          onOffer: version === onOffer.value.version,
          widenHref: changes && typeof reach !== 'string' ? programmeUrls.widen(id, version) : null,
          withdrawHref: changes && reach !== 'nowhere' && numbers.length > 1 ? programmeUrls.withdraw(id, version) : null,
        };
      }),
      decisions: decisionsInWords(await listReachDecisions(db, id)),
      compareHref: programmeUrls.compare(id),
      editHref: changes ? programmeUrls.edit(id) : null,
    });
  });

  app.get<Version>('/programmes/:id/versions/:version/widen', PUBLISHES, async (request, reply) => widenPage(request, reply, NOTHING, []));

  app.post<Version>('/programmes/:id/versions/:version/widen', PUBLISHES, async (request, reply) => {
    const { id } = request.params;
    const found = await programmeVersion(db, id, numberOf(request));
    if (!found.ok) return reply.callNotFound();
    const { form, asked, problems } = readReach(request.body ?? {});
    if (problems.length > 0) return widenPage(request, reply.status(400), form, problems);
    const { person } = signedIn(request);
    const regions = asked.regions === null ? null : [...new Set([...(await heldBy(found.value)), ...asked.regions])];
    const how = { regions, because: asked.because };
    if (secondPerson.programmes) {
      const content = (await readContent(db, id, found.value.version)) ?? '';
      const proposed = await proposeProgramme(db, found.value, content, person, how);
      if (proposed.ok) return reply.redirect(`${urls.programmeProposal(proposed.value)}?done=proposed`, 303);
      return widenPage(request, reply.status(409), form, [{ id: 'where', text: `${proposed.reason.message} ${proposed.reason.remedy}` }]);
    }
    const published = await publishProgramme(db, found.value, person, how);
    if (published.ok) return reply.redirect(`${programmeUrls.versions(id)}?done=widened`, 303);
    return widenPage(request, reply.status(409), form, [{ id: 'where', text: `${published.reason.message} ${published.reason.remedy}` }]);
  });

  app.get<Version>('/programmes/:id/versions/:version/withdraw', PUBLISHES, async (request, reply) => withdrawPage(request, reply, '', []));

  app.post<Version>('/programmes/:id/versions/:version/withdraw', PUBLISHES, async (request, reply) => {
    const { id } = request.params;
    const because = typed(request.body ?? {}, 'because');
    const problems = becauseProblems(because);
    if (problems.length > 0) return withdrawPage(request, reply.status(400), because, problems);
    const done = await withdrawProgramme(db, id, numberOf(request), { by: signedIn(request).person, because });
    if (done.ok) return reply.redirect(`${programmeUrls.versions(id)}?done=withdrawn`, 303);
    return withdrawPage(request, reply.status(409), because, []);
  });

  /** The regions in which a pilot counts now. */
  async function heldBy({ id, version }: Programme): Promise<readonly string[]> {
    const versions = await versionsOnOffer(db, id);
    const reach = versions.ok ? reachOf(versions.value, version) : 'nowhere';
    return typeof reach === 'string' ? [] : reach;
  }

  async function widenPage(
    request: FastifyRequest<Version>,
    reply: FastifyReply,
    form: ReachForm,
    problems: readonly FormProblem[],
  ): Promise<FastifyReply> {
    const { id } = request.params;
    const found = await programmeVersion(db, id, numberOf(request));
    if (!found.ok) {
      reply.callNotFound();
      return reply;
    }
    const programme = found.value;
    const everywhere = await mayPublish(db, programme);
    return page(reply, signedIn(request), 'programmes/widen', {
      title: `Widen version ${programme.version} of ${programme.title}`,
      backHref: programmeUrls.versions(id),
      action: programmeUrls.widen(id, programme.version),
      proposes: secondPerson.programmes,
      now: reachInWords(await heldBy(programme)),
      moved: everywhere.ok ? movedInWords(everywhere.value.moved) : [],
      refusal: everywhere.ok ? null : `${everywhere.reason.message} ${everywhere.reason.remedy}`,
      kept: keptInWords(await readTouched(db, id)),
      reach: reachView(form, await heldBy(programme)),
      errors: problems.map((problem) => ({ text: problem.text, href: `#${problem.id}` })),
      faults: faultsBy(problems),
    });
  }

  async function withdrawPage(
    request: FastifyRequest<Version>,
    reply: FastifyReply,
    because: string,
    problems: readonly FormProblem[],
  ): Promise<FastifyReply> {
    const { id } = request.params;
    const version = numberOf(request);
    const asked = await mayWithdraw(db, id, version);
    if (!asked.ok && (asked.reason.kind === 'unknown-version' || asked.reason.kind === 'unknown-programme')) {
      reply.callNotFound();
      return reply;
    }
    return page(reply, signedIn(request), 'programmes/withdraw', {
      title: `Withdraw version ${version} of ${asked.ok ? asked.value.programme.title : id}`,
      backHref: programmeUrls.versions(id),
      action: programmeUrls.withdraw(id, version),
      moved: asked.ok ? movedInWords(asked.value.moved) : [],
      refusal: asked.ok ? null : `${asked.reason.message} ${asked.reason.remedy}`,
      kept: keptInWords(await readTouched(db, id)),
      because,
      errors: problems.map((problem) => ({ text: problem.text, href: `#${problem.id}` })),
      faults: faultsBy(problems),
    });
  }
}

function toldOf(done: unknown): string | null {
  if (done === 'widened') return 'The pilot is widened. The newest line below says where, and why.';
  return done === 'withdrawn' ? 'The version is withdrawn. New deployments begin with the version before it.' : null;
}

/** The version in the address; 0, which no programme has, for anything that is no number. */
function numberOf({ params: { version } }: FastifyRequest<Version>): number {
  return /^[1-9]\d{0,5}$/.test(version) ? Number(version) : 0;
}
