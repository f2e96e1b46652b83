import { urls } from '../shared/urls.ts';

/** The address of a deployment's change. `chosen` is what is already chosen on the form. */
export function changeUrl(reference: string, kind: string, chosen: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams(chosen).toString();
  return `${urls.deployment(reference)}/change/${kind}${query === '' ? '' : `?${query}`}`;
}

/** The address of everything that one person has in running deployments. */
export function personWorkUrl(person: string): string {
  return `/people/${encodeURIComponent(person)}/work`;
}
