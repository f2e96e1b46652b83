import type { Duration } from '@temporalio/common';

// Checked by the compiler alone: an error here means that types/ms.d.ts no longer reaches the SDK's own types.
type IsAny<T> = 0 extends 1 & T ? true : false;
type MustBeFalse<T extends false> = T;

export type DurationIsNotAny = MustBeFalse<IsAny<Duration>>;
