import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Reason } from '../../domain/result.ts';
import { listImportedFiles } from '../../postgres/desk/import-files.ts';
import type { ImportKind } from '../../postgres/desk/import-files.ts';
import { importUpload, previewUpload } from '../../register/uploaded-file-import.ts';
import type { PreviewedFile } from '../../register/uploaded-file-import.ts';
import { typed } from '../answer/read-fields.ts';
import type { FormBody } from '../answer/read-fields.ts';
import { endedWords } from '../people/ended-lines.ts';
import { remedyOnPage } from '../shared/remedies.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { takesUpload } from '../shared/uploaded-file.ts';
import { urls } from '../shared/urls.ts';
import { staffPages } from '../shared/staff-pages.ts';

/** The whole register with all its columns has some 65 MB. */
const LARGEST_IMPORT_BYTES = 100_000_000;
const TOO_LARGE = [
  'A file may be up to 100MB. Nothing was imported.',
  'Save it with fewer columns or rows and choose it again, or have it imported on the command line.',
];

const KINDS: Readonly<Record<ImportKind, { title: string; one: string; several: string; hint: string; under: string; listText: string }>> =
  {
    people: {
      title: 'Import people from a file',
      one: 'person',
      several: 'people',
      hint: 'A CSV file with the columns id, name, email and role, and any others that the page about the people file describes',
      under: urls.people(),
      listText: 'People',
    },
    schools: {
      title: 'Import the schools register',
      one: 'school',
      several: 'schools',
      hint: 'The file “Establishment fields” from the downloads page of Get Information about Schools, with all its columns',
      under: urls.schools(),
      listText: 'Schools and trusts',
    },
  };

type OfImport = { Body: FormBody | null };

/** Files of people and of the schools register: chosen, looked at, and then imported exactly as they were looked at. */
export function registerImportRoutes(app: FastifyInstance, { db }: Services): void {
  const manages = { config: { access: 'manage-people' } } as const;
  const uploads = { ...manages, ...takesUpload(TOO_LARGE, LARGEST_IMPORT_BYTES) } as const;

  for (const kind of ['people', 'schools'] as const) {
    const url = `${KINDS[kind].under}/import`;
    app.get(url, manages, (request, reply) => formPage(request, reply, kind, null));

    app.post<OfImport>(`${url}/check`, uploads, async (request, reply) => {
      const { uploadedFile } = request;
      if (uploadedFile === null) {
        return formPage(request, reply.status(400), kind, { kind: 'no-file', message: 'Select a CSV file', remedy: '' });
      }
      const { name, bytes } = uploadedFile;
      const previewed = await previewUpload(db, kind, { name: name.slice(0, 200), bytes, by: signedIn(request).person });
      return previewed.ok
        ? checkPage(request, reply, kind, previewed.value, null)
        : formPage(request, reply.status(400), kind, previewed.reason);
    });

    app.post<OfImport>(`${url}/carry-out`, manages, async (request, reply) => {
      const body = request.body ?? {};
      const by = signedIn(request).person;
      const done = await importUpload(db, kind, { id: typed(body, 'file'), hash: typed(body, 'hash'), by });
      if (done.ok) return donePage(request, reply, kind, done.value);
      const { now, ...reason } = done.reason;
      return now === undefined
        ? formPage(request, reply.status(409), kind, reason)
        : checkPage(request, reply.status(409), kind, now, reason);
    });
  }

  async function formPage(request: FastifyRequest, reply: FastifyReply, kind: ImportKind, fault: Reason | null): Promise<FastifyReply> {
    const { title, hint, listText, under } = KINDS[kind];
    const text = fault === null ? null : faultText(fault);
    return send(request, reply, kind, 'imports/form', {
      title,
      hint,
      most: `${LARGEST_IMPORT_BYTES / 1_000_000}MB`,
      listText,
      backHref: under,
      action: `${under}/import/check`,
      errors: text === null ? [] : [{ text, href: '#file' }],
      fault: text === null ? undefined : { text },
      imported: await listImportedFiles(db, kind),
    });
  }

  function checkPage(
    request: FastifyRequest,
    reply: FastifyReply,
    kind: ImportKind,
    file: PreviewedFile,
    fault: Reason | null,
  ): FastifyReply {
    const { report } = file;
    return send(request, reply, kind, 'imports/check', {
      title: `Check before ${file.name} is imported`,
      errors: fault === null ? [] : [{ text: faultText(fault), href: '#changes' }],
      file,
      changes: report.inserted + report.updated,
      counts: countsOf(kind, report),
      ended: endedOf(report),
      ...findingsOf(report),
      action: `${KINDS[kind].under}/import/carry-out`,
      backHref: `${KINDS[kind].under}/import`,
    });
  }

  function donePage(request: FastifyRequest, reply: FastifyReply, kind: ImportKind, { name, report }: PreviewedFile): FastifyReply {
    const { listText, under } = KINDS[kind];
    return send(request, reply, kind, 'imports/done', {
      title: `${name} is imported`,
      told: `${name} is imported.`,
      counts: countsOf(kind, report),
      ended: endedOf(report),
      ...findingsOf(report),
      listHref: under,
      listText,
    });
  }
}

function faultText({ message, remedy }: Reason): string {
  return [message.replace(/\.$/, ''), remedyOnPage(remedy)].filter((part) => part !== '').join('. ');
}

/** "3 new people", "1 person would be changed": what a report counts, a line each. */
function countsOf(kind: ImportKind, report: PreviewedFile['report']): readonly { readonly label: string; readonly value: number }[] {
  const { several } = KINDS[kind];
  return [
    { label: 'Rows read', value: report.read },
    { label: `New ${several}`, value: report.inserted },
    { label: `Changed ${several}`, value: report.updated },
    { label: `Unchanged ${several}`, value: report.unchanged },
    { label: 'Rows left out', value: report.rejected },
  ];
}

function endedOf(report: PreviewedFile['report']): readonly { readonly name: string; readonly lines: readonly string[] }[] {
  return 'ended' in report ? report.ended.map((access) => ({ name: access.name, lines: endedWords(access) })) : [];
}

function findingsOf({ findings, findingCount }: PreviewedFile['report']) {
  return {
    findings: findings.map(({ line, column, message, remedy, taken }) => ({
      where: column === null ? `Line ${line}` : `Line ${line}, ${column}`,
      message,
      remedy: remedyOnPage(remedy),
      taken,
    })),
    unlisted: findingCount - findings.length,
  };
}

function send(request: FastifyRequest, reply: FastifyReply, kind: ImportKind, view: string, data: object): FastifyReply {
  return staffPages(kind)(reply, signedIn(request), view, data);
}
