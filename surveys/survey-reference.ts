import type { ReferencePage } from '../programmes/language-reference.ts';

/** How the page about the language of surveys begins. */
export const SURVEY_REFERENCE: ReferencePage = {
  title: 'The language of surveys',
  intro:
    'Every key that a survey’s file may hold. This page is made from the schema that also checks the files (`node surveys/write-json-schema.ts`); do not edit it. [How to write a survey](surveys.md) comes first.',
};
