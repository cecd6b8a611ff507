/** Writes what was tested as JUnit's XML, which every pipeline reads. */

/** One tested thing. */
export interface JunitCase {
  readonly name: string;
  readonly classname: string;
  readonly seconds: number;
  readonly file?: string;
  readonly line?: number;
  /** What it wrote. */
  readonly output?: string;
  /** Absent where it passed. */
  readonly outcome?: {
    readonly kind: 'failure' | 'error' | 'skipped';
    readonly message: string;
    /** More lines, for people. */
    readonly text?: string;
  };
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

function writeCase(tested: JunitCase): string {
  const { name, classname, seconds, file, line, outcome, output } = tested;
  const place = {
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
  };
  const head = attributes({ name, classname, time: seconds.toFixed(3), ...place });
  if (outcome === undefined && output === undefined) return `    <testcase${head}/>\n`;
  const { kind, message, text = '' } = outcome ?? {};
  const ending =
    kind === undefined
      ? ''
      : `      <${kind}${attributes({ message: message ?? '' })}>${escapeXml(text)}</${kind}>\n`;
  const written =
    output === undefined ? '' : `      <system-out>${escapeXml(output)}</system-out>\n`;
  const inner = `${ending}${written}`;
  return `    <testcase${head}>\n${inner}    </testcase>\n`;
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
