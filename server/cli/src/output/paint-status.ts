/** Colours of words about states: green is well, yellow changes, red needs a person. */

const CODES = { green: 32, yellow: 33, red: 31 } as const;

const WORDS: Readonly<Record<keyof typeof CODES, string>> = {
  green:
    'active allowed attached available enabled enrolled healthy own ready resolved running ' +
    'succeeded up',
  yellow:
    'acknowledged cancelling creating degraded deleting draining drained low maintenance medium ' +
    'migrating pending recovering rolling-back starting stopping suspected updating waiting ' +
    'waived warning',
  red:
    'critical dead deleted denied down error failed high incident lost open refused revoked ' +
    'stuck unhealthy unknown unreachable',
};

const CODE_OF: ReadonlyMap<string, number> = new Map(
  (['green', 'yellow', 'red'] as const).flatMap((color) =>
    WORDS[color].split(' ').map((word) => [word, CODES[color]] as const),
  ),
);

const NAMES: ReadonlySet<string> = new Set([
  'status',
  'state',
  'severity',
  'outcome',
  'health',
  'healing',
]);

/** Whether values of a field, or below a header, say how something is. */
export function isStatusField(name: string): boolean {
  return NAMES.has(name.toLowerCase());
}

/** A status in its colour, by its first word; any other text as it is. */
export function paintStatus(text: string): string {
  const [word = ''] = text.trim().split(/[\s,]/);
  const code = CODE_OF.get(word);
  return code === undefined ? text : `\u001b[${code}m${text}\u001b[39m`;
}
