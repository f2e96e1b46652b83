const VERSION = /^version:[ \t]*\d+/m;

/** The text of a programme with another version number, and everything else as it stood. */
export function withVersion(text: string, version: number): string {
  return text.replace(VERSION, `version: ${version}`);
}
