import { loadSurvey } from '../../surveys/load-surveys.ts';
import { readSurvey } from '../../surveys/read-survey.ts';
import type { Question, Survey } from '../../domain/surveys/survey.ts';

/** A survey that comes with Chaser. Throws with its faults where it has some. */
export function shippedSurvey(id: string): Survey {
  const loaded = loadSurvey(id);
  if (loaded.ok) return loaded.value;
  throw new Error(loaded.reason.message);
}

/** A short survey of two audiences with every kind of question, as YAML. */
export const SMALL_SURVEY = `
survey: small
version: 1
title: A short survey
source: Invented
about: How it went.
minutes: 2
statementOfUse: Nobody sees who said what.
audiences:
  leader: { title: leader, plural: leaders, label: Leader, mark: design }
  head: { title: head, plural: heads, label: Head, mark: design }
scales:
  liking:
    mark: design
    options:
      good: { label: Good, value: 2 }
      bad: { label: Bad, value: 1 }
      unknown: { label: I cannot say, aside: true }
    nets:
      good: { label: thought well of it, of: [good] }
sections:
  - id: role
    title: You
    once: true
    questions:
      R: { kind: roles, text: In which roles?, mark: design }
  - id: work
    title: The work
    questions:
      G:
        kind: grid
        text: How was it?
        textFor: { head: How was it for your school? }
        scale: liking
        mark: design
        items:
          pace: { label: The pace, mark: design }
          training: { label: The training, askedOf: leader, mark: design }
      C:
        kind: choices
        text: What helped?
        options: { visits: Visits, calls: Calls, other: { label: Something else, which: What? } }
        mark: design
      Y: { kind: yes-no, text: Would you do it again?, comment: Why?, mark: design }
      W: { kind: text, text: Why not?, when: { Y: no }, mark: design }
  - id: more
    title: More
    askedOf: head
    questions:
      H: { kind: choice, text: How is it now?, scale: liking, when: { C: [visits, calls] }, mark: design }
  - id: contact
    title: Contact
    once: true
    questions:
      X: { kind: contact, text: May we call?, address: Your number, mark: design }
`;

/** The short survey. Throws with its faults, so that a change to the language shows where it breaks it. */
export function smallSurvey(): Survey {
  const { survey, findings } = readSurvey(SMALL_SURVEY, 'small.yaml');
  if (survey !== null) return survey;
  throw new Error(findings.map(({ line, what }) => `${line}: ${what}`).join('\n'));
}

/** The short survey with one question changed. */
export function changedSurvey(id: string, change: (question: Question) => Question): Survey {
  const survey = smallSurvey();
  const sections = survey.sections.map((section) => ({
    ...section,
    questions: section.questions.map((question) => (question.id === id ? change(question) : question)),
  }));
  return { ...survey, sections };
}
