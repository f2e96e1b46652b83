import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { mustLoad } from '../../tests/kit/chronology.ts';
import { measuredLives } from '../../tests/kit/measured-lives.ts';
import type { ChronologyEvent } from '../chronology/events.ts';
import { londonDate } from '../time/london.ts';
import { plainDate } from '../time/plain-date.ts';
import { beginCountingForms, formsOf, stepsOfForms } from './forms-returned.ts';
import { MEASURED_KINDS } from './known-life.ts';
import type { MeasuredEvent } from './known-life.ts';
import { TOGETHER } from './report.ts';

const kinds: ReadonlySet<string> = new Set(MEASURED_KINDS);
const measured = (events: readonly ChronologyEvent[]) =>
  events.filter((event): event is Extract<ChronologyEvent, { type: MeasuredEvent['type'] }> => kinds.has(event.type));
const dayOf = ({ at }: { readonly at: string }) => londonDate(Date.parse(at));

describe('forms', () => {
  it('that ask the same things are one form, and a date or a reason is none', () => {
    const forms = formsOf([mustLoad('tsi-2021-22')]);
    const form = forms.find(({ answers }) => answers.has('complete-form/sent')) ?? assert.fail();
    assert.deepEqual([...form.answers], ['complete-form/sent', 'complete-form-later/sent', 'mend-form/sent']);
    assert.ok(!forms.some(({ answers }) => answers.has('check-form/returns')));
    const raf = formsOf([mustLoad('si-2019-20')]).find(({ id }) => id === 'prepare-raf/sent') ?? assert.fail();
    assert.equal(raf.questions.find(({ id }) => id === 'interventions.cost')?.title, 'Interventions: Cost');
  });

  it('keep the questions of older versions after those of the newest', () => {
    const programme = mustLoad('tsi-2022-23');
    const step = programme.steps['complete-form'] ?? assert.fail();
    const [sent] = step.answers;
    assert.ok(sent);
    const older = {
      ...programme,
      steps: {
        'complete-form': {
          ...step,
          answers: [{ ...sent, fields: sent.fields.map((one, at) => (at === 0 ? { ...one, id: 'old' } : one)) }],
        },
      },
    };
    const [form] = formsOf([older, programme]).filter(({ answers }) => answers.has('complete-form/sent-to-school'));
    assert.deepEqual(
      form?.questions.map(({ id }) => id).toSpliced(-1),
      sent.fields.map(({ id }) => id),
    );
    assert.equal(form?.questions.at(-1)?.id, 'old');
  });

  for (const [id, year] of [
    ['si-2019-20', 2022],
    ['tsi-2021-22', 2021],
  ] as const) {
    it(`came back as often as the log of ${id} says, and each question was filled in, left empty or not asked in each of them`, () => {
      const programme = mustLoad(id);
      const forms = formsOf([programme]);
      const { lives } = measuredLives(40, 5, { id, year });
      const seen = { returned: 0, again: 0, late: 0, changed: 0, takenBack: 0, empty: 0, notAsked: 0 };
      for (const asOf of [plainDate(`${year}-12-20`), plainDate(`${year + 1}-12-31`)]) {
        const counting = beginCountingForms(forms, asOf);
        for (const [at, events] of lives.entries()) {
          counting.add({ region: at % 2 === 0 ? 'London' : '', programme, events: measured(events) });
        }
        const then = lives.map((events) => events.filter((event) => dayOf(event) <= asOf));
        for (const [at, { form, questions }] of counting.sections().entries()) {
          const { answers, questions: asked } = forms[at] ?? assert.fail();
          const steps = new Set([...answers].map((key) => key.split('/')[0]));
          const figure = (section: typeof form, name: string, stratum = TOGETHER) =>
            section.lines.find((line) => line.stratum === stratum)?.figures[name]?.value ?? 0;
          const came = then.flatMap((events) =>
            events.flatMap((event, order) => {
              if (event.type !== 'step-answered' || !answers.has(`${event.step}/${event.answer}`)) return [];
              const isRound = (one: ChronologyEvent) =>
                'step' in one && 'round' in one && one.step === event.step && one.round === event.round;
              const due = events
                .slice(0, order)
                .findLast((one) => (one.type === 'step-opened' || one.type === 'due-date-moved') && isRound(one));
              assert.ok(due?.type === 'step-opened' || due?.type === 'due-date-moved');
              const next = events.slice(order + 1).find((one) => one.type === 'step-answered' && answers.has(`${one.step}/${one.answer}`));
              return [
                {
                  events,
                  fields: event.fields,
                  late: dayOf(event) > due.dueOn,
                  back: events.some((one) => one.type === 'answer-taken-back' && isRound(one)),
                  next: next?.type === 'step-answered' ? next.fields : null,
                  between: events.slice(order + 1, next === undefined ? undefined : events.indexOf(next)),
                },
              ];
            }),
          );
          const told = `${form.id} as of ${asOf}`;
          assert.equal(figure(form, 'asked'), then.flat().filter((one) => one.type === 'step-opened' && steps.has(one.step)).length, told);
          assert.equal(figure(form, 'returned'), came.length, told);
          assert.equal(figure(form, 'again'), came.length - new Set(came.map(({ events }) => events)).size, told);
          assert.equal(figure(form, 'late'), came.filter(({ late }) => late).length, told);
          assert.equal(figure(form, 'taken-back'), came.filter(({ back }) => back).length, told);
          assert.equal(figure(form, 'returned', 'London') + figure(form, 'returned', ''), came.length, told);
          let empty = 0;
          for (const [place, section] of questions.entries()) {
            const question = asked[place] ?? assert.fail();
            // The paths of a question, with the numbers of entries left out.
            const said = (fields: Readonly<Record<string, string>>) =>
              Object.entries(fields)
                .filter(
                  ([path, value]) =>
                    value !== '' && (path.replace(/\.\d+(?=\.)/, '') === question.id || path.startsWith(`${question.id}.`)),
                )
                .map((entry) => entry.join('='))
                .toSorted()
                .join('\n');
            const words = `${told}: ${question.id}`;
            const filled = came.filter(({ fields }) => said(fields) !== '');
            const isCorrected = ({ between }: (typeof came)[number]) =>
              between.some((one) => one.type === 'fact-corrected' && one.fact === question.records);
            // Questions within entries may be empty in one entry and filled in in another.
            if (!question.id.includes('.')) assert.equal(figure(section, 'filled'), filled.length, words);
            assert.equal(figure(section, 'filled') + figure(section, 'empty') + figure(section, 'not-asked'), came.length, words);
            const changed = came.filter((one) => (one.next !== null && said(one.fields) !== said(one.next)) || isCorrected(one));
            assert.equal(figure(section, 'changed'), changed.length, words);
            if (!question.id.includes('.')) assert.equal(figure(section, 'late'), filled.filter(({ late }) => late).length, words);
            empty += figure(section, 'empty');
            seen.notAsked += figure(section, 'not-asked');
          }
          assert.equal(figure(form, 'incomplete') > 0, empty > 0, told);
          seen.returned += came.length;
          seen.again += figure(form, 'again');
          seen.late += figure(form, 'late');
          seen.changed += figure(form, 'changed');
          seen.takenBack += figure(form, 'taken-back');
          seen.empty += empty;
        }
      }
      assert.ok(seen.returned > 0 && seen.late > 0 && seen.changed > 0 && seen.notAsked > 0, JSON.stringify(seen));
      assert.equal(stepsOfForms(forms).length, new Set(stepsOfForms(forms)).size);
    });
  }

  it('count as not asked what facts or other answers rule out, and as left empty what may be left out', () => {
    const programme = mustLoad('tsi-2022-23');
    const forms = formsOf([programme]);
    const began = {
      type: 'deployment-began',
      at: '2022-09-05T09:00:00.000Z',
      reference: 'D1',
      subject: { kind: 'school', urn: '1' },
      programme: { id: programme.id, version: programme.version },
      calendarVersion: 'x',
      parties: {},
    } as const;
    const said = { by: 'p', onBehalfOf: null, via: 'link', at: '2022-10-05T09:00:00.000Z', round: 1, type: 'step-answered' } as const;
    const counting = beginCountingForms(forms, plainDate('2022-12-31'));
    counting.add({
      region: 'London',
      programme,
      events: [
        began,
        { ...said, step: 'provide-details', answer: 'provided', fields: { context: 'Some' } },
        { ...said, step: 'complete-form', answer: 'sent-to-school', fields: { daysClaimed: '5', trustPartnership: 'no' } },
      ],
    });
    const figuresOf = (form: string, question: string) =>
      Object.entries(
        counting
          .sections()
          .find((one) => one.form.id === form)
          ?.questions.find(({ id }) => id === `${form} ${question}`)
          ?.lines.at(-1)?.figures ?? {},
      ).flatMap(([figure, { value }]) => (value === 0 ? [] : [figure]));
    assert.deepEqual(figuresOf('provide-details/provided', 'context'), ['filled']);
    assert.deepEqual(figuresOf('provide-details/provided', 'forTheRdp'), ['empty']);
    assert.deepEqual(figuresOf('complete-form/sent-to-school', 'partnershipContext'), ['not-asked']);
    assert.deepEqual(figuresOf('complete-form/sent-to-school', 'npqel'), ['not-asked']);
    assert.deepEqual(figuresOf('complete-form/sent-to-school', 'daysClaimed'), ['filled']);
  });
});
