import type { FastifyInstance } from 'fastify';

/** Options for asking for a page. */
export type Asking = {
  readonly as?: string;
  readonly form?: Readonly<Record<string, string>>;
  readonly cookies?: Readonly<Record<string, string>>;
  readonly app?: FastifyInstance;
  readonly from?: string;
  /** Sends the form without the token that shows it belongs to this session. */
  readonly forged?: boolean;
  /** The request only brings a state about. Its response is not a page to look at. */
  readonly unseen?: boolean;
};

/** Asks for a page, insists on the status of the response, and keeps the page. */
export type Add = (name: string, status: number, url: string, asking?: Asking) => Promise<void>;
