/**
 * The comment as a whole: a hidden marker with what `apply` needs, a heading, and sections of
 * directories. It can be read back, for commands about a single directory. A seal shows whether
 * a person has edited it: who may write to a repository may edit comments of others.
 */
import { createHmac } from 'node:crypto';
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
  /** What is to be said about all of it. Markdown. */
  readonly note?: string;
  readonly directories: readonly ReportedDirectory[];
}

/** Beginning of the marker; a comment of the token's user with it is the report. */
export const MARKER = '<!-- novacron:pull-request ';

const MARKER_END = ' -->\n';

const Marker = z.looseObject({
  head: z.string(),
  commit: z.string(),
  seal: z.string(),
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

/**
 * Writes it; details that do not fit are left out, the longest first, and then sections.
 * @param key - of the seal
 */
export function writeBody(report: PullRequestReport, lengthMax: number, key: string): string {
  const sections = report.directories.map(({ section }) => section);
  const write = (shown: readonly string[], missing: number) => {
    const rest = missing === 0 ? '' : `And ${directoriesOf(missing)} more.\n\n`;
    const parts = shown.map((section) => `${BEGIN}${section}\n`).join('');
    const text = `${headingOf(report)}\n${parts}${END}${rest}${HELP}`;
    return `${markerOf(report, sealOf(report, text, key))}${text}`;
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

/** Reads it back; undefined for a text that is not such a comment, or was edited. */
export function readBody(body: string, key: string): PullRequestReport | undefined {
  const text = body.replaceAll('\r\n', '\n');
  if (!text.startsWith(MARKER)) return undefined;
  const end = text.indexOf(MARKER_END);
  const marker = Marker.safeParse(parse(text.slice(MARKER.length, end)));
  if (!marker.success) return undefined;
  const { head, commit, directories, seal } = marker.data;
  const rest = text.slice(end + MARKER_END.length);
  if (sealOf(marker.data, rest, key) !== seal) return undefined;
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

type Facts = Pick<PullRequestReport, 'head' | 'commit'> & {
  readonly directories: readonly Omit<ReportedDirectory, 'section'>[];
};

function factsOf({ head, commit, directories }: Facts) {
  const facts = directories.map(({ name, state, digest }) => ({ name, state, digest }));
  return { head, commit, directories: facts };
}

/** HMAC of all that the comment says. Code hosts may trim it. */
function sealOf(report: Facts, text: string, key: string): string {
  const sealed = `${JSON.stringify(factsOf(report))}\n${text.trim()}`;
  return createHmac('sha256', key).update(sealed).digest('hex');
}

function markerOf(report: PullRequestReport, seal: string): string {
  const json = JSON.stringify({ ...factsOf(report), seal });
  // Names cannot end the comment of HTML.
  const inert = json.replaceAll('<', '\\u003c').replaceAll('>', '\\u003e');
  return `${MARKER}${inert}${MARKER_END}`;
}

function headingOf({ commit, note, directories }: PullRequestReport): string {
  const count = (state: ReportedDirectory['state']) =>
    directories.filter((each) => each.state === state).length;
  const parts = (['planned', 'applied', 'failed', 'waiting', 'locked'] as const)
    .filter((state) => count(state) > 0)
    .map((state) => `${count(state)} ${WORDS[state]}`);
  const words = parts.length === 0 ? 'no changes' : parts.join(', ');
  const place = `${directoriesOf(directories.length)} at \`${commit}\`.\n`;
  return `## NovaCron: ${words}\n\n${place}${note === undefined ? '' : `\n${note}\n`}`;
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
