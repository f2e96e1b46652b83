import cookie from '@fastify/cookie';
import formbody from '@fastify/formbody';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import fastifyStatic from '@fastify/static';
import fastify from 'fastify';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { databaseTroubleOf } from '../postgres/database-trouble.ts';
import { registerAccess } from './shared/access.ts';
import { repeatEvery } from './notes/repeat-every.ts';
import { isTooLarge, SMALL_BODY_BYTES } from './shared/body-limits.ts';
import { createSharedCounts } from './shared/shared-counts.ts';
import { registerAnswerRoutes } from './answer/routes.ts';
import { registerChartsRoutes } from './charts/routes.ts';
import { registerTimelinessRoutes } from './charts/timeliness.ts';
import { registerMeasuresRoutes } from './measures/routes.ts';
import { registerFormsReturnedRoutes } from './returns/forms.ts';
import { registerMonthlyReturnRoutes } from './returns/monthly-return.ts';
import { registerAskedForRoutes } from './asked/routes.ts';
import { registerChangeRoutes } from './changes/routes.ts';
import { registerCompareRoutes } from './rehearse/compare-routes.ts';
import { registerCalendarsRoutes } from './calendars/routes.ts';
import { registerForecastRoutes } from './deployment/forecast-routes.ts';
import { registerDeploymentRoutes } from './deployment/routes.ts';
import { registerDeploymentsRoutes } from './deployments/routes.ts';
import { registerEligibilityRoutes } from './eligibility/routes.ts';
import { registerStartManyRoutes } from './eligibility/start-many-routes.ts';
import { registerEscalationRoutes } from './escalation/routes.ts';
import { registerContactsRoutes } from './contacts/routes.ts';
import { registerFeedRoutes } from './feed/routes.ts';
import { registerImportRoutes } from './imports/routes.ts';
import { registerClosedDaysLinkRoutes } from './closed-days/link-routes.ts';
import { registerClosedDaysRoutes } from './closed-days/routes.ts';
import { registerEndPersonRoutes } from './people/end-routes.ts';
import { registerMergePeopleRoutes } from './people/merge-routes.ts';
import { registerPeopleRoutes } from './people/routes.ts';
import { registerConfirmProfileRoutes } from './leaders/confirm-routes.ts';
import { registerLeadersRoutes } from './leaders/routes.ts';
import { registerManyRoutes } from './many/routes.ts';
import { registerStartListRoutes } from './many/start-list-routes.ts';
import { registerUnderWayRoutes } from './many/under-way-routes.ts';
import { registerGovernancePlacesRoutes } from './governance-places/routes.ts';
import { registerAssignmentRoutes } from './matching/assignment-routes.ts';
import { registerMatchingRoutes } from './matching/routes.ts';
import { registerPersonWorkRoutes } from './person-work/routes.ts';
import { registerProgrammesRoutes } from './programmes/routes.ts';
import { codecRoutes } from './codec/routes.ts';
import type { CodecOptions } from './codec/routes.ts';
import { notifyRoutes } from './notify/routes.ts';
import { registerProblemsRoutes } from './problems/routes.ts';
import { registerRepliesRoutes } from './replies/routes.ts';
import { registerReachRoutes } from './programmes/reach-routes.ts';
import { registerEditRoutes } from './programmes/edit-routes.ts';
import { registerEditorModules } from './programmes/editor-modules.ts';
import { registerPrintRoutes } from './print/routes.ts';
import { registerPublicRoutes } from './public/routes.ts';
import { registerProposalRoutes } from './proposals/routes.ts';
import { registerAheadRoutes } from './post/ahead-routes.ts';
import { registerHoldRoutes } from './post/hold-routes.ts';
import { registerLimitRoutes } from './post/limit-routes.ts';
import { registerPauseRoutes } from './post/pause-routes.ts';
import { registerOwnPostRoutes } from './own-post/routes.ts';
import { registerQuieterRoutes } from './quieter/routes.ts';
import { registerRegionRoutes } from './region/routes.ts';
import { registerWallboardRoutes } from './region/wallboard.ts';
import { registerRehearseRoutes } from './rehearse/routes.ts';
import { registerSchoolsRoutes } from './schools/routes.ts';
import { registerServiceRoutes } from './service/routes.ts';
import { registerSessionsRoutes } from './sessions/routes.ts';
import { registerKeptFormsRoutes } from './sign-in/kept-forms-routes.ts';
import { registerSignInRoutes } from './sign-in/routes.ts';
import { registerChooseRoutes } from './choose/routes.ts';
import { registerStartRoutes } from './start/routes.ts';
import { registerInterviewRoutes } from './interviews/interview-routes.ts';
import { registerInterviewResultRoutes } from './interviews/result-routes.ts';
import { registerSurveyAnswerRoutes } from './surveys/answer-routes.ts';
import { registerSurveyCodingRoutes } from './surveys/coding-routes.ts';
import { registerSurveyFiguresRoutes } from './surveys/figures-routes.ts';
import { registerSurveyLinkRoutes } from './surveys/link-routes.ts';
import { registerSurveyWaveRoutes } from './surveys/wave-routes.ts';
import { registerCallRoutes } from './today/call-routes.ts';
import { registerTodayRoutes } from './today/routes.ts';
import { registerViewsRoutes } from './views/routes.ts';
import type { TrustProxy } from './config.ts';
import { registerHealth } from './health.ts';
import { holdWhileTimeMoves } from './sandbox/hold.ts';
import { registerSandboxRoutes } from './sandbox/routes.ts';
import type { User } from './shared/roles.ts';
import type { Services } from './shared/services.ts';
import { sendMessage } from './shared/staff-pages.ts';
import { LARGEST_FILE_BYTES } from '../calendars/read-text.ts';
import { choosingScript } from './shared/choosing.ts';
import { revealingScript } from './shared/revealing.ts';
import { sendUnavailable } from './shared/unavailable.ts';
import { takeUploads } from './shared/uploaded-file.ts';
import { stylesheet } from './shared/stylesheet.ts';

