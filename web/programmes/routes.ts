import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Answer, Programme, Step } from '../../domain/programme.ts';
import { pilotsOf, reachOf } from '../../domain/reach.ts';
import type { Reach } from '../../domain/reach.ts';
import { capitalised, inWords } from '../../domain/words.ts';
import { programmesOnOffer, versionsOnOffer } from '../../desk/programmes-on-offer.ts';
import { reachInWords } from '../../desk/reach-words.ts';
import { OF_PROGRAMMES } from '../../desk/proposed-programmes.ts';
import { listOpenProposals } from '../../postgres/pinned/proposals.ts';
import type { Db } from '../../postgres/database.ts';
import { listProgrammes, loadProgramme } from '../../programmes/load-programmes.ts';
import { previewLetter, previewsOf } from './letter-preview.ts';
import type { Preview } from './letter-preview.ts';
import { flowOf } from './programme-flow.ts';
import { titleOf } from '../../letters/teller.ts';
import { programmeUrls } from './programme-urls.ts';
import { shownBy } from './shown-programme.ts';
import type { Shown } from './programme-urls.ts';
import { fieldInWords, mannerOf, ownersInWords, rungInWords, textInWords, timeInWords } from './programme-words.ts';
import { proposalLines } from '../shared/proposal-lines.ts';
import { may } from '../shared/roles.ts';
import { sectionsOf } from './sections.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { staffPages } from '../shared/staff-pages.ts';
import { urls } from '../shared/urls.ts';

const page = staffPages('programmes');

/** A letter's own styles are in its tags, as mail programs need them. Nothing else of it is allowed. */
const LETTER_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'; base-uri 'none'; form-action 'none'";

type Asked = {
  Params: { id: string };
  Querystring: { version?: unknown; published?: unknown; step?: unknown; all?: unknown };
};
const SEES = { config: { access: 'see-programmes' } } as const;

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
    return page(reply, signedIn(request), 'programmes/list', { title: 'Programmes', programmes, proposals });
  });

  app.get<Asked>('/programmes/:id', SEES, async (request, reply) => {
    const shown = await shownBy(db, request);
    if (shown === undefined) return reply.callNotFound();
    const { programme } = shown;
    const versions = await versionsOnOffer(db, programme.id);
    const reach = versions.ok ? reachOf(versions.value, programme.version) : 'everywhere';
    const published = request.query.published === String(programme.version);
    return section(request, reply, shown, 'overview', 'programmes/programme', {
      told: published ? toldOf(programme, reach) : null,
      begins: programme.begins.map((id) => linkTo(shown, id)),
      stages: programme.stages.map(({ id, number, title, steps }) => ({
        href: programmeUrls.stage(shown, id),
        title: `${number}. ${title}`,
        steps: steps.map((step) => capitalised(programme.steps[step]?.title ?? step)),
      })),
      ends: Object.entries(programme.ends).map(([id, end]) => ({ ...end, id, usual: id === programme.completesAs })),
      counts: `New deployments begin with it in ${reachInWords(reach)}.`,
      pilots: (versions.ok ? pilotsOf(versions.value) : [])
        .filter(({ version }) => version !== programme.version)
        .map(({ version, regions }) => ({ version, regions: inWords(regions), href: programmeUrls.version(programme.id, version) })),
      edits: may(request.user, 'publish-programme'),
      editHref: programmeUrls.edit(programme.id),
      rehearseHref: programmeUrls.rehearse(shown),
      compareHref: programmeUrls.compare(programme.id),
    });
  });

  app.get<Asked & { Params: { stage: string } }>('/programmes/:id/stages/:stage', SEES, async (request, reply) => {
    const shown = await shownBy(db, request);
    const at = shown?.programme.stages.findIndex(({ id }) => id === request.params.stage) ?? -1;
    const stage = shown?.programme.stages[at];
    if (shown === undefined || stage === undefined) return reply.callNotFound();
    const { stages, steps } = shown.programme;
    const [before, after] = [stages[at - 1], stages[at + 1]];
    const all = request.query.all === 'yes' || stage.steps.length === 1;
    return section(request, reply, shown, 'stages', 'programmes/stage', {
      heading: `${stage.number}. ${stage.title}`,
      steps: stage.steps
        .flatMap((id) => viewOf(shown, steps[id]))
        .map((step) => ({ ...step, open: all || step.id === request.query.step })),
      allHref: all ? null : programmeUrls.wholeStage(shown, stage.id),
      before: before === undefined ? null : { href: programmeUrls.stage(shown, before.id), title: `${before.number}. ${before.title}` },
      after: after === undefined ? null : { href: programmeUrls.stage(shown, after.id), title: `${after.number}. ${after.title}` },
    });
  });

  app.get<Asked>('/programmes/:id/flow', SEES, async (request, reply) => {
    const shown = await shownBy(db, request);
    if (shown === undefined) return reply.callNotFound();
    return section(request, reply, shown, 'flow', 'programmes/picture', { flow: flowOf(shown.programme) });
  });

  app.get<Asked>('/programmes/:id/forms', SEES, async (request, reply) => {
    const shown = await shownBy(db, request);
    if (shown === undefined) return reply.callNotFound();
    const { programme } = shown;
    return section(request, reply, shown, 'forms', 'programmes/forms', {
      starts: (programme.starts ?? []).map(fieldInWords),
      stages: byStage(shown, (step) =>
        step.answers.some(({ fields }) => fields.length > 0)
          ? [{ ...linkTo(shown, step.id), answers: step.answers.filter(({ fields }) => fields.length > 0).map(formView) }]
          : [],
      ),
    });
  });

  app.get<Asked>('/programmes/:id/letters', SEES, async (request, reply) => {
    const shown = await shownBy(db, request);
    if (shown === undefined) return reply.callNotFound();
    return section(request, reply, shown, 'letters', 'programmes/letters', {
      stages: byStage(shown, (step) => [{ ...linkTo(shown, step.id), ladder: ladderOf(shown, step) }]),
    });
  });

  app.get<{ Params: PreviewParams; Querystring: Asked['Querystring'] }>(
    '/programmes/:id/preview/:step/:kind',
    { config: { access: 'see-programmes' } },
    async (request, reply) => {
      const found = await findPreview(db, request);
      if (found === undefined) return reply.callNotFound();
      const { shown, step, preview } = found;
      const { programme } = shown;
      const email = previewLetter(programme, step, preview);
      return page(reply, signedIn(request), 'programmes/preview', {
        title: `Preview: ${rungInWords(programme, step, preview.rung)}`,
        programmeHref: programmeUrls.step(shown, step.id),
        programme,
        step,
        to: titleOf(programme, preview.role),
        told: preview.kind === 'escalation-notice',
        email: email.ok ? email.value : null,
        refusal: email.ok ? null : email.reason,
        htmlHref: programmeUrls.previewHtml(shown, step.id, preview.id),
      });
    },
  );

  app.get<{ Params: PreviewParams; Querystring: Asked['Querystring'] }>(
    '/programmes/:id/preview/:step/:kind/html',
    { config: { access: 'see-programmes' } },
    async (request, reply) => {
      const found = await findPreview(db, request);
      const email = found === undefined ? undefined : previewLetter(found.shown.programme, found.step, found.preview);
      if (email?.ok !== true) return reply.callNotFound();
      return reply.type('text/html; charset=utf-8').header('content-security-policy', LETTER_POLICY).send(email.value.html);
    },
  );
}

