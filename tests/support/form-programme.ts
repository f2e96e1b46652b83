import type { Programme } from '../../domain/programme.ts';
import { readProgramme } from '../../programmes/read-programme.ts';

/** An invented programme of one step. Its form has a field of every kind, and there is a second answer beside it. */
export const FORMS = `programme: forms
version: 1
title: An offer with a long form
source: Invented for the tests
offer: Help, freely given.
sendingHours: 08:00 to 18:00
dailyCap: 5
roles:
  school: { title: school or trust, days: school, calledBy: rdp, escalatesTo: rdp }
  rdp: { title: RDP coordinator, days: working, escalatesTo: regional-team }
  regional-team: { title: regional team, days: working }
  adviser: { title: adviser, days: working, namedLater: true, calledBy: rdp, escalatesTo: rdp }
ladders:
  any: { upToDays: any, request: opening, reminder: [0], overdue: [+1], call: [+2], escalation: [+3] }
begins: plan
completesAs: completed
ends:
  completed: { title: Completed, outcome: completed }
stages:
  - number: 1
    id: planning
    title: Planning
    steps:
      plan:
        title: Send the plan
        owner: school
        source: Invented, row 1
        allowed: 10 working days
        ask: Please send the plan for {subject}.
        next: The plan is looked at.
        answers:
          sent:
            label: Here is the plan
            then: done
            fields:
              title: { label: Title of the plan, kind: text }
              summary: { label: Summary, kind: long-text, required: false }
              tier: { label: Tier, kind: choice, options: { tier-2: Tier 2, tier-3: Tier 3 } }
              focus:
                label: Focus areas
                kind: choices
                options: { curriculum: Curriculum, leadership: Leadership and governance, workload: Workload }
              startsOn: { label: First day, kind: date, records: startsOn }
              endsOn: { label: Last day, kind: date, after: startsOn }
              days: { label: Days of support, kind: number, decimals: 1, min: 0.5, max: 10 }
              partnership: { label: Do you want a trust partnership?, kind: yes-no }
              partner: { label: With which trust, kind: text, when: { partnership: 'yes' } }
              budget: { label: Budget, kind: money, max: 24000 }
              interventions:
                label: Interventions
                kind: group
                entry: intervention
                max: 3
                total:
                  - { of: cost, atMost: budget }
                  - { of: cost, max: 16000, when: { tier: tier-2 } }
                fields:
                  what: { label: What is done, kind: text }
                  cost: { label: Cost, kind: money, atMost: budget }
                  finishedOn: { label: Finished by, kind: date, notBefore: startsOn, required: false }
                  trains: { label: Are staff trained?, kind: yes-no }
                  whom: { label: Who is trained, kind: text, when: { trains: 'yes' } }
              evidence: { label: Evidence, kind: files, required: false }
              adviser: { label: Adviser, kind: person, names: adviser }
              declaration:
                label: Declaration by the school
                kind: declaration
                statement: What is written here is true, and the money is spent on nothing else.
          refused:
            label: There will be no plan
            then: done
            fields:
              title: { label: Why not, kind: text }
`;

export function formProgramme(): Programme {
  const { programme, findings } = readProgramme(FORMS, 'forms.yaml');
  if (programme === null) throw new Error(JSON.stringify(findings, null, 2));
  return programme;
}

/** What somebody types who fills in the whole form, by the names of its inputs. */
export const FILLED_IN = {
  answer: 'sent',
  'sent-title': 'Reading for all',
  'sent-tier': 'tier-2',
  'sent-focus': ['curriculum', 'workload'],
  'sent-startsOn-day': '5',
  'sent-startsOn-month': 'November',
  'sent-startsOn-year': '2040',
  'sent-endsOn-day': '21',
  'sent-endsOn-month': '12',
  'sent-endsOn-year': '2040',
  'sent-days': '9.50',
  'sent-partnership': 'no',
  'sent-budget': '£16,000',
  'sent-interventions': '2',
  'sent-interventions.1.what': 'Phonics',
  'sent-interventions.1.cost': '1,600.50',
  'sent-interventions.1.trains': 'yes',
  'sent-interventions.1.whom': 'All teachers of the first two years',
  'sent-interventions.2.what': 'Coaching',
  'sent-interventions.2.cost': '800',
  'sent-interventions.2.trains': 'no',
  'sent-evidence': 'costs.xlsx\r\nplan for reading.pdf',
  'sent-adviser': 'lena@strong-trust.example',
  'sent-declaration': 'Harry Head',
} as const;

/** The same values as the record keeps them. */
export const KEPT = {
  title: 'Reading for all',
  tier: 'tier-2',
  focus: 'curriculum\nworkload',
  startsOn: '2040-11-05',
  endsOn: '2040-12-21',
  days: '9.5',
  partnership: 'no',
  budget: '1600000',
  'interventions.1.what': 'Phonics',
  'interventions.1.cost': '160050',
  'interventions.1.trains': 'yes',
  'interventions.1.whom': 'All teachers of the first two years',
  'interventions.2.what': 'Coaching',
  'interventions.2.cost': '80000',
  'interventions.2.trains': 'no',
  evidence: 'costs.xlsx\nplan for reading.pdf',
  adviser: 'leader',
  declaration: 'Harry Head',
} as const;
