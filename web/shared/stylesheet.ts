import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const styleOf = (module: string) => readFileSync(fileURLToPath(import.meta.resolve(module)), 'utf8');

/**
 * The components of GOV.UK and the Ministry of Justice in one stylesheet, without GOV.UK's own typeface and crest: this
 * service is not on gov.uk and must not look as if it were.
 */
export function stylesheet(): string {
  const components = [
    styleOf('govuk-frontend/dist/govuk/govuk-frontend.min.css'),
    styleOf('@ministryofjustice/frontend/moj/moj-frontend.min.css'),
    styleOf('accessible-autocomplete/dist/accessible-autocomplete.min.css').replace(/\/\*# sourceMappingURL=.*$/m, ''),
  ]
    .join('\n')
    .replaceAll(/@font-face\{[^}]*\}/g, '')
    .replaceAll(/"?GDS Transport"?,\s*arial/g, 'arial')
    .replaceAll(/url\(\/assets\/images\/govuk-crest\.svg\)/g, 'none');
  return `${components}\n${readFileSync(join(import.meta.dirname, '../assets/chaser.css'), 'utf8')}`;
}
