/**
 * `novacron cost export --format focus`: a row for each resource and day. The columns are those of
 * FOCUS 1.0, the FinOps Open Cost and Usage Specification; `docs/reference/focus-columns.json` says
 * what each of them has here.
 */
import { CostLine, CostReport } from '@novacron/contract/cost/cost-operations';
import { commandOf } from '../../arguments/command-table.ts';
import type { Session } from '../../client/session.ts';
import { usageFailure } from '../../failures/failure.ts';
import type { Outcome } from '../../operations/outcome.ts';
import { runCommand } from '../../operations/run-command.ts';
import type { Fields } from '../../output/fields.ts';
import { warnOfDamage } from './warn-of-damage.ts';
import { writeCsv } from './write-cost-table.ts';

const GROUPS = ['tenant', 'resource', 'class', 'day'];

const DAY_MS = 86_400_000;

/** Places of unit prices. */
const PRICE_PLACES = 10;

const PROVIDER = 'NovaCron';

interface Service {
  readonly category: 'Compute' | 'Storage';
  readonly name: string;
  readonly type: string;
}

const VM: Service = { category: 'Compute', name: 'Virtual machines', type: 'Virtual machine' };

const SERVICES: Readonly<Record<string, Service>> = {
  vm: VM,
  standby: { ...VM, type: 'Standby' },
  reservation: { ...VM, type: 'Reservation' },
  volume: { category: 'Storage', name: 'Volumes', type: 'Volume' },
  snapshot: { category: 'Storage', name: 'Snapshots', type: 'Snapshot' },
  image: { category: 'Storage', name: 'Images', type: 'Image' },
};

/** Exports a period. Failures: wrong usage, and every problem of the server. */
export async function exportFocus(session: Session, options: Fields): Promise<Outcome> {
  const given = { argument: undefined, options: { ...options, groupBy: GROUPS } };
  const outcome = await runCommand(session, commandOf('cost.report'), given);
  const { document } = outcome;
  if (document?.kind !== 'one') return outcome;
  const report = CostReport.parse(document.value);
  if (report.currency === null) {
    return { failure: usageFailure('there are no price lists, so nothing has a currency') };
  }
  if (report.unknown_hours > 0) {
    const { stderr } = session.io;
    stderr.write(`warning: ${report.unknown_hours} hours without a known price are left out\n`);
  }
  warnOfDamage(session, report);
  const rows = report.lines.flatMap((line) => toRow(line, report));
  const head = Object.keys(rows[0] ?? toColumns(EMPTY, report));
  const text = writeCsv(
    head,
    rows.map((row) => Object.values(row)),
  );
  return { document: { kind: 'text', value: { text } } };
}

type Of = Pick<CostReport, 'period'> & { readonly currency: string | null };

const EMPTY = CostLine.parse({ day: '1970-01-01', amount: 0, hours: 0, unknown_hours: 0 });

/** Hours without a known price have no cost, which 0 would not say. */
function toRow(line: CostLine, report: Of): readonly Readonly<Record<string, string>>[] {
  return line.hours <= line.unknown_hours ? [] : [toColumns(line, report)];
}

function toColumns(line: CostLine, { period, currency }: Of): Readonly<Record<string, string>> {
  const { day = '', kind = 'vm', amount, resource = '', labels = {} } = line;
  const service = SERVICES[kind] ?? VM;
  const cost = String(amount);
  const hours = Number((line.hours - line.unknown_hours).toFixed(4));
  const price = hours === 0 ? '' : String(Number((amount / hours).toFixed(PRICE_PLACES)));
  const [fromMs, toMs] = [Date.parse(period.from), Date.parse(period.to)];
  const dayMs = Date.parse(day);
  const at = new Date(dayMs);
  const [year, month] = [at.getUTCFullYear(), at.getUTCMonth()];
  const classText = line.class == null ? '' : `, ${line.class}`;
  return {
    BilledCost: cost,
    BillingAccountId: PROVIDER.toLowerCase(),
    BillingAccountName: PROVIDER,
    BillingCurrency: currency ?? '',
    BillingPeriodEnd: toText(Date.UTC(year, month + 1)),
    BillingPeriodStart: toText(Date.UTC(year, month)),
    ChargeCategory: 'Usage',
    ChargeClass: '',
    ChargeDescription: `${service.type} ${resource}${classText}`,
    ChargeFrequency: 'Usage-Based',
    ChargePeriodEnd: toText(Math.min(dayMs + DAY_MS, Math.max(toMs, dayMs))),
    ChargePeriodStart: toText(Math.max(dayMs, fromMs)),
    ConsumedQuantity: String(hours),
    ConsumedUnit: 'Hours',
    ContractedCost: cost,
    ContractedUnitPrice: price,
    EffectiveCost: cost,
    InvoiceIssuerName: PROVIDER,
    ListCost: cost,
    ListUnitPrice: price,
    PricingCategory: 'Standard',
    PricingQuantity: String(hours),
    PricingUnit: 'Hours',
    ProviderName: PROVIDER,
    PublisherName: PROVIDER,
    RegionId: '',
    RegionName: '',
    ResourceId: line.resource_id ?? '',
    ResourceName: resource,
    ResourceType: service.type,
    ServiceCategory: service.category,
    ServiceName: service.name,
    SkuId: line.class == null ? kind : `${kind}/${line.class}`,
    SubAccountId: line.tenant_id ?? '',
    SubAccountName: line.tenant ?? '',
    Tags: JSON.stringify(labels),
  };
}

/** Moments as FOCUS has them: to the second, in UTC. */
function toText(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, -'.000Z'.length)}Z`;
}
