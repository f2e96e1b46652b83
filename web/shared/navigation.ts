import { may } from './roles.ts';
import type { Action, User } from './roles.ts';
import { urls } from './urls.ts';

export type NavigationItem = { readonly text: string; readonly href: string; readonly active: boolean };

const PLACES: readonly { readonly id: string; readonly text: string; readonly href: string; readonly action: Action }[] = [
  { id: 'today', text: 'Today', href: urls.today(), action: 'see-today' },
  { id: 'deployments', text: 'Deployments', href: urls.deployments(), action: 'see-deployments' },
  { id: 'schools', text: 'Schools', href: urls.schools(), action: 'see-deployments' },
  { id: 'region', text: 'Region', href: urls.region(), action: 'see-region' },
  { id: 'charts', text: 'Figures', href: urls.charts(), action: 'see-deployments' },
  { id: 'surveys', text: 'Surveys', href: urls.surveyWaves(), action: 'run-surveys' },
  { id: 'leaders', text: 'System leaders', href: urls.leaders(), action: 'record-answer' },
  { id: 'eligible', text: 'Eligible', href: urls.eligible(), action: 'see-deployments' },
  { id: 'programmes', text: 'Programmes', href: urls.programmes(), action: 'see-programmes' },
  { id: 'calendars', text: 'Calendars', href: urls.calendars(), action: 'see-calendars' },
  { id: 'people', text: 'People', href: urls.people(), action: 'manage-people' },
  { id: 'post', text: 'E-mails', href: urls.post(), action: 'see-today' },
  { id: 'service', text: 'Service', href: urls.service(), action: 'see-service' },
  { id: 'start', text: 'Start a deployment', href: urls.startDeployment(), action: 'start-deployment' },
];

/**
 * The links at the top of a page: the places where somebody may go. `current` is the place they are in: today,
 * deployments, schools, region, charts, surveys, leaders, eligible, programmes, calendars, people, post, service or start; '' for none.
 */
export function navigationFor(user: User | null, current: string): NavigationItem[] {
  return PLACES.filter(({ action }) => may(user, action)).map(({ id, text, href }) => ({ text, href, active: id === current }));
}

/** Where somebody begins: the first place where they may go. */
export function homeOf(user: User): string {
  return navigationFor(user, '')[0]?.href ?? urls.signIn();
}
