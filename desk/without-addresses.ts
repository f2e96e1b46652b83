/** What a mail server said, with e-mail addresses removed. */
export function withoutAddresses(text: string): string {
  return text.replaceAll(/(?<![^\s<>()[\]"',;:])[^\s<>()[\]"',;:]*@[^\s<>()[\]"',;:]+/g, '(address)');
}
