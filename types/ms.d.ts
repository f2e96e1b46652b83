// The package ships types that its `exports` hide from TypeScript. Without them every `Duration` of the Temporal SDK
// is silently `any`, and a mistyped timeout compiles.
declare module 'ms' {
  type Unit =
    | ('years' | 'year' | 'yrs' | 'yr' | 'y')
    | ('weeks' | 'week' | 'w')
    | ('days' | 'day' | 'd')
    | ('hours' | 'hour' | 'hrs' | 'hr' | 'h')
    | ('minutes' | 'minute' | 'mins' | 'min' | 'm')
    | ('seconds' | 'second' | 'secs' | 'sec' | 's')
    | ('milliseconds' | 'millisecond' | 'msecs' | 'msec' | 'ms');

  export type StringValue = `${number}` | `${number}${Unit}` | `${number} ${Unit}`;
}
