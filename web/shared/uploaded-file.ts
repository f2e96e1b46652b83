import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Reason, Result } from '../../domain/result.ts';
import { textOfFile } from '../../register/text-of-file.ts';
import { isTooLarge, limitUploads, SMALL_BODY_BYTES } from './body-limits.ts';
import { sendMessage } from './staff-pages.ts';

/** A file that came with a form. */
export type UploadedFile = { readonly name: string; readonly bytes: Buffer };

declare module 'fastify' {
  interface FastifyRequest {
    /** The file that came with the form; null when none was chosen. */
    uploadedFile: UploadedFile | null;
  }
}

/** Lets an app take forms with files. `mostBytes` is the size of the largest file. A larger one is refused with 413. */
export async function takeUploads(app: FastifyInstance, mostBytes: number): Promise<void> {
  await app.register(multipart, {
    limits: { fileSize: mostBytes, files: 1, fields: 2_000, fieldSize: 4 * mostBytes, parts: 2_100, headerPairs: 50 },
  });
  limitUploads(app);
  app.decorateRequest('uploadedFile', null);
}

/**
 * Reads a form with a file before anything else looks at it. The inputs become the body, as for any other form, and the
 * file is in `request.uploadedFile`. A form without a file is left as it is. One that did not arrive whole is refused
 * with 400.
 */
async function readUpload(request: FastifyRequest, mostBytes?: number): Promise<void> {
  if (!request.isMultipart()) return;
  try {
    request.body = await inputsOf(request, mostBytes);
  } catch (error) {
    // What is too large says so by itself. The reader's own errors say nothing but that it could not go on.
    if (error instanceof Error && 'statusCode' in error) throw error;
    throw Object.assign(new Error('The form did not arrive whole, and nothing was changed. Go back, and send it once more.'), {
      statusCode: 400,
      cause: error,
    });
  }
}

async function inputsOf(request: FastifyRequest, mostBytes?: number): Promise<Readonly<Record<string, string | string[]>>> {
  const body: Record<string, string | string[]> = Object.create(null) as Record<string, string | string[]>;
  for await (const part of request.parts(mostBytes === undefined ? {} : { limits: { fileSize: mostBytes } })) {
    if (part.type === 'file') {
      const bytes = await part.toBuffer();
      if (bytes.length > 0) request.uploadedFile = { name: part.filename, bytes };
    } else if (typeof part.value === 'string') {
      const before = body[part.fieldname];
      body[part.fieldname] = before === undefined ? part.value : [before, part.value].flat();
    }
  }
  return body;
}

/** A file of the largest size, with every character of it written as a form writes it. */
const FORM_BYTES = 4_000_000;

/**
 * What a route needs that takes a form with a file; `tooLarge` says in paragraphs why a larger one is refused, and what to do. With
 * `mostBytes` the file may be so large, instead of as large as files may be elsewhere.
 */
export function takesUpload(tooLarge: readonly string[], mostBytes?: number) {
  return {
    bodyLimit: mostBytes === undefined ? FORM_BYTES : mostBytes + SMALL_BODY_BYTES,
    preValidation: (request: FastifyRequest) => readUpload(request, mostBytes),
    async errorHandler(error: Error & { readonly code?: string }, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
      if (!isTooLarge(error)) throw error;
      // A body that is too large is refused before anything else about the request is known, even who sends it.
      return sendMessage(reply.status(413), await request.reader(reply), { title: 'The file is too large', paragraphs: tooLarge });
    },
  };
}

/** The text of a file in UTF-8. Refused where it is something else. */
export function uploadedText(file: UploadedFile): Result<string, Reason> {
  return textOfFile(file);
}
