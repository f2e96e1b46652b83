import type { FastifyInstance } from 'fastify';

/** How a page is asked for. */
export type Asking = {
  readonly as?: string;
  readonly form?: Readonly<Record<string, string>>;
  readonly cookies?: Readonly<Record<string, string>>;
  readonly app?: FastifyInstance;
  readonly from?: string;
  /** Sends the form without what shows that it is of this session. */
  readonly forged?: boolean;
  /** Only brings a state about: there is no page to look at. */
  readonly unseen?: boolean;
};

/** Asks for a page, insists on the status it is answered with, and keeps it. */
export type Add = (name: string, status: number, url: string, asking?: Asking) => Promise<void>;