const MOJ_IMAGES = join(
  dirname(fileURLToPath(import.meta.resolve('@ministryofjustice/frontend/moj/moj-frontend.min.css'))),
  'assets/images',
);
/** What adds the pages, feature by feature. */
export const PAGES = [
  registerSignInRoutes,
  registerSessionsRoutes,
  registerAnswerRoutes,
  registerFeedRoutes,
  registerTodayRoutes,
  registerCallRoutes,
  registerDeploymentRoutes,
  registerForecastRoutes,
  registerChangeRoutes,
  registerAskedForRoutes,
  registerPeopleRoutes,
  registerClosedDaysLinkRoutes,
  registerClosedDaysRoutes,
  registerEndPersonRoutes,
  registerMergePeopleRoutes,
  registerMatchingRoutes,
  registerAssignmentRoutes,
  registerGovernancePlacesRoutes,
  registerLeadersRoutes,
  registerConfirmProfileRoutes,
  registerSurveyLinkRoutes,
  registerSurveyWaveRoutes,
  registerSurveyFiguresRoutes,
  registerSurveyCodingRoutes,
  registerSurveyAnswerRoutes,
  registerInterviewRoutes,
  registerInterviewResultRoutes,
  registerPersonWorkRoutes,
  registerDeploymentsRoutes,
  registerEscalationRoutes,
  registerRegionRoutes,
  registerWallboardRoutes,
  registerChartsRoutes,
  registerTimelinessRoutes,
  registerMeasuresRoutes,
  registerMonthlyReturnRoutes,
  registerFormsReturnedRoutes,
  registerProgrammesRoutes,
  registerReachRoutes,
  registerEditRoutes,
  registerProposalRoutes,
  registerRehearseRoutes,
  registerCompareRoutes,
  registerCalendarsRoutes,
  registerServiceRoutes,
  registerStartRoutes,
  registerChooseRoutes,
  registerImportRoutes,
  registerContactsRoutes,
  registerProblemsRoutes,
  registerPrintRoutes,
  registerRepliesRoutes,
  registerKeptFormsRoutes,
  registerSchoolsRoutes,
  registerPublicRoutes,
  registerEligibilityRoutes,
  registerStartManyRoutes,
  registerManyRoutes,
  registerStartListRoutes,
  registerUnderWayRoutes,
  registerViewsRoutes,
  registerSandboxRoutes,
  registerHoldRoutes,
  registerAheadRoutes,
  registerPauseRoutes,
  registerLimitRoutes,
  registerQuieterRoutes,
  registerOwnPostRoutes,
] as const;
/** Requests a minute from one address, all pages counted together. */
const MOST_A_MINUTE = 300;
const SHARE_COUNTS_EVERY_MS = 1_000;

