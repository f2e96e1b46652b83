import type { Logger, LogMetadata } from '@temporalio/common';
import { pino } from 'pino';
import type { DestinationStream, Logger as PinoLogger, LoggerOptions } from 'pino';
import type { LogLevel } from './config.ts';

/** Pino without `child`, because what is bound to a child logger escapes the list below. */
export type Log = Pick<PinoLogger, LogLevel>;

/**
 * The fields that a line may hold: ids, references, kinds, counts and times. Any other field, above all a name or an
 * address, is left out, and only the field's name is given, under `withheld`.
 */
const PERMITTED = new Set([
  // pino's own
  ...['pid', 'level', 'time', 'msg'],
  // ours
  ...['component', 'reference', 'step', 'round', 'rung', 'kind', 'mailroom', 'sequence', 'state', 'reason', 'code'],
  ...['count', 'port', 'version', 'taskQueue', 'namespace', 'signal', 'since', 'buildId'],
  // the Temporal SDK's
  ...['sdkComponent', 'workflowId', 'runId', 'workflowType', 'activityId', 'activityType', 'attempt', 'isLocal'],
  ...['target', 'durationMs', 'historyLength', 'eventId'],
]);

/** Fields that may hold an error. It is written as type, code and stack. */
const ERROR_FIELDS = new Set(['err', 'error']);

const ADDRESS = /[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*/g;

/**
 * Structured logs without personal data: one JSON object a line, on standard output. Fields are kept by a list of what
 * is permitted, not by a list of what is forbidden. Addresses inside messages and stacks are masked. Write messages as
 * fixed sentences and put what varies into permitted fields.
 */
export function createLog(level: LogLevel, destination?: DestinationStream): Log {
  const options: LoggerOptions = {
    level,
    base: { pid: process.pid },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label }), log: permitted },
    serializers: { err: describeError },
    hooks: { streamWrite: (line) => line.replace(ADDRESS, '[address]') },
  };
  return destination ? pino(options, destination) : pino(options);
}

/** Sends the log lines of the Temporal SDK, and of the workflows and activities that log through it, to our log. */
export function sdkLogger(log: Log): Logger {
  const write = (level: 'trace' | 'debug' | 'info' | 'warn' | 'error') => (message: string, meta?: LogMetadata) =>
    log[level](meta ?? {}, message);
  const levels = {
    trace: write('trace'),
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  };
  return {
    ...levels,
    log: (level, message, meta) => levels[level.toLowerCase() as Lowercase<typeof level>](message, meta),
  };
}

function permitted(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  const withheld: string[] = [];
  for (const [name, value] of Object.entries(fields)) {
    if (ERROR_FIELDS.has(name)) kept['err'] = value;
    else if (PERMITTED.has(name) && isPlain(value)) kept[name] = value;
    else if (value !== undefined) withheld.push(name);
  }
  return withheld.length > 0 ? { ...kept, withheld } : kept;
}

/** Objects and lists may hold anything, so they are never written. */
function isPlain(value: unknown): boolean {
  return value === null || ['string', 'number', 'boolean', 'bigint'].includes(typeof value);
}

/**
 * Describes an error and its causes. Its other properties (a query's values, an envelope's recipients) are left out.
 */
function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  return {
    type: error.name,
    message: error.message,
    stack: error.stack,
    ...('code' in error && isPlain(error.code) ? { code: error.code } : {}),
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}
