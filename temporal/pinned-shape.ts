/**
 * How a payload looks whose programme and calendar are kept elsewhere: `encoding` is `json/pinned`, `pins` is JSON that gives the hash
 * under each name, and the data is the rest of the value. Histories hold this; it may be added to and never changed.
 */
export const PINNED = 'json/pinned';
export const PINS = 'pins';

/** The metadata that carries a content between converter and codec, followed by its name. It never reaches Temporal. */
export const CONTENT = 'content:';

/** What is pinned where it stands at the top of an argument or a result, as an object. */
export const PINS_NAMED = ['programme', 'calendar'] as const;

export type PinName = (typeof PINS_NAMED)[number];

/** SHA-256 of the content's JSON text in hexadecimal, under its name. */
export type Pins = Partial<Record<PinName, string>>;
