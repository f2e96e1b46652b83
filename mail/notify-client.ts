import { NotifyClient } from 'notifications-node-client';

/** What is needed to speak to GOV.UK Notify. */
export type NotifyAccount = {
  /** "name-service-key": the last 73 characters are two UUIDs. */
  readonly apiKey: string;
  /** Another address than that of the real service; null for that one. */
  readonly url: string | null;
  /** How long it may be silent before it counts as down. 15,000 milliseconds unless told. */
  readonly timeoutMs?: number;
};

const TIMEOUT_MS = 15_000;

/** Final statuses; what else it says ("created", "sending", "pending") is on its way. */
export const FINAL = ['delivered', 'permanent-failure', 'temporary-failure', 'technical-failure'] as const;
export type FinalStatus = (typeof FINAL)[number];

/** What Notify knows of a message that it has taken. */
export type Notification = {
  readonly id: string;
  readonly reference: string | null;
  readonly status: string;
  readonly createdAt: string;
};

/** The client of GOV.UK Notify with a time-out, which its own has not, and without following redirects. */
export function notifyClient({ apiKey, url, timeoutMs = TIMEOUT_MS }: NotifyAccount): NotifyClient {
  const client = url === null ? new NotifyClient(apiKey) : new NotifyClient(url, apiKey);
  const { apiClient } = client as unknown as { readonly apiClient: { readonly restClient: (request: object) => Promise<unknown> } };
  const plain = apiClient.restClient;
  const patient = (request: object): Promise<unknown> => plain({ ...request, timeout: timeoutMs, maxRedirects: 0 });
  client.setClient(patient as unknown as Parameters<NotifyClient['setClient']>[0]);
  return client;
}

/** The messages of this name that Notify has taken, the newest first. It does not refuse a name that it knows already. */
export async function notificationsNamed(client: NotifyClient, reference: string): Promise<readonly Notification[]> {
  const { data } = await client.getNotifications(undefined, undefined, reference);
  return data.notifications.map(notificationOf);
}

/** A page of what Notify has taken within its seven days, the newest first; 250 at most. */
export async function notificationsBefore(client: NotifyClient, olderThan: string | null): Promise<readonly Notification[]> {
  const { data } = await client.getNotifications(undefined, undefined, undefined, olderThan ?? undefined);
  return data.notifications.map(notificationOf);
}

function notificationOf(one: {
  readonly id: string;
  readonly reference?: string | null;
  readonly status: string;
  readonly created_at: string;
}): Notification {
  return { id: one.id, reference: one.reference ?? null, status: one.status, createdAt: one.created_at };
}

/** Whether a status is one after which nothing more comes. */
export function isFinal(status: string): status is FinalStatus {
  return FINAL.some((one) => one === status);
}
