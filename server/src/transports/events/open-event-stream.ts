/**
 * One stream of events: first what is stored behind a position, then what is heard live, without a
 * gap and without a repetition. Whenever a heard position is not the next one, the stream goes back
 * to the store, which is always right; so nothing depends on the feed losing nothing.
 */
import type { Event } from '@novacron/contract/events/event';
import {
  compileFilter,
  type EventFilter,
  type EventTest,
} from '@novacron/contract/events/event-filter';
import { LIST_LIMIT_MAX } from '@novacron/contract/operation/operation-shapes';
import { operations } from '@novacron/contract/operations-table/operations';
import {
  type Problem,
  type ProblemDocument,
  toProblemDocument,
} from '@novacron/contract/problem/problem';
import { holderOf } from '../../app/access/limits/fair-slots.ts';
import type { CallContext } from '../../app/kernel/context/call-context.ts';
import { dispatch, reportFault } from '../dispatch/dispatch.ts';
import { admitStream } from './admit-stream.ts';
import { type EventCore, type EventHub, type HeardEvent, toHeard } from './event-hub.ts';
import { otherTenants, positionAhead } from './stream-problems.ts';

/** Heard while reading the store; more than this is forgotten and read from the store again. */
const WAITING_EVENTS_MAX = 1_000;

/** Receiver of a stream's events. Nothing is called after `end`. */
export interface EventSink {
  /** Takes the next event; may not wait. */
  readonly deliver: (heard: HeardEvent) => void;
  /** `undefined` while more stored events may be delivered, else what to wait for before. */
  readonly room: () => Promise<void> | undefined;
  /** Everything stored has been delivered; from now on events come as they happen. */
  readonly live: () => void;
  /** The stream is over, and why. */
  readonly end: (document: ProblemDocument) => void;
}

/** Options of an event stream. */
export interface EventStreamOptions {
  readonly core: EventCore;
  readonly hub: EventHub;
  readonly context: CallContext;
  readonly filter: EventFilter;
  /** Only events behind this position; what happens from now on where absent. */
  readonly afterPosition: number | undefined;
  /** Goes on where another stream of the same caller stood, in place of `afterPosition`. */
  readonly from?: StreamPlace;
  readonly sink: EventSink;
}

/** Position of a stream: everything up to it was delivered or filtered out. */
export interface StreamPlace {
  /** Position across all tenants; never disclosed. */
  readonly position: number;
  /** Position in the caller's own tenant. */
  readonly ownPosition: number;
}

/** A stream that runs. */
export interface EventStream {
  /**
   * Everything up to here was delivered or filtered out: resuming from it misses nothing. It is the
   * position of an event of the caller's own tenant, because positions count those of all.
   */
  readonly position: () => number;
  /** Resolves when it stands somewhere, or is over. */
  readonly begun: Promise<void>;
  /** Returns the position of the stream, once it has begun. */
  readonly place: () => StreamPlace;
  /** Ends it without a word to the sink. */
  readonly close: () => void;
  /** Ends the stream and passes the reason to the sink. */
  readonly end: (found: Problem) => void;
}

/** Opens a stream. What is wrong with it reaches the sink as its end. */
export function openEventStream(options: EventStreamOptions): EventStream {
  const stream = new StoredThenLive(options);
  return {
    position: () => stream.ownPosition,
    begun: stream.begun,
    place: () => stream.place(),
    close: () => stream.close(),
    end: (found) => stream.end(found),
  };
}

/** Refuses a filter that lets no event of the caller pass. */
export function checkTenants(
  { tenants }: EventFilter,
  { principal }: Pick<CallContext, 'principal'>,
): Problem | undefined {
  if (tenants === undefined || tenants.some((id) => id === principal.tenantId)) return undefined;
  return otherTenants();
}

/** Owns the membership in the hub and the place where the stream stands. */
class StoredThenLive {
  ownPosition = 0;
  readonly begun: Promise<void>;
  private position = 0;
  private begin: () => void = () => undefined;
  private readonly passes: EventTest;
  private state: 'reading' | 'live' | 'closed' = 'reading';
  private waiting: HeardEvent[] = [];
  private leave: () => void = () => undefined;
  private readonly options: EventStreamOptions;

  constructor(options: EventStreamOptions) {
    this.options = options;
    this.passes = compileFilter(options.filter);
    this.begun = new Promise((resolve) => {
      this.begin = resolve;
    });
    const { hub, context } = options;
    const joined = hub.join({
      requestId: context.requestId,
      holder: holderOf(context),
      hear: (heard) => this.hear(heard),
      end: (found) => this.end(found),
    });
    if (!joined.ok) {
      this.end(joined.error);
      return;
    }
    this.leave = joined.value;
    void this.guard(() => this.start());
  }

