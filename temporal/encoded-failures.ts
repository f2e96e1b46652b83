import { DefaultFailureConverter } from '@temporalio/common';

/** Puts messages and stack traces of failures into a payload, which is then encrypted as all others are. The SDK finds it by this name. */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
