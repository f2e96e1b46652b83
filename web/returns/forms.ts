import type { FastifyInstance } from 'fastify';
import { reportFormsReturned } from '../../desk/forms-returned.ts';
import type { FormsReturnedOf } from '../../desk/forms-returned.ts';
import { TOGETHER } from '../../domain/measures/report.ts';
import type { Section } from '../../domain/measures/report.ts';
import { formsReport } from '../../outputs/returns.ts';
import type { Db } from '../../postgres/database.ts';
import { latestDay } from '../../postgres/views/figures.ts';
import { listDeploymentChoices } from '../../postgres/views/search-deployments.ts';
import { titlesOf } from '../charts/routes.ts';
import { dayTypedIn } from '../shared/day-typed-in.ts';
import { downloadsOf, FORMAT_NAMES, sendReport } from '../shared/downloads.ts';
import type { User } from '../shared/roles.ts';
import { scopeCondition } from '../shared/scope.ts';
import type { Services } from '../shared/services.ts';
import { sendMessage, staffPages } from '../shared/staff-pages.ts';
import { signedIn } from '../shared/signed-in.ts';
import { urls } from '../shared/urls.ts';

const send = staffPages('charts');

type Asked = { Querystring: Readonly<Record<string, unknown>> };

/** How the forms of a programme came back, as a page and as a file. */
export function registerFormsReturnedRoutes(app: FastifyInstance, { db }: Services): void {
  app.get<Asked>(urls.formsReturned(), { config: { access: 'see-deployments' } }, async (request, reply) => {
    const user = signedIn(request);
    const { of, filters, choices, typed, errors } = await readAsked(db, user, request.query);
    const report = errors.length > 0 ? null : await reportFormsReturned(db, of, { signal: request.signal });
    const forms = report?.forms ?? [];
    return send(errors.length > 0 ? reply.code(400) : reply, user, 'returns/forms', {
      title: 'Forms',
      action: urls.formsReturned(),
      downloads: downloadsOf((format) => `${urls.formsReturnedFile(format)}?${new URLSearchParams(filters).toString()}`),
      filters,
      choices,
      typed,
      errors,
      faults: Object.fromEntries(errors.map(({ text, href }) => [href.slice(1), text])),
      of,
      report,
      overview: tableOf(forms.map(({ form }) => form)),
      tables: forms
        .filter(({ form }) => numberOf(form, 'returned') > 0)
        .map(({ form, questions }) => ({
          id: form.id.replace('/', '-'),
          title: form.title,
          returned: numberOf(form, 'returned'),
          ...tableOf(questions),
        })),
    });
  });

  for (const format of FORMAT_NAMES) {
    app.get<Asked>(urls.formsReturnedFile(format), { config: { access: 'see-deployments' } }, async (request, reply) => {
      const user = signedIn(request);
      const { of, errors } = await readAsked(db, user, request.query);
      const returned = errors.length > 0 ? null : await reportFormsReturned(db, of, { signal: request.signal });
      if (returned === null) {
        const words = errors.length > 0 ? errors.map(({ text }) => `${text}.`) : ['There is no deployment that you can see.'];
        return sendMessage(reply.code(400), user, { title: 'There is no such file', paragraphs: words });
      }
      return sendReport(reply, formsReport(of, returned), format, `forms-${of.programme}-${of.asOf}`);
    });
  }
}

/** What somebody chose: the first of the programmes where it is not one of those that they see. */
async function readAsked(db: Db, user: User, query: Readonly<Record<string, unknown>>) {
  const scope = scopeCondition(user, 1);
  const known = await listDeploymentChoices(db, scope);
  const programmes = await titlesOf(db, known.programmes);
  const region = known.regions.find((one) => one === query['region']) ?? '';
  const programme = [...programmes.keys()].find((one) => one === query['programme']) ?? [...programmes.keys()][0] ?? '';
  const today = await latestDay(db, { scope, region, programme });
  const typed = dayTypedIn(query, 'asOf', today);
  const of: FormsReturnedOf = { scope, region, programme, asOf: typed.day ?? today };
  return {
    of,
    typed,
    errors: typed.day === undefined ? [{ text: 'The day that is counted to must be a real date', href: '#asOf-day' }] : [],
    filters: { programme, region, asOf: of.asOf },
    choices: { regions: known.regions.map((one) => [one, one]), programmes: [...programmes] },
  };
}

function numberOf({ lines }: Section, figure: string): number {
  return lines.find(({ stratum }) => stratum === TOGETHER)?.figures[figure]?.value ?? 0;
}

/** A row for each of these tables, of all regions together. */
function tableOf(sections: readonly Section[]) {
  const [first] = sections;
  return {
    headings: ['', ...(first?.figures ?? []).map(({ title }) => title)],
    rows: sections.map((one) => [one.title, ...one.figures.map(({ id }) => numberOf(one, id))]),
  };
}
