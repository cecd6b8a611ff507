/**
 * The comment as a whole: a hidden marker with what `apply` needs, a heading, and sections of
 * directories. It can be read back, for commands about a single directory.
 */
import { z } from 'zod';
import { DETAILS } from './render-section.ts';

/** A directory in the comment. */
export interface ReportedDirectory {
  readonly name: string;
  readonly state: 'planned' | 'unchanged' | 'applied' | 'failed' | 'waiting' | 'locked';
  /** Digest of the shown changes; null where there is no plan. */
  readonly digest: string | null;
  /** Markdown. */
  readonly section: string;
}

/** What the comment says. */
export interface PullRequestReport {
  /** Head of the pull request. */
  readonly head: string;
  /** The commit that was planned: the head, or its merge with the target branch. */
  readonly commit: string;
  readonly directories: readonly ReportedDirectory[];
}

/** Beginning of the marker; a comment of the token's user with it is the report. */
export const MARKER = '<!-- novacron:pull-request ';

const Marker = z.looseObject({
  head: z.string(),
  commit: z.string(),
  directories: z.array(
    z.looseObject({
      name: z.string(),
      state: z.enum(['planned', 'unchanged', 'applied', 'failed', 'waiting', 'locked']),
      digest: z.string().nullable(),
    }),
  ),
});

const BEGIN = '<!-- novacron:directory -->\n';
const END = '<!-- novacron:end -->\n';

const HELP =
  'Comments: `novacron apply` applies what is planned and approved, `novacron plan` plans again, ' +
  '`novacron unlock` frees the directories; `-d DIRECTORY` selects one.\n';

const TOO_LONG = '\nDetails do not fit into a comment: see the log of the pipeline.\n';

/** Writes it; details that do not fit are left out, the longest first, and then sections. */
export function writeBody(report: PullRequestReport, lengthMax: number): string {
  const marker = markerOf(report);
  const sections = report.directories.map(({ section }) => section);
  const write = (shown: readonly string[], missing: number) => {
    const rest = missing === 0 ? '' : `And ${directoriesOf(missing)} more.\n\n`;
    const parts = shown.map((section) => `${BEGIN}${section}\n`).join('');
    return `${marker}${headingOf(report)}\n${parts}${END}${rest}${HELP}`;
  };
  const shown = [...sections];
  for (;;) {
    const body = write(shown, sections.length - shown.length);
    if (body.length <= lengthMax) return body;
    const lengths = shown.map((section) =>
      section.includes(DETAILS) ? section.length - section.indexOf(DETAILS) : 0,
    );
    const longest = lengths.indexOf(Math.max(...lengths));
    const section = shown[longest] ?? '';
    if ((lengths[longest] ?? 0) > 0) {
      shown[longest] = `${section.slice(0, section.indexOf(DETAILS))}${TOO_LONG}`;
    } else if (shown.pop() === undefined) {
      return body;
    }
  }
}

/** Reads it back; undefined for a text that is not such a comment. */
export function readBody(body: string): PullRequestReport | undefined {
  const text = body.replaceAll('\r\n', '\n');
  if (!text.startsWith(MARKER)) return undefined;
  const json = text.slice(MARKER.length, text.indexOf(' -->'));
  const marker = Marker.safeParse(parse(json));
  if (!marker.success) return undefined;
  const { head, commit, directories } = marker.data;
  const [, ...sections] = (text.split(END)[0] ?? '').split(BEGIN);
  return {
    head,
    commit,
    directories: directories.map(({ name, state, digest }, at) => ({
      name,
      state,
      digest,
      section: sections[at]?.replace(/\n$/, '') ?? '',
    })),
  };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function markerOf({ head, commit, directories }: PullRequestReport): string {
  const facts = directories.map(({ name, state, digest }) => ({ name, state, digest }));
  const json = JSON.stringify({ head, commit, directories: facts });
  // Names cannot end the comment of HTML.
  return `${MARKER}${json.replaceAll('<', '\\u003c').replaceAll('>', '\\u003e')} -->\n`;
}

function headingOf({ commit, directories }: PullRequestReport): string {
  const count = (state: ReportedDirectory['state']) =>
    directories.filter((each) => each.state === state).length;
  const parts = (['planned', 'applied', 'failed', 'waiting', 'locked'] as const)
    .filter((state) => count(state) > 0)
    .map((state) => `${count(state)} ${WORDS[state]}`);
  const words = parts.length === 0 ? 'no changes' : parts.join(', ');
  return `## NovaCron: ${words}\n\n${directoriesOf(directories.length)} at \`${commit}\`.\n`;
}

function directoriesOf(count: number): string {
  return count === 1 ? '1 directory' : `${count} directories`;
}

const WORDS = {
  planned: 'with changes',
  applied: 'applied',
  failed: 'failed',
  waiting: 'waiting',
  locked: 'locked',
} as const;