/** How long a request may take to arrive, in milliseconds. */
export type Patience = {
  /** Until the headers are complete. */
  readonly headersMs: number;
  /** Until the whole request is there. The largest file takes half a minute over a slow line. */
  readonly requestMs: number;
  /** How long nothing may happen on a connection, also while a page is being made: a rehearsal may wait for others. */
  readonly connectionMs: number;
  readonly checkMs: number;
};
const PATIENCE: Patience = { headersMs: 10_000, requestMs: 60_000, connectionMs: 120_000, checkMs: 5_000 };

export type AppOptions = {
  /**
   * False, the number of proxies in front of the service, or their networks. Never true: anybody could then give any
   * address as their own.
   */
  readonly trustProxy: TrustProxy;
  /** How long it waits for requests. Only tests change it. */
  readonly patience?: Patience;
  readonly logger?: boolean;
  /** Health is served at an address of its own, and not among the pages. */
  readonly ownHealth?: boolean;
  /** What is there besides when the post goes by GOV.UK Notify. */
  readonly notify?: Parameters<typeof notifyRoutes>[0];
  /** Set where Temporal's own page is shown plain words. */
  readonly codec?: CodecOptions;
  /** Whether this version may work on the database, which a web service asks at its start. */
  readonly mayWork?: () => boolean;
};

/**
 * The web service: pages made on the server, with no script but on pages where somebody is named (`shared/choosing.ts`), on forms
 * of which a part is asked only sometimes (`shared/revealing.ts`) and on that of a draft (`programmes/editor-modules.ts`). GET
 * changes nothing. The addresses of requests are
 * not logged, because a link in an e-mail is a secret.
 */
