import { readEscalation } from '../../desk/escalation-story.ts';
import type { EscalationStory } from '../../desk/escalation-story.ts';
import type { StepRef } from '../../domain/chronology/events.ts';
import { listCallNotes } from '../../postgres/desk/call-notes.ts';
import type { Db } from '../../postgres/database.ts';
import { listMessages, listParties, listSteps } from '../../postgres/views/deployments.ts';
import { storyView } from './story-view.ts';
import type { StoryView } from './story-view.ts';

/** An escalation with everything that its page shows. Undefined when this opening of a step was never escalated. */
export async function readStory(
  db: Db,
  key: StepRef & { readonly reference: string },
  subject: string,
): Promise<{ readonly story: EscalationStory; readonly view: StoryView } | undefined> {
  const story = await readEscalation(db, key);
  if (story === undefined) return undefined;
  const [steps, messages, notes, parties] = await Promise.all([
    listSteps(db, key.reference),
    listMessages(db, key.reference),
    listCallNotes(db, key.reference),
    listParties(db, key.reference),
  ]);
  const explanation = steps.find(({ step, round }) => step === key.step && round === key.round)?.explanation ?? [];
  return { story, view: storyView(story, { subject, explanation, messages, notes, parties }) };
}
