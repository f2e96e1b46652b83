import type { BeginOptions, World } from './world.ts';

const DIAGNOSTIC = {
  needs: 'A small school with a new head.',
  priorities: 'Reading in key stage 1.',
  supportPlanned: 'Ten days, with our literacy lead.',
  longerTerm: 'Its governors would like to hear more.',
};

const FORM = {
  daysClaimed: '9',
  nextSteps: 'Keep on.',
  trustPartnership: 'no',
  paymentDetailsGiven: 'given',
  signature: 'the system leader',
};

/**
 * Lives one deployment from stage 1 to its end, October to June. Returns its reference. The school is silent through
 * half term, until the regional team hears of it. The first system leader declines and the second is silent. From then
 * on all goes well, and it ends in the summer.
 */
export async function liveWholeLife(world: World, options: BeginOptions = {}): Promise<string> {
  const reference = await world.begin('2040-10-08 09:30', options);
  const at = (when: string) => world.forwardTo(reference, when);
  const say = async (step: string, given: string, how?: Parameters<World['answer']>[3]) => {
    // Nobody answers a request before it has arrived.
    await world.postIsDone();
    await world.answer(reference, step, given, how);
  };

  await say('contact-school', 'contacted');
  await at('2040-10-30 11:00');
  await say('confirm-participation', 'accepts', { by: 'coordinator', onBehalfOf: 'head' });
  await say('provide-details', 'provided', { fields: { context: 'Its head is new.', forTheRdp: 'Nobody from Ashdale.' } });
  await at('2040-10-31 11:00');
  await say('engage-system-leader', 'contacted', {
    fields: { systemLeader: 'bea@busy-trust.example', capacity: 'to-say', conflict: 'to-say' },
  });
  await at('2040-11-01 11:00');
  await say('confirm-ability', 'no', { fields: { reasons: 'time-or-capacity', reason: 'We support three schools already.' } });
  await say('engage-system-leader', 'contacted', { fields: { systemLeader: 'leader', capacity: 'ten-days', conflict: 'none' } });
  await at('2040-11-12 11:00');
  await say('confirm-ability', 'yes', { by: 'leader', fields: { capacity: 'ten-days', conflict: 'no' } });
  await say('contact-school-about-match', 'contacted');
  await at('2040-11-13 11:00');
  await say('confirm-system-leader', 'agrees');
  await say('report-agreement', 'reported');
  await at('2040-11-14 11:00');
  await say('approve-match', 'approves', { fields: { context: 'Begin with reading.' } });
  await at('2040-11-15 11:00');
  await say('arrange-first-meeting', 'arranged', { fields: { meetingOn: '2040-11-28' } });
  await at('2040-11-28 15:00');
  await say('first-visit', 'visited', { by: 'head', fields: { visitedOn: '2040-11-28', ...DIAGNOSTIC } });
  await at('2041-01-09 11:00');
  await say('check-in', 'checked-in', { fields: { daysDelivered: '4', note: 'Reading is taught daily in two classes.' } });
  await at('2041-02-05 11:00');
  await say('complete-deployment', 'completed', {
    fields: {
      completedOn: '2041-02-04',
      daysDelivered: '9',
      focus: 'strategy',
      outcomes: 'Reading is taught daily.',
      nextSteps: 'Keep on.',
    },
  });
  await say('complete-form', 'sent-to-school', {
    fields: { ...FORM, supportProvided: 'Reading.' },
  });
  await say('sign-form', 'returns', { fields: { parts: 'support', missing: 'The second visit is not mentioned.' } });
  await at('2041-02-06 11:00');
  await say('complete-form', 'sent-to-school', {
    fields: { ...FORM, supportProvided: 'Reading, twice.' },
  });
  await say('sign-form', 'signs', { fields: { signature: 'the headteacher' } });
  await say('review-form', 'submits');
  await say('follow-up-call', 'held', { fields: { heldOn: '2041-02-06', note: 'It helped.' } });
  await at('2041-02-07 11:00');
  await say('process-form', 'approves');
  await say('pay-support', 'paid', { fields: { amount: '450000', paidOn: '2041-02-07' } });
  await at('2041-02-08 11:00');
  await say('further-support', 'not-needed');
  await at('2041-03-08 12:00');
  await world.postIsDone();
  await at('2041-06-02 12:00');
  return reference;
}