/** A letter by the id of its rung, or the first of its kind. */
async function findPreview(
  db: Db,
  request: { readonly params: PreviewParams; readonly query: Asked['Querystring'] },
): Promise<{ readonly shown: Shown; readonly step: Step; readonly preview: Preview } | undefined> {
  const shown = await shownBy(db, request);
  const { step: asked, kind: wanted } = request.params;
  const step = shown !== undefined && Object.hasOwn(shown.programme.steps, asked) ? shown.programme.steps[asked] : undefined;
  if (shown === undefined || step === undefined) return undefined;
  const previews = previewsOf(shown.programme, step);
  const preview = previews.find(({ id }) => id === wanted) ?? previews.find(({ kind }) => kind === wanted);
  return preview === undefined ? undefined : { shown, step, preview };
}

function toldOf({ version }: Programme, reach: Reach): string {
  const where = typeof reach === 'string' ? '' : ` in ${inWords(reach)}`;
  return `Version ${version} is published. New deployments${where} begin with it, and those that run keep the version they began with.`;
}

/** What is shown of each step, under the headings of the stages. A stage of whose steps nothing is shown is left out. */
function byStage<Line>(shown: Shown, of: (step: Step) => readonly Line[]) {
  const { stages, steps } = shown.programme;
  return stages
    .map(({ id, number, title, steps: inStage }) => ({
      id,
      title: `${number}. ${title}`,
      lines: inStage.flatMap((step) => (steps[step] === undefined ? [] : of(steps[step]))),
    }))
    .filter(({ lines }) => lines.length > 0);
}

function viewOf(shown: Shown, step: Step | undefined) {
  if (step === undefined) return [];
  const { programme } = shown;
  return [
    {
      id: step.id,
      title: capitalised(step.title),
      owners: ownersInWords(programme, step),
      time: timeInWords(step),
      assumption: step.assumption,
      source: step.source,
      manner: mannerOf(programme, step),
      ask: textInWords(programme, step.ask),
      next: textInWords(programme, step.next),
      ladder: ladderOf(shown, step),
      answers: step.answers.map((answer) => answerView(shown, answer)),
    },
  ];
}

/** What is sent for a step, each with the letters that it can be. */
function ladderOf(shown: Shown, step: Step) {
  const previews = previewsOf(shown.programme, step);
  return step.ladder.map((rung) => ({
    words: rungInWords(shown.programme, step, rung),
    previews: previews
      .filter((preview) => preview.rung === rung)
      .map(({ id, role }) => ({ href: programmeUrls.preview(shown, step.id, id), to: titleOf(shown.programme, role) })),
  }));
}

function answerView(shown: Shown, answer: Answer) {
  const { ends } = shown.programme;
  return {
    label: answer.label,
    needs: answer.fields.map(({ label, required }) => `${label}${required ? '' : ' (may be left empty)'}`),
    opens: answer.opens.map((id) => linkTo(shown, id)),
    closes: answer.closes.map((id) => linkTo(shown, id)),
    ends:
      answer.ends === null
        ? null
        : { href: `${programmeUrls.overview(shown)}#end-${answer.ends}`, title: ends[answer.ends]?.title ?? answer.ends },
  };
}

/** A form as it is described: each question with what may be answered. */
function formView({ label, fields }: Answer) {
  return { label, fields: fields.map(fieldInWords) };
}

function linkTo(shown: Shown, step: string) {
  return { href: programmeUrls.step(shown, step), title: capitalised(shown.programme.steps[step]?.title ?? step) };
}

/** A section of a programme, with the links to its other sections above. */
function section(
  request: FastifyRequest,
  reply: FastifyReply,
  shown: Shown,
  current: 'overview' | 'stages' | 'flow' | 'forms' | 'letters',
  view: string,
  data: Readonly<Record<string, unknown>>,
) {
  const { programme } = shown;
  return page(reply, signedIn(request), view, {
    title: typeof data['heading'] === 'string' ? `${data['heading']}: ${programme.title}` : programme.title,
    programme,
    sections: sectionsOf(shown, current),
    ...data,
  });
}
