// Changes of texts.

/** A part of a text that is replaced; offsets count characters. */
export type TextEdit = { readonly start: number; readonly end: number; readonly text: string };

/** Applies edits from the first to the last; one that overlaps an earlier one is left out. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let written = '';
  let done = 0;
  for (const { start, end, text: fresh } of [...edits].sort((a, b) => a.start - b.start)) {
    if (start < done) continue;
    written += text.slice(done, start) + fresh;
    done = end;
  }
  return written + text.slice(done);
}
