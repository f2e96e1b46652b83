import type { PersonTraces } from '../../postgres/views/person-traces.ts';

/** Where somebody is named, as lines of a page; what there is none of is left out. */
export function traceLines(traces: PersonTraces): readonly string[] {
  const { running, before, links, calls, escalations, deputies, drafts, watches, views, profile, relationships, letters, notes } = traces;
  return [
    ...counted(running, 'running deployment in which they hold a role', 'running deployments in which they hold a role'),
    ...counted(links, 'link in a letter that leads to something open', 'links in letters that lead to something open'),
    ...counted(calls, 'call to make', 'calls to make'),
    ...counted(escalations, 'escalation that is with them', 'escalations that are with them'),
    ...counted(deputies, 'time of standing in, for them or by them', 'times of standing in, for them or by them'),
    ...counted(drafts, 'answer begun and not given', 'answers begun and not given'),
    ...(profile ? ['A profile as a system leader'] : []),
    ...counted(relationships, 'relationship with a school or trust', 'relationships with schools or trusts'),
    ...counted(watches, 'deployment that they watch', 'deployments that they watch'),
    ...counted(views, 'saved view', 'saved views'),
    ...counted(letters, 'e-mail about deployments sent to them so far', 'e-mails about deployments sent to them so far'),
    ...counted(notes, 'note that they wrote', 'notes that they wrote'),
    ...counted(
      before,
      'deployment that is over, or in which others have taken over',
      'deployments that are over, or in which others have taken over',
    ),
  ];
}

function counted(number: number, one: string, several: string): readonly string[] {
  return number === 0 ? [] : [`${number} ${number === 1 ? one : several}`];
}
