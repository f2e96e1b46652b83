/** The workflows that the worker bundles, each exported under the name by which it is started. */
export { deployment } from './deployment.ts';
export { digest } from './digest.ts';
export { forecasts } from './forecasts.ts';
export { mailroom } from './mailroom.ts';
export { surveyWave } from './survey-wave.ts';
export { watchdog } from './watchdog.ts';
