import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What GOV.UK Notify keeps of a message, as `GET /v2/notifications` gives it. */
export type TakenNotification = {
  readonly id: string;
  readonly reference: string | null;
  readonly type: 'email' | 'sms';
  readonly to: string;
  readonly personalisation: Readonly<Record<string, string>>;
  readonly replyToId: string | null;
  readonly createdAt: string;
  status: string;
};

/** The API of GOV.UK Notify as it is published (version 2), in this process, on a free port. It behaves as a test tells it to. */
export type NotifyServer = {
  readonly url: string;
  readonly apiKey: string;
  readonly templateId: string;
  readonly textTemplateId: string;
  readonly replyToId: string;
  /** The oldest first. */
  readonly taken: readonly TakenNotification[];
  /** Requests so far, as "POST /v2/notifications/email". */
  readonly asked: readonly string[];
  /** What the next request to send meets; it stays so until it is told otherwise. Null: it is taken. */
  meets(fault: NotifyFault | null): void;
  readonly template: { subject: string; body: string; type: string };
  stop(): Promise<void>;
};

export type NotifyFault =
  | { readonly status: number; readonly error: string; readonly message: string }
  /** Takes the message and never answers. */
  | 'silent-after-taking'
  /** Takes the message and answers with an error of its own. */
  | 'fails-after-taking';

export const TEAM_ONLY = { status: 400, error: 'BadRequestError', message: "Can't send to this recipient using a team-only API key" };
export const TRIAL_MODE = {
  status: 400,
  error: 'BadRequestError',
  message: "Can't send to this recipient when service is in trial mode - see https://www.notifications.service.gov.uk/trial-mode",
};
export const RATE_LIMIT = {
  status: 429,
  error: 'RateLimitError',
  message: 'Exceeded rate limit for key type LIVE of 3000 requests per 60 seconds',
};
export const DAILY_LIMIT = { status: 429, error: 'TooManyRequestsError', message: 'Exceeded send limits (50) for today' };
export const WRONG_KEY = { status: 403, error: 'AuthError', message: 'Invalid token: API key not found' };
export const BAD_ADDRESS = { status: 400, error: 'ValidationError', message: 'email_address Not a valid email address' };
export const BROKEN = { status: 500, error: 'Exception', message: 'Internal server error' };
export const NO_TEMPLATE = { status: 400, error: 'BadRequestError', message: 'Template not found' };

const PAGE = 250;