  place(): StreamPlace {
    return { position: this.position, ownPosition: this.ownPosition };
  }

  close(): void {
    this.state = 'closed';
    this.waiting = [];
    this.leave();
    this.begin();
  }

  end(found: Problem): void {
    if (this.isClosed()) return;
    this.close();
    this.options.sink.end(toProblemDocument(found, this.options.context.requestId));
  }

  /** Reading it through a function keeps the compiler from remembering it across an await. */
  private isClosed(): boolean {
    return this.state === 'closed';
  }

  /** Runs a part of the stream; a fault in it ends the stream. */
  private async guard(part: () => Promise<void>): Promise<void> {
    try {
      await part();
    } catch (cause) {
      const { core, context } = this.options;
      const { requestId } = context;
      this.end(reportFault(core.logger, { cause, requestId, during: 'a stream of events' }));
    }
  }

  private async start(): Promise<void> {
    const { core, context, afterPosition, filter, from } = this.options;
    const admitted = await admitStream(core, context);
    if (!admitted.ok) {
      this.end(admitted.error);
      return;
    }
    const foreign = checkTenants(filter, context);
    if (foreign !== undefined) {
      this.end(foreign);
      return;
    }
    const latest = await core.eventFeed.latestPosition();
    this.position = from?.position ?? afterPosition ?? latest;
    if (this.position > latest) {
      this.end(positionAhead(this.position));
      return;
    }
    this.ownPosition = from?.ownPosition ?? afterPosition ?? (await this.readOwnPosition(latest));
    this.begin();
    await this.readStored(latest);
    if (!this.isClosed()) this.options.sink.live();
  }

  private hear(heard: HeardEvent): void {
    const { position } = heard.event;
    if (this.state === 'reading') {
      // What is forgotten here shows as a gap later and is read from the store then.
      if (this.waiting.length >= WAITING_EVENTS_MAX) this.waiting = [];
      this.waiting.push(heard);
    } else if (this.state === 'live' && position > this.position) {
      if (position === this.position + 1) {
        this.pass(heard);
        return;
      }
      this.state = 'reading';
      this.waiting.push(heard);
      void this.guard(() => this.readStored(position));
    }
  }

  /** Moves on to an event and delivers it to those whom it concerns. */
  private pass(heard: HeardEvent): void {
    if (this.isClosed()) return;
    const { context, sink } = this.options;
    const { event } = heard;
    this.position = event.position;
    if (event.tenant_id !== context.principal.tenantId) return;
    this.ownPosition = event.position;
    if (!this.passes(event)) return;
    sink.deliver(heard);
  }

  /**
   * Reads page after page until nothing is missing between the store and what was heard meanwhile.
   * @param reached - a position up to which everything is committed
   */
  private async readStored(reached: number): Promise<void> {
    const { hub, sink } = this.options;
    while (this.state === 'reading') {
      const committed = Math.max(reached, hub.heardPosition());
      const events = (await this.readPage()) ?? [];
      for (const event of events) {
        const room = sink.room();
        if (room !== undefined) await room;
        this.pass(toHeard(event));
      }
      if (events.length === LIST_LIMIT_MAX || this.isClosed()) continue;
      this.position = Math.max(this.position, committed);
      if (this.passWaiting() === 'done') this.state = 'live';
    }
  }

  /** One page behind the position; ends the stream where that is no longer complete. */
  private async readPage(): Promise<readonly Event[] | undefined> {
    const { core, context } = this.options;
    const rawInput = { after_position: this.position, limit: LIST_LIMIT_MAX };
    const page = await dispatch(core, { name: 'event.list', rawInput, context });
    if (page.ok) return operations['event.list'].output.parse(page.value).items;
    this.end(page.error);
    return undefined;
  }

  /** The latest event of the tenant up to a position; before the oldest stored one if none. */
  private async readOwnPosition(latest: number): Promise<number> {
    const { core, context } = this.options;
    const rawInput = { before_position: latest + 1, order: 'newest', limit: 1 };
    const page = await dispatch(core, { name: 'event.list', rawInput, context });
    if (!page.ok) {
      this.end(page.error);
      return 0;
    }
    const { items, last_position: end } = operations['event.list'].output.parse(page.value);
    return items[0]?.position ?? Math.max(0, end - 1);
  }

  /** Passes on what was heard during the reading, up to the first gap in it. */
  private passWaiting(): 'done' | 'gap' {
    const heardMeanwhile = this.waiting;
    this.waiting = [];
    for (const [index, heard] of heardMeanwhile.entries()) {
      const { position } = heard.event;
      if (position > this.position + 1) {
        this.waiting = heardMeanwhile.slice(index);
        return 'gap';
      }
      if (position > this.position) this.pass(heard);
    }
    return 'done';
  }
}
