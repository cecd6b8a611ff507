/** Reads what a page asks its reader to do: files to write, commands to run, output to expect. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');

/** Text that the page asks the reader to save under a name. */
export interface FileStep {
  readonly kind: 'file';
  readonly name: string;
  readonly text: string;
  /** Line of the page, from 1. */
  readonly line: number;
}

/** A command, and the lines that the page shows of its output. */
export interface CommandStep {
  readonly kind: 'command';
  readonly command: string;
  readonly output: readonly string[];
  /** Line of the page, from 1. */
  readonly line: number;
}

export type Step = FileStep | CommandStep;

/** A code block with the paragraph that stands before it. */
interface Block {
  readonly language: string;
  readonly lines: readonly string[];
  /** Line of the page at which the text of the block begins, from 1. */
  readonly line: number;
  readonly introduction: string;
}

const SHELLS: readonly string[] = ['sh', 'shell', 'bash'];

/**
 * Reads the steps of a page in order.
 *
 * - A `sh` block is one command of one or more lines; its output is not checked.
 * - A `console` block has commands after `$ `, each followed by lines of its output.
 * - Any other block is a file where the paragraph before it ends with its name: "… as `main.tf`:".
 * - Blocks without such a name only show something, so there is nothing to do.
 *
 * @param page - path from the root of the repository
 */
export function readPage(page: string): readonly Step[] {
  return blocksOf(readFileSync(join(ROOT, page), 'utf8')).flatMap((block): readonly Step[] => {
    const { language, lines, line } = block;
    if (SHELLS.includes(language)) {
      return [{ kind: 'command', command: lines.join('\n'), output: [], line }];
    }
    if (language === 'console') return readConsole(block);
    const name = /`([\w./-]+)`:$/.exec(block.introduction)?.[1];
    if (name === undefined) return [];
    return [{ kind: 'file', name, text: `${lines.join('\n')}\n`, line }];
  });
}

function readConsole({ lines, line }: Block): readonly CommandStep[] {
  const starts = lines.flatMap((text, index) => (text.startsWith('$ ') ? [index] : []));
  return starts.map((start, index) => ({
    kind: 'command',
    command: (lines[start] ?? '').slice(2),
    output: lines.slice(start + 1, starts[index + 1]),
    line: line + start,
  }));
}

function blocksOf(text: string): readonly Block[] {
  const blocks: Block[] = [];
  let open: (Omit<Block, 'lines'> & { readonly indent: string }) | undefined;
  let lines: string[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const [isFence, indent = '', language = ''] = /^(\s*)```(\S*)/.exec(line) ?? [];
    if (open === undefined && isFence !== undefined) {
      open = { indent, language, line: index + 2, introduction: lastParagraph(lines) };
      lines = [];
    } else if (open !== undefined && isFence !== undefined) {
      const { indent: _, ...block } = open;
      blocks.push({ ...block, lines });
      open = undefined;
      lines = [];
    } else {
      lines.push(
        open !== undefined && line.startsWith(open.indent) ? line.slice(open.indent.length) : line,
      );
    }
  }
  return blocks;
}

/** The last paragraph of some lines, in one line. */
function lastParagraph(lines: readonly string[]): string {
  const paragraphs = lines
    .join('\n')
    .trim()
    .split(/\n\s*\n/);
  return (paragraphs.at(-1) ?? '').replace(/\s*\n\s*/g, ' ');
}