export async function createApp(services: Services, options: AppOptions): Promise<FastifyInstance> {
  const patience = options.patience ?? PATIENCE;
  const app = fastify({
    trustProxy: believed(options.trustProxy),
    logger: false,
    bodyLimit: SMALL_BODY_BYTES,
    requestTimeout: patience.requestMs,
    connectionTimeout: patience.connectionMs,
    http: { headersTimeout: patience.headersMs, connectionsCheckingInterval: patience.checkMs },
    // An address that cannot be read is refused before its cookies are, so nobody is known to be signed in.
    frameworkErrors: (_, __, reply) => void notFound(reply, null),
  });
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        frameSrc: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'self'"],
        baseUri: ["'none'"],
      },
    },
    referrerPolicy: { policy: 'no-referrer' },
    hsts: services.secure,
    crossOriginEmbedderPolicy: false,
  });
  await app.register(cookie);
  await app.register(formbody);
  await takeUploads(app, LARGEST_FILE_BYTES);
  const counts = createSharedCounts();
  await app.register(rateLimit, {
    max: MOST_A_MINUTE,
    timeWindow: '1 minute',
    store: counts.Store,
    onExceeded: (request) => services.security.tell(request, { event: 'limit-passed', limit: 'requests' }),
  });
  const sharing = repeatEvery(SHARE_COUNTS_EVERY_MS, 'Sharing the counts of requests', () => counts.share(services.db));
  app.addHook('onClose', () => sharing.stop());
  registerAccess(app, services);
  if (services.sandbox !== null) holdWhileTimeMoves(app, services);
  await app.register(fastifyStatic, { root: MOJ_IMAGES, prefix: '/assets/images/' });

  const css = stylesheet();
  app.get('/assets/chaser.css', (_, reply) => reply.type('text/css').header('cache-control', 'public, max-age=3600').send(css));
  const script = choosingScript();
  app.get('/assets/choosing.js', (_, reply) => reply.type('text/javascript').header('cache-control', 'public, max-age=3600').send(script));
  const revealing = revealingScript();
  app.get('/assets/revealing.js', (_, reply) =>
    reply.type('text/javascript').header('cache-control', 'public, max-age=3600').send(revealing),
  );
  registerEditorModules(app);
  app.get('/assets/chaser.svg', (_, reply) => reply.sendFile('chaser.svg', join(import.meta.dirname, 'assets')));
  if (options.ownHealth !== true) registerHealth(app, services, options.mayWork);

  for (const register of PAGES) register(app, services);
  if (options.notify !== undefined) notifyRoutes(options.notify)(app, services);
  if (options.codec !== undefined) codecRoutes(options.codec)(app, services);

  app.addHook('onSend', async (request, reply) => {
    if (!request.url.startsWith('/assets/') && !reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  });
  // Looking up who asks costs as much at an address that does not exist, so it counts as much against the limit.
  app.setNotFoundHandler({ preHandler: app.rateLimit() }, async (request, reply) => notFound(reply, await request.reader(reply)));
  app.setErrorHandler(async (error: Error & { statusCode?: number; code?: string }, request, reply) => {
    // Whoever asked has gone, and what they asked for was given up: nobody reads an answer.
    if (error === request.signal.reason) return reply.status(CLIENT_WENT).send();
    const trouble = databaseTroubleOf(error);
    if (trouble !== null) return sendUnavailable(trouble, request, reply);
    const status = error.statusCode ?? 500;
    if (isTooLarge(error)) services.security.tell(request, { event: 'limit-passed', limit: 'size' });
    if (status >= 500) process.stderr.write(`${error.stack ?? error.message}\n`);
    const [title, ...paragraphs] =
      status === 429
        ? ['Too many requests', 'Wait a minute, then try again.']
        : isTooLarge(error)
          ? TOO_LARGE
          : status < 500
            ? ['This cannot be done', error.message]
            : ['Sorry, there is a problem with the service', 'Nothing was changed. Try again later, or telephone your coordinator.'];
    // Where the service itself failed, or refuses for what too many ask, nothing more is asked of the database.
    const user = status >= 500 || status === 429 ? request.user : await request.reader(reply);
    return sendMessage(reply.status(status), user, { title, paragraphs });
  });
  return app;
}

/** No status of HTTP says it; servers and proxies write this one. */
const CLIENT_WENT = 499;

const TOO_LARGE = [
  'This is too much to send at once',
  'Nothing was changed. What you sent is larger than this page takes.',
  'Go back, shorten what you wrote or choose less at once, and send it again.',
] as const;

/**
 * Fastify takes a bare number for "nobody", and then everybody behind the proxy would share one limit. Hop 0 is the
 * peer of the connection.
 */
function believed(trust: TrustProxy): false | string[] | ((address: string, hop: number) => boolean) {
  if (typeof trust === 'number') return (_, hop) => hop < trust;
  return trust === false ? false : [...trust];
}

/**
 * Sends one page for an address that does not exist and for one that cannot be read. The address may be a mistyped
 * link, so it is never shown. Whoever is signed in keeps the links at its top.
 */
function notFound(reply: FastifyReply, user: User | null): FastifyReply {
  return sendMessage(reply.status(404), user, {
    title: 'Page not found',
    paragraphs: [
      'If you typed the web address, check that it is correct.',
      'If you followed a link in an e-mail, use the newest e-mail you have, or telephone the coordinator it names.',
    ],
  });
}
