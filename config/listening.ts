import type { Reason } from '../domain/result.ts';

/** Where a service listens, and which variables say so. */
export type ListensAt = { readonly host: string | null; readonly port: number; readonly hostIn: string; readonly portIn: string };

/**
 * Why a service cannot listen there, in words for whoever set the variables; null when the error is about something else. Whoever starts
 * it ends with exit code 2: it would be the same at the next try.
 */
export function whyNotListening(
  error: unknown,
  { host, port, hostIn, portIn }: ListensAt,
): (Reason & { readonly kind: 'cannot-listen' }) | null {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const at = host === null ? `port ${port}` : `port ${port} of ${host}`;
  const reason = (message: string, remedy: string) => ({ kind: 'cannot-listen' as const, message, remedy });
  switch (code) {
    case 'EADDRINUSE':
      return reason(
        `It cannot listen at ${at}: something else is listening there already.`,
        `End that, or give another port in ${portIn}.`,
      );
    case 'EACCES':
      return reason(`It may not listen at ${at}.`, `Give a port of 1024 or more in ${portIn}.`);
    case 'EADDRNOTAVAIL':
    case 'EINVAL':
      return reason(`It cannot listen at ${at}: that is not an address of this machine.`, `Give one of its own addresses in ${hostIn}.`);
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return reason(`It cannot listen at ${at}: no machine is known by that name.`, `Give an address of this machine in ${hostIn}.`);
    default:
      return null;
  }
}