export async function startNotifyServer(): Promise<NotifyServer> {
  const serviceId = randomUUID();
  const secret = randomUUID();
  const ids = { template: randomUUID(), textTemplate: randomUUID(), replyTo: randomUUID() };
  const taken: TakenNotification[] = [];
  const asked: string[] = [];
  const template = { subject: '((subject))', body: '((body))', type: 'email' };
  let fault: NotifyFault | null = null;

  const server = createServer((request, reply) => {
    void answer(request).then((answered) => {
      if (answered === null) return;
      reply.writeHead(answered.status, { 'content-type': 'application/json' }).end(JSON.stringify(answered.body));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  async function answer(request: IncomingMessage): Promise<{ readonly status: number; readonly body: object } | null> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://notify.example');
    asked.push(`${request.method ?? ''} ${pathname}${searchParams.size === 0 ? '' : `?${searchParams.toString()}`}`);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (!isSigned(request.headers.authorization ?? '', serviceId, secret)) return failure(WRONG_KEY);
    if (request.method === 'GET' && pathname === '/v2/notifications') return { status: 200, body: listed(searchParams) };
    if (request.method === 'GET' && pathname.startsWith('/v2/template/')) {
      if (!pathname.endsWith(ids.template)) return failure({ status: 404, error: 'NoResultFound', message: 'No result found' });
      return {
        status: 200,
        body: { id: ids.template, name: 'Chaser', version: 1, created_at: '2040-10-01T08:00:00.000000Z', ...template },
      };
    }
    const type = pathname === '/v2/notifications/email' ? 'email' : pathname === '/v2/notifications/sms' ? 'sms' : null;
    if (request.method !== 'POST' || type === null) return failure({ status: 404, error: 'NotFound', message: 'Not found' });
    const met = fault;
    if (met !== null && typeof met !== 'string') return failure(met);
    return take(type, JSON.parse(Buffer.concat(chunks).toString()) as Asked, met);
  }

  function take(type: 'email' | 'sms', body: Asked, met: 'silent-after-taking' | 'fails-after-taking' | null) {
    if (body.template_id !== (type === 'email' ? ids.template : ids.textTemplate)) return failure(NO_TEMPLATE);
    for (const field of type === 'email' ? ['subject', 'body'] : ['body'])
      if (!(field in body.personalisation))
        return failure({ status: 400, error: 'BadRequestError', message: `Missing personalisation: ${field}` });
    if (type === 'email' && body.email_reply_to_id !== ids.replyTo)
      return failure({
        status: 400,
        error: 'BadRequestError',
        message: `email_reply_to_id ${String(body.email_reply_to_id)} does not exist in database for service id ${serviceId}`,
      });
    const one: TakenNotification = {
      id: randomUUID(),
      reference: body.reference ?? null,
      type,
      to: body.email_address ?? body.phone_number ?? '',
      personalisation: body.personalisation,
      replyToId: body.email_reply_to_id ?? null,
      createdAt: new Date().toISOString(),
      status: 'created',
    };
    taken.push(one);
    if (met === 'silent-after-taking') return null;
    if (met === 'fails-after-taking') return failure(BROKEN);
    return {
      status: 201,
      body: {
        id: one.id,
        reference: one.reference,
        content: { body: one.personalisation['body'], subject: one.personalisation['subject'], from_email: 'chaser@notifications.example' },
        uri: `http://127.0.0.1:${port}/v2/notifications/${one.id}`,
        template: { id: body.template_id, version: 1, uri: `http://127.0.0.1:${port}/v2/template/${body.template_id}` },
        scheduled_for: null,
      },
    };
  }

  function listed(query: URLSearchParams): object {
    const reference = query.get('reference');
    const newest = taken.filter((one) => reference === null || one.reference === reference).toReversed();
    const after = newest.findIndex(({ id }) => id === query.get('older_than'));
    return {
      notifications: newest.slice(after + 1, after + 1 + PAGE).map((one) => ({
        id: one.id,
        reference: one.reference,
        type: one.type,
        status: one.status,
        email_address: one.type === 'email' ? one.to : null,
        phone_number: one.type === 'sms' ? one.to : null,
        created_at: one.createdAt,
        template: { id: ids.template, name: 'Chaser', version: 1 },
        body: one.personalisation['body'],
        subject: one.personalisation['subject'],
      })),
      links: { current: `http://127.0.0.1:${port}/v2/notifications` },
    };
  }

  return {
    url: `http://127.0.0.1:${port}`,
    apiKey: `chaser_test-${serviceId}-${secret}`,
    templateId: ids.template,
    textTemplateId: ids.textTemplate,
    replyToId: ids.replyTo,
    taken,
    asked,
    template,
    meets(next) {
      fault = next;
    },
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

type Asked = {
  readonly template_id: string;
  readonly email_address?: string;
  readonly phone_number?: string;
  readonly personalisation: Readonly<Record<string, string>>;
  readonly reference?: string;
  readonly email_reply_to_id?: string;
};

function failure({ status, error, message }: { readonly status: number; readonly error: string; readonly message: string }) {
  return { status, body: { status_code: status, errors: [{ error, message }] } };
}

/** A JSON Web Token of the service, signed with its key within the last half minute. */
function isSigned(authorization: string, serviceId: string, secret: string): boolean {
  const [header = '', payload = '', signature = ''] = authorization.replace(/^Bearer /u, '').split('.');
  if (createHmac('sha256', secret).update(`${header}.${payload}`).digest('base64url') !== signature) return false;
  const { iss, iat } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { readonly iss: string; readonly iat: number };
  return iss === serviceId && Math.abs(Date.now() / 1000 - iat) < 30;
}
