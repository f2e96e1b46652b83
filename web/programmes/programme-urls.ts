import type { Programme, StepId } from '../../domain/programme.ts';
import { urls } from '../shared/urls.ts';

/** A programme as a page shows it: in the version on offer, or in one that was chosen, which every link then names. */
export type Shown = { readonly programme: Programme; readonly chosen: boolean };

/** The addresses of the pages of a programme. */
export const programmeUrls = {
  overview: (shown: Shown) => at(shown, ''),
  stage: (shown: Shown, stage: string) => at(shown, `/stages/${encodeURIComponent(stage)}`),
  /** The page of a stage with all of its steps unfolded. */
  wholeStage: (shown: Shown, stage: string) => at(shown, `/stages/${encodeURIComponent(stage)}`, { all: 'yes' }),
  /** A step on the page of its stage, unfolded. */
  step(shown: Shown, step: StepId): string {
    const stage = shown.programme.stages.find(({ steps }) => steps.includes(step));
    return `${at(shown, `/stages/${encodeURIComponent(stage?.id ?? '')}`, { step })}#step-${step}`;
  },
  flow: (shown: Shown) => at(shown, '/flow'),
  forms: (shown: Shown) => at(shown, '/forms'),
  letters: (shown: Shown) => at(shown, '/letters'),
  preview: (shown: Shown, step: StepId, id: string) => at(shown, `/preview/${encodeURIComponent(step)}/${encodeURIComponent(id)}`),
  previewHtml: (shown: Shown, step: StepId, id: string) => at(shown, `/preview/${encodeURIComponent(step)}/${encodeURIComponent(id)}/html`),
  rehearse: (shown: Shown) => at(shown, '/rehearse'),
  versions: (id: string) => `${urls.programme(id)}/versions`,
  widen: (id: string, version: number) => `${urls.programme(id)}/versions/${version}/widen`,
  withdraw: (id: string, version: number) => `${urls.programme(id)}/versions/${version}/withdraw`,
  version: (id: string, version: number) => `${urls.programme(id)}?version=${version}`,
  compare: (id: string) => `${urls.programme(id)}/compare`,
  edit: (id: string) => `${urls.programme(id)}/edit`,
  editStart: (id: string) => `${urls.programme(id)}/edit/start`,
  editSave: (id: string) => `${urls.programme(id)}/edit/save`,
  editRehearse: (id: string) => `${urls.programme(id)}/edit/rehearse`,
  editCompare: (id: string) => `${urls.programme(id)}/edit/compare`,
  editDiscard: (id: string) => `${urls.programme(id)}/edit/discard`,
} as const;

function at({ programme, chosen }: Shown, path: string, more: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams({ ...(chosen ? { version: String(programme.version) } : {}), ...more }).toString();
  return `${urls.programme(programme.id)}${path}${query === '' ? '' : `?${query}`}`;
}
