/**
 * Claims the answers of the creates of one run, so that no other state gets them. A claim is
 * renewed while its creates take long, and each answer is recorded as delivered before Terraform
 * has it: what follows a crash is then known from the server alone.
 */
import type { Client } from '@novacron/contract/client/client';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { inPortions } from './in-portions.ts';

/** A third of the lease of the server, so that two renewals may be lost. Unit: milliseconds. */
const RENEW_MS = 3_000;

type ClaimClient = Client<{ readonly retryMsMax?: number }>;

/** The claim of one run. */
export interface AnswerClaim {
  /** Begins a create; returns the fields that it is sent with. */
  readonly begin: (key: string) => { readonly claim: string };
  /**
   * Records that the answer of a create is about to be given to Terraform. After a problem it must
   * not be: `conflict` if another run has taken it over, otherwise the server is not reached.
   */
  readonly deliver: (key: string) => Promise<Result<void, Problem>>;
  /** Ends a create: its claim is renewed no longer. */
  readonly end: (key: string) => void;
}

interface Delivery {
  readonly key: string;
  readonly resolve: (delivered: Result<void, Problem>) => void;
}

/** The run whose creates are claimed. */
interface ClaimedRun {
  /** Random, at least 16 characters. */
  readonly claim: string;
  /** Whether Terraform, which would take the answers, has ended: the next run must get them. */
  readonly isTerraformGone: () => boolean;
}

/** Creates the claim of a run. */
export function createAnswerClaim(
  client: ClaimClient,
  { claim, isTerraformGone }: ClaimedRun,
): AnswerClaim {
  const pending = new Set<string>();
  let renewal: NodeJS.Timeout | undefined;
  let queue: Delivery[] = [];

  /** A failure does no harm: the next renewal follows, and a delivery asks for the claim. */
  function renew(): void {
    if (isTerraformGone()) return;
    for (const keys of inPortions([...pending])) {
      void client.call('idempotency.renew', { claim, keys }, { retryMsMax: 0 });
    }
  }

  /** Deliveries of one turn of the event loop are sent as one call. */
  function flush(): void {
    const deliveries = queue;
    queue = [];
    if (isTerraformGone()) {
      for (const { resolve } of deliveries) resolve(err(terraformGone()));
      return;
    }
    for (const portion of inPortions(deliveries)) void deliverAll(portion);
  }

  async function deliverAll(deliveries: readonly Delivery[]): Promise<void> {
    const keys = deliveries.map(({ key }) => key);
    const answer = await client.call('idempotency.deliver', { claim, keys });
    const refused = new Set(answer.ok ? answer.value.refused : []);
    for (const { key, resolve } of deliveries) {
      if (!answer.ok) resolve(answer);
      else resolve(refused.has(key) ? err(takenOver()) : ok(undefined));
    }
  }

  return {
    begin: (key) => {
      pending.add(key);
      renewal ??= setInterval(renew, RENEW_MS).unref();
      return { claim };
    },
    deliver: async (key) => {
      return new Promise((resolve) => {
        queue.push({ key, resolve });
        if (queue.length === 1) setImmediate(flush);
      });
    },
    end: (key) => {
      pending.delete(key);
      if (pending.size > 0) return;
      clearInterval(renewal);
      renewal = undefined;
    },
  };
}

function terraformGone(): Problem {
  return problem('unavailable', {
    detail: 'Terraform has ended before it had the answer of this create.',
    remedy: 'Run Terraform again: it continues the create.',
  });
}

function takenOver(): Problem {
  return problem('conflict', {
    detail:
      'Another run with the same configuration has continued this create, because this run did ' +
      'not reach the server for some time, or the resource was imported meanwhile.',
    remedy:
      'The resource is in the state of that run. Run Terraform again there, or choose another ' +
      'name here.',
  });
}
