/** Writes what was tested as JUnit's XML, which every pipeline reads. */

/** One tested thing. */
export interface JunitCase {
  readonly name: string;
  readonly classname: string;
  readonly seconds: number;
  readonly file?: string;
  readonly line?: number;
  /** Absent where it passed. */
  readonly outcome?: {
    readonly kind: 'failure' | 'error' | 'skipped';
    readonly message: string;
    /** More lines, for people. */
    readonly text?: string;
  };
  /** Output of the test case; contains warnings if it passed. */
  readonly output?: string;
}

/** Cases that belong together. */
export interface JunitSuite {
  readonly name: string;
  readonly cases: readonly JunitCase[];
}

/** The text of a report. Source of the format: the schema of the Jenkins xUnit plugin. */
export function writeJunit(suites: readonly JunitSuite[]): string {
  const body = suites.map(writeSuite).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${body}</testsuites>\n`;
}

function writeSuite({ name, cases }: JunitSuite): string {
  const count = (kind: string) => cases.filter(({ outcome }) => outcome?.kind === kind).length;
  const seconds = cases.reduce((sum, each) => sum + each.seconds, 0);
  const head = attributes({
    name,
    tests: cases.length,
    failures: count('failure'),
    errors: count('error'),
    skipped: count('skipped'),
    time: seconds.toFixed(3),
  });
  return `  <testsuite${head}>\n${cases.map(writeCase).join('')}  </testsuite>\n`;
}

function writeCase({ name, classname, seconds, file, line, outcome, output }: JunitCase): string {
  const place = {
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
  };
  const head = attributes({ name, classname, time: seconds.toFixed(3), ...place });
  if (outcome === undefined && output === undefined) return `    <testcase${head}/>\n`;
  const inner = writeOutcome(outcome) + writeOutput(output);
  return `    <testcase${head}>\n${inner}    </testcase>\n`;
}

function writeOutcome(outcome: JunitCase['outcome']): string {
  if (outcome === undefined) return '';
  const { kind, message, text = '' } = outcome;
  return `      <${kind}${attributes({ message })}>${escapeXml(text)}</${kind}>\n`;
}

function writeOutput(output: string | undefined): string {
  return output === undefined ? '' : `      <system-out>${escapeXml(output)}</system-out>\n`;
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeXml(String(value))}"`)
    .join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
};

/** Characters that XML 1.0 has no way to write become the replacement character. */
function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replace(/[&<>"\n]/g, (letter) => ENTITIES[letter] ?? letter);
}
