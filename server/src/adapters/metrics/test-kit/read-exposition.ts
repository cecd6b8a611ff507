/** Reads the text that Prometheus scrapes, as strictly as the tests need it. */

/** One sample: a name with its labels, and what it is. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A page of metrics. */
export interface Exposition {
  /** Help texts by metric name. */
  readonly help: ReadonlyMap<string, string>;
  readonly type: ReadonlyMap<string, string>;
  readonly samples: readonly Sample[];
  /** The value of a sample that has at least these labels; 0 when there is none. */
  readonly amountOf: (name: string, labels?: Readonly<Record<string, string>>) => number;
}

const SAMPLE = /^(?<name>[a-zA-Z_:][\w:]*)(?:\{(?<labels>.*)\})? (?<value>\S+)$/;
const LABEL = /(?<name>[a-zA-Z_]\w*)="(?<value>(?:[^"\\]|\\.)*)"/g;

/** Parses a page; a line that is none of the format is an error. */
export function readExposition(text: string): Exposition {
  const help = new Map<string, string>();
  const type = new Map<string, string>();
  const samples: Sample[] = [];
  for (const line of text.split('\n').filter((one) => one !== '')) {
    const [, word, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    if (word === 'HELP') help.set(name, rest);
    else if (word === 'TYPE') type.set(name, rest);
    else samples.push(readSample(line));
  }
  const amountOf: Exposition['amountOf'] = (name, labels = {}) => {
    const wanted = Object.entries(labels);
    const found = samples.filter(
      (sample) =>
        sample.name === name && wanted.every(([label, word]) => sample.labels[label] === word),
    );
    return found.reduce((sum, { value }) => sum + value, 0);
  };
  return { help, type, samples, amountOf };
}

function readSample(line: string): Sample {
  const groups = SAMPLE.exec(line)?.groups;
  if (groups === undefined) throw new Error(`this is not a line of the exposition format: ${line}`);
  const pairs = [...(groups.labels ?? '').matchAll(LABEL)];
  const labels = pairs.map((pair) => [pair.groups?.name ?? '', pair.groups?.value ?? '']);
  return {
    name: groups.name ?? '',
    labels: Object.fromEntries(labels),
    value: Number(groups.value),
  };
}
