/** What the worker bundles: every workflow there is, by the name under which it is started. */
export { deployment } from './deployment.ts';
export { mailroom } from './mailroom.ts';
