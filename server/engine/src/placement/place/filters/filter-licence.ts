import type { CountedRequest, Filter } from '../model/rule.ts';

/** Rejects every node when a licence that is counted by VM has run out. */
export const filterLicenceByVm: Filter = (_, request) => {
  const missing = findMissing(request);
  if (missing !== undefined) return { reason: 'licence', licence: missing, limit: 0 };
  const pool = poolsOf(request).find(({ per, used, limit }) => per === 'vm' && used >= limit);
  return pool === undefined
    ? undefined
    : { reason: 'licence', licence: pool.name, limit: pool.limit };
};

/** Rejects a further node when a licence that is counted by node has run out. */
export const filterLicenceByNode: Filter = ({ name }, request) => {
  const pool = poolsOf(request).find(
    ({ per, nodes, limit }) => per === 'node' && nodes.length >= limit && !nodes.includes(name),
  );
  return pool === undefined
    ? undefined
    : { reason: 'licence', licence: pool.name, limit: pool.limit };
};

/** A licence of which a new VM asks, and which no node announces. */
function findMissing({ vm, licences = [], unknownFacts }: CountedRequest): string | undefined {
  if (unknownFacts !== 'refuse') return undefined;
  return vm.licences?.find((wanted) => !licences.some(({ name }) => name === wanted));
}

function poolsOf({ vm, licences }: CountedRequest) {
  return (licences ?? []).filter(({ name }) => vm.licences?.includes(name));
}
