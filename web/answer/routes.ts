import type { FastifyInstance } from 'fastify';
import { isOwnAnswer } from '../../desk/answer-words.ts';
import { keepAnswer } from '../../desk/keep-answer.ts';
import { findDraft, saveDraft } from '../../postgres/desk/answer-drafts.ts';
import { findWaitingAnswer } from '../../postgres/desk/kept-answers.ts';
import { chosenInAddress } from './chosen-in-address.ts';
import { editedForm } from './edit-entries.ts';
import { findOwnEscalation, ownsStep, registerEscalationLinkRoutes, sendEscalation } from './escalation-link.ts';
import { knowsPeople, sendClosed, sendForm, sendKept } from './link-pages.ts';
import { registerFreshLinksRoute } from './fresh-links.ts';
import { registerAskForTimeRoutes } from './ask-for-time.ts';
import { registerPassOnRoutes } from './pass-on.ts';
import { registerPromiseRoutes } from './promise.ts';
import { registerMineRoute } from './mine.ts';
import { registerNotMeRoutes } from './not-me.ts';
import { createWithLink, headOf, openLink, PUBLIC, PUBLIC_POST, sendPage } from './opened-link.ts';
import type { OpenedLink } from './opened-link.ts';
import { registerProblemRoutes } from './problem.ts';
import { formOf, typed } from './read-fields.ts';
import type { FormBody } from './read-fields.ts';
import { sectionsOf, takeForm } from './take-form.ts';
import type { Services } from '../shared/services.ts';
import { urls } from '../shared/urls.ts';

/** Answering without an account: the pages behind the link of a letter. Opening a page changes nothing. */
export function registerAnswerRoutes(app: FastifyInstance, services: Services): void {
  const { db } = services;
  const withLink = createWithLink(services);

  app.get(
    '/a/:token',
    PUBLIC,
    withLink(async (opened, _body, reply) => {
      const { asked, closed } = opened;
      const escalation = ownsStep(opened) ? undefined : await findOwnEscalation(services, opened);
      if (escalation !== undefined) return sendEscalation(opened, escalation, reply);
      const kept = closed === null ? await findWaitingAnswer(db, asked) : undefined;
      if (kept !== undefined) return sendKept(services, opened, kept, reply);
      if (closed !== null) return sendClosed(services, opened, closed, reply);
      const draft = await findDraft(db, asked);
      const { answer, strange } = chosenInAddress(opened.step, reply.request.query);
      const chosen = answer ?? draft?.answer ?? null;
      const body = { ...draft?.fields, ...(chosen === null ? {} : { answer: chosen }) };
      return sendForm(services, opened, { body, savedAt: draft?.savedAt ?? null, strangeAnswer: strange }, reply);
    }),
  );

  app.post(
    '/a/:token/check',
    PUBLIC_POST,
    withLink(async (opened, body, reply) => {
      const { asked, step, closed } = opened;
      if (closed !== null) return sendClosed(services, opened, closed, reply.status(409));
      const form = await takeForm(db, step, body, { byName: knowsPeople(opened), reference: asked.reference });
      const { chosen, problems } = form;
      // Whatever comes of it: somebody who leaves from here finds what they typed.
      await saveTyped(opened, body);
      if (chosen === null || problems.length > 0) return sendForm(services, opened, { body, problems }, reply.status(422));
      return sendPage(reply, 'check', {
        ...headOf(opened),
        title: `Check your answer: ${step.title}, ${asked.subject}`,
        answer: chosen.label,
        sections: sectionsOf(form),
        form: formOf(step, body),
      });
    }),
  );

  app.post(
    '/a/:token/change',
    PUBLIC_POST,
    withLink(async (opened, body, reply) =>
      opened.closed === null
        ? sendForm(services, opened, { body: editedForm(opened.step, body) }, reply)
        : sendClosed(services, opened, opened.closed, reply.status(409)),
    ),
  );

  app.post(
    '/a/:token/draft',
    PUBLIC_POST,
    withLink(async (opened, body, reply) => {
      if (opened.closed !== null) return sendClosed(services, opened, opened.closed, reply.status(409));
      await saveTyped(opened, body);
      return reply.redirect(urls.answer(opened.token), 303);
    }),
  );

  app.post(
    '/a/:token/answer',
    PUBLIC_POST,
    withLink(async (opened, body, reply) => {
      const { asked, step, closed, token } = opened;
      const { reference, round, person } = asked;
      // A second click or a second tab: the answer counted, and the page says so again.
      if (closed?.kind === 'answered' && isOwnAnswer(asked) && typed(body, 'answer') === asked.answer) {
        return reply.redirect(urls.answer(token), 303);
      }
      if (closed !== null) return sendClosed(services, opened, closed, reply.status(409));
      const { chosen, fields, problems } = await takeForm(db, step, body, { byName: knowsPeople(opened), reference: asked.reference });
      if (chosen === null || problems.length > 0) return sendForm(services, opened, { body, problems }, reply.status(422));
      const waiting = await findWaitingAnswer(db, asked);
      // The first answer stays until it is known whether it counts; the page shows that one.
      if (waiting !== undefined && waiting.answer !== chosen.id) return reply.redirect(urls.answer(token), 303);

      // If it does not count, the form shows again what was typed.
      await saveTyped(opened, body);
      const delivery = await keepAnswer(
        { db, client: services.temporal },
        { reference, step: step.id, round, answer: chosen.id, fields, person, onBehalfOf: null, via: 'link' },
      );
      if (delivery.kind !== 'refused') return reply.redirect(urls.answer(token), 303);
      const now = await openLink(services, token);
      if (now !== undefined && now.closed !== null) return sendClosed(services, now, now.closed, reply.status(409));
      return sendPage(reply.status(409), 'closed', {
        ...headOf(opened),
        title: `We could not record your answer: ${step.title}, ${asked.subject}`,
        heading: 'We could not record your answer',
        sentences: [delivery.because, 'What you wrote is saved. Nothing else was changed.'],
        back: urls.answer(token),
      });
    }),
  );

  // Somebody who opens the address of a page that only answers a form comes back to the form.
  for (const page of ['check', 'change', 'draft', 'answer']) {
    app.get(
      `/a/:token/${page}`,
      PUBLIC,
      withLink(async ({ token }, _body, reply) => reply.redirect(urls.answer(token), 302)),
    );
  }
  registerEscalationLinkRoutes(app, services);
  registerNotMeRoutes(app, services);
  registerProblemRoutes(app, services);
  registerPromiseRoutes(app, services);
  registerAskForTimeRoutes(app, services);
  registerPassOnRoutes(app, services);
  registerMineRoute(app, services);
  registerFreshLinksRoute(app, services);

  async function saveTyped({ asked, step }: OpenedLink, body: FormBody): Promise<void> {
    const { answer = null, ...fields } = formOf(step, body);
    await saveDraft(db, asked, { answer, fields });
  }
}
