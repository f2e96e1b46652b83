import { keepWorkflowBundle } from './workflow-bundle.ts';

/** `npm run bundle`: makes the workflow bundle of these sources, so that no worker has to make it at its start. The image is built with it. */
process.stdout.write(`The workflows are bundled in ${await keepWorkflowBundle()}.\n`);
