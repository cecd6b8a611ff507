/** Chooses the lines of `examples/terraform` that a page shows. */

/** The `main.tf` of each example, by the name of its folder. */
export type Examples = ReadonlyMap<string, string>;

/** Subject of a page. */
export interface Subject {
  /** Folder that is all about it, if there is one: `vm`, for `novacron_vm`. */
  readonly folder: string;
  /** Text that every block about it has: `data "novacron_vm"`. */
  readonly needle: string;
}

/**
 * Finds the example of a page: a folder of its own, else the blocks about it in the first folder
 * that has some.
 * @throws Error when no example shows it: then it is not run by any test either
 */
export function findExample(examples: Examples, { folder, needle }: Subject): string {
  const own = examples.get(folder);
  if (own?.includes(needle)) return own.trim();
  for (const name of [...examples.keys()].sort()) {
    const blocks = listBlocks(examples.get(name) ?? '').filter((block) => block.includes(needle));
    if (blocks.length > 0) return blocks.join('\n\n');
  }
  throw new Error(`no example contains ${needle}: add examples/terraform/${folder}/main.tf`);
}

/** The top-level blocks of a formatted file, each with the comment above it. */
function listBlocks(text: string): readonly string[] {
  const blocks: string[] = [];
  let lines: string[] = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '' && lines.every((each) => each.startsWith('#'))) lines = [];
    else lines.push(line);
    if (line === '}' || /^\w.*\{\s*\}$/.test(line)) {
      blocks.push(lines.join('\n'));
      lines = [];
    }
  }
  return blocks;
}
