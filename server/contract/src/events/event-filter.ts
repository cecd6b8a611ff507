/** The filter of every event stream, and how events match it. */
import { z } from 'zod';
import { type Event, EventPriority } from './event.ts';

/** More alternatives than this belong into a second stream. */
const ALTERNATIVES_MAX = 64;
const NAME_LENGTH_MAX = 128;

const EventName = z.string().min(1).max(NAME_LENGTH_MAX);

/** `vm.create.succeeded` is that type alone, `vm.*` every type below `vm`, `*` every type. */
export const EventTypePattern = EventName.regex(
  /^(?:[a-z][a-z0-9_-]*\.)*(?:[a-z][a-z0-9_-]*|\*)$/,
  'must be an event type, such as vm.create.succeeded, or a pattern, such as vm.*',
);

const oneOf = <Item extends z.ZodType>(item: Item) =>
  z.array(item).min(1).max(ALTERNATIVES_MAX).optional();

/**
 * A filter. An event passes when it fits one alternative of every field that is given; an empty
 * filter lets everything pass.
 */
export const EventFilter = z.strictObject({
  types: oneOf(EventTypePattern).describe(
    'Only events of these types, such as vm.create.succeeded or vm.*',
  ),
  sources: oneOf(EventName).describe('Only events of these parts of NovaCron'),
  targets: oneOf(EventName).describe('Only events about the resources with these ids'),
  priorities: oneOf(EventPriority).describe('Only events of these priorities'),
});
export type EventFilter = z.infer<typeof EventFilter>;

/** What the match looks at. */
type EventTraits = Pick<Event, 'type' | 'source' | 'target' | 'priority'>;

/** Whether an event passes a filter. Pure. */
export function matchesEvent(filter: EventFilter, event: EventTraits): boolean {
  const { types, sources, targets, priorities } = filter;
  return (
    (types === undefined || types.some((pattern) => matchesType(pattern, event.type))) &&
    (sources === undefined || sources.includes(event.source)) &&
    (targets === undefined || targets.includes(event.target)) &&
    (priorities === undefined || priorities.includes(event.priority))
  );
}

function matchesType(pattern: string, type: string): boolean {
  return pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : type === pattern;
}
