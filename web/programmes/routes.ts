import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { londonDate } from '../../domain/time/london.ts';
import { longDate } from '../../domain/time/plain-date.ts';
import type { Answer, Programme, Step } from '../../domain/programme.ts';
import { capitalised } from '../../domain/words.ts';
import { programmeOnOffer, programmesOnOffer } from '../../desk/programmes-on-offer.ts';
import { OF_PROGRAMMES } from '../../desk/proposed-programmes.ts';
import { listOpenProposals } from '../../postgres/pinned/proposals.ts';
import { listVersions } from '../../postgres/pinned/programme-versions.ts';
import type { Db } from '../../postgres/database.ts';
import { listProgrammes, loadProgramme } from '../../programmes/load-programmes.ts';
import { previewLetter, previewsOf } from './letter-preview.ts';
import type { Preview } from './letter-preview.ts';
import { navigationFor } from '../shared/navigation.ts';
import { flowOf } from './programme-flow.ts';
import { titleOf } from '../../letters/teller.ts';
import { mannerOf, ownersInWords, rungInWords, textInWords, timeInWords } from './programme-words.ts';
import { proposalLines } from '../shared/proposal-lines.ts';
import { renderView } from '../shared/render.ts';
import type { Services } from '../shared/services.ts';
import { urls } from '../shared/urls.ts';

/** A letter's own styles are in its tags, as mail programs need them. Nothing else of it is allowed. */
const LETTER_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'; base-uri 'none'; form-action 'none'";

type PreviewParams = { readonly id: string; readonly step: string; readonly kind: string };

/** The chronologies as pages for people, and every letter that they can send. */
export function registerProgrammesRoutes(app: FastifyInstance, { db }: Services): void {
  app.get('/programmes', { config: { access: 'see-programmes' } }, async (request, reply) => {
    const sound = (await programmesOnOffer(db)).map(({ id, title, version, source }) => ({
      id,
      href: urls.programme(id),
      title,
      version,
      source,
      faults: null,
    }));
    const faulty = listProgrammes().flatMap((id) => {
      const loaded = loadProgramme(id);
      return loaded.ok ? [] : [{ id, href: null, title: id, version: null, source: null, faults: loaded.reason.message }];
    });
    const programmes = [...sound, ...faulty];
    const proposals = proposalLines(await listOpenProposals(db, OF_PROGRAMMES), urls.programmeProposal);
    return page(request, reply, 'programmes/list', { title: 'Programmes', programmes, proposals });
  });

  app.get<{ Params: { id: string }; Querystring: { published?: unknown } }>(
    '/programmes/:id',
    { config: { access: 'see-programmes' } },
    async (request, reply) => {
      const loaded = await programmeOnOffer(db, request.params.id);
      if (!loaded.ok) return reply.callNotFound();
      const programme = loaded.value;
      return page(request, reply, 'programmes/programme', {
        title: programme.title,
        programme,
        told:
          request.query.published === String(programme.version)
            ? `Version ${programme.version} is published. New deployments begin with it, and those that run keep the version they began with.`
            : null,
        begins: programme.begins.map((id) => linkTo(programme, id)),
        stages: programme.stages.map((stage) => ({ ...stage, steps: stage.steps.flatMap((id) => viewOf(programme, programme.steps[id])) })),
        ends: Object.entries(programme.ends).map(([id, end]) => ({ ...end, id, usual: id === programme.completesAs })),
        flow: flowOf(programme),
        versions: (await listVersions(db, programme.id)).map(({ version, publishedAt, publishedBy, approvedBy, running }) => ({
          version,
          since: longDate(londonDate(Date.parse(publishedAt))),
          publishedBy,
          approvedBy,
          running,
          onOffer: version === programme.version,
        })),
        rehearseHref: `${urls.programme(programme.id)}/rehearse`,
        compareHref: `${urls.programme(programme.id)}/compare`,
      });
    },
  );

  app.get<{ Params: PreviewParams }>(
    '/programmes/:id/preview/:step/:kind',
    { config: { access: 'see-programmes' } },
    async (request, reply) => {
      const found = await findPreview(db, request.params);
      if (found === undefined) return reply.callNotFound();
      const { programme, step, preview } = found;
      const email = previewLetter(programme, step, preview);
      return page(request, reply, 'programmes/preview', {
        title: `Preview: ${rungInWords(programme, step, preview.rung)}`,
        programmeHref: `${urls.programme(programme.id)}#step-${step.id}`,
        programme,
        step,
        to: titleOf(programme, preview.role),
        told: preview.kind === 'escalation-notice',
        email: email.ok ? email.value : null,
        refusal: email.ok ? null : email.reason,
        htmlHref: `${previewHref(programme, step, preview)}/html`,
      });
    },
  );

  app.get<{ Params: PreviewParams }>(
    '/programmes/:id/preview/:step/:kind/html',
    { config: { access: 'see-programmes' } },
    async (request, reply) => {
      const found = await findPreview(db, request.params);
      const email = found === undefined ? undefined : previewLetter(found.programme, found.step, found.preview);
      if (email?.ok !== true) return reply.callNotFound();
      return reply.type('text/html; charset=utf-8').header('content-security-policy', LETTER_POLICY).send(email.value.html);
    },
  );
}

