import type { FastifyReply } from 'fastify';
import type { Report } from '../../outputs/report.ts';
import { FORMATS, writeReport } from '../../outputs/write-report.ts';
import type { Format } from '../../outputs/write-report.ts';

export const FORMAT_NAMES = Object.keys(FORMATS) as readonly Format[];

/** The links under which a page has its report as a file, one for each format. */
export function downloadsOf(hrefOf: (format: Format) => string): readonly { readonly href: string; readonly title: string }[] {
  return FORMAT_NAMES.map((format) => ({ href: hrefOf(format), title: FORMATS[format].title }));
}

/** A report as a file to keep. `name`: of the file, without its ending. */
export async function sendReport(reply: FastifyReply, report: Report, format: Format, name: string): Promise<FastifyReply> {
  return reply
    .type(FORMATS[format].type)
    .header('content-disposition', `attachment; filename="${name}.${format}"`)
    .send(await writeReport(report, format));
}
