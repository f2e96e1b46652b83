/** What may be written at a place, as the editor shows it. */
export type Completion = {
  readonly label: string;
  readonly apply?: string;
  readonly type: string;
  readonly detail?: string;
  readonly info?: string;
};

export function completionsAt(
  schema: object,
  text: string,
  offset: number,
): { readonly from: number; readonly options: readonly Completion[] } | null;
