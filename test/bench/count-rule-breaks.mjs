/** Holds a store, as it is at one moment, against what may never happen in it. */
import Database from 'better-sqlite3';

const LEVELS = {
  node: (node) => node.id,
  rack: (node) => `${node.zone}/${node.rack}`,
  zone: (node) => node.zone,
};

const AMOUNTS = ['cpu_cores', 'memory_mib', 'disk_gb'];

/**
 * Counts nodes that hold more than they have, or other than they say, and VMs that share a place
 * which they must not share or lie outside their zone.
 * @param {string} path - of a SQLite store, which a server may be writing to
 * @returns {{ violations: number, overcommits: number }}
 */
export function countRuleBreaks(path) {
  const database = new Database(path, { readonly: true });
  try {
    const read = (sql) => database.prepare(sql).all();
    const { nodes, allocations, vms } = database.transaction(() => ({
      nodes: read('select * from nodes'),
      allocations: read('select * from allocations'),
      vms: read('select id, desired_json from vms'),
    }))();
    return {
      violations: countViolations(nodes, allocations) + countStrays(nodes, allocations, vms),
      overcommits: countOvercommits(nodes, allocations),
    };
  } finally {
    database.close();
  }
}

function countOvercommits(nodes, allocations) {
  return nodes.filter((node) =>
    AMOUNTS.some((amount) => {
      const there = allocations.filter(({ node_id }) => node_id === node.id);
      const held = there.reduce((sum, each) => sum + each[amount], 0);
      return held > node[amount] || held !== node[`${amount}_used`];
    }),
  ).length;
}

/** Pairs of VMs of a tenant of which one keeps the other out of a place that both are in. */
function countViolations(nodes, allocations) {
  const nodeOf = new Map(nodes.map((node) => [node.id, node]));
  const placed = allocations.map((each) => ({
    ...{ vm: each.vm_id, tenant: each.owner_tenant_id, node: nodeOf.get(each.node_id) },
    traits: JSON.parse(each.traits_json),
  }));
  let count = 0;
  for (const one of placed) {
    for (const term of one.traits.flatMap(({ apart = [] }) => apart)) {
      const placeOf = LEVELS[term.level];
      count += placed.filter(
        (other) =>
          other.vm !== one.vm &&
          other.tenant === one.tenant &&
          placeOf(other.node) === placeOf(one.node) &&
          other.traits.some((traits) => selects(term.to, traits)),
      ).length;
    }
  }
  return count;
}

function selects(to, { name, group, labels }) {
  if (to.kind === 'vm') return name === to.name;
  if (to.kind === 'group') return group === to.group;
  const wanted = Object.entries(to.labels);
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
}

/** VMs outside the only zone that they allow. */
function countStrays(nodes, allocations, vms) {
  const zoneOf = new Map(nodes.map(({ id, zone }) => [id, zone]));
  const wanted = new Map(
    vms.map(({ id, desired_json }) => [id, JSON.parse(desired_json).placement?.zone ?? null]),
  );
  return allocations.filter(({ vm_id, node_id }) => {
    const zone = wanted.get(vm_id) ?? null;
    return zone !== null && zone !== zoneOf.get(node_id);
  }).length;
}
