import { programmeUrls } from './programme-urls.ts';
import type { Shown } from './programme-urls.ts';

/** The sections of a programme, as the links above each of its pages. */
export function sectionsOf(shown: Shown, current: 'overview' | 'stages' | 'flow' | 'forms' | 'letters' | 'versions') {
  const first = shown.programme.stages[0];
  return [
    { id: 'overview', text: 'Overview', href: programmeUrls.overview(shown) },
    ...(first === undefined ? [] : [{ id: 'stages', text: 'Stages and steps', href: programmeUrls.stage(shown, first.id) }]),
    { id: 'flow', text: 'Flow', href: programmeUrls.flow(shown) },
    { id: 'forms', text: 'Forms', href: programmeUrls.forms(shown) },
    { id: 'letters', text: 'Letters', href: programmeUrls.letters(shown) },
    { id: 'versions', text: 'Versions', href: programmeUrls.versions(shown.programme.id) },
  ].map(({ id, ...section }) => ({ ...section, active: id === current }));
}