/** A letter by the id of its rung, or the first of its kind. */
async function findPreview(
  db: Db,
  params: PreviewParams,
): Promise<{ readonly programme: Programme; readonly step: Step; readonly preview: Preview } | undefined> {
  const loaded = await programmeOnOffer(db, params.id);
  const step = loaded.ok && Object.hasOwn(loaded.value.steps, params.step) ? loaded.value.steps[params.step] : undefined;
  if (!loaded.ok || step === undefined) return undefined;
  const previews = previewsOf(loaded.value, step);
  const preview = previews.find(({ id }) => id === params.kind) ?? previews.find(({ kind }) => kind === params.kind);
  return preview === undefined ? undefined : { programme: loaded.value, step, preview };
}

function previewHref(programme: Programme, step: Step, { id }: Preview): string {
  return `${urls.programme(programme.id)}/preview/${encodeURIComponent(step.id)}/${encodeURIComponent(id)}`;
}

function viewOf(programme: Programme, step: Step | undefined) {
  if (step === undefined) return [];
  const previews = previewsOf(programme, step);
  return [
    {
      id: step.id,
      title: step.title,
      owners: ownersInWords(programme, step),
      time: timeInWords(step),
      assumption: step.assumption,
      source: step.source,
      manner: mannerOf(programme, step),
      ask: textInWords(programme, step.ask),
      next: textInWords(programme, step.next),
      ladder: step.ladder.map((rung) => ({
        words: rungInWords(programme, step, rung),
        previews: previews
          .filter((preview) => preview.rung === rung)
          .map((preview) => ({ href: previewHref(programme, step, preview), to: titleOf(programme, preview.role) })),
      })),
      answers: step.answers.map((answer) => answerView(programme, answer)),
    },
  ];
}

function answerView(programme: Programme, answer: Answer) {
  return {
    label: answer.label,
    needs: answer.fields.map(({ label, required }) => `${label}${required ? '' : ' (may be left empty)'}`),
    opens: answer.opens.map((id) => linkTo(programme, id)),
    closes: answer.closes.map((id) => linkTo(programme, id)),
    ends: answer.ends === null ? null : { href: `#end-${answer.ends}`, title: programme.ends[answer.ends]?.title ?? answer.ends },
  };
}

function linkTo(programme: Programme, step: string) {
  return { href: `#step-${step}`, title: capitalised(programme.steps[step]?.title ?? step) };
}

function page(
  request: FastifyRequest,
  reply: FastifyReply,
  view: string,
  data: { readonly title: string; readonly [name: string]: unknown },
) {
  return reply
    .type('text/html')
    .send(renderView(view, { ...data, user: request.user, navigation: navigationFor(request.user, 'programmes') }));
}
