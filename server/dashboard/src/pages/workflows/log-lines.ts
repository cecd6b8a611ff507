/** Writes the log of a step for people: events of a playbook become lines of words. */

/** How the events of hosts begin; others are not aligned. */
const WIDTH = 11;

/** Writes it. Lines that are not events of a playbook stay as they are. */
export function toLogText(log: string): string {
  return log
    .split('\n')
    .map((line) => (line.startsWith('{"event"') ? (eventLine(line) ?? line) : line))
    .join('\n');
}

function eventLine(line: string): string | undefined {
  const event = parse(line);
  if (event === undefined) return undefined;
  const textOf = (name: string): string => String(event[name] ?? '');
  const kind = textOf('event');
  switch (kind) {
    case 'play':
      return `PLAY ${textOf('play')}`;
    case 'task':
      return `TASK ${textOf('task')}`;
    case 'end': {
      const counts = ['ok', 'changed', 'failed', 'unreachable', 'skipped'].map(
        (name) => `${name} ${textOf(name)}`,
      );
      return `END ${counts.join(', ')}`;
    }
    default: {
      const took = event.took_ms === undefined ? '' : ` (${textOf('took_ms')} ms)`;
      const message = event.message === undefined ? '' : `: ${textOf('message')}`;
      return `${kind.padEnd(WIDTH)} ${textOf('host')}${took}${message}`;
    }
  }
}

function parse(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    // The line has not been written to its end.
    return undefined;
  }
}
