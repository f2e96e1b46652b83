import { urls } from '../shared/urls.ts';

/** Where a deployment is changed; `chosen` is what is chosen on the form already. */
export function changeUrl(reference: string, kind: string, chosen: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams(chosen).toString();
  return `${urls.deployment(reference)}/change/${kind}${query === '' ? '' : `?${query}`}`;
}

/** Everything that one person has in running deployments. */
export function personWorkUrl(person: string): string {
  return `/people/${encodeURIComponent(person)}/work`;
}
