import { ROUND_BEFORE } from '../domain/programme.ts';
import type { Answer, Field, Programme, RoleId, Rung, Step } from '../domain/programme.ts';
import { describeTimeAllowed } from '../domain/time/time-allowed.ts';

/** A programme's chronology as a page of text: stage by stage, who does what, by when, and where each answer leads. */
export function describeProgramme(programme: Programme): string {
  const lines = [
    `${programme.title} (${programme.id}, version ${programme.version})`,
    `Source: ${programme.source}`,
    `Begins with: ${programme.begins.join(', ')}`,
  ];
  for (const stage of programme.stages) {
    lines.push('', `Stage ${stage.number}  ${stage.title}`);
    for (const id of stage.steps) {
      const step = programme.steps[id];
      if (step !== undefined) lines.push('', ...describeStep(programme, step).map((line) => `  ${line}`));
    }
  }
  lines.push('', 'Ends');
  for (const [id, end] of Object.entries(programme.ends)) {
    const usual = id === programme.completesAs ? ', when nothing is left to do' : '';
    lines.push(`  ${id}: ${end.title} (${end.outcome}${usual})`);
  }
  return lines.join('\n');
}

function describeStep(programme: Programme, step: Step): readonly string[] {
  const title = (role: RoleId) => programme.roles[role]?.title ?? role;
  const owners = [title(step.owner), ...step.with.map((role) => `with ${title(role)}`)].join(', ');
  const from = step.countsFrom === ROUND_BEFORE ? 'the due date of the round before' : step.countsFrom;
  const counted = step.countsFrom === 'opening' ? '' : `, counted from ${from}`;
  const manner =
    step.raised !== undefined
      ? raisedWords(step.raised)
      : step.optional
        ? ' (optional)'
        : step.automatic !== null
          ? ' (done by Chaser itself)'
          : '';
  return [
    `${step.id}: ${step.title}${manner}`,
    `  Owner    ${owners}`,
    ...(step.askedBy === undefined ? [] : [`  Asks     ${title(step.askedBy)}`]),
    `  Allowed  ${describeTimeAllowed(step.allowed)}${counted}`,
    ...(step.assumption === null ? [] : [`  Assumed  ${step.assumption}`]),
    `  Chases   ${step.ladder.map((rung) => describeRung(rung, title)).join(', ')}`,
    ...step.answers.map((answer) => `  Answer   ${answer.id}: ${describeAnswer(answer)}`),
    `  Source   ${step.source}`,
  ];
}

function raisedWords({ after }: NonNullable<Step['raised']>): string {
  return ` (may be raised at any time${after === null ? '' : ` once ${after} has been answered`})`;
}

function describeRung(rung: Rung, title: (role: RoleId) => string): string {
  const what = rung.kind === 'notice' && rung.to !== null ? `notice to the ${title(rung.to)}` : rung.kind;
  if (rung.at === 'opening') return `${what} at opening`;
  const { daysFromDue } = rung.at;
  if (daysFromDue === 0) return `${what} on the due date`;
  return `${what} ${daysFromDue > 0 ? '+' : ''}${daysFromDue}`;
}

function describeAnswer(answer: Answer): string {
  const leads = [
    ...(answer.ends === null ? [] : [`ends the deployment as ${answer.ends}`]),
    ...(answer.opens.length === 0 ? [] : [`opens ${answer.opens.join(', ')}`]),
    ...(answer.closes.length === 0 ? [] : [`closes ${answer.closes.join(', ')}`]),
    ...(answer.records.length === 0 ? [] : [`records ${answer.records.join(', ')}`]),
  ];
  const needs = answer.fields.length === 0 ? '' : ` [${answer.fields.map(describeField).join(', ')}]`;
  return `"${answer.label}"${needs} → ${leads.length === 0 ? 'nothing further' : leads.join('; ')}`;
}

function describeField(field: Field): string {
  return `${field.id}: ${field.kind}${field.required ? '' : ', may be empty'}`;
}
